"""Plan against actual (予定と実績の突き合わせ) by person, office and day; and which rows are in force after re-sending.

Pure functions on UPPLAN and UPJSK rows as `records.read` gives them. Rows are counted, never merely listed: a visit
planned twice and made once is one visit that did not take place, and the result does not depend on the rows' order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Row = Mapping[str, str]
Received = tuple[str, str, Iterable[Row]]  # sequence number, sender's office number, rows of one unit

UNTIMED = ("9999", "9999")


class DifferenceKind(StrEnum):
    """How what happened differs from what was planned."""

    MISSING = "missing"
    UNPLANNED = "unplanned"
    TIME_CHANGED = "time_changed"
    COUNT_CHANGED = "count_changed"

    @property
    def label(self) -> str:
        """The words a care manager uses."""
        return _LABELS[self]


_LABELS = {
    DifferenceKind.MISSING: "実施なし",
    DifferenceKind.UNPLANNED: "予定外の実施",
    DifferenceKind.TIME_CHANGED: "時間の変更",
    DifferenceKind.COUNT_CHANGED: "回数の変更",
}


@dataclass(frozen=True)
class Difference:
    """One thing that went otherwise than planned; identical ones are one difference that covers several visits.

    `date` is YYYYMMDD. `planned` and `actual` are for people: "10:00～10:45", "10:00～10:45 ×2" for two visits alike,
    "2回" where a service has no time.
    """

    kind: DifferenceKind
    date: str
    service_code: str
    office: str
    planned: str | None
    actual: str | None
    planned_visits: int
    actual_visits: int

    @property
    def label(self) -> str:
        """One line, for example 12月11日 117211 実施なし（予定 10:00～10:45）."""
        sides = (("予定", self.planned), ("実績", self.actual))
        told = "、".join(f"{side} {text}" for side, text in sides if text)
        return f"{_day(self.date)} {self.service_code} {self.kind.label}（{told}）"


@dataclass(frozen=True)
class PersonResult:
    """Plan against actual of one person. `as_planned` counts the visits that took place exactly as planned."""

    insurer: str
    insured: str
    as_planned: int
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> bool:
        """True when anything differs."""
        return bool(self.differences)


@dataclass(frozen=True)
class Summary:
    """The count that a care manager wants to see first."""

    unchanged: int
    changed: int

    @property
    def label(self) -> str:
        """変更なし N人・変更あり N人"""
        return f"変更なし {self.unchanged}人・変更あり {self.changed}人"


def summarise(results: Iterable[PersonResult]) -> Summary:
    """Count the people without and with differences."""
    counted = Counter(result.changed for result in results)
    return Summary(unchanged=counted[False], changed=counted[True])


def reconcile(plan: Iterable[Row], actual: Iterable[Row], office: str | None = None) -> list[PersonResult]:
    """Compare planned with actual rows; one result a person, in the order of insurer and insured number.

    A use table lists the services of all offices, so planned rows count only for `office`, or, when it is None, for
    the months of an office and service type that have actual rows (an office that sent nothing is not yet late).
    A row stands for サービス回数 visits. Rental with another TAIS or notification code is another service.
    """
    done = [row for row in actual if office is None or row["service_office_number"] == office]
    reported = {_reported(row) for row in done}
    planned = [
        row
        for row in plan
        if (_reported(row) in reported if office is None else row["service_office_number"] == office)
    ]
    planned_by_person, done_by_person = _visits(planned), _visits(done)
    people = sorted(planned_by_person.keys() | done_by_person.keys())
    return [_person(person, planned_by_person[person], done_by_person[person]) for person in people]


def merge_use_tables(units: Iterable[Received]) -> list[dict[str, str]]:
    """The rows in force of use tables that were sent again: by sender, person and month the highest sequence number.

    Also the way to read a care manager's own outbox, where every service office gets the same use table once.
    The standard does not say what a re-sent file replaces; this scope is our convention.
    """
    return _in_force(units, lambda row: (row["insurer_number"], row["insured_person_number"], row["target_year_month"]))


def merge_actuals(units: Iterable[Received]) -> list[dict[str, str]]:
    """As `merge_use_tables`, for actuals: each pair of service office and service type is replaced on its own."""
    return _in_force(units, lambda row: (row["insurer_number"], row["insured_person_number"], *_reported(row)))


def _in_force(units: Iterable[Received], key_of: Callable[[Row], tuple[str, ...]]) -> list[dict[str, str]]:
    latest: dict[tuple[str, ...], tuple[str, list[dict[str, str]]]] = {}
    for sequence, sender, rows in units:
        groups: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            groups[(sender, *key_of(row))].append(dict(row))
        for key, group in groups.items():
            held = latest.get(key)
            if held is None or _newer((sequence, group), held):
                latest[key] = (sequence, group)
    return [row for key in sorted(latest) for row in latest[key][1]]


def _newer(offered: tuple[str, list[dict[str, str]]], held: tuple[str, list[dict[str, str]]]) -> bool:
    if offered[0] != held[0]:
        return offered[0] > held[0]
    # Two copies under one number (one a recipient) should be equal; if not, the order of arrival must not decide.
    return _content(offered[1]) > _content(held[1])


def _content(rows: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


# Visits ---------------------------------------------------------------------------------------------------------------

Service = tuple[str, str, str, str]  # office, date, service code, equipment
Times = tuple[str, str]
Visits = dict[Service, Counter[Times]]


def _visits(rows: Iterable[Row]) -> defaultdict[tuple[str, str], Visits]:
    people: defaultdict[tuple[str, str], Visits] = defaultdict(dict)
    for row in rows:
        person = people[row["insurer_number"], row["insured_person_number"]]
        equipment = row.get("tais_code") or row.get("equipment_notification_code") or ""
        service = (row["service_office_number"], row["service_date"], row["service_code"], equipment)
        times = (row["service_start_time"], row["service_end_time"])
        person.setdefault(service, Counter())[times] += visits_of(row)
    return people


def visits_of(row: Row) -> int:
    """Visits of one row: an unreadable サービス回数 is one visit, because the row is there."""
    text = row["service_count"]
    return int(text) if text.isdecimal() and len(text) <= 2 else 1


def _reported(row: Row) -> tuple[str, str, str]:
    """What one report of actuals covers: month, office and service type."""
    return row["target_year_month"], row["service_office_number"], row["service_code"][:2]


def _person(person: tuple[str, str], planned: Visits, done: Visits) -> PersonResult:
    as_planned, differences = 0, []
    for service in sorted(planned.keys() | done.keys(), key=lambda s: (s[1], s)):
        kept, found = _compare(service, planned.get(service, Counter()), done.get(service, Counter()))
        as_planned += kept
        differences += found
    return PersonResult(*person, as_planned=as_planned, differences=tuple(differences))


def _compare(service: Service, planned: Counter[Times], done: Counter[Times]) -> tuple[int, list[Difference]]:
    """Exact times first, then a changed count of what has no time, then the nearest other time, then the rest."""
    exact = planned & done
    planned, done = planned - exact, done - exact
    found: list[tuple[DifferenceKind, Times | None, Times | None, int, int]] = []
    if exact[UNTIMED] and (planned[UNTIMED] or done[UNTIMED]):
        kept = exact.pop(UNTIMED)
        before, after = kept + planned.pop(UNTIMED, 0), kept + done.pop(UNTIMED, 0)
        found.append((DifferenceKind.COUNT_CHANGED, UNTIMED, UNTIMED, before, after))
    for one, other, visits in list(_nearest(planned, done)):
        found.append((DifferenceKind.TIME_CHANGED, one, other, visits, visits))
        planned[one] -= visits
        done[other] -= visits
    found += [(DifferenceKind.MISSING, times, None, visits, 0) for times, visits in (+planned).items()]
    found += [(DifferenceKind.UNPLANNED, None, times, 0, visits) for times, visits in (+done).items()]
    found.sort(key=lambda f: (f[1] or f[2] or UNTIMED, f[2] or UNTIMED, f[0]))
    return exact.total(), [_difference(service, *one) for one in found]


def _nearest(planned: Counter[Times], done: Counter[Times]) -> Iterator[tuple[Times, Times, int]]:
    """(planned, actual, visits): each time of the side with fewer visits with the nearest start still free."""
    planned_is_fewer = planned.total() <= done.total()
    fewer, more = (planned, done) if planned_is_fewer else (done, planned)
    free = sorted(more, key=_by_start)
    left = dict(more)
    for times in sorted(fewer, key=_by_start):
        wanted = fewer[times]
        while wanted:
            place = bisect_left(free, _by_start(times), key=_by_start)
            if place == len(free) or (place and _gap(times, free[place - 1]) <= _gap(times, free[place])):
                place -= 1
            other = free[place]
            visits = min(wanted, left[other])
            yield (times, other, visits) if planned_is_fewer else (other, times, visits)
            wanted -= visits
            left[other] -= visits
            if not left[other]:
                del free[place]


def _by_start(times: Times) -> tuple[int, Times]:
    return _minutes(times[0]), times


def _gap(one: Times, other: Times) -> int:
    return abs(_minutes(one[0]) - _minutes(other[0]))


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[2:]) if len(time) == 4 and time.isdecimal() else 99 * 60 + 99


# Words ----------------------------------------------------------------------------------------------------------------


def _difference(
    service: Service, kind: DifferenceKind, before: Times | None, after: Times | None, planned: int, done: int
) -> Difference:
    office, date, code, _ = service
    return Difference(
        kind=kind,
        date=date,
        service_code=code,
        office=office,
        planned=_told(before, planned) if before else None,
        actual=_told(after, done) if after else None,
        planned_visits=planned,
        actual_visits=done,
    )


def _told(times: Times, visits: int) -> str:
    if times == UNTIMED:
        return f"{visits}回"
    text = "～".join(f"{time[:2]}:{time[2:]}" for time in times)
    return f"{text} ×{visits}" if visits > 1 else text


def _day(date: str) -> str:
    return f"{int(date[4:6])}月{int(date[6:8])}日" if len(date) == 8 and date.isdecimal() else date
