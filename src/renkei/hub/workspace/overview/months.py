"""Which service months stand on the page, and the days that matter in one. Pure.

Until the claim of last month is over, last month is what people work on; when the day of sending nears, next month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from renkei.hub.workspace.calendar import MOST_AHEAD, Deadline, Moves, claim_date
from renkei.hub.workspace.habits.rules import claim_moves, claim_of, open_days, result_date, send_date

if TYPE_CHECKING:
    from renkei.hub.workspace.models import Habits

TABS_BACK = 3  # months before this one that stand in the row
MOST_BACK = 25  # claims lapse after two years
_NEAR = timedelta(10)  # days before the day of sending from which next month stands beside this one
_USUAL_SEND_DAY = 25  # where nobody said one


@dataclass(frozen=True)
class Days:
    """What the calendar says of a service month. `claim` counts the office's own days of work; None for a month far ahead.

    `send` is the day on which slips go out, `send_left` the days of work until then, today included: None when it is over or
    nobody said one. `result` is the day by which results should be in, `is_late` when it is over.
    """

    claim: Deadline | None
    send: date | None
    send_left: int | None
    result: date
    is_late: bool


def days_of(habits: Habits, month: str, today: date, usual: Moves) -> Days:
    """The days of a month YYYYMM, seen from today. `usual` is what the hub's federation does with a claim on a holiday."""
    send, result = send_date(habits, month), result_date(habits, month)
    left = open_days(habits, today, send) if send and today <= send else None
    return Days(claim_of(habits, month, today, usual), send, left, result, today > result)


def working_month(habits: Habits, today: date, usual: Moves) -> str:
    """The month that people work on now, YYYYMM."""
    this = f"{today:%Y%m}"
    last = later(this, -1)
    if today <= claim_date(last, claim_moves(habits, usual)):
        return last
    return later(this, 1) if _is_near(habits, today) else this


def tabs(habits: Habits, today: date, chosen: str) -> list[str]:
    """The months that stand in the row, newest first: next month when it is near, this one, some before it, the chosen."""
    this = f"{today:%Y%m}"
    first = 1 if _is_near(habits, today) else 0
    return sorted({chosen, *(later(this, step) for step in range(-TABS_BACK, first + 1))}, reverse=True)


def earlier(today: date) -> list[str]:
    """The months before those, newest first, as far back as anything can be claimed."""
    this = f"{today:%Y%m}"
    return [later(this, -back) for back in range(TABS_BACK + 1, MOST_BACK + 1)]


def is_shown(month: str, today: date) -> bool:
    """Whether there is a page of this text: months that can be claimed or planned."""
    if len(month) != 6 or not "01" <= month[4:] <= "12":
        return False
    this = f"{today:%Y%m}"
    return later(this, -MOST_BACK) <= month <= later(this, MOST_AHEAD)


def later(month: str, months: int) -> str:
    """So many months later.

    >>> later("202611", 2), later("202701", -1)
    ('202701', '202612')
    """
    year, number = divmod(int(month[:4]) * 12 + int(month[4:]) - 1 + months, 12)
    return f"{year:04}{number + 1:02}"


def _is_near(habits: Habits, today: date) -> bool:
    send = send_date(habits, later(f"{today:%Y%m}", 1)) or today.replace(day=_USUAL_SEND_DAY)
    return today >= send - _NEAR
