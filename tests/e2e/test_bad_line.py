"""A line that breaks off while somebody marks what took place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from .conftest import Town

pytestmark = pytest.mark.browser
SignIn = Callable[[world.TestOffice], Page]


def test_on_a_bad_line_marks_wait_on_the_device(sign_in: SignIn, town: Town) -> None:
    page = sign_in(town.service_office)
    page.goto(f"/answers/{town.month.month}/")
    page.locator(".answer-row h3 a").last.click()
    address = page.url
    expect(page.locator("[data-answer]")).to_be_visible()
    page.route(
        "**/answers/one/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    box = page.locator("input[name=done]").last
    was = box.is_checked()
    page.locator("input[name=done] + label").last.click()
    expect(page.get_by_text("この端末に残しています")).to_be_visible()
    page.unroute("**/answers/one/**")
    page.goto(address)
    expect(page.get_by_text("に保存しました")).to_be_visible()
    page.reload()
    assert page.locator("input[name=done]").last.is_checked() != was
