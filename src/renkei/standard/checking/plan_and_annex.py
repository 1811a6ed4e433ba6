"""第6表 beside 第7表, client by client: what is planned is what is added up, and the limits are kept or said to be exceeded.

The standard gives the columns, not how a writer counts in them: every rule here lets pass what some honest reading of
it gives, and only warns. Both files are read once more, side by side, and of each client only the sums are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby, zip_longest
from operator import itemgetter
from typing import NamedTuple, TypeVar

from ..findings import Role
from ..layouts import CURRENT_VERSION, layout
from .annex_rows import Annex, Fault, annex_of, wrong_days, wrong_lines, wrong_subtotals
from .collector import Collector
from .columns import ANNEX_COLUMNS, PLAN_COLUMNS, PLAN_COLUMNS_V3, SUPPLEMENT_COLUMNS
from .keys import PERSON
from .limits import Limits, limits_of, wrong_limits
from .plan_lines import Line, Planned, planned_lines
from .planned_and_billed import unlike
from .table import Items, Table

_One = TypeVar("_One")
_Other = TypeVar("_Other")
_Person = tuple[str, str]
_Numbered = tuple[int, Items]
# The table at fault with the fault.
_Placed = tuple[Table, Fault]


class _Unit(NamedTuple):
    """The files of one unit; the supplement may be missing."""

    plan: Table
    annex: Table
    limits: dict[_Person, Limits]
    supplement: Table | None


def faulty_sums(tables: Iterable[Table], role: Role, limit: int) -> Collector:
    """Compares the plan and the annex of one unit, which has both, whole and with figures that are numbers."""
    collector = Collector(role, limit)
    by_kind = {table.kind: table for table in tables}
    plan, annex, supplement = by_kind["UPPLAN"], by_kind["UPSIKYU"], by_kind.get("UPHOSOKU")
    unit = _Unit(plan, annex, _limits(supplement), supplement)
    faults: dict[_Person, list[_Placed]] = {}
    planned = _Clients(plan, PLAN_COLUMNS if plan.version == CURRENT_VERSION else PLAN_COLUMNS_V3)
    billed = _Clients(annex, ANNEX_COLUMNS)
    for person, rows, others in _together(planned.once(planned_lines), billed.once(annex_of)):
        if found := list(_faults(unit, person, rows, others)):
            faults[person] = found
    scattered = planned.scattered | billed.scattered
    if scattered:
        gathered = billed.gathered(scattered)
        for person, some in planned.gathered(scattered).items():
            if person in gathered:
                lines, others = planned_lines(some), annex_of(gathered[person])
                faults[person] = list(_faults(unit, person, lines, others))
    for table, (record, code, name, value, words) in chain.from_iterable(faults.values()):
        item = layout(table.kind, table.version).field(name).name_ja
        collector.add(code, table.path, record=record, field=item, value=value, basis=None, **words)
    return collector


def _faults(unit: _Unit, person: _Person, planned: dict[Line, Planned] | None, annex: Annex) -> Iterator[_Placed]:
    for fault in (*wrong_lines(annex), *wrong_subtotals(annex), *wrong_days(annex)):
        yield unit.annex, fault
    if planned is not None:
        for is_planned, fault in unlike(planned, annex):
            yield (unit.plan if is_planned else unit.annex), fault
    limits = unit.limits.get(person)
    if limits and unit.supplement:
        for is_supplement, fault in wrong_limits(limits, annex):
            yield (unit.supplement if is_supplement else unit.annex), fault


def _limits(supplement: Table | None) -> dict[_Person, Limits]:
    if supplement is None or supplement.lost or not supplement.records:
        return {}
    rows = supplement.numbered(*PERSON, *SUPPLEMENT_COLUMNS)
    found = {(values[0], values[1]): limits_of(record, values[2:]) for record, values in rows}
    return {person: limits for person, limits in found.items() if limits.is_any}


class _Clients:
    """The records of a file client by client; `scattered` are those whose records do not stand together."""

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        self._table, self._columns = table, columns
        self.scattered: set[_Person] = set()

    def once(self, made: Callable[[Iterable[_Numbered]], _One]) -> Iterator[tuple[_Person, _One]]:
        """Each client with what is made of the records that stand together."""
        seen: set[_Person] = set()
        for person, rows in groupby(self._rows(), key=itemgetter(0)):
            if person in seen:
                self.scattered.add(person)
            else:
                seen.add(person)
                yield person, made(row for _, row in rows)

    def gathered(self, people: set[_Person]) -> dict[_Person, list[_Numbered]]:
        """All the records of these clients."""
        found: dict[_Person, list[_Numbered]] = {}
        for person, row in self._rows():
            if person in people:
                found.setdefault(person, []).append(row)
        return found

    def _rows(self) -> Iterator[tuple[_Person, _Numbered]]:
        for record, values in self._table.numbered(*PERSON, *self._columns):
            yield (values[0], values[1]), (record, values[2:])


def _together(
    ones: Iterator[tuple[_Person, _One]], others: Iterator[tuple[_Person, _Other]]
) -> Iterator[tuple[_Person, _One, _Other]]:
    """What both have of each client. Only what the other has not come to yet is held."""
    waiting: dict[_Person, _One] = {}
    awaited: dict[_Person, _Other] = {}
    for one, other in zip_longest(ones, others):
        if one is not None:
            waiting[one[0]] = one[1]
        if other is not None:
            awaited[other[0]] = other[1]
        for pair in (one, other):
            if pair is not None and pair[0] in waiting and pair[0] in awaited:
                yield pair[0], waiting.pop(pair[0]), awaited.pop(pair[0])
