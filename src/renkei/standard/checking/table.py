"""The records of one file as both the fast and the slow path deliver them to the rules.

Kept are the different values only, so that memory grows with clients and keys, not with records. A rule that needs the
records themselves reads the file again.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache, partial, reduce
from itertools import accumulate, compress, islice, repeat
from operator import add, itemgetter
from typing import NamedTuple, Protocol

from ..layouts import CURRENT_VERSION
from ..names import FileName
from .sources import Source

Items = tuple[str, ...]
# A record's number, its items in groups.
Grouped = tuple[int, tuple[Items, ...]]
# Records of one client kept to find equal ones; beyond it the file is read again for them.
_MOST_CARRIED = 10_000
_PARTS = 16


def getter(places: Sequence[int]) -> Callable[[Sequence[str]], Items]:
    """Takes the values at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    if not places:
        return lambda _items: ()
    [place] = places
    return lambda items: (items[place],)


class Figures(dict[Hashable, Items]):
    """The items of figures, of which none is kept: `places` are those of the wanted ones among them."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__()
        self._getter = getter(places)
        self.places = tuple(places)

    def __missing__(self, key: Hashable) -> Items:
        # The slow path has the items already, the fast one the text between two commas.
        if isinstance(key, bytes):
            return self._getter(key.decode("ascii").replace('"', "").split(","))
        assert isinstance(key, tuple)  # noqa: S101 - there are no other keys
        return key

    def __reduce__(self) -> tuple[type[Figures], tuple[tuple[int, ...]]]:
        return Figures, (self.places,)


class Segment(NamedTuple):
    """Neighbouring items kept together. `items` has the values of `names` for each different key of a block."""

    names: tuple[str, ...]
    items: dict[Hashable, Items]


class Block(NamedTuple):
    """Some records in a row: their numbers, for each segment one key a record, the different ones of these, and
    something equal for equal records."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[Hashable]]
    different: Sequence[Set[Hashable]]
    records: Sequence[Hashable]


class Pick(NamedTuple):
    """A question that is answered while the file is read: which different values of `columns` are there, in the records
    whose item `where` is accepted? Without `where` in all of them."""

    columns: tuple[str, ...]
    where: str | None = None
    accepts: Callable[[str], bool] = bool


class Watch(Protocol):
    """Looks at all records while the file is read; the items of a group are of one segment."""

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The items that it looks at."""

    def take(self, rows: Iterable[Grouped]) -> None:
        """The next records."""


class _Asked(NamedTuple):
    """Where some items are that are asked for together: `order` has of each its segment and its place there, `parts` the
    segments, `of_part` takes those of each segment, `wanted` all of them where the items of the parts are joined."""

    order: list[tuple[int, int]]
    parts: list[int]
    of_part: list[Callable[[Sequence[str]], Items]]
    wanted: Callable[[Sequence[str]], Items]


class _Cut:
    """Where the items of a file's records are. Files of one kind are cut alike, and asked alike."""

    def __init__(self, segments: tuple[tuple[str, ...], ...]) -> None:
        self._segments = segments
        self.places = {name: (part, place) for part, names in enumerate(segments) for place, name in enumerate(names)}
        self._asked: dict[tuple[str, ...], _Asked] = {}

    def __reduce__(self) -> tuple[Callable[..., _Cut], tuple[tuple[tuple[str, ...], ...]]]:
        return _cut, (self._segments,)

    def asked(self, names: tuple[str, ...]) -> _Asked:
        """What there is to know to find these items."""
        found = self._asked.get(names)
        if found is None:
            found = self._asked[names] = self._find(names)
        return found

    def _find(self, names: tuple[str, ...]) -> _Asked:
        order = [self.places[name] for name in names]
        parts = sorted({part for part, _ in order})
        starts = dict(zip(parts, accumulate((len(self._segments[part]) for part in parts), initial=0), strict=False))
        of_part = [getter([place for part, place in order if part == one]) for one in parts]
        return _Asked(order, parts, of_part, getter([starts[part] + place for part, place in order]))


@lru_cache(100)
def _cut(segments: tuple[tuple[str, ...], ...]) -> _Cut:
    return _Cut(segments)


def _nothing(_table: Table) -> Iterator[Block]:
    return iter(())


