"""Everything that can be said of one file by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..findings import Role
from ..names import IMAGE, BadName, FileName
from ..troubles import reason
from . import encoding, slow
from .benefit import Totals
from .collector import Collector
from .file_names import check_name
from .file_rules import COUNTED, check_file, picks_of
from .rules import check_rows
from .sources import CHUNK, Source
from .table import Repeats, Table

# Bytes of one kind after which the fast path pays: making its patterns takes as long as reading these without.
SMALL = 16 * 1024

_seen: Counter[str] = Counter()
_SEPARATOR = re.compile(r"[/\\]")


class Examined(NamedTuple):
    """`name` is None where it is not of the standard, `table` where there are no records to be had."""

    source: Source
    name: FileName | None
    table: Table | None
    collector: Collector


def file_name(path: str) -> str:
    """The last part of a path of any system."""
    return _SEPARATOR.split(path)[-1]


def examine(source: Source, role: Role, limit: int, *, at_hand: bool = False) -> Examined:
    """Reads and checks one file; `at_hand`: a small one is kept as it was cut, for the rules between files."""
    try:
        return _examined(source, role, limit, at_hand=at_hand)
    except OSError as error:
        collector = Collector(role, limit)
        collector.add("E-FILE-UNREADABLE", source.path, why=reason(error))
        name, _ = _name(source.path, Collector(role))
        return Examined(source, name, None, collector)


def _examined(source: Source, role: Role, limit: int, *, at_hand: bool) -> Examined:
    collector = Collector(role, limit)
    collector.begin(source.path)
    name, kind = _name(source.path, collector)
    if name is not None:
        check_name(name, source.path, collector)
    if kind is None:
        next(source.chunks(), b"")  # what cannot be opened has no name that is worth a word
    table = (
        None
        if kind is None or kind == IMAGE
        else _table(source, collector, partial(_empty, kind, source, name, at_hand))
    )
    if table is not None:
        check_rows(table, collector)
        check_file(table, collector)
        table.forget()
    return Examined(source, name, table, collector)


def _name(path: str, collector: Collector) -> tuple[FileName | None, str | None]:
    """The parsed name and the kind; a kind alone where only the rest of the name is wrong."""
    try:
        name = FileName.parse(file_name(path))
    except BadName as bad:
        collector.add(bad.code, path, value=bad.part)
        return None, bad.kind
    return name, name.kind


def _table(source: Source, collector: Collector, empty: Callable[[], Table]) -> Table | None:
    code = encoding.foreign_encoding(source)
    if code:
        collector.add(code, source.path)
        return None
    table = empty()
    _seen[table.kind] += source.size()
    if _seen[table.kind] > SMALL:
        from . import fast  # see SMALL

        if fast.read(table):
            return table
        table = empty()
    slow.read(table, collector)
    return table


def _empty(kind: str, source: Source, name: FileName | None, at_hand: bool) -> Table:
    table = Table(kind, source, name, at_hand=at_hand and source.size() <= CHUNK)
    table.picked = {pick: set() for pick in picks_of(kind, name)}
    table.repeats = Repeats() if kind in COUNTED else None
    if kind == "UPSIKYU":
        table.watch = Totals()
    return table
