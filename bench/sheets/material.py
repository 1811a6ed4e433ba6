"""Invented people with a month of so many services each, as records of 第6表, 第7表 and 補足情報, and as units on disk.

A service is a line of 第6表: an office, a code, a time. No two people have the same month; the same seed gives the same people.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from renkei.conformance.model import Client, Office, OfficeKind, ServiceMonth, Visit
from renkei.conformance.offices import Sizes, invent_offices
from renkei.conformance.plan_sheets import supplement
from renkei.conformance.use_table import annex, use_table
from renkei.forms.filling.given import Given
from renkei.standard.layouts import CURRENT_VERSION, layout
from renkei.standard.records import write

MONTH = ServiceMonth("202612")
UNIT = 25  # people of one unit
_DAYS = (4, 5, 8, 9, 13, 31)  # how often somebody uses a service in a month
_HELD = 0.95  # of what was planned
_SURNAMES = ("小野寺", "栁澤", "髙田", "渡邉", "山崎", "東海林", "佐々木", "齋藤")
_GIVEN_NAMES = ("春", "千代", "実", "茂", "ハナ", "清", "節子", "正")
_OFFICES = invent_offices(Sizes(1, 40, 1))
_MANAGER = _OFFICES[0]
# Without those who rent out equipment: such a line names a thing besides.
_SERVICE_OFFICES = [office for office in _OFFICES if office.kind is OfficeKind.SERVICE and office.service != "17"]

Rows = Mapping[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Person:
    """One person's records by file kind, and what came about of them."""

    client: Client
    rows: Rows
    actual: list[dict[str, str]]
    recipient: Office

    @property
    def given(self) -> Given:
        """As the forms are filled from it: the plan, and what was done."""
        return Given(
            (self.client.insurer, self.client.insured),
            (_MANAGER.number, _MANAGER.service),
            (self.recipient.number, self.recipient.service),
            "20261125090000",
            self.rows,
            (self.client.name, self.client.kana),
            {office.number: office.name for office in _OFFICES},
            self.actual,
        )


def people(services: int, seed: int = 1) -> Iterator[Person]:
    """One person after the other, without end, each with so many services."""
    dice = random.Random(f"{services} {seed}")
    number = 0
    while True:
        number += 1
        yield _person(dice, number, services, _SERVICE_OFFICES[(number - 1) // UNIT % len(_SERVICE_OFFICES)])


def write_units(folder: Path, count: int, services: int) -> None:
    """The files of so many people, as a care manager's office sends them: units of a few people to one office each."""
    folder.mkdir(parents=True)
    everybody = people(services)
    for first in range(0, count, UNIT):
        unit = [next(everybody) for _ in range(min(UNIT, count - first))]
        to = unit[0].recipient
        sequence = f"20261125{first // UNIT:06}"
        ends = f"{MONTH.text}_{_MANAGER.number}_{_MANAGER.service}_{to.number}_{to.service}_{sequence}.CSV"
        for kind in unit[0].rows:
            rows = (row for person in unit for row in person.rows[kind])
            (folder / f"{kind}_{ends}").write_bytes(write(kind, rows))


def _person(dice: random.Random, number: int, services: int, recipient: Office) -> Person:
    client = Client(
        insurer="139998",
        insured=f"{number:010}",
        name=f"{dice.choice(_SURNAMES)}　{dice.choice(_GIVEN_NAMES)}",
        kana="リヨウシャ",
        sex=dice.choice("12"),
        birth=f"19{dice.randrange(25, 55)}{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}",
        address="架空市本町１－１",
        care_level=str(dice.randrange(21, 26)),
        wishes="",
        policy="",
        care_manager=_MANAGER,
        services=(),
        plan_changed=False,
    )
    visits = _visits(dice, services, recipient)
    held = [visit for visit in visits if dice.random() < _HELD]
    rows = {
        "UPPLAN": use_table(client, MONTH, visits, made_on=MONTH.sent_on, by=_MANAGER),
        "UPSIKYU": annex(client, MONTH, visits),
        "UPHOSOKU": supplement(client, MONTH, with_plan=False),
    }
    actual = use_table(client, MONTH, held, made_on=MONTH.reported_on, by=_MANAGER)
    return Person(
        client,
        {kind: _complete(own, kind) for kind, own in rows.items()},
        _complete(actual, "UPJSK"),
        recipient,
    )


def _complete(rows: list[dict[str, str]], kind: str) -> list[dict[str, str]]:
    """With every item, as records have it that were read."""
    empty = {field.name: "" for field in layout(kind).fields}
    return [empty | {"csv_version": CURRENT_VERSION} | row for row in rows]


def _visits(dice: random.Random, services: int, recipient: Office) -> list[Visit]:
    """A few offices, the recipient among them, each with two or three services at times of their own."""
    others = [office for office in _SERVICE_OFFICES if office is not recipient]
    offices = sorted((recipient, *dice.sample(others, max(1, services // 3))), key=lambda office: office.number)
    visits: list[Visit] = []
    for place in range(services):
        office = offices[place * len(offices) // services]
        start, minutes = dice.randrange(7, 18) * 60 + dice.choice((0, 15, 30, 45)), dice.choice((20, 30, 45, 60, 90))
        begins, ends = (f"{time // 60:02}{time % 60:02}" for time in (start, start + minutes))
        code, units = f"{office.service}{1000 + 40 * dice.randrange(100) + place}", dice.randrange(60, 900)
        days = sorted(dice.sample(MONTH.days, dice.choice(_DAYS)))
        visits += [Visit(office, f"{day:%Y%m%d}", begins, ends, code, units) for day in days]
    return visits
