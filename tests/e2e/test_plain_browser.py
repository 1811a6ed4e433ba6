"""What must work in any browser: without scripts, and on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.contract import world

from .conftest import DESKTOP, Town
from .months import LOGIN, PASSWORD

pytestmark = pytest.mark.browser


def test_everything_works_without_scripts(browser: Browser, town: Town) -> None:
    context = browser.new_context(base_url=town.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("ログイン名").fill(LOGIN.format(town.care_manager.number))
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    page.get_by_role("link", name="受け取ったもの").click()
    page.locator(".row a").first.click()
    page.get_by_role("link", name="中身を見る").click()
    page.locator("details.person > summary").nth(1).click()
    expect(page.locator("details.person").nth(1).locator("table").first).to_be_visible()
    page.get_by_role("button", name="大", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    expect(page.locator("[data-print]")).to_be_hidden()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")
    context.close()


@pytest.mark.parametrize("context", [DESKTOP], indirect=True, ids=["desktop"])
def test_on_paper_the_folded_people_are_there_and_the_buttons_are_not(
    sign_in: Callable[[world.TestOffice], Page], town: Town
) -> None:
    page = sign_in(town.care_manager)
    page.goto("/months/202612/")
    folded = page.locator("details.folded .person-row").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    for gone in (".site-nav", ".text-size", "[data-print]"):
        expect(page.locator(gone).first).to_be_hidden()
