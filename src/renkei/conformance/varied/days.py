"""From words like 月木 to the rows of 第6表, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from renkei.standard.comparing import DifferenceKind

from ..model import Office
from .model import MONTH, NO_TIME, Change, Thing, Visit

WEEKDAYS = "月火水木金土日"
LAST_DAY = 31


def weekly(
    office: Office, codes: str, weekdays: str, times: str = "", *, first: int = 1, last: int = LAST_DAY, **items: Any
) -> tuple[Visit, ...]:
    """A service with its add-ons on fixed weekdays. `codes` parted by spaces; `times` 0900-0930, "" is no time."""
    days = [day for day in range(first, last + 1) if WEEKDAYS[_weekday(day)] in weekdays]
    return on(office, codes, days, times, **items)


def _weekday(day: int) -> int:
    return date(int(MONTH[:4]), int(MONTH[4:]), day).weekday()


def on(office: Office, codes: str, days: Iterable[int], times: str = "", **items: Any) -> tuple[Visit, ...]:
    """A service with its add-ons on these days of the month."""
    start, _, end = times.partition("-")
    return tuple(
        Visit(office, code, day, start or NO_TIME, end or NO_TIME, **items) for day in days for code in codes.split()
    )


def rented(office: Office, *things: Thing) -> tuple[Visit, ...]:
    """Things rented from the first of the month on."""
    return tuple(Visit(office, thing.code, 1, thing=thing) for thing in things)


def with_percentage(visits: tuple[Visit, ...], code: str, per_mille: int) -> tuple[Visit, ...]:
    """The visits of one office service and its percentage add-on: one row without a time on the first day."""
    units = sum(visit.units * visit.times for visit in visits)
    share = (Decimal(units * per_mille) / 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return (*visits, Visit(visits[0].office, code, min(visit.day for visit in visits), own_units=int(share)))


def flags(first: int, last: int = LAST_DAY) -> str:
    """日割対象日 from one day to another."""
    return "".join("1" if first <= day <= last else "0" for day in range(1, LAST_DAY + 1))


def find(visits: Iterable[Visit], day: int, code: str, start: str = "") -> Visit:
    """The one visit of that day and code; StopIteration where the data of a case is wrong."""
    return next(v for v in visits if v.day == day and v.code == code and start in {"", v.start})


def missed(visits: Iterable[Visit], day: int, codes: str, start: str = "") -> Iterator[Change]:
    """A visit with its add-ons that did not take place."""
    for code in codes.split():
        yield Change(DifferenceKind.MISSING, find(visits, day, code, start))


def moved(visits: Iterable[Visit], day: int, code: str, times: str) -> Change:
    """A visit at another time."""
    planned = find(visits, day, code)
    start, _, end = times.partition("-")
    return Change(DifferenceKind.TIME_CHANGED, planned, replace(planned, start=start, end=end))


def recounted(visits: Iterable[Visit], day: int, code: str, count: int) -> Change:
    """A service without a time that took place more or less often."""
    planned = find(visits, day, code)
    kind = DifferenceKind.MORE if count > planned.count else DifferenceKind.FEWER
    return Change(kind, planned, replace(planned, count=count))


def extra(*visits: Visit) -> Iterator[Change]:
    """Visits that nobody had planned."""
    for visit in visits:
        yield Change(DifferenceKind.UNPLANNED, visit)