class Table:
    """The records of a file. `lost` counts those that could not be split: where there is one, nothing may be concluded
    from what is absent. `stated` has each version that is stated with its first record. `name` is None where the
    file's name is not of the standard. `again` gives the blocks once more, when it `is_read` without looking at
    everything again. `at_hand`: the blocks, and what was found in them, are kept for the rules that look a second time.
    """

    def __init__(self, kind: str, source: Source, name: FileName | None, *, at_hand: bool = False) -> None:
        self.kind, self.source, self.name = kind, source, name
        self._blocks: list[Block] | None = [] if at_hand else None
        self.segments: list[Segment] = []
        self.again: Callable[[Table], Iterator[Block]] = _nothing
        self.version = CURRENT_VERSION
        self.is_read = False
        self.records = self.lost = 0
        self.stated: dict[str, int] = {}
        self.picked: dict[Pick, set[tuple[Hashable, ...]]] = {}
        self.repeats: Repeats | None = None
        self.watch: Watch | None = None
        self._cut = _cut(())
        self._distinct: dict[Items, Set[Items]] = {}

    @property
    def path(self) -> str:
        return self.source.path

    def begin(self, version: str, segments: list[Segment], again: Callable[[Table], Iterator[Block]]) -> None:
        """Says how the records are cut, before the first block. Picks of items that the version lacks are dropped."""
        self.version, self.segments, self.again = version, segments, again
        self._cut = _cut(tuple([segment.names for segment in segments]))
        known = self._cut.places.keys()
        self.picked = {pick: set() for pick in self.picked if known >= {*pick.columns, pick.where or pick.columns[0]}}

    def take(self, block: Block) -> None:
        """Counts a block, answers the picks and looks for equal records."""
        self.records += len(block.numbers)
        if self._blocks is not None:
            self._blocks.append(block)
        for pick, found in self.picked.items():
            self._pick(pick, block, found)
        if self.repeats:
            self.repeats.take(block, len(self.segments[0].items))
        if self.watch and not self.lost:
            self.watch.take(self._grouped(block, self.watch.groups))

    def forget(self) -> None:
        """Drops what only the rules of the file itself ask for."""
        self.picked, self.repeats, self.watch = {}, None, None

    def answer(self, pick: Pick) -> set[Items]:
        """The different values that were picked."""
        if not self.picked[pick]:
            return set()
        asked = self._cut.asked(pick.columns)
        keys = dict(zip(asked.parts, zip(*self.picked[pick], strict=True), strict=False))
        columns = [
            [items[key][place] for key in keys.get(part, ())]
            for part, place in asked.order
            for items in [self.segments[part].items]
        ]
        return set(zip(*columns, strict=True))

    def rows(self, *names: str) -> Iterator[Items]:
        """The values of these items, record by record; reads the file again."""
        return (values for _, values in self.numbered(*names))

    def numbered(self, *names: str) -> Iterator[tuple[int, Items]]:
        """The values of these items with the record's number; reads the file again, unless it is at hand."""
        asked = self._cut.asked(names)
        for block in self._once_more():
            columns = (map(self.segments[part].items.__getitem__, block.columns[part]) for part in asked.parts)
            yield from zip(block.numbers, map(asked.wanted, _joined(columns)), strict=True)

    def grouped(self, groups: Sequence[Sequence[str]]) -> Iterator[Grouped]:
        """For each record its number and for each group the values of its items; reads the file again. A group's items
        are of one segment."""
        for block in self._once_more():
            yield from self._grouped(block, groups)

    def _grouped(self, block: Block, groups: Sequence[Sequence[str]]) -> Iterator[Grouped]:
        columns = []
        for names in groups:
            asked = self._cut.asked(tuple(names))
            part = asked.parts[0]
            items = self.segments[part].items
            values = {key: asked.wanted(items[key]) for key in block.different[part]}
            columns.append(map(values.__getitem__, block.columns[part]))
        return zip(block.numbers, zip(*columns, strict=True), strict=True)

    def _once_more(self) -> Iterable[Block]:
        return self.again(self) if self._blocks is None else self._blocks

    def first_records(self, *names: str) -> dict[Items, int]:
        """For each different value of these items the number of its first record."""
        found: dict[Items, int] = {}
        for number, values in self.numbered(*names):
            found.setdefault(values, number)
        return found

    def distinct(self, *names: str) -> Set[Items]:
        """The different values of these items together; to be asked for when the file is read."""
        if not self.records:
            return set()
        if self._blocks is None:
            return self._find_distinct(names)
        found = self._distinct.get(names)
        if found is None:
            found = self._distinct[names] = self._find_distinct(names)
        return found

    def _find_distinct(self, names: Items) -> Set[Items]:
        asked = self._cut.asked(names)
        items = [self.segments[part].items for part in asked.parts]
        if len(items) == 1 and items[0]:
            return dict.fromkeys(map(asked.wanted, items[0].values())).keys()
        varying = list(map(_differ, items, asked.of_part))
        # Figures are not kept.
        if sum(varying) > 1 or any(isinstance(one, Figures) for one in items):
            if (pick := Pick(names)) in self.picked:
                return self.answer(pick)
            return dict.fromkeys(self.rows(*names)).keys()
        columns: list[Iterable[Items]] = [
            one.values() if is_varying else repeat(next(iter(one.values())))
            for one, is_varying in zip(items, varying, strict=True)
        ]
        rows = map(asked.wanted, _joined(columns))
        return dict.fromkeys(rows if any(varying) else islice(rows, 1)).keys()

    def equal_records(self) -> Iterator[int]:
        """The numbers of the records that another one before them equals."""
        if not self.repeats or not self.repeats.suspected:
            return
        hashes = array("q")
        for block in self.again(self):
            hashes.extend(map(hash, block.records))
        doubled = _doubled(hashes)
        seen: set[int] = set()
        for block in self.again(self) if doubled else ():
            for number, value in zip(block.numbers, map(hash, block.records), strict=True):
                if value in doubled:
                    if value in seen:
                        yield number
                    seen.add(value)

    def _pick(self, pick: Pick, block: Block, found: set[tuple[Hashable, ...]]) -> None:
        columns = [block.columns[part] for part in self._cut.asked(pick.columns).parts]
        if pick.where is None:
            found.update(zip(*columns, strict=True))
            return
        part, place = self._cut.places[pick.where]
        items = self.segments[part].items
        accepted = {key for key in block.different[part] if pick.accepts(items[key][place])}
        if accepted:
            chosen = list(map(accepted.__contains__, block.columns[part]))
            some = [compress(column, chosen) for column in columns]
            # Of a single segment the different ones are found without a tuple for every record.
            found.update(zip(set(some[0])) if len(some) == 1 else zip(*some, strict=True))


