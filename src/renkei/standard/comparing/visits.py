"""Plan against actual (予定と実績の突き合わせ) by person, office and day.

Pure functions on UPPLAN and UPJSK rows as `records.read` gives them. Rows are counted, never merely listed: a visit
planned twice and made once is one visit that did not take place, and the result does not depend on the rows' order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Row = Mapping[str, str]
Report = tuple[str, str, str]  # month, office, service type: what one report of actuals covers

UNTIMED = ("9999", "9999")


class DifferenceKind(StrEnum):
    """How what happened differs from what was planned.

    >>> DifferenceKind.MISSING.label
    '実施なし'
    """

    MISSING = "missing"
    UNPLANNED = "unplanned"
    TIME_CHANGED = "time_changed"
    MORE = "more"
    FEWER = "fewer"

    @property
    def label(self) -> str:
        """The words a care manager uses."""
        return _LABELS[self]


_LABELS = {
    DifferenceKind.MISSING: "実施なし",
    DifferenceKind.UNPLANNED: "予定外の実施",
    DifferenceKind.TIME_CHANGED: "時間の変更",
    DifferenceKind.MORE: "回数の増加",
    DifferenceKind.FEWER: "回数の減少",
}


@dataclass(frozen=True)
class Difference:
    """One thing that went otherwise than planned; identical ones are one difference that covers several visits.

    `date` is YYYYMMDD. `planned` and `actual` are for people: "10:00～10:45", "10:00～10:45 ×2" for two visits alike,
    "2回" where a service has no time.

    >>> Difference(DifferenceKind.MISSING, "20261211", "117211", "1370200014", "10:00～10:45", None, 1, 0).label
    '12月11日 117211 実施なし（予定 10:00～10:45）'
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
        words = "、".join(f"{side} {text}" for side, text in sides if text)
        return f"{_day(self.date)} {self.service_code} {self.kind.label}（{words}）"


@dataclass(frozen=True)
class Kept:
    """Visits that took place exactly as planned; `times` is for people, as in `Difference`.

    >>> Kept("20261202", "111111", "1370200014", "09:30～10:00", 1).visits
    1
    """

    date: str
    service_code: str
    office: str
    times: str
    visits: int


@dataclass(frozen=True)
class PersonResult:
    """Plan against actual of one person. `as_planned` counts the visits of `kept`, which took place as planned.

    >>> PersonResult("132019", "0000000001", as_planned=4, differences=()).changed
    False
    """

    insurer: str
    insured: str
    as_planned: int
    differences: tuple[Difference, ...]
    kept: tuple[Kept, ...] = ()

    @property
    def changed(self) -> bool:
        """True when anything differs."""
        return bool(self.differences)


@dataclass(frozen=True)
class Summary:
    """The count that a care manager wants to see first.

    >>> Summary(unchanged=3, changed=1).label
    '変更なし 3人・変更あり 1人'
    """

    unchanged: int
    changed: int

    @property
    def label(self) -> str:
        """変更なし N人・変更あり N人"""
        return f"変更なし {self.unchanged}人・変更あり {self.changed}人"


def summarise(results: Iterable[PersonResult]) -> Summary:
    """Count the people without and with differences.

    >>> summarise([PersonResult("132019", "0000000001", as_planned=4, differences=())])
    Summary(unchanged=1, changed=0)
    """
    counted = Counter(result.changed for result in results)
    return Summary(unchanged=counted[False], changed=counted[True])


def reconcile(
    plan: Iterable[Row], actual: Iterable[Row], office: str | None = None, told: Collection[Report] = ()
) -> list[PersonResult]:
    """Compare planned with actual rows; one result a person, in the order of insurer and insured number.

    A use table lists the services of all offices, so planned rows count only for `office`, or, when it is None, for
    the months of an office and service type that have actual rows (an office that sent nothing is not yet late), or that
    are `told` to have been reported: an office that sent rows of others alone did nothing here.
    A row stands for サービス回数 visits. Rental with another TAIS or notification code is another service.

    >>> visit = {"insurer_number": "132019", "insured_person_number": "0000000001", "target_year_month": "202612"}
    >>> visit |= {"service_office_number": "1370200014", "service_code": "111111", "service_date": "20261202"}
    >>> visit |= {"service_start_time": "0930", "service_end_time": "1000", "service_count": "1"}
    >>> (result,) = reconcile([visit], [visit | {"service_start_time": "1000", "service_end_time": "1030"}])
    >>> [difference.label for difference in result.differences]
    ['12月2日 111111 時間の変更（予定 09:30～10:00、実績 10:00～10:30）']
    """
    done = [row for row in actual if office is None or row["service_office_number"] == office]
    covered = {reported(row) for row in done} | set(told)
    planned = [
        row for row in plan if (reported(row) in covered if office is None else row["service_office_number"] == office)
    ]
    planned_by_person, done_by_person = _visits(planned), _visits(done)
    people = sorted(planned_by_person.keys() | done_by_person.keys())
    return [_person(person, planned_by_person[person], done_by_person[person]) for person in people]


