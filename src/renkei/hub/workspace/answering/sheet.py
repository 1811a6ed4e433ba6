"""What a person fills in, line by line and day by day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from renkei.hub.workspace.answering.visits import Visit, Visits
from renkei.standard.showing.month_grid import Day, Line, days_of, line_of
from renkei.standard.showing.words import time_words

WEEKDAYS = "日月火水木金土"  # as calendars on the wall begin


@dataclass(frozen=True)
class Tick:
    """One visit on its day, at its place among all of the person's month."""

    place: int
    day: Day
    visit: Visit

    @property
    def is_done(self) -> bool:
        return self.visit.done is True

    @property
    def words(self) -> str:
        """What is otherwise than planned: the time, how often, or that it is in no plan."""
        row, planned = self.visit.row, self.visit.planned
        told = []
        if planned is None:
            told.append("予定外")
        if planned is None or _times(row) != _times(planned):
            told.append(time_words(*_times(row)))
        if row["service_count"] != (planned or {"service_count": "1"})["service_count"]:
            told.append(f"{row['service_count']}回")
        return " ".join(filter(None, told))


@dataclass(frozen=True)
class Cell:
    """A place in the calendar of a line: a day with its visits, or nothing before the first of the month."""

    day: Day | None
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True)
class FilledLine:
    """One service at one time, with a calendar that begins on Sunday. `service` is its name, or its type and code."""

    line: Line
    service: str
    equipment: str
    cells: tuple[Cell, ...]

    @property
    def ticks(self) -> list[Tick]:
        return [tick for cell in self.cells for tick in cell.ticks]

    @property
    def done(self) -> int:
        return sum(tick.is_done for tick in self.ticks)

    @property
    def planned(self) -> int:
        return sum(tick.visit.planned is not None for tick in self.ticks)


def lines_of(visits: Visits, month: str, names: Mapping[str, str]) -> list[FilledLine]:
    """The month of one person by lines; `names` are those of service codes. A visit stays on the line of its plan."""
    days = {day.number: day for day in days_of(month)}
    ticks: dict[Line, dict[int, list[Tick]]] = {}
    things: dict[Line, str] = {}
    for place, visit in enumerate(visits):
        line = line_of(visit.planned or visit.row)
        number = int(visit.row["service_date"][6:])
        if number in days:
            ticks.setdefault(line, {}).setdefault(number, []).append(Tick(place, days[number], visit))
            things[line] = visit.row.get("equipment_name", "")
    before = _cells_before(month)
    return [
        FilledLine(
            line,
            names.get(line.code, "") or line.service,
            things[line],
            (*before, *(Cell(day, tuple(own.get(number, ()))) for number, day in days.items())),
        )
        for line, own in sorted(ticks.items())
    ]


def _cells_before(month: str) -> tuple[Cell, ...]:
    first = days_of(month)[0]
    return (Cell(None),) * WEEKDAYS.index(first.weekday)


def _times(row: Mapping[str, str]) -> tuple[str, str]:
    return row["service_start_time"], row["service_end_time"]
