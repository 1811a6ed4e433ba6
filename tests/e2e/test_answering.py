"""A service office without care software reads its slips, marks the days, and sends the results: by clicks alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from .conftest import Town
from .test_pages import assert_well, nothing_goes_wrong, shots

pytestmark = pytest.mark.browser
__all__ = ["nothing_goes_wrong", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]


def test_a_month_is_marked_day_by_day_and_put_into_the_outbox(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    page.goto(f"/overview/{town.month.month}/")
    page.get_by_role("link", name="実績を入れる").click()
    assert_well(page, shots, "answers_month")
    page.locator(".answer-row h3 a").first.click()
    assert_well(page, shots, "answers_one")
    box = page.locator("input[name=done]").first
    box.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("に保存しました")).to_be_visible()
    was = box.is_checked()
    page.reload()
    assert page.locator("input[name=done]").first.is_checked() == was
    page.get_by_role("button", name="すべて予定どおり").click()
    expect(page.get_by_text("「行った」の印をつけました")).to_be_visible()
    page.get_by_text("時刻や回数を変える", exact=True).first.click()
    page.get_by_label("どのサービスか").first.select_option(index=1)
    page.get_by_label("始まり").first.fill("15:30")
    page.get_by_label("終わり").first.fill("16:30")
    assert_well(page, shots, "answers_change")
    page.get_by_label("この月の報告").fill("変わりなくお過ごしです。")
    page.get_by_role("button", name="これで全部(できた)").click()
    expect(page.get_by_text("「できた」にしました")).to_be_visible()
    page.get_by_role("button", name="できた人の実績を、送るものに入れる").first.click()
    expect(page.get_by_text("人の実績を、送るものに入れました")).to_be_visible()
    assert_well(page, shots, "answers_handed_in")
    page.get_by_role("button", name="送るのをやめる").click()


def test_a_helper_says_on_the_phone_what_took_place(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    month = town.month.month
    for day in range(1, 29):
        page.goto(f"/visits/?day={month[:4]}-{month[4:]}-{day:02}")
        if page.get_by_role("button", name="行った").count():
            break
    assert_well(page, shots, "visits")
    page.get_by_text("時刻がちがった・書きのこすこと").first.click()
    page.get_by_label("書きのこすこと").first.fill("玄関まで出てこられた")
    page.get_by_role("button", name="行った").first.click()
    expect(page.get_by_text("「行った」にしました")).to_be_visible()
    expect(page.get_by_text("(あり)").first).to_be_visible()
