"""The operator's pages, and what an office's administrator sees of its place at the hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from .conftest import PHONE, Town
from .months import OPERATOR
from .test_pages import assert_well, shots

# On the narrow screen, where something would stick out first.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)]
__all__ = ["shots"]  # fixtures
SignIn = Callable[[world.TestOffice | str], Page]
PAGES = ("", "applications/", "licences/", "certificates/", "recoveries/", "jobs/", "notices/", "proposals/", "looks/")


@pytest.mark.long
def test_the_operators_pages_read_well(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(OPERATOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("運営")
    for address in PAGES:
        page.goto(f"/operation/{address}")
        assert_well(page, shots, f"operation_{address.strip('/')}")
    page.goto("/operation/parties/")
    page.get_by_label("番号か名前のはじめ").fill(town.care_manager.number)
    page.get_by_role("button", name="さがす").click()
    page.get_by_role("link", name=town.care_manager.name).click()
    assert_well(page, shots, "operation_party")
    help_ = page.locator("form").filter(has=page.get_by_role("button", name="送ったものの一覧を開く"))
    help_.get_by_label("わけ(記録に残ります)").fill("電話で頼まれたため")
    help_.get_by_role("button", name="送ったものの一覧を開く").click()
    assert_well(page, shots, "operation_help")
    page.goto("/operation/deeds/")
    expect(page.locator("tbody tr").first).to_contain_text("困りごとを助けるため")
    assert_well(page, shots, "operation_deeds")


@pytest.mark.long
def test_an_offices_place_at_the_hub_reads_well(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.care_manager)
    for address in ("/settings/certificates/", "/settings/licence/", "/settings/programs/", "/welcome/", "/send/"):
        page.goto(address)
        assert_well(page, shots, address.strip("/").replace("/", "_"))
