"""The fast path: records are cut into segments by one pattern, and only the different segments are looked at.

It answers "every record has the form of the layout" and hands over the items that the rules ask for. Anything else,
even what is merely unusual (LF, bare text, an item that is wanted but empty), is left to the slow path, which finds words.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence, Set
from sys import intern

from ..layouts import VERSIONS, kinds
from ..values import NOT_TEXT
from .forms import Cut, Form, Habit, form, segments
from .sources import CHUNK
from .table import Block, Items, Segment, Table

# Bytes up to which a record is looked at in one piece: every piece costs the same, however little is in it.
_WHOLE = 1024
# Stands before and behind each of many values that are looked at together; no text may hold it.
_MARK = b"\0"
_not_text = re.compile(f"[{NOT_TEXT.replace(chr(0), '')}]")
# A text in quotes, or empty quotes that are no part of one.
_EMPTY = re.compile(rb'("(?:[^"]++|"")++")|""')
_BEGINNING = re.compile(rb'("?)([0-9]{6})\1,')


class _UnusualError(Exception):
    """Something that the slow path must look at."""


def read(table: Table) -> bool:
    """Fills a table with a file in canonical form, or in the form with every item in quotes; False for any other."""
    found = _BEGINNING.match(next(table.source.chunks(), b""))
    version = found.group(2).decode("ascii") if found else ""
    if found is None or version not in VERSIONS or table.kind not in kinds(version):
        return False
    whole = table.source.size() <= _WHOLE
    table.begin(version, segments(table.kind, version, whole=whole), _quoted if found.group(1) else _bare)
    table.stated = {version: 1}
    try:
        for block in table.again(table):
            table.take(block)
    except _UnusualError:
        return False
    table.is_read = True
    return True


def _bare(table: Table) -> Iterator[Block]:
    return _blocks(table, _form(table, quoted=False))


def _quoted(table: Table) -> Iterator[Block]:
    return _blocks(table, _form(table, quoted=True))


def _form(table: Table, *, quoted: bool) -> Form:
    return form(table.kind, table.version, quoted=quoted, whole=len(table.segments) == 1)


def _blocks(table: Table, of: Form) -> Iterator[Block]:
    rest, number = b"", 1
    for chunk in table.source.chunks():
        data = rest + chunk
        records = of.record.findall(data)
        # What is no record stands last: the beginning of one that goes on in the next chunk, or something unusual.
        rest = records.pop()[-1] if records[-1][-1] else b""
        if len(rest) > CHUNK:
            raise _UnusualError
        if records:
            numbers = range(number, number + len(records))
            columns = list(zip(*records, strict=True))[:-1]
            looked_up = [
                _keys(*one, is_read=table.is_read) for one in zip(of.cuts, table.segments, columns, strict=True)
            ]
            keys, different = zip(*looked_up, strict=True)
            is_mixed = table.repeats is not None and not of.quoted and b'""' in data
            yield Block(numbers, keys, different, _alike(records) if is_mixed else records)
            number = numbers.stop
    if rest or number == 1:
        raise _UnusualError


def _alike(records: Sequence[Sequence[bytes]]) -> list[Hashable]:
    """The records without empty quotes, because a text that is empty is so with and without them."""
    return [tuple(_EMPTY.sub(rb"\1", segment) for segment in record) for record in records]


def _keys(
    cut: Cut, segment: Segment, column: Sequence[bytes], *, is_read: bool
) -> tuple[Sequence[Hashable], Set[Hashable]]:
    """What stands for the values of the column, and the different ones; new ones are looked at and their items kept."""
    if cut.habit is Habit.ONCE:
        keys = _items(cut, column)
        segment.items.update(zip(keys, keys, strict=True))
        return keys, set(keys)
    different = set(column)
    if cut.habit is Habit.REPEATS:
        new = list(different.difference(segment.items))
        segment.items.update(zip(new, _items(cut, new), strict=True))
    elif not is_read:
        _items(cut, list(different))
    return column, different


def _items(cut: Cut, raws: Sequence[bytes]) -> list[Items]:
    """The wanted items of each value; all are looked at in one go."""
    if not raws:
        return []
    joined = _MARK + _MARK.join(raws) + _MARK
    try:
        text = joined.decode("ascii" if joined.isascii() else "cp932")  # much faster where it will do
    except UnicodeDecodeError:
        raise _UnusualError from None
    found = cut.strict.findall(text)
    is_marked_alone = text.count("\0") == len(raws) + 1
    if len(found) != len(raws) or not is_marked_alone or (cut.has_text and _not_text.search(text)):
        raise _UnusualError
    if not cut.wanted or cut.habit is Habit.FIGURES:
        return [()] * len(raws)
    items = [(one,) for one in found] if len(cut.wanted) == 1 else found
    if '""' in text:
        items = [tuple(one.replace('""', '"') for one in row) for row in items]
    return [tuple(map(intern, row)) for row in items]
