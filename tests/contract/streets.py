"""The hub with an invented month on it, people who sign in, and the looks that are on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month, SentUnit
from renkei.standard import records
from renkei.standard.units import Unit, UnitKind

from . import world
from .conftest import Hub

PASSWORD = "しずかな朝の提供票が届く"


@dataclass
class Street:
    """The hub of the invented month, and what was sent: ids by (sender, recipient, kind), names by insured number."""

    hub: Hub
    month: Month
    sent: dict[tuple[str, str, str], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def care_manager(self) -> world.TestOffice:
        return self.hub.offices[self.month.offices[0].number]

    @property
    def service_office(self) -> world.TestOffice:
        return self.hub.offices[self.month.offices[1].number]

    @property
    def stranger(self) -> world.TestOffice:
        return self.hub.offices[self.month.offices[2].number]

    @property
    def slip(self) -> str:
        """The use table that the service office received."""
        return self.sent[self.care_manager.number, self.service_office.number, UnitKind.USE_TABLE]

    def send(self, wanted: Callable[[Unit], bool]) -> None:
        """Send those units of the month; one that was sent before stays the same."""
        for number, files in self.month.files.items():
            office = self.hub.offices[number]
            for unit, own in world.units_of(files):
                if wanted(unit):
                    answer = office.post("/transmissions", office.envelope(unit, own))
                    assert answer.status_code in (200, 201), answer.content.decode()
                    self.sent[unit.sender, unit.recipient, unit.kind] = answer.json()["id"]

    @property
    def slip_unit(self) -> SentUnit:
        """What is true of that use table."""
        ends = (self.care_manager.number, self.service_office.number, UnitKind.USE_TABLE)
        return next(unit for unit in self.month.truth.units if (unit.sender, unit.recipient, unit.kind) == ends)


@pytest.fixture
def street(town: Hub, month: Month) -> Street:
    """Only the use table that the service office received is on its way."""
    made = Street(town, month)
    for name, data in month.files[made.care_manager.number].items():
        if name.startswith("UPHOSOKU_"):
            made.names |= {row["insured_person_number"]: row["client_name"] for row in records.read(data, "UPHOSOKU")}
    made.send(lambda unit: (unit.recipient, unit.kind) == (made.service_office.number, UnitKind.USE_TABLE))
    return made


@pytest.fixture
def full_street(street: Street) -> Street:
    """The whole month is on its way: plans, use tables, actuals."""
    street.send(lambda unit: True)
    return street


@pytest.fixture
def person(hub: Hub) -> Callable[..., Client]:
    """`person(office)` is a signed-in browser of its staff."""

    def enter(office: world.TestOffice, login: str = "suzuki", **client: Any) -> Client:
        from renkei.hub.parties import services

        browser = Client(**client)
        browser.force_login(services.add_staff(login, "鈴木　一", services.office(office.number), PASSWORD))
        return browser

    return enter


def looks() -> list[Any]:
    from renkei.hub.core.models import Look

    return list(Look.objects.order_by("at"))


def seen_subjects(look: Any) -> set[str]:
    from renkei.hub.core.models import LookSubject

    return set(LookSubject.objects.filter(look=look.id).values_list("subject", flat=True))


def subject_of(month: Month, insured: str) -> str:
    from renkei.hub.core.looks import subject

    return subject(month.offices[0].insurer, insured)
