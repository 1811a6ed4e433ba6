"""The slow path: every record and item looked at one by one, each fault named with its place."""

from __future__ import annotations

from .. import csvtext
from ..findings import Basis
from ..layouts import CURRENT_VERSION, Field, layout
from ..names import FileName
from .cells import faults
from .collector import Collector
from .lines import numbered
from .rules import spans_of
from .table import Span, Table

# Kinds that may honestly have nothing to say.
_MAY_BE_EMPTY = frozenset({"UP3KYO", "UPKIHON_SUB1", "UPKIHON_SUB2", "UPYOBO_SUB"})
# Values known to be good are remembered for each item, so that a large file with one fault is not slow throughout.
_REMEMBERED = 10_000
# Shown of a file that mixes versions.
_MOST_VERSIONS = 4


def read(text: str, kind: str, path: str, name: FileName | None, collector: Collector) -> Table:
    """The table of a file in any form; what is wrong with its form and its items goes to the collector."""
    reader = _Reader(kind, path, collector)
    for number, record in numbered(text, path, collector):
        reader.take(number, record)
    reader.finish()
    return Table(kind, path, name, reader.spans, reader.numbers, reader.lines, reader.lost)


class _Reader:
    """Takes records one by one and keeps the items that the rules ask for."""

    def __init__(self, kind: str, path: str, collector: Collector) -> None:
        self.spans = [Span(names, tuple) for names in spans_of(kind)]
        self.numbers: list[int] = []
        self.lines: list[int] = []
        self.lost = 0
        self._fields = layout(kind).fields
        self._kept = [(slice(*_place(kind, span.names)), span.values) for span in self.spans]
        self._known_good: list[set[str]] = [set() for _ in self._fields]
        self._versions: dict[str, int] = {}
        self._kind, self._path, self._collector = kind, path, collector

    def take(self, number: int, record: csvtext.Record) -> None:
        if record.fault or len(record.cells) != len(self._fields):
            self._lose(number, record)
            return
        cells = zip(self._fields, record.cells, record.quoted, self._known_good, strict=True)
        for field, value, quoted, known_good in cells:
            if field.type == "text" and value and not quoted:
                self._add("W-CSV-UNQUOTED", number, field, value)
            if value not in known_good:
                self._look(number, field, value, known_good)
        for place, values in self._kept:
            values.append(tuple(record.cells[place]))
        self._versions.setdefault(record.cells[0], number)
        self.numbers.append(number)
        self.lines.append(hash(tuple(record.cells)))

    def finish(self) -> None:
        """What can be said only when every record is read."""
        version_field = self._fields[0]
        for version, number in self._versions.items():
            if version not in {CURRENT_VERSION, ""}:
                self._add("E-CSV-VERSION", number, version_field, version)
        if len(self._versions) > 1:
            mixed = "・".join(sorted(self._versions)[:_MOST_VERSIONS])
            self._add("E-CSV-VERSION-MIXED", max(self._versions.values()), version_field, mixed)
        if not self.numbers and not self.lost:
            self._collector.add("W-CSV-EMPTY" if self._kind in _MAY_BE_EMPTY else "E-CSV-EMPTY", self._path)

    def _lose(self, number: int, record: csvtext.Record) -> None:
        self.lost += 1
        if record.fault:
            place = min(len(record.cells), len(self._fields)) - 1
            self._add(record.fault, number, self._fields[place], record.cells[-1])
        else:
            count = str(len(record.cells))
            self._collector.add("E-CSV-COLUMNS", self._path, record=number, value=count, columns=len(self._fields))

    def _look(self, number: int, field: Field, value: str, known_good: set[str]) -> None:
        is_good = True
        for code, basis, words in faults(field, value):
            is_good = False
            self._add(code, number, field, value, basis, **words)
        if is_good and len(known_good) < _REMEMBERED:
            known_good.add(value)

    def _add(
        self, code: str, number: int, field: Field, value: str, basis: Basis | None = None, **words: str | int
    ) -> None:
        self._collector.add(code, self._path, record=number, field=field.name_ja, value=value, basis=basis, **words)


def _place(kind: str, names: tuple[str, ...]) -> tuple[int, int]:
    start = layout(kind).field(names[0]).no - 1
    return start, start + len(names)
