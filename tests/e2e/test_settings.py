"""The pages on which an office says how its software is reached: 受け取る形 and Webhook."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.contract import world

from .conftest import Town
from .months import LOGIN, PASSWORD
from .test_pages import assert_well, shots

pytestmark = [pytest.mark.browser, pytest.mark.long]
__all__ = ["shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
LONG = "https://example.jp/renkei/a-long-path/that-somebody-typed/because-their-software-says-so?office=1370200014"


@pytest.mark.parametrize("size", ["標準", "特大"])
def test_the_form_of_mail_is_changed_and_said(sign_in: SignIn, town: Town, shots: Path | None, size: str) -> None:
    page = sign_in(town.service_office)
    page.get_by_role("button", name=size).click()
    page.goto("/settings/")
    page.get_by_role("link", name="受け取る形").click()
    assert_well(page, shots, f"mail_form_{size}")
    page.get_by_role("button", name="JSON も受け取る").click()
    expect(page.get_by_role("status")).to_contain_text("CSV と JSON で受け取ります")
    assert_well(page, shots, f"mail_form_changed_{size}")
    page.get_by_role("button", name="CSV だけにする").click()


@pytest.mark.parametrize("size", ["標準", "特大"])
def test_a_webhook_is_set_tried_and_ended(sign_in: SignIn, town: Town, shots: Path | None, size: str) -> None:
    page = sign_in(town.service_office)
    page.get_by_role("button", name=size).click()
    page.goto("/settings/")
    page.get_by_role("link", name="Webhook").click()
    assert_well(page, shots, f"webhooks_{size}")
    page.get_by_label("呼ぶアドレス").fill("http://10.0.0.1/x")
    page.get_by_role("button", name="決める").click()
    expect(page.get_by_role("alert")).to_contain_text("https:// で始まるアドレス")
    assert_well(page, shots, f"webhooks_wrong_{size}")
    page.get_by_label("呼ぶアドレス").fill(LONG)
    page.get_by_role("button", name="決める").click()
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    assert_well(page, shots, f"webhooks_secret_{size}")
    page.get_by_role("button", name="ためしに呼ぶ").click()
    expect(page.get_by_role("status")).to_contain_text("ためしに呼びます")
    page.get_by_text("合言葉を替える").click()
    page.get_by_text("Webhook をやめる").click()
    assert_well(page, shots, f"webhooks_open_{size}")
    page.get_by_role("button", name="やめる", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("もう呼びません")


def test_both_work_by_keyboard_without_scripts(browser: Browser, town: Town) -> None:
    context = browser.new_context(base_url=town.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/settings/webhooks/")
    page.get_by_label("ログイン名").fill(LOGIN.format(town.care_manager.number))
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("呼ぶアドレス").fill(LONG)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    page.get_by_label("呼ぶアドレス").focus()
    to_the_end = ["このアドレスにする", "ためしに呼ぶ", "合言葉を替える", "Webhook をやめる"]
    for name in to_the_end:
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text(name)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("もう呼びません")
    page.goto("/settings/form/")
    page.get_by_role("button", name="JSON も受け取る").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("CSV と JSON で受け取ります")
    context.close()
