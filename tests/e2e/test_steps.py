"""What people decide after sending and receiving, in the browser: read what it does, write why, press the button."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, Town
from .test_pages import SignIn, assert_well, nothing_goes_wrong, shots

__all__ = ["nothing_goes_wrong", "shots"]  # fixtures

pytestmark = pytest.mark.browser
RECALL = "まちがえて送ったので、回収を求める"


def open_one_with(page: Page, listing: str, link: str) -> str:
    """The first transmission of a list that offers this step; its address."""
    page.goto(listing)
    found = page.locator(".row h2 a")
    for address in [found.nth(place).get_attribute("href") for place in range(found.count())]:
        page.goto(address or "")
        if page.get_by_role("link", name=link, exact=True).count():
            return address or ""
    pytest.fail(f"no transmission offers {link}")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_unit_is_taken_in_the_browser(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    open_one_with(page, "/received/", "変更をお願いする")
    page.get_by_role("link", name="変更をお願いする", exact=True).click()
    assert_well(page, shots, "step")
    page.get_by_label("変えてほしいこと").fill("12日の訪問を、13日の同じ時間に変えてください。")
    page.get_by_role("button", name="この内容でお願いする").click()
    expect(page.get_by_role("status")).to_contain_text("記録しました")
    expect(page.get_by_role("heading", name="変更をお願いしました")).to_be_visible()
    assert_well(page, shots, "asked")
    page.get_by_role("link", name="言葉を読む").last.click()
    expect(page.locator("main")).to_contain_text("12日の訪問を、13日の同じ時間に変えてください。")
    assert_well(page, shots, "said")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_wrong_recipient_is_asked_to_delete_and_the_record_is_printed(
    sign_in: SignIn, town: Town, shots: Path
) -> None:
    page = sign_in(town.care_manager)
    address = open_one_with(page, "/sent/", RECALL)
    page.get_by_role("link", name=RECALL).click()
    assert_well(page, shots, "recall")
    page.get_by_role("button", name="回収を求める").click()
    # The field is required: the browser says so, and nothing is on record.
    expect(page.get_by_role("heading", level=1)).to_have_text(RECALL)
    page.get_by_label("回収を求めるわけ").fill("送り先をまちがえました。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    page.get_by_role("link", name="だれが見たかの記録を出す(保険者への報告用)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回収の記録")
    assert_well(page, shots, "recall-record")
