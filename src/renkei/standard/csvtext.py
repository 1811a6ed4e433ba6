"""Splitting text into records, strictly, and with the place of whatever is not CSV.

The csv module takes a stray quote and a lone CR in silence and stops at the first fault; this splitter names each
fault and goes on with the next record. It holds one record and one piece of the text at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# A record longer than this is one whose quote was never closed or whose line never ends. It is cut there, so that ten
# million commas are not ten million items. No care plan is a tenth as long.
LONGEST_RECORD = 512 * 1024
END_OF_FILE_MARK = "\x1a"

# No match where an opening quote is never closed.
_CELL = re.compile(r'"((?:[^"]++|"")*+)"|(?!")([^",\r\n]*+)')
_NEWLINE = re.compile(r"\r\n|\n|\r")
# Where a record begins again after a broken one: version and insurer number at the start of a line.
_RESTART = re.compile(r'(?<=\n)"?20\d{4}"?,"?\d{6}"?,', re.ASCII)
_LONGEST_RESTART = 32


class Record:
    """One record: its cells without quotes, and for each whether it was quoted.

    `fault` is None or the code of what is broken (E-CSV-QUOTE, E-CSV-UNCLOSED), found in the last cell, which begins at
    `broken_at` of the text at hand.
    `ending` is the line break after it: CRLF, LF, a lone CR, or nothing at the end of the text.

    >>> record = next(records('1,"a, b"\\n'))
    >>> record.cells, record.quoted, record.fault, record.ending
    (['1', 'a, b'], [False, True], None, '\\n')
    """

    __slots__ = ("broken_at", "cells", "ending", "fault", "quoted")

    def __init__(self, cells: list[str], quoted: list[bool], ending: str = "") -> None:
        self.cells, self.quoted, self.ending = cells, quoted, ending
        self.fault: str | None = None
        self.broken_at = 0

    @property
    def is_blank(self) -> bool:
        """Whether the line holds nothing at all."""
        return self.cells == [""] and not self.quoted[0]


def records(text: str | Iterable[str]) -> Iterator[Record]:
    """The records of a text, whole or in pieces, blank lines included. A trailing 1A is the caller's to cut off.

    >>> [record.cells for record in records('1,"a, b"\\r\\n2,c')]
    [['1', 'a, b'], ['2', 'c']]
    """
    buffer = _Buffer((text,) if isinstance(text, str) else text)
    while record := buffer.next():
        yield record


class _Buffer:
    """The part of the text that is being split. A record that may go on in the next piece is read again with it."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._position = 0
        self._is_whole = False

    def next(self) -> Record | None:
        """The next record; None after the last."""
        while True:
            if self._position < len(self._text):
                record, after = _record(self._text, self._position)
                # What ends with the text may end there only because the rest is not read yet.
                if self._is_whole or after < len(self._text) or self._rest() > LONGEST_RECORD:
                    return self._take(record, after)
            elif self._is_whole:
                return None
            self._read_on()

    def _rest(self) -> int:
        return len(self._text) - self._position

    def _read_on(self) -> None:
        """Reads at least as much as is waiting, so that a long record is not read again for every piece."""
        pieces = [self._text[self._position :]]
        wanted, got = max(1, len(pieces[0])), 0
        while got < wanted:
            piece = next(self._pieces, None)
            if piece is None:
                self._is_whole = True
                break
            pieces.append(piece)
            got += len(piece)
        self._text, self._position = "".join(pieces), 0

    def _take(self, record: Record, after: int) -> Record:
        self._position = after
        if record.fault:
            self._position = record.broken_at + 1
            self._find_restart()
        return record

    def _find_restart(self) -> None:
        """Goes to where the next record surely begins."""
        while True:
            found = _RESTART.search(self._text, self._position)
            if found:
                self._position = found.start()
                return
            self._position = max(self._position, len(self._text) - (0 if self._is_whole else _LONGEST_RESTART))
            if self._is_whole:
                return
            self._read_on()


def _record(text: str, position: int) -> tuple[Record, int]:
    longest = position + LONGEST_RECORD
    newline = _NEWLINE.search(text, position, longest + len("\r\n"))
    end, after = newline.span() if newline else (len(text), len(text))
    if end > longest:
        end = after = longest
    line = text[position:end]
    if '"' not in line:
        cells = line.split(",")
        return Record(cells, [False] * len(cells), text[end:after]), after
    record = _plainly_quoted(line)
    if record is None:
        return _quoted_record(text, position)
    record.ending = text[end:after]
    return record, after


def _plainly_quoted(line: str) -> Record | None:
    """The record of a line in which every quote opens or closes a cell; None where one may be something else."""
    pieces = line.split('"')
    last = len(pieces) - 1
    if last % 2:  # a quote is open at the end of the line
        return None
    record = Record([], [])
    for place, piece in enumerate(pieces):
        cells = [piece] if place % 2 else _between(piece, place > 0, place < last)
        if cells is None:
            return None
        record.cells += cells
        record.quoted += [bool(place % 2)] * len(cells)
    return record


def _between(piece: str, after_quote: bool, before_quote: bool) -> list[str] | None:
    """The bare cells between two quotes, whose commas belong to the quoted cells; None where a comma is missing."""
    if not piece or (after_quote and before_quote and piece == ","):
        return None if after_quote and before_quote and not piece else []
    if (after_quote and piece[0] != ",") or (before_quote and piece[-1] != ","):
        return None
    return piece[after_quote : len(piece) - before_quote].split(",")


def _quoted_record(text: str, position: int) -> tuple[Record, int]:
    record, longest = Record([], []), position + LONGEST_RECORD
    while True:
        cell = _CELL.match(text, position)
        if cell is None:  # an opening quote that nothing closes
            return _broken(record, "E-CSV-UNCLOSED", text, position), len(text)
        quoted, bare = cell.groups()
        record.cells.append(bare if quoted is None else quoted.replace('""', '"'))
        record.quoted.append(quoted is not None)
        start, position = position, cell.end()
        if position == len(text):
            return record, position
        if text[position] == ",":
            position += 1
            if position > longest:
                return record, position
            continue
        newline = _NEWLINE.match(text, position)
        if newline:
            record.ending = newline.group()
            return record, newline.end()
        # A quote inside a bare cell, or text after a closing quote.
        record.cells.pop()
        record.quoted.pop()
        return _broken(record, "E-CSV-QUOTE", text, start), start


def _broken(record: Record, fault: str, text: str, position: int) -> Record:
    """The record with the text at the fault as its last cell."""
    record.fault, record.broken_at = fault, position
    record.cells.append(text[position : position + 80].split("\n")[0].rstrip("\r"))
    record.quoted.append(True)
    record.ending = "\r\n"
    return record
