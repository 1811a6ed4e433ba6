"""Rules between the files of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..layouts import layout
from ..units import UnitKind
from .cells import is_well_formed
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
    strangers, lonely = children - parents, parents - children
    if not strangers and not (relation.absent and lonely):
        return
    broken = {key for key in strangers if not _is_key(child, relation.key, key)}
    # The same person under another insurer's number (住所地特例): somebody has to look, but nothing is missing.
    elsewhere = {key[1:] for key in parents}
    moved = {key for key in strangers - broken if key[1:] in elsewhere}
    _report("W-CROSS-INSURER", relation, child, moved, collector)
    _report("E-CROSS-PARENT", relation, child, strangers - broken - moved, collector, parent=_label(parent))
    if relation.absent and not broken:
        found = {key[1:] for key in moved}
        absent = {key for key in lonely if key[1:] not in found and _is_key(parent, relation.key, key)}
        _report(relation.absent, relation, parent, absent, collector, child=_label(child))


def _is_key(table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> bool:
    """Whether every item of a key may be right; what is wrong with one is said of the item."""
    month = table.name.month if table.name else None
    for name, value in zip(names, key, strict=True):
        field = layout(table.kind, table.version).field(name)
        if not value or value == field.sentinel or not is_well_formed(field, value):
            return False
        if name == "target_year_month" and month not in {None, value}:
            return False
    return True


def _report(
    code: str,
    relation: Relation,
    table: Table,
    keys: set[tuple[str, ...]],
    collector: Collector,
    **words: str,
) -> None:
    """Names the first record of each of these keys."""
    if not keys:
        return
    field = layout(table.kind).field(PERSON[1]).name_ja
    words["key"] = key_word(relation.key)
    for key, record in table.first_records(*relation.key).items():
        if key in keys:
            more = {"insurer": key[0]} | words
            collector.add(code, table.path, record=record, field=field, value=key[1], basis=None, **more)


def _label(table: Table) -> str:
    return f"{layout(table.kind).name_ja}({table.kind})"