def _joined(columns: Iterable[Iterable[Items]]) -> Iterable[Items]:
    """The items of several segments as those of one."""
    return reduce(partial(map, add), columns)


def _differ(items: Mapping[Hashable, Items], of_part: Callable[[Sequence[str]], Items]) -> bool:
    """Whether the items that are taken are not the same everywhere."""
    return len(items) > 1 and len(set(map(of_part, items.values()))) > 1


class Repeats:
    """Suspects equal records. The records of a client stand together in an ordinary file, so that only those of the
    last client of a block are carried to the next; of a file in another order it cannot be sure."""

    def __init__(self) -> None:
        self.suspected = False
        self._last: Hashable = None
        self._carried: set[int] = set()
        self._clients = 0

    def take(self, block: Block, clients: int) -> None:
        """Looks at the next block, whose first segment is the client's; `clients` are all until now."""
        if self.suspected or not block.records:
            return
        column, different = block.columns[0], block.different[0]
        goes_on = self._last in different
        is_back = clients != self._clients + len(different) - goes_on
        continued = _records_of(self._last, block) if goes_on else set()
        if is_back or len(set(block.records)) != len(block.records) or not self._carried.isdisjoint(continued):
            self.suspected = True
        if column[-1] == self._last:
            self._carried |= continued
            self.suspected = self.suspected or len(self._carried) > _MOST_CARRIED
        else:
            self._carried = _records_of(column[-1], block)
        self._last, self._clients = column[-1], clients


def _records_of(client: Hashable, block: Block) -> set[int]:
    """The hashes of one client's records, because the records themselves are large and suspicion is enough."""
    column = block.columns[0]
    first, behind = column.index(client), len(column) - column[::-1].index(client)
    # Where the records of a client stand together, these are all, so that few are compared.
    own = [key == client for key in column[first:behind]]
    return set(map(hash, compress(block.records[first:behind], own)))


def _doubled(hashes: array[int]) -> set[int]:
    """The values that occur more than once; a part of them at a time, because a set is many times an array."""
    doubled: set[int] = set()
    for part in range(_PARTS):
        seen: set[int] = set()
        for value in hashes:
            if value % _PARTS == part:
                if value in seen:
                    doubled.add(value)
                seen.add(value)
    return doubled