# Visits ---------------------------------------------------------------------------------------------------------------

Service = tuple[str, str, str, str]  # office, date, service code, equipment
Times = tuple[str, str]
Visits = dict[Service, Counter[Times]]
# kind, planned times, actual times, planned visits, actual visits
Found = tuple[DifferenceKind, Times | None, Times | None, int, int]


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
    """Visits of one row: an unreadable サービス回数 is one visit, because the row is there.

    >>> visits_of({"service_count": "2"}), visits_of({"service_count": "二"})
    (2, 1)
    """
    text = row["service_count"]
    return int(text) if text.isdecimal() and len(text) <= 2 else 1


def reported(row: Row) -> Report:
    """What one report of actuals covers: month, office and service type."""
    return row["target_year_month"], row["service_office_number"], row["service_code"][:2]


def _person(person: tuple[str, str], planned: Visits, done: Visits) -> PersonResult:
    kept: list[Kept] = []
    differences: list[Difference] = []
    for service in sorted(planned.keys() | done.keys(), key=lambda s: (s[1], s)):
        same, found = _compare(planned.get(service, Counter()), done.get(service, Counter()))
        office, date, code, _ = service
        kept += [Kept(date, code, office, told(times, same[times]), same[times]) for times in sorted(same)]
        differences += [_difference(service, *one) for one in found]
    as_planned = sum(one.visits for one in kept)
    return PersonResult(*person, as_planned=as_planned, differences=tuple(differences), kept=tuple(kept))


def _compare(planned: Counter[Times], done: Counter[Times]) -> tuple[Counter[Times], list[Found]]:
    """Exact times first, then a changed count of what has no time, then the nearest other time, then the rest."""
    exact = planned & done
    planned, done = planned - exact, done - exact
    found: list[Found] = []
    if exact[UNTIMED] and (planned[UNTIMED] or done[UNTIMED]):
        kept = exact.pop(UNTIMED)
        before, after = kept + planned.pop(UNTIMED, 0), kept + done.pop(UNTIMED, 0)
        kind = DifferenceKind.MORE if after > before else DifferenceKind.FEWER
        found.append((kind, UNTIMED, UNTIMED, before, after))
    for one, other, visits in list(nearest(planned, done)):
        found.append((DifferenceKind.TIME_CHANGED, one, other, visits, visits))
        planned[one] -= visits
        done[other] -= visits
    found += [(DifferenceKind.MISSING, times, None, visits, 0) for times, visits in (+planned).items()]
    found += [(DifferenceKind.UNPLANNED, None, times, 0, visits) for times, visits in (+done).items()]
    found.sort(key=lambda f: (f[1] or f[2] or UNTIMED, f[2] or UNTIMED, f[0]))
    return exact, found


def nearest(planned: Counter[Times], done: Counter[Times]) -> Iterator[tuple[Times, Times, int]]:
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
        planned=told(before, planned) if before else None,
        actual=told(after, done) if after else None,
        planned_visits=planned,
        actual_visits=done,
    )


def told(times: Times, visits: int) -> str:
    """10:00～10:45, 10:00～10:45 ×2 for two visits alike, 2回 where there is no time.

    >>> told(("1000", "1045"), 2), told(UNTIMED, 2)
    ('10:00～10:45 ×2', '2回')
    """
    if times == UNTIMED:
        return f"{visits}回"
    text = "～".join(f"{time[:2]}:{time[2:]}" for time in times)
    return f"{text} ×{visits}" if visits > 1 else text


def _day(date: str) -> str:
    return f"{int(date[4:6])}月{int(date[6:8])}日" if len(date) == 8 and date.isdecimal() else date
