"""Plan against actual as flat rows and sums: what lists, spreadsheets and programs read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..comparing.months import PersonMonth, Reconciliation, Standing
from ..comparing.visits import Difference, DifferenceKind, Kept
from ..layouts import code_lists
from .month_grid import service_words
from .words import day_words, plain_month

AS_PLANNED, WAITING = "予定どおり", "実績待ち"
# The order in which people ask for them.
KINDS = (AS_PLANNED, *(kind.label for kind in DifferenceKind), WAITING)


@dataclass(frozen=True)
class VisitRow:
    """One service of one person on one day, or an office that is waited for (then without a day).

    `date` is YYYYMMDD; `result` is one of `KINDS`; `planned` and `actual` are for people, the two counts for sums.
    """

    month: str
    insurer: str
    insured: str
    name: str
    date: str
    office: str
    office_name: str
    service_code: str
    service: str
    result: str
    planned: str
    actual: str
    planned_visits: int
    actual_visits: int
    check: str


# item of VisitRow → heading of lists
HEADINGS = {
    "month": "対象年月",
    "insurer": "保険者番号",
    "insured": "被保険者番号",
    "name": "氏名",
    "date": "日付",
    "office": "事業所番号",
    "office_name": "事業所名",
    "service_code": "サービスコード",
    "service": "サービス",
    "result": "結果",
    "planned": "予定",
    "actual": "実績",
    "planned_visits": "予定の回数",
    "actual_visits": "実績の回数",
    "check": "確かめること",
}


def visit_rows(found: Reconciliation) -> list[VisitRow]:
    """Every visit, as planned or not, person by person in the order of `found.people`, day by day."""
    return [row for person in found.people for row in rows_of(person, found)]


def sums(rows: Iterable[VisitRow]) -> Counter[str]:
    """Visits by result; of more and fewer only what is above or below the plan."""
    counted: Counter[str] = Counter()
    for row in rows:
        both = row.planned_visits and row.actual_visits
        apart = abs(row.planned_visits - row.actual_visits)
        counted[row.result] += apart if both and apart else max(row.planned_visits, row.actual_visits)
    return counted


def by_office(rows: Iterable[VisitRow]) -> dict[tuple[str, str], list[VisitRow]]:
    """The rows of each office, by number and name."""
    offices: dict[tuple[str, str], list[VisitRow]] = {}
    for row in sorted(rows, key=lambda row: row.office):
        offices.setdefault((row.office, row.office_name), []).append(row)
    return offices


def as_dict(found: Reconciliation) -> dict[str, Any]:
    """Plain values for JSON: counts first, then people with their visits, who is waited for, and notices."""
    counts = found.counts
    return {
        "months": list(found.months),
        "counts": {str(standing): counts[standing] for standing in reversed(Standing)},
        "people": [_person(person, found) for person in found.people],
        "waiting": [{**asdict(one), "office_name": found.office_name(one.office)} for one in found.waiting],
        "notices": [asdict(notice) for notice in found.notices],
    }


def waiting_words(found: Reconciliation) -> list[str]:
    """One line for each office that sent nothing yet: name, service, people."""
    several = len(found.months) > 1
    return [
        f"{f'{plain_month(one.month)} ' if several else ''}{found.office_name(one.office)}"
        f"({one.office})・{type_words(one.service)}・{one.people}人分"
        for one in found.waiting
    ]


def type_words(service: str) -> str:
    """The name of a service type, or its code.

    >>> type_words("11"), type_words("ZZ")
    ('訪問介護', 'ZZ')
    """
    return code_lists()["service_type"].get(service, service)


def rows_of(person: PersonMonth, found: Reconciliation) -> list[VisitRow]:
    """The visits of one person's month, day by day, then who is waited for."""
    check = "保険者番号がちがいます" if person.actual_insurer else ""
    who = (person.month, person.insurer, person.insured, person.name)
    visits: list[tuple[Kept | Difference, str, str, str, int, int]] = [
        (kept, AS_PLANNED, kept.times, kept.times, kept.visits, kept.visits) for kept in person.result.kept
    ]
    rows = [
        VisitRow(
            *who,
            date=one.date,
            office=one.office,
            office_name=found.office_name(one.office),
            service_code=one.service_code,
            service=service_words(one.service_code),
            result=result,
            planned=planned,
            actual=actual,
            planned_visits=before,
            actual_visits=after,
            check=check,
        )
        for one, result, planned, actual, before, after in [*visits, *_different(person)]
    ]
    rows.sort(key=lambda row: (row.date, row.planned or row.actual, row.service_code))
    for number, service in person.waiting:
        where = ("", number, found.office_name(number))
        rows.append(VisitRow(*who, *where, "", type_words(service), WAITING, "", "", 0, 0, check))
    return rows


def _different(person: PersonMonth) -> Iterator[tuple[Difference, str, str, str, int, int]]:
    for one in person.result.differences:
        told = (one.kind.label, one.planned or "", one.actual or "")
        yield one, *told, one.planned_visits, one.actual_visits


def _person(person: PersonMonth, found: Reconciliation) -> dict[str, Any]:
    visits = [
        {name: value for name, value in asdict(row).items() if name not in ("month", "insurer", "insured", "name")}
        for row in rows_of(person, found)
        if row.result != WAITING
    ]
    return {
        "month": person.month,
        "insurer": person.insurer,
        "insured": person.insured,
        "name": person.name,
        "standing": str(person.standing),
        "actual_insurer": person.actual_insurer,
        "as_planned": person.result.as_planned,
        "differences": [
            {**asdict(one), "kind": str(one.kind), "label": one.label} for one in person.result.differences
        ],
        "waiting": [{"office": office, "service": service} for office, service in person.waiting],
        "visits": visits,
    }


def date_cell(date: str) -> str:
    """12月1日(火); nothing where there is no day."""
    return day_words(date) if date else ""
