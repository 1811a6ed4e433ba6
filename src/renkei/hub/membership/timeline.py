"""An office's licences on a line of time, in the units of the drawing that a template makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from renkei.hub.membership.rules import Term

WIDTH = 640
_LEFT, _RIGHT = 12, WIDTH - 12
_MARGIN = timedelta(days=45)
_HALF_A_LABEL = 48  # at the largest type, on a phone
_YEARS_SHOWN = 4


@dataclass(frozen=True)
class Bar:
    """One licence, from `x` on, `width` wide; `to_come` for what is not there yet."""

    x: float
    width: float
    to_come: bool


@dataclass(frozen=True)
class Mark:
    """A first day of a year, and what is written there: nothing so near to an end that it would be cut off."""

    x: float
    text: str


@dataclass(frozen=True)
class Timeline:
    """The whole drawing: `today` is where the line of today stands."""

    bars: tuple[Bar, ...]
    years: tuple[Mark, ...]
    today: float
    width: int = WIDTH


def draw(held: Iterable[Term], following: Term | None, today: date) -> Timeline:
    """The licences of the last years and the one that follows by itself."""
    earliest = today - timedelta(days=366 * (_YEARS_SHOWN - 2))
    terms = [(term, False) for term in held if term.until >= earliest]
    terms += [(following, True)] if following else []
    first = max(min([today, *(term.from_on for term, _ in terms)]) - _MARGIN, earliest - _MARGIN)
    last = max([today, *(term.until for term, _ in terms)]) + _MARGIN

    def place(day: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * ((max(day, first) - first) / (last - first)), 1)

    bars = [
        Bar(place(term.from_on), round(place(term.until + timedelta(days=1)) - place(term.from_on), 1), to_come)
        for term, to_come in terms
    ]
    days = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    return Timeline(tuple(bars), tuple(_mark(place(day), day) for day in days), place(today))


def _mark(x: float, day: date) -> Mark:
    return Mark(x, f"{day.year}年" if _HALF_A_LABEL <= x <= WIDTH - _HALF_A_LABEL else "")
