"""What follows from the habits of a service, day by day. Pure."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from renkei.hub.workspace.calendar import Deadline, Moves, deadline, is_holiday

if TYPE_CHECKING:
    from renkei.hub.workspace.models import Habits

_LONGEST = 366  # days; nobody is closed for longer


def is_open(habits: Habits, day: date) -> bool:
    """Whether the office works on this day."""
    return not (
        str(day.weekday()) in habits.weekdays_off
        or (habits.holidays_off and is_holiday(day))
        or day.isoformat() in habits.days_off
    )


def open_days(habits: Habits, first: date, last: date) -> int:
    """On how many days the office works, from the first to the last, both included."""
    return sum(is_open(habits, first + timedelta(days)) for days in range((last - first).days + 1))


def unopened_before(habits: Habits, today: date) -> date:
    """What went out before this day and is still unopened is worth a word today: `unopened_days` of work lie between."""
    day, left = today, habits.unopened_days
    for _ in range(_LONGEST):
        if not left:
            break
        day -= timedelta(1)
        left -= is_open(habits, day)
    return day


def late_from(habits: Habits, sent: date) -> date:
    """The first day on which something that went out on a day, and is still unopened, is worth a word.

    The other way round of `unopened_before`.
    """
    day, left = sent, habits.unopened_days
    for _ in range(_LONGEST):
        if not left:
            break
        day += timedelta(1)
        left -= is_open(habits, day)
    return day + timedelta(1)


def claim_moves(habits: Habits, usual: Moves) -> Moves:
    """What the federation does with a claim date on a holiday; `usual` is the hub's setting."""
    return Moves(habits.claim_moves) if habits.claim_moves else usual


def claim_of(habits: Habits, month: str, today: date, usual: Moves) -> Deadline | None:
    """The claim of a service month YYYYMM, seen from today, in the days on which the office works."""
    return deadline(month, today, claim_moves(habits, usual), partial(is_open, habits))


def send_date(habits: Habits, month: str) -> date | None:
    """When the slips of a service month YYYYMM go out: in the month before it. None where no day was agreed on.

    A month that has no such day ends before it.
    """
    if habits.send_day is None:
        return None
    year, number = divmod(_count(month) - 1, 12)
    return date(year, number + 1, min(habits.send_day, months.monthrange(year, number + 1)[1]))


def result_date(habits: Habits, month: str) -> date:
    """By when the results of a service month YYYYMM should be in: in the month after it."""
    year, number = divmod(_count(month) + 1, 12)
    return date(year, number + 1, habits.result_day)


def _count(month: str) -> int:
    return int(month[:4]) * 12 + int(month[4:]) - 1
