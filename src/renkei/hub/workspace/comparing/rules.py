"""Plan against actual for the pages: what is in force of a month's papers, person by person. Pure, no database.

The comparing itself is `renkei.standard.comparing`; here are the two points of view. A care-management office sees all
offices of its plan; a service office sees its own lines alone, although the slips that it received name the others'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from renkei.standard.comparing import (
    PersonResult,
    Received,
    Withdrawal,
    merge_actuals,
    merge_use_tables,
    reconcile,
)
from renkei.standard.layouts import code_lists
from renkei.standard.names import FileName
from renkei.standard.showing.month_grid import office_names
from renkei.standard.showing.sheets import read_file
from renkei.standard.units import UnitKind

Row = Mapping[str, str]
Person = tuple[str, str]  # insurer and insured number
OfficeType = tuple[str, str]  # service office number and service type

PLAN_KINDS = (UnitKind.USE_TABLE, UnitKind.USE_TABLE_DELETION)
ACTUAL_KINDS = (UnitKind.ACTUAL, UnitKind.ACTUAL_DELETION)


class Standing(StrEnum):
    """How far a person's month is, the most pressing first."""

    CHANGED = "changed"
    WAITING = "waiting"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """The words of the cover sheet that offices know."""
        return {"changed": "変更あり", "waiting": "実績待ち", "unchanged": "変更なし"}[self]


@dataclass(frozen=True)
class Desk:
    """Whose view it is. `other_types` are types of the same office that have a mailbox of their own."""

    office: str
    service: str
    other_types: frozenset[str] = frozenset()

    @property
    def makes_plans(self) -> bool:
        """True for a care-management office or support centre, False for a service office."""
        return self.service in code_lists()["service_type_office"]


@dataclass(frozen=True)
class Paper:
    """One unit that was sent or received, opened."""

    sequence: str
    sender: str
    recipient: str
    kind: UnitKind
    files: Mapping[str, bytes]

    def rows(self, kind: str) -> list[dict[str, str]]:
        """The records of this unit's file of one kind; none when it has no such file."""
        names = [name for name in self.files if FileName.parse(name).kind == kind]
        return [row for name in names for row in read_file(name, self.files[name]) or []]


@dataclass(frozen=True)
class PersonMonth:
    """One person's month. `plan` and `actual` are rows in force; `waiting` are offices that sent no actuals yet."""

    insurer: str
    insured: str
    name: str
    kana: str
    plan: tuple[Row, ...]
    actual: tuple[Row, ...]
    result: PersonResult
    waiting: tuple[OfficeType, ...]

    @property
    def standing(self) -> Standing:
        if self.result.changed:
            return Standing.CHANGED
        return Standing.WAITING if self.waiting else Standing.UNCHANGED

    @property
    def offices(self) -> dict[str, str]:
        """Names of the service offices by number."""
        return office_names([*self.plan, *self.actual])

    @property
    def waiting_names(self) -> list[str]:
        """The offices whose actuals are still awaited."""
        return list(dict.fromkeys(self.offices.get(number, number) for number, _type in self.waiting))


def people_of(papers: Iterable[Paper], month: str, desk: Desk) -> list[PersonMonth]:
    """Everyone in these papers, the most pressing first, then by kana. Order of arrival does not matter."""
    papers = list(papers)
    plan = _by_person(row for row in _plan(papers, month) if _concerns(row, desk))
    actual = _by_person(row for row in _actual(papers, month) if _concerns(row, desk))
    planned, done = [r for rows in plan.values() for r in rows], [r for rows in actual.values() for r in rows]
    results = {(result.insurer, result.insured): result for result in reconcile(planned, done)}
    reported = {_office_type(row) for row in done}
    names = _names(papers)
    people = []
    for person in plan.keys() | actual.keys():
        expected = dict.fromkeys(_office_type(row) for row in plan.get(person, ()))
        name, kana = names.get(person, ("", ""))
        people.append(
            PersonMonth(
                *person,
                name=name,
                kana=kana,
                plan=tuple(plan.get(person, ())),
                actual=tuple(actual.get(person, ())),
                result=results.get(person) or PersonResult(*person, as_planned=0, differences=()),
                waiting=tuple(pair for pair in expected if pair not in reported),
            )
        )
    order = list(Standing)
    return sorted(people, key=lambda p: (order.index(p.standing), p.kana, p.insurer, p.insured))


def _plan(papers: Iterable[Paper], month: str) -> list[dict[str, str]]:
    papers = list(papers)
    return merge_use_tables(
        _received(papers, UnitKind.USE_TABLE, "UPPLAN", month),
        _withdrawn(papers, UnitKind.USE_TABLE_DELETION, "DLTPLAN", month),
    )


def _actual(papers: Iterable[Paper], month: str) -> list[dict[str, str]]:
    papers = list(papers)
    return merge_actuals(
        _received(papers, UnitKind.ACTUAL, "UPJSK", month),
        _withdrawn(papers, UnitKind.ACTUAL_DELETION, "DLTJSK", month),
    )


def _received(papers: Iterable[Paper], unit: UnitKind, kind: str, month: str) -> list[Received]:
    return [
        Received(
            paper.sequence,
            paper.sender,
            [row for row in paper.rows(kind) if row["target_year_month"] == month],
            paper.recipient,
        )
        for paper in papers
        if paper.kind is unit
    ]


def _withdrawn(papers: Iterable[Paper], unit: UnitKind, kind: str, month: str) -> list[Withdrawal]:
    return [
        (
            paper.sequence,
            paper.sender,
            paper.recipient,
            [row for row in paper.rows(kind) if row["delete_target_year_month"] == month],
        )
        for paper in papers
        if paper.kind is unit
    ]


def _concerns(row: Row, desk: Desk) -> bool:
    if desk.makes_plans:
        return True
    office, type_ = _office_type(row)
    return office == desk.office and type_ not in desk.other_types


def _names(papers: Iterable[Paper]) -> dict[Person, tuple[str, str]]:
    """Name and kana of each person, from the latest supplement."""
    names: dict[Person, tuple[str, str]] = {}
    for paper in sorted(papers, key=lambda paper: paper.sequence):
        for row in paper.rows("UPHOSOKU"):
            names[_person(row)] = row["client_name"], row["client_name_kana"]
    return names


def _by_person(rows: Iterable[dict[str, str]]) -> dict[Person, list[dict[str, str]]]:
    people: dict[Person, list[dict[str, str]]] = {}
    for row in rows:
        people.setdefault(_person(row), []).append(row)
    return people


def _person(row: Row) -> Person:
    return row["insurer_number"], row["insured_person_number"]


def _office_type(row: Row) -> OfficeType:
    return row["service_office_number"], row["service_code"][:2]
