"""A received unit as paper in the browser: seen, made larger, in large letters, as the family's week, and as a PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import DESKTOP, Town
from .test_pages import SignIn, assert_well, nothing_goes_wrong, shots

__all__ = ["nothing_goes_wrong", "shots"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("context", [DESKTOP, (375, 812)], ids=["desktop", "phone"], indirect=True)
def test_a_slip_is_seen_and_printed_as_the_form_that_people_know(
    sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page = sign_in(town.service_office)
    _open(page, "提供票")
    expect(page.get_by_role("heading", level=1)).to_have_text("提供票(第6表・第7表)を紙の様式で見る")
    assert_well(page, shots, "paper_slip")
    small = _shown_width(page)
    page.get_by_label("もっと大きく", exact=True).check()
    assert _shown_width(page) > small
    page.get_by_role("link", name="大きな字").click()
    assert_well(page, shots, "paper_large")
    person = page.get_by_role("heading", level=2).first.inner_text()
    # Chromium shows a PDF in a window of its own where it can, and saves it elsewhere: what the link gives is the same.
    link = page.get_by_role("link", name=re.compile("^この人の分を印刷する"))
    given = page.request.get(urljoin(page.url, str(link.get_attribute("href"))))
    assert given.headers["content-type"] == "application/pdf"
    assert _bare(person) in _bare(_text(given.body()))


@pytest.mark.parametrize("context", [DESKTOP], ids=["desktop"], indirect=True)
def test_the_week_is_read_by_a_family_with_the_keyboard_alone(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    _open(page, "計画書", month="")
    link = page.get_by_role("link", name="家族むけの1週間")
    for _ in range(60):
        if link.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="家族むけの1週間")).to_have_attribute("aria-current", "true")
    assert_well(page, shots, "paper_family")


def _open(page: Page, kind: str, month: str = "202612") -> None:
    page.goto(f"/received/?month={month}")
    while not page.get_by_role("link", name=re.compile(kind)).count():
        page.get_by_role("link", name="もっと古いものを見る").click()
    page.get_by_role("link", name=re.compile(kind)).first.click()
    page.get_by_role("link", name="中身を見る").click()
    page.get_by_role("link", name="紙の様式で見る・印刷する").click()


def _shown_width(page: Page) -> int:
    sheet: Locator = page.locator("img.paper__page").first
    return int(sheet.evaluate("picture => picture.clientWidth"))


def _text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, check=True, capture_output=True).stdout.decode()


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
