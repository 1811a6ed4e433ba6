"""The slow path: every record and item looked at one by one, each fault named with its place."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from .. import csvtext
from ..findings import Basis, Role
from ..layouts import Field, layout, version_of
from .cells import Fault, faults
from .collector import Collector
from .forms import segments
from .lines import numbered
from .sources import Source
from .table import Block, Figures, Table, getter

# What was said of a value is remembered for each item, so that a large file with one fault is not slow throughout.
_REMEMBERED = 10_000
_LONGEST_REMEMBERED = 1_000
_BLOCK = 2_000

_Numbered = tuple[int, csvtext.Record]


def read(table: Table, collector: Collector) -> None:
    """Fills a table with a file in any form; what is wrong with its form and its items goes to the collector."""
    records = numbered(_text(table.source), table.path, collector)
    first = next(records, None)
    version = table.version
    if first:
        named = table.name.edition.version if table.name else version
        version = version_of(table.kind, first[1].cells[0], len(first[1].cells), named)
        records = chain([first], records)
    table.begin(version, segments(table.kind, version), _again)
    reader = _Reader(table, collector)
    for block in _blocks(table, filter(reader.accepts, records)):
        table.take(block)


def _again(table: Table) -> Iterator[Block]:
    columns = layout(table.kind, table.version).columns
    records = numbered(_text(table.source), table.path, Collector(Role.SENDER))
    return _blocks(table, (one for one in records if not one[1].fault and len(one[1].cells) == columns))


def _text(source: Source) -> Iterator[str]:
    """The text, each byte that is no character as a lone surrogate, so that its place can be named."""
    decoder = codecs.getincrementaldecoder("cp932")("surrogateescape")
    for chunk in source.chunks():
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _blocks(table: Table, records: Iterable[_Numbered]) -> Iterator[Block]:
    """The records, whose segments are known by the items that the rules ask for."""
    of = layout(table.kind, table.version)
    getters = [getter([of.field(name).no - 1 for name in segment.names]) for segment in table.segments]
    records = iter(records)
    while batch := list(islice(records, _BLOCK)):
        rows = [tuple(record.cells) for _, record in batch]
        columns = [list(map(take, rows)) for take in getters]
        for segment, column in zip(table.segments, columns, strict=True):
            if not isinstance(segment.items, Figures):
                segment.items.update(zip(column, column, strict=True))
        yield Block([number for number, _ in batch], columns, list(map(set, columns)), rows)


class _Reader:
    """Looks at records one by one and lets those pass that have the right number of items."""

    def __init__(self, table: Table, collector: Collector) -> None:
        self._table, self._collector = table, collector
        self._fields = layout(table.kind, table.version).fields
        self._known: list[dict[str, list[Fault]]] = [{} for _ in self._fields]

    def accepts(self, one: _Numbered) -> bool:
        """Whether the record can be used; what is wrong with it or its items is said."""
        number, record = one
        if record.fault or len(record.cells) != len(self._fields):
            self._lose(number, record)
            return False
        self._table.stated.setdefault(record.cells[0], number)
        cells = zip(self._fields, record.cells, record.quoted, self._known, strict=True)
        for field, value, quoted, known in cells:
            if field.type == "text" and value and not quoted:
                self._add("W-CSV-UNQUOTED", number, field, value)
            found = known.get(value)
            for code, basis, words in self._look(field, value, known) if found is None else found:
                self._add(code, number, field, value, basis, **words)
        return True

    def _lose(self, number: int, record: csvtext.Record) -> None:
        self._table.lost += 1
        if record.fault:
            place = min(len(record.cells), len(self._fields)) - 1
            self._add(record.fault, number, self._fields[place], record.cells[-1])
        else:
            count, columns = str(len(record.cells)), len(self._fields)
            self._collector.add("E-CSV-COLUMNS", self._table.path, record=number, value=count, columns=columns)

    def _look(self, field: Field, value: str, known: dict[str, list[Fault]]) -> list[Fault]:
        found = list(faults(field, value))
        if len(known) < _REMEMBERED and len(value) < _LONGEST_REMEMBERED:
            known[value] = found
        return found

    def _add(
        self, code: str, number: int, field: Field, value: str, basis: Basis | None = None, **words: str | int
    ) -> None:
        path = self._table.path
        self._collector.add(code, path, record=number, field=field.name_ja, value=value, basis=basis, **words)
