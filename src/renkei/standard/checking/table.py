"""The records of one file as both the fast and the slow path deliver them to the rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any

from ..names import FileName


@dataclass(slots=True)
class Span:
    """Neighbouring items kept together: `values` holds one value a record, `split` gives the items of a value.

    Most of these values repeat (client and month; day and time), so that only the different ones are ever split.
    """

    names: tuple[str, ...]
    split: Callable[[Any], Sequence[str]]
    values: list[Hashable] = field(default_factory=list)
    _items: dict[Hashable, Sequence[str]] | None = None

    def items(self) -> dict[Hashable, Sequence[str]]:
        """The different values, in order of appearance, with their items."""
        if self._items is None:
            self._items = {value: self.split(value) for value in dict.fromkeys(self.values)}
        return self._items


@dataclass(slots=True)
class Table:
    """`spans` hold the items that the rules of the kind ask for; `numbers` are the records' numbers.

    `lines` has one hash a record, equal for equal records. `lost` counts the records that could not be split: where
    there is one, nothing may be concluded from what is absent. `name` is None where the file's name is not of the
    standard.
    """

    kind: str
    path: str
    name: FileName | None
    spans: list[Span]
    numbers: Sequence[int]
    lines: list[int] = field(default_factory=list)
    lost: int = 0

    def rows(self, *names: str) -> Iterator[tuple[str, ...]]:
        """The values of these items, record by record."""
        parts = self._parts(names)
        order = _order(names, parts)
        looked_up = [map(span.items().__getitem__, span.values) for span in parts]
        return (tuple(row[part][place] for part, place in order) for row in zip(*looked_up, strict=True))

    def distinct(self, *names: str) -> Iterable[tuple[str, ...]]:
        """The different values of these items together, in order of appearance."""
        if not self.numbers:
            return ()
        parts = self._parts(names)
        order = _order(names, parts)
        items = [span.items() for span in parts]
        return dict.fromkeys(
            tuple(items[part][combination[part]][place] for part, place in order)
            for combination in _combinations(parts, order)
        )

    def numbered(self, *names: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The values of these items with the record's number."""
        return zip(self.numbers, self.rows(*names), strict=True)

    def first_records(self, *names: str) -> dict[tuple[str, ...], int]:
        """For each different value of these items the number of its first record."""
        found: dict[tuple[str, ...], int] = {}
        for number, values in self.numbered(*names):
            found.setdefault(values, number)
        return found

    def _parts(self, names: Sequence[str]) -> list[Span]:
        wanted = set(names)
        return [span for span in self.spans if not wanted.isdisjoint(span.names)]


def _order(names: Sequence[str], parts: list[Span]) -> list[tuple[int, int]]:
    """For each name the span it is in and its place there."""
    place_of = {name: (part, place) for part, span in enumerate(parts) for place, name in enumerate(span.names)}
    return [place_of[name] for name in names]


def _combinations(parts: list[Span], order: list[tuple[int, int]]) -> Iterator[tuple[Hashable, ...]]:
    """The different values of these spans together; of a span whose wanted items never change, one stands for all."""
    varying = [index for index, span in enumerate(parts) if _varies(span, [p for part, p in order if part == index])]
    if len(varying) > 1:
        values = (span.values if i in varying else repeat(span.values[0]) for i, span in enumerate(parts))
        yield from dict.fromkeys(zip(*values, strict=False))
        return
    first = [span.values[0] for span in parts]
    yield tuple(first)
    for index in varying:
        for value in parts[index].items():
            yield (*first[:index], value, *first[index + 1 :])


def _varies(span: Span, places: list[int]) -> bool:
    wanted = itemgetter(*places)
    items = iter(span.items().values())
    first = wanted(next(items))
    return any(wanted(one) != first for one in items)
