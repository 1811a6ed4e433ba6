"""The page of the month, as the tests read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import UnitKind

from .streets import Street

PAGE = "/overview/202612/"
Enter = Callable[..., Client]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`today("2027-01-06")` is the day on which the pages are looked at; it is 2027-01-04 before that."""
    from django.utils import timezone

    def be(day: str) -> None:
        clock = SimpleNamespace(localdate=lambda: date.fromisoformat(day), make_aware=timezone.make_aware)
        monkeypatch.setattr("renkei.hub.workspace.overview.views.timezone", clock)

    be("2027-01-04")
    return be


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The notices are read once in a while by whichever page comes then: not while pages are compared."""
    from renkei.hub.core import notices

    monkeypatch.setattr(notices, "SECONDS", 3600)


def counts(browser: Client, address: str = PAGE) -> dict[str, Any]:
    page = browser.get(address)
    assert page.status_code == 200
    return {one.card.value: one.count for section in page.context["sections"] for one in section.cards}


def numbers(browser: Client, address: str = PAGE) -> dict[str, int]:
    """The counts that are not none."""
    return {card: count.number for card, count in counts(browser, address).items() if count.number}


def listed(browser: Client, card: str, address: str = PAGE) -> list[Any]:
    answer = browser.get(f"{address}{card}/")
    assert answer.status_code == 200
    return list(answer.context["page"].rows)


def words(browser: Client, address: str = PAGE) -> str:
    return " ".join(re.sub("<[^>]+>", "", browser.get(address).content.decode()).split())


def pairs(street: Street) -> set[tuple[str, str]]:
    """Who is served by whom: (service office, insured number)."""
    units = street.month.truth.units
    return {(unit.recipient, one) for unit in units if unit.kind is UnitKind.USE_TABLE for one in unit.people}
