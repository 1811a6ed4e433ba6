"""Rules between the files of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..layouts import layout
from ..units import UnitKind
from .collector import Collector
from .file_rules import key_word
from .keys import CARE_PLAN_RELATIONS, PERSON, PREVENTION_RELATIONS, USE_TABLE_RELATIONS, Relation
from .table import Table

_RELATIONS: Mapping[UnitKind, tuple[Relation, ...]] = {
    UnitKind.CARE_PLAN: CARE_PLAN_RELATIONS,
    UnitKind.USE_TABLE: USE_TABLE_RELATIONS,
    UnitKind.CLIENT_BASICS: PREVENTION_RELATIONS,
    UnitKind.PREVENTION_PLAN: PREVENTION_RELATIONS,
}


def check_unit(kind: UnitKind, tables: Iterable[Table], collector: Collector) -> None:
    """Every child has its parent, every parent its children. What a file's absence means is said elsewhere."""
    by_kind: dict[str, Table] = {table.kind: table for table in tables}
    for relation in _RELATIONS.get(kind, ()):
        parent, child = by_kind.get(relation.parent), by_kind.get(relation.child)
        if parent and child and not parent.lost and not child.lost:
            _check(relation, parent, child, collector)


def _check(relation: Relation, parent: Table, child: Table, collector: Collector) -> None:
    parents, children = set(parent.distinct(*relation.key)), set(child.distinct(*relation.key))
    if children - parents:
        _report("E-CROSS-PARENT", relation, child, parents, collector, parent=_label(parent))
    if relation.absent and parents - children:
        _report(relation.absent, relation, parent, children, collector, child=_label(child))


def _report(
    code: str,
    relation: Relation,
    table: Table,
    present: set[tuple[str, ...]],
    collector: Collector,
    **words: str,
) -> None:
    """Names the first record of each key of the table that is not present on the other side."""
    field = layout(table.kind).field(PERSON[1]).name_ja
    word = key_word(relation.key)
    for key, record in table.first_records(*relation.key).items():
        if key not in present:
            collector.add(code, table.path, record=record, field=field, value=key[1], basis=None, key=word, **words)


def _label(table: Table) -> str:
    return f"{layout(table.kind).name_ja}({table.kind})"
