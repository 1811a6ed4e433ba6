"""The days of a claim: which days offices and federations work on, and how many are left. Pure.

A month's services are claimed by the 10th of the next month. Whether the 10th moves when nobody works on it differs from
federation to federation (`Moves`). Holidays of years that the Cabinet Office has not announced yet are worked out by law.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jpholiday import JPHoliday

CLAIM_DAY = 10
MOST_AHEAD = 3  # months; nobody plans later ones, and a file may name any
_LONGEST = 62  # days; nobody is closed for longer


class Moves(StrEnum):
    """What becomes of a claim date that is no business day."""

    STAYS = "stays"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Deadline:
    """When a month is claimed, seen from a day. `left` counts the days of work from that day to `day`, both included;
    `last` is the last day of work of them, which is `day` itself where it is one."""

    day: date
    last: date
    left: int
    is_over: bool


def deadline(
    month: str, today: date, moves: Moves = Moves.STAYS, works: Callable[[date], bool] | None = None
) -> Deadline | None:
    """The claim of a service month YYYYMM; None for a month that is more than `MOST_AHEAD` ahead.

    `works` says on which days the office works, the business days where nothing is given; the claim date itself moves by
    the federation's days alone.

    >>> deadline("202612", date(2027, 1, 6)).left
    3
    >>> deadline("202612", date(2027, 1, 6), works=lambda day: day.weekday() != 6).left
    4
    """
    works = works or is_business_day
    ahead = int(month[:4]) * 12 + int(month[4:]) - today.year * 12 - today.month
    if ahead > MOST_AHEAD:
        return None
    day = claim_date(month, moves)
    left = sum(works(today + timedelta(days)) for days in range((day - today).days + 1))
    return Deadline(day, _last(day, works), left, today > day)


def claim_date(month: str, moves: Moves = Moves.STAYS) -> date:
    """The last day to claim a service month YYYYMM.

    >>> claim_date("202612"), claim_date("202612", Moves.BEFORE)
    (datetime.date(2027, 1, 10), datetime.date(2027, 1, 8))
    """
    year, number = int(month[:4]), int(month[4:])
    day = date(year + number // 12, number % 12 + 1, CLAIM_DAY)
    return day if moves is Moves.STAYS else _business(day, back=moves is Moves.BEFORE)


def business_days(first: date, last: date) -> int:
    """How many there are from the first day to the last, both included.

    >>> business_days(date(2026, 5, 1), date(2026, 5, 10))
    3
    """
    return sum(is_business_day(first + timedelta(days)) for days in range((last - first).days + 1))


@functools.lru_cache(maxsize=4096)  # to work a holiday out takes half a millisecond
def is_business_day(day: date) -> bool:
    """Not on Saturdays, Sundays, national holidays, nor from 29 December to 3 January.

    >>> is_business_day(date(2026, 12, 28)), is_business_day(date(2026, 12, 29)), is_business_day(date(2026, 11, 23))
    (True, False, False)
    """
    return day.weekday() < 5 and not is_holiday(day)


@functools.lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """On national holidays, and from 29 December to 3 January.

    >>> is_holiday(date(2026, 12, 30)), is_holiday(date(2026, 11, 22))
    (True, False)
    """
    is_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return is_new_year or bool(_holidays().is_holiday(day))


@functools.cache
def _holidays() -> JPHoliday:
    """Imported late: the settings, which every command reads, name `Moves` and ask for no holiday."""
    from jpholiday import JPHoliday

    return JPHoliday()


def _last(day: date, works: Callable[[date], bool]) -> date:
    """The last day of work up to this day; the day itself for an office that says it never works."""
    back = (day - timedelta(days) for days in range(_LONGEST))
    return next((one for one in back if works(one)), day)


def _business(day: date, *, back: bool) -> date:
    while not is_business_day(day):
        day += timedelta(-1 if back else 1)
    return day
