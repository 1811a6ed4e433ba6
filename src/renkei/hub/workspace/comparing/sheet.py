"""The sheet of one person: for each line of service the plan above and the actual below, marked day by day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from renkei.hub.workspace.comparing.causes import Cause, Told, causes_of
from renkei.hub.workspace.comparing.rules import OfficeType, PersonMonth
from renkei.standard.comparing import Difference, DifferenceKind
from renkei.standard.layouts import code_lists
from renkei.standard.showing.month_grid import Day, Line, counted, days_of, line_of, service_words
from renkei.standard.showing.words import day_words


class Mark(StrEnum):
    """What became of one day of one line: a sign of its own, and words beside it in the legend."""

    AS_PLANNED = "○"
    MISSING = "×"
    TIME_CHANGED = "△"
    UNPLANNED = "＋"
    MORE = "↑"
    FEWER = "↓"

    @property
    def name_for_style(self) -> str:
        return self.name.lower().replace("_", "-")

    @property
    def label(self) -> str:
        """The words of the legend: those that comparing uses."""
        return "予定どおり" if self is Mark.AS_PLANNED else DifferenceKind[self.name].label


@dataclass(frozen=True)
class Cell:
    """One day of one line. `mark` is None where nothing is planned, or where actuals are still awaited."""

    day: Day
    planned: int
    done: int
    mark: Mark | None
    words: str


@dataclass(frozen=True)
class LinePair:
    """Plan and actual of one line."""

    line: Line
    equipment_name: str
    cells: tuple[Cell, ...]

    @property
    def planned(self) -> int:
        return sum(cell.planned for cell in self.cells)

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)


@dataclass(frozen=True)
class Block:
    """The lines of one office and service type; `reported` is False while its actuals are awaited."""

    office: str
    office_name: str
    service: str
    reported: bool
    pairs: tuple[LinePair, ...]


@dataclass(frozen=True)
class Change:
    """One change in words: ほかの日にした・12月11日(金)・予定 10:00～10:45・実績 12月12日(土) 10:00～10:45."""

    cause: Cause
    day: str
    service: str
    office_name: str
    planned: str
    actual: str


@dataclass(frozen=True)
class Changes:
    """What differs at one service office."""

    office: str
    office_name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class PersonSheet:
    """The page of one person."""

    days: tuple[Day, ...]
    differences: tuple[Changes, ...]
    blocks: tuple[Block, ...]

    @property
    def count(self) -> int:
        """How much went otherwise than planned."""
        return sum(len(one.changes) for one in self.differences)


# How many visits of a planned line took place at another time, and at which: (line, day) → (visits, words)
Moved = dict[tuple[Line, int], tuple[int, str]]


def person_sheet(person: PersonMonth, month: str) -> PersonSheet:
    """The sheet of one person's month YYYYMM."""
    days = days_of(month)
    planned, done = counted(person.plan, month), counted(person.actual, month)
    moved = _move(person.result.differences, planned, done)
    names, things = person.offices, _equipment(person)
    lines = sorted(line for line in planned.keys() | done.keys() if planned.get(line) or (done.get(line)))
    groups: dict[OfficeType, list[Line]] = {}
    for line in lines:
        groups.setdefault((line.office, line.code[:2]), []).append(line)
    blocks = []
    for (office, type_), own in groups.items():
        reported = (office, type_) not in person.waiting
        pairs = (
            LinePair(line, things.get(line.equipment, ""), _cells(line, days, planned, done, moved, reported))
            for line in own
        )
        blocks.append(Block(office, names.get(office, office), _type_name(type_), reported, tuple(pairs)))
    return PersonSheet(days, _changes(person, names), tuple(blocks))


def _cells(
    line: Line,
    days: Iterable[Day],
    planned: dict[Line, Counter[int]],
    done: dict[Line, Counter[int]],
    moved: Moved,
    reported: bool,
) -> tuple[Cell, ...]:
    cells = []
    for day in days:
        plan, own = planned.get(line, Counter())[day.number], done.get(line, Counter())[day.number]
        visits, words = moved.get((line, day.number), (0, ""))
        mark = _mark(plan, own, visits) if reported else None
        label = f"{mark.label} {words}".strip() if mark else ""
        cells.append(Cell(day, plan, own + visits, mark, label))
    return tuple(cells)


def _mark(planned: int, done: int, moved: int) -> Mark | None:
    """`done` without the visits that moved to another time."""
    if moved:
        return Mark.TIME_CHANGED
    if planned == done:
        return Mark.AS_PLANNED if planned else None
    if not done:
        return Mark.MISSING
    if not planned:
        return Mark.UNPLANNED
    return Mark.MORE if done > planned else Mark.FEWER


def _move(
    differences: Iterable[Difference], planned: dict[Line, Counter[int]], done: dict[Line, Counter[int]]
) -> Moved:
    """Take visits at another time off their own line of `done`, so that they show on the line where they were planned."""
    moved: Moved = {}
    for one in differences:
        if one.kind is not DifferenceKind.TIME_CHANGED:
            continue
        day = int(one.date[6:])
        before = _find(planned, one, one.planned, day)
        after = _find(done, one, one.actual, day)
        if before and after:
            visits, words = moved.get((before, day), (0, ""))
            moved[before, day] = visits + one.actual_visits, f"{words} {one.actual}".strip()
            done[after][day] -= one.actual_visits
            if not +done[after]:
                del done[after]
    return moved


def _find(lines: dict[Line, Counter[int]], one: Difference, time: str | None, day: int) -> Line | None:
    for line, days in lines.items():
        if (line.office, line.code, line.time) == (one.office, one.service_code, time) and days[day] > 0:
            return line
    return None


def _changes(person: PersonMonth, names: dict[str, str]) -> tuple[Changes, ...]:
    found: dict[str, list[Told]] = {}
    for one in causes_of(person.result.differences):
        found.setdefault(one.first.office, []).append(one)
    return tuple(
        Changes(office, names.get(office, office), tuple(_change(one, names) for one in told))
        for office, told in found.items()
    )


def _change(told: Told, names: dict[str, str]) -> Change:
    before, after, first = told.planned, told.done, told.first
    actual = (after.actual or "なし") if after else "なし"
    if after and before and after.date != before.date:
        actual = f"{day_words(after.date)} {actual}"
    if after and after.office != first.office:
        actual = f"{names.get(after.office, after.office)} {actual}"
    if after and after.service_code != first.service_code:
        actual = f"{service_words(after.service_code)} {actual}"
    return Change(
        cause=told.cause,
        day=day_words(first.date),
        service=service_words(first.service_code),
        office_name=names.get(first.office, first.office),
        planned=(before.planned or "なし") if before else "なし",
        actual=actual,
    )


def _equipment(person: PersonMonth) -> dict[str, str]:
    rows = [*person.plan, *person.actual]
    return {line_of(row).equipment: row.get("equipment_name", "") for row in rows}


def _type_name(type_: str) -> str:
    return code_lists()["service_type"].get(type_, type_)
