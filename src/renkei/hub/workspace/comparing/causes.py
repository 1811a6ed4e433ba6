"""Why a month went otherwise than planned, as a care manager would say it: cancelled, moved, longer, another service. Pure.

The comparing tells what is missing and what is there besides; here the two ends of one change are put together. How they are
paired is ours, not the standard's: the same day before another day, the nearest day first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from renkei.standard.comparing import Difference, DifferenceKind

_CLOCK = re.compile(r"(\d\d):(\d\d)～(\d\d):(\d\d)")
_DAY = 24 * 60


class Cause(StrEnum):
    """What became of a visit; each has a sign of its own, so that no colour is needed to tell them apart."""

    CANCELLED = "cancelled"
    OTHER_DAY = "other-day"
    MOVED = "moved"
    LONGER = "longer"
    SHORTER = "shorter"
    OTHER_SERVICE = "other-service"
    OTHER_OFFICE = "other-office"
    EXTRA = "extra"
    MORE = "more"
    FEWER = "fewer"

    @property
    def label(self) -> str:
        return _TOLD[self][0]

    @property
    def sign(self) -> str:
        return _TOLD[self][1]

    @property
    def style(self) -> str:
        """The mark of the month's table that it looks like."""
        return _TOLD[self][2]


_TOLD = {
    Cause.CANCELLED: ("行わなかった", "×", "missing"),
    Cause.OTHER_DAY: ("ほかの日にした", "→", "time-changed"),
    Cause.MOVED: ("時刻がちがう", "△", "time-changed"),
    Cause.LONGER: ("長くなった", "△", "time-changed"),
    Cause.SHORTER: ("短くなった", "△", "time-changed"),
    Cause.OTHER_SERVICE: ("ほかのサービスにした", "⇄", "time-changed"),
    Cause.OTHER_OFFICE: ("ほかの事業所がした", "⇄", "time-changed"),
    Cause.EXTRA: ("予定になかった", "＋", "unplanned"),
    Cause.MORE: ("回数がふえた", "↑", "more"),
    Cause.FEWER: ("回数がへった", "↓", "fewer"),
}


@dataclass(frozen=True)
class Told:
    """One change: `planned` and `done` are what the comparing found, two of them where both ends are there."""

    cause: Cause
    planned: Difference | None
    done: Difference | None

    @property
    def first(self) -> Difference:
        """Where it begins: the plan, else what was done."""
        found = self.planned or self.done
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def offices(self) -> frozenset[str]:
        """Whose results these are."""
        return frozenset(one.office for one in (self.planned, self.done) if one)


def causes_of(differences: Iterable[Difference]) -> list[Told]:
    """Each difference once, alone or with its other end, in the order of days."""
    rest = list(differences)
    missing = [one for one in rest if one.kind is DifferenceKind.MISSING]
    extra = [one for one in rest if one.kind is DifferenceKind.UNPLANNED]
    told = [_alone(one) for one in rest if one.kind not in (DifferenceKind.MISSING, DifferenceKind.UNPLANNED)]
    for cause, fits in _PAIRS:
        for one in list(missing):
            other = min(
                (each for each in extra if each.actual_visits == one.planned_visits and fits(one, each)),
                key=lambda each: (abs(int(each.date) - int(one.date)), each.date, each.service_code, each.office),
                default=None,
            )
            if other:
                missing.remove(one)
                extra.remove(other)
                told.append(Told(cause, one, other))
    told += [Told(Cause.CANCELLED, one, None) for one in missing]
    told += [Told(Cause.EXTRA, None, one) for one in extra]
    return sorted(told, key=lambda one: (one.first.date, one.first.office, one.first.service_code, one.cause))


def counted(differences: Iterable[Difference]) -> Counter[Cause]:
    """How often each cause occurs."""
    return Counter(one.cause for one in causes_of(differences))


def _is_other_office(one: Difference, other: Difference) -> bool:
    return (one.date, one.service_code) == (other.date, other.service_code) and one.office != other.office


def _is_other_service(one: Difference, other: Difference) -> bool:
    return (one.date, one.office) == (other.date, other.office) and one.service_code[:2] == other.service_code[:2]


def _is_other_day(one: Difference, other: Difference) -> bool:
    return (one.office, one.service_code, one.planned) == (other.office, other.service_code, other.actual)


_PAIRS: tuple[tuple[Cause, Callable[[Difference, Difference], bool]], ...] = (
    (Cause.OTHER_OFFICE, _is_other_office),
    (Cause.OTHER_SERVICE, _is_other_service),
    (Cause.OTHER_DAY, _is_other_day),
)


def _alone(one: Difference) -> Told:
    if one.kind is DifferenceKind.MORE:
        return Told(Cause.MORE, one, one)
    if one.kind is DifferenceKind.FEWER:
        return Told(Cause.FEWER, one, one)
    before, after = _minutes(one.planned), _minutes(one.actual)
    if before is None or after is None or before == after:
        return Told(Cause.MOVED, one, one)
    return Told(Cause.LONGER if after > before else Cause.SHORTER, one, one)


def _minutes(times: str | None) -> int | None:
    """How long 10:00～10:45 is; past midnight counts on (convention C7)."""
    found = _CLOCK.match(times or "")
    if found is None:
        return None
    start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    return (end - start) % _DAY
