"""The slow path: every record and item looked at one by one, each fault named with its place."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from .. import csvtext
from ..findings import Basis, Role
from ..layouts import Field, layout, version_of
from .cells import Fault, faults, is_comparable
from .collector import Collector
from .forms import segments
from .keys import KEYS, PERSON, SINGLE
from .lines import numbered
from .sources import Source
from .table import Block, Figures, Items, Segment, Table, getter

# What was said of a value is remembered for each item, so that a large file with one fault is not slow throughout.
_REMEMBERED = 1_000
_LONGEST_REMEMBERED = 100
_BLOCK = 500
# Different wrong values kept of each segment, and what all others become: it has the form of no item.
MOST_WRONG = 1_000
_WRONG = "\N{REPLACEMENT CHARACTER}"
# Different versions that are noted.
_MOST_STATED = 1_000

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
        del first  # it may be large
    table.begin(version, segments(table.kind, version), _again)
    reader = _Reader(table, collector)
    for block in _blocks(table, filter(reader.accepts, records), MOST_WRONG):
        table.take(block)


def _again(table: Table) -> Iterator[Block]:
    columns = layout(table.kind, table.version).columns
    records = numbered(_text(table.source), table.path, Collector(Role.SENDER))
    # What was kept is known by now; there is room for no more.
    return _blocks(table, (one for one in records if not one[1].fault and len(one[1].cells) == columns), 0)


def _text(source: Source) -> Iterator[str]:
    """The text, each byte that is no character as a lone surrogate, so that its place can be named."""
    decoder = codecs.getincrementaldecoder("cp932")("surrogateescape")
    for chunk in source.chunks():
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _blocks(table: Table, records: Iterable[_Numbered], room: int) -> Iterator[Block]:
    """The records, whose segments are known by the items that the rules ask for. `room` is for wrong values."""
    keys = [_Keys(table, segment, room) for segment in table.segments]
    records = iter(records)
    while batch := list(islice(records, _BLOCK)):
        rows = [tuple(record.cells) for _, record in batch]
        columns = [one.of(rows) for one in keys]
        yield Block([number for number, _ in batch], columns, list(map(set, columns)), rows)


class _Keys:
    """Makes the keys of one segment and keeps each of them once. A file may have another wrong value in every record:
    of those only the first are kept, so that they do not fill the memory. What tells clients apart is left as it is.
    """

    def __init__(self, table: Table, segment: Segment, room: int) -> None:
        of = layout(table.kind, table.version)
        fields = [of.field(name) for name in segment.names]
        # Where a record is one segment, each record is kept by its key, right or wrong.
        is_one = len(table.segments) == 1
        left = KEYS[table.kind] if table.kind in SINGLE else PERSON
        self._changing = [None if is_one or field.name in left else field for field in fields]
        self._items, self._room = segment.items, room
        self._take = getter([field.no - 1 for field in fields])

    def of(self, rows: list[Items]) -> list[Items]:
        """The keys of these records."""
        column = list(map(self._take, rows))
        if isinstance(self._items, Figures):
            return column
        instead = {}
        for key in dict.fromkeys(column):
            if key not in self._items:
                kept = self._kept(key)
                self._items[kept] = kept
                if kept is not key:
                    instead[key] = kept
        return [instead.get(key, key) for key in column] if instead else column

    def _kept(self, key: Items) -> Items:
        fields = self._changing
        right = [field is None or is_comparable(field, value) for field, value in zip(fields, key, strict=True)]
        if all(right):
            return key
        self._room -= 1
        if self._room >= 0:
            return key
        return tuple(value if is_right else _WRONG for value, is_right in zip(key, right, strict=True))


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
        stated = self._table.stated
        if len(stated) < _MOST_STATED:
            stated.setdefault(record.cells[0], number)
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
        if len(known) >= _REMEMBERED:
            known.clear()  # the records of a client stand together
        if len(value) < _LONGEST_REMEMBERED:
            known[value] = found
        return found

    def _add(
        self, code: str, number: int, field: Field, value: str, basis: Basis | None = None, **words: str | int
    ) -> None:
        path = self._table.path
        self._collector.add(code, path, record=number, field=field.name_ja, value=value, basis=basis, **words)
