"""委託: the papers of a centre go on with one click, results come back with the plan, and all three see who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from renkei.standard.units import UnitKind

from .conftest import Town
from .months import entrusting
from .test_pages import assert_well, nothing_goes_wrong, shots

pytestmark = pytest.mark.browser
__all__ = ["nothing_goes_wrong", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
CENTRE, ENTRUSTED, NURSE = "1309200010", "1379200023", "1369400013"


def send(town: Town, sender: str, recipients: Iterable[str], kind: UnitKind, sequence: str) -> None:
    """Units of the entrusted client, anew under this number."""
    for unit, files in world.units_of(entrusting().files[sender]):
        if unit.recipient in recipients and unit.kind is kind:
            renamed = {name.replace(unit.sequence, sequence): data for name, data in files.items()}
            again = unit._replace(sequence=sequence, files=tuple(renamed))
            office = town.offices[sender]
            answer = office.post("/transmissions", office.envelope(again, renamed))
            assert answer.status_code == 201, answer.content


def test_what_a_centre_entrusted_goes_on_with_one_click(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.offices[ENTRUSTED])
    width = page.viewport_size["width"] if page.viewport_size else 0
    turn = f"2026112{1 if width > 1000 else 2}0900"
    send(town, CENTRE, [ENTRUSTED], UnitKind.CLIENT_BASICS, f"{turn}01")
    send(town, ENTRUSTED, [NURSE], UnitKind.USE_TABLE, f"{turn}02")
    send(town, NURSE, [ENTRUSTED], UnitKind.ACTUAL, f"{turn}03")
    page.goto("/overview/")
    page.get_by_role("link", name="委託(介護予防・総合事業)で回すもの").click()
    expect(page.get_by_role("heading", name="回すもの")).to_be_visible()
    assert_well(page, shots, "relay")
    page.get_by_role("button", name="これを回す").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    assert_well(page, shots, "relay_passed_on")
    page.goto("/outbox/list/draft/")
    page.locator(".row h2 a").first.click()
    assert_well(page, shots, "relay_draft")
    page.get_by_role("button", name="送るのをやめる").click()
    page.goto("/relay/due/")
    assert_well(page, shots, "relay_due")


def test_the_centre_and_the_service_office_see_their_own_ends(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.offices[CENTRE])
    page.goto("/relay/")
    assert_well(page, shots, "relay_centre")
    assert page.get_by_role("button", name="これを回す").count() == 0
