"""A month on one sheet, as 第6表 shows it: a line a service, a column a day. Pure."""

from __future__ import annotations

import calendar
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..comparing import visits_of
from ..layouts import code_lists
from .words import WEEKDAYS, time_words

Row = Mapping[str, str]


@dataclass(frozen=True)
class Day:
    """A column: day of the month, weekday, and "sat" or "sun" for the two that forms tint."""

    number: int
    weekday: str
    tone: str

    @property
    def label(self) -> str:
        """1日(火)"""
        return f"{self.number}日({self.weekday})"


class Line(NamedTuple):
    """What shares a line: same office, times, service code and equipment. Sorted as care managers write them."""

    office: str
    start: str
    end: str
    code: str
    equipment: str

    @property
    def time(self) -> str:
        """10:00～10:45, or nothing."""
        return time_words(self.start, self.end)

    @property
    def service(self) -> str:
        """訪問介護 111211"""
        return service_words(self.code)


@dataclass(frozen=True)
class GridRow:
    """One printed line: `cells` has the visits of each day, `note` what the form says beside them (日割, 30日超)."""

    line: Line
    office_name: str
    equipment_name: str
    cells: tuple[int, ...]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.cells)


@dataclass(frozen=True)
class Grid:
    """A sheet of one person and month. `astray` rows have no day of this month and stand in no column."""

    month: str
    days: tuple[Day, ...]
    rows: tuple[GridRow, ...]
    astray: int


def days_of(month: str) -> tuple[Day, ...]:
    """The columns of a month YYYYMM; none for what is no month."""
    if len(month) != 6 or not month.isdecimal():
        return ()
    year, number = int(month[:4]), int(month[4:])
    if not (year >= 1 and 1 <= number <= 12):
        return ()
    made = []
    for day in range(1, calendar.monthrange(year, number)[1] + 1):
        weekday = date(year, number, day).weekday()
        made.append(Day(day, WEEKDAYS[weekday], {5: "sat", 6: "sun"}.get(weekday, "")))
    return tuple(made)


def line_of(row: Row) -> Line:
    """The line that a row of 第6表 belongs to."""
    return _line(
        row["service_office_number"],
        row["service_start_time"],
        row["service_end_time"],
        row["service_code"],
        row.get("tais_code") or row.get("equipment_notification_code") or "",
    )


@functools.lru_cache(maxsize=1024)
def _line(*parts: str) -> Line:
    """One for all rows of a line: to make it takes longer than to find it."""
    return Line(*parts)


def day_of(row: Row, month: str) -> int | None:
    """The day of the month that a row is about; None for a day of another month."""
    return _numbers(month).get(row["service_date"])


@functools.lru_cache(maxsize=16)
def _numbers(month: str) -> Mapping[str, int]:
    """1 to 31 by date YYYYMMDD: to look a day up is quicker than to read it."""
    return {f"{month}{number:02}": number for number in range(1, 32)}


def counted(rows: Iterable[Row], month: str) -> dict[Line, Counter[int]]:
    """Visits by line and day of the month."""
    lines: dict[Line, Counter[int]] = defaultdict(Counter)
    numbers = _numbers(month)
    for row in rows:
        days = lines[line_of(row)]
        if day := numbers.get(row["service_date"]):
            days[day] += visits_of(row)
    return dict(lines)


def grid(rows: Iterable[Row], month: str) -> Grid:
    """The sheet that these rows of one person make."""
    rows = list(rows)
    days = days_of(month)
    offices = office_names(rows)
    equipment: dict[Line, dict[str, None]] = {}
    for row in rows:
        if name := row.get("equipment_name"):
            equipment.setdefault(line_of(row), {})[name] = None
    notes = _notes(rows, month)
    lines = counted(rows, month)
    return Grid(
        month=month,
        days=days,
        rows=tuple(
            GridRow(
                line=line,
                office_name=offices.get(line.office) or line.office,
                equipment_name="・".join(equipment.get(line, ())),
                cells=tuple(lines[line][day.number] for day in days),
                note=notes.get(line, ""),
            )
            for line in sorted(lines)
        ),
        astray=sum(day_of(row, month) is None for row in rows),
    )


def day_words(days: Iterable[int]) -> str:
    """1～3日・9日: days of the month, runs drawn together.

    >>> day_words([9, 1, 2, 3])
    '1～3日・9日'
    """
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return "・".join(f"{first}日" if first == last else f"{first}～{last}日" for first, last in runs)


def _notes(rows: Iterable[Row], month: str) -> dict[Line, str]:
    """Days claimed by the day (日割), and days beyond 30 in a row (30日超)."""
    claimed: dict[Line, set[int]] = {}
    beyond: dict[Line, set[int]] = {}
    for row in rows:
        if bitmap := row.get("per_diem_days_bitmap"):
            marked = {number for number, flag in enumerate(bitmap, start=1) if flag == "1"}
            claimed.setdefault(line_of(row), set()).update(marked)
        if row["over_30_days_flag"] == "1" and (day := day_of(row, month)):
            beyond.setdefault(line_of(row), set()).add(day)
    notes = {}
    for line in claimed.keys() | beyond.keys():
        told = [("日割", claimed.get(line)), ("30日超", beyond.get(line))]
        notes[line] = "、".join(f"{name} {day_words(own)}" for name, own in told if own)
    return notes


def office_names(rows: Iterable[Row]) -> dict[str, str]:
    """Names of the service offices by number, as the rows give them."""
    return {row["service_office_number"]: row["service_office_name"] for row in rows if row["service_office_name"]}


def service_words(code: str) -> str:
    """訪問介護 111211: the name of the type, because no table of codes is loaded yet."""
    return f"{code_lists()['service_type'].get(code[:2], '')} {code}".strip()
