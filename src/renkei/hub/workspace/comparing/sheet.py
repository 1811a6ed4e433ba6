"""The sheet of one person: for each line of service the plan above and the actual below, marked day by day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

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
class Told:
    """One difference in words: 12月11日(金)・時間の変更・予定 10:00～10:45・実績 14:00～14:45."""

    mark: Mark
    day: str
    service: str
    office_name: str
    planned: str
    actual: str


@dataclass(frozen=True)
class PersonSheet:
    """The page of one person."""

    days: tuple[Day, ...]
    differences: tuple[Told, ...]
    blocks: tuple[Block, ...]


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
    return PersonSheet(days, tuple(_told(one, names) for one in person.result.differences), tuple(blocks))


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


def _told(one: Difference, names: dict[str, str]) -> Told:
    return Told(
        mark=Mark[one.kind.name],
        day=day_words(one.date),
        service=service_words(one.service_code),
        office_name=names.get(one.office, one.office),
        planned=one.planned or "なし",
        actual=one.actual or "なし",
    )


def _equipment(person: PersonMonth) -> dict[str, str]:
    rows = [*person.plan, *person.actual]
    return {line_of(row).equipment: row.get("equipment_name", "") for row in rows}


def _type_name(type_: str) -> str:
    return code_lists()["service_type"].get(type_, type_)
