"""From what a client uses every week to the visits of a month, and what really happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from renkei.standard.comparing import DifferenceKind

from .model import Rental, Service, ServiceMonth, Visit, WeeklyService, later, ymd

NO_TIME = "9999"
LATE_BY = 20  # minutes, when a visit starts later than planned


def planned_visits(services: Iterable[Service], month: ServiceMonth) -> list[Visit]:
    """All visits of the month, add-ons beside their service, in the order of office, day, time and code."""
    visits: list[Visit] = []
    for service in services:
        visits += _rented(service, month) if isinstance(service, Rental) else _weekly(service, month)
    return in_order(visits)


def _weekly(service: WeeklyService, month: ServiceMonth) -> list[Visit]:
    claims = [(service.menu.code, service.menu.units), *((a.code, a.units) for a in service.menu.add_ons)]
    return [
        Visit(service.office, ymd(day), service.start, service.end, code, units)
        for day in month.days
        if day.isoweekday() in service.weekdays
        for code, units in claims
    ]


def _rented(rental: Rental, month: ServiceMonth) -> list[Visit]:
    alike = Counter((thing.code, thing.units) for thing in rental.equipment)
    seen: Counter[tuple[str, int]] = Counter()
    visits = []
    for thing in rental.equipment:
        same = (thing.code, thing.units)
        seen[same] += 1
        discriminator = str(seen[same]) if alike[same] > 1 else ""
        visits.append(
            Visit(rental.office, ymd(month.first), NO_TIME, NO_TIME, thing.code, thing.units, thing, discriminator)
        )
    return visits


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """Sorted as people read 第6表: office, day, time, code."""
    return sorted(visits, key=lambda v: (v.office.number, v.date, v.start, v.code, v.discriminator))


def monthly_units(visits: Iterable[Visit]) -> int:
    """Units of all visits together."""
    return sum(visit.units for visit in visits)


@dataclass(frozen=True)
class Change:
    """One row that went otherwise than planned. `visit` is the planned one, or the extra one where none was planned."""

    kind: DifferenceKind
    visit: Visit
    moved_to: Visit | None = None


# What happens to one client after the other: each kind is there from five clients on, for half all goes as planned.
COURSES = (DifferenceKind.MISSING, None, DifferenceKind.TIME_CHANGED, None, DifferenceKind.UNPLANNED, None)


def what_happened(
    rng: Random, planned: Sequence[Visit], month: ServiceMonth, course: DifferenceKind | None
) -> list[Change]:
    """The changes of one client's month: one visit with its add-ons. Rental never changes."""
    timed = [visit for visit in planned if visit.start != NO_TIME]
    if course is None or not timed:
        return []
    chosen = rng.choice(timed)
    together = [v for v in timed if (v.office, v.date, v.start) == (chosen.office, chosen.date, chosen.start)]
    if course is DifferenceKind.TIME_CHANGED:
        return [Change(course, visit, _late(visit)) for visit in together]
    if course is DifferenceKind.UNPLANNED:
        day = rng.choice(_free_days(timed, month) or _free_days([v for v in timed if v.office == chosen.office], month))
        return [Change(course, replace(visit, date=day)) for visit in together]
    return [Change(course, visit) for visit in together]


def _free_days(visits: Iterable[Visit], month: ServiceMonth) -> list[str]:
    busy = {visit.date for visit in visits}
    return [ymd(day) for day in month.days if ymd(day) not in busy]


def _late(visit: Visit) -> Visit:
    return replace(visit, start=later(visit.start, LATE_BY), end=later(visit.end, LATE_BY))


def actual_visits(planned: Iterable[Visit], changes: Sequence[Change]) -> list[Visit]:
    """The planned visits with the changes made."""
    gone = [change.visit for change in changes]
    made = [change.moved_to for change in changes if change.moved_to]
    extra = [change.visit for change in changes if change.kind is DifferenceKind.UNPLANNED]
    return in_order([*(visit for visit in planned if visit not in gone), *made, *extra])
