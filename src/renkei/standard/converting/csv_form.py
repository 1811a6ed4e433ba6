"""Reading a CSV file so that nothing of it is lost: every value, and every way in which its form is not canonical.

Stricter than `records.read`: what could not be carried over without guessing (a ragged record, a broken quote, a byte
that is no MS932) stops the file. Writing goes in blocks, so that memory stays flat.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from .. import cp932, csvtext, records
from ..layouts import CURRENT_VERSION, Layout, layout, version_of
from .notes import Notes, shown

# Records that are joined and encoded at once.
BLOCK = 1000

_BOM = b"\xef\xbb\xbf"
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
# A number as a record has it, also one that a program filled up with blanks, and a header row has not.
_NUMBER = re.compile(r"\d[\d/:.E+-]*|H\d{9}", re.ASCII)
_CHARACTER = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\x00-\xff]")

# An item that is empty is no key.
Row = dict[str, str]


class Sheet:
    """One CSV file of the standard, to be read once.

    `version` is that of its layout. Notes of its form are complete when the last record has been read.

    >>> notes = Notes()
    >>> sheet = Sheet("a.CSV", "DLTPLAN", b"202407,132019,,202612", "202407", notes)
    >>> [record["delete_target_year_month"] for record in sheet.records()]
    ['202612']
    >>> [note.code for note in notes.all()]
    ['C-FORM-LAST-NEWLINE']
    """

    def __init__(self, file: str, kind: str, data: bytes, named: str, notes: Notes) -> None:
        """`file` is the path as notes name it, `named` the version that goes with the name; raises Stopped."""
        self._file = file
        self._notes = notes
        self._counts: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        text = self._decoded(data)
        self._text = text.rstrip(csvtext.END_OF_FILE_MARK)
        if len(self._text) < len(text):
            notes.add("C-FORM-END-MARK", file)
        self._rows = self._filled()
        self._next = next(self._rows, None)
        first = self._next.cells if self._next else []
        self.version = version_of(kind, first[0], len(first), named) if first else CURRENT_VERSION
        self.layout: Layout = layout(kind, self.version)

    def records(self) -> Iterator[Row]:
        """The records by the items' English names; empty items are absent. Raises Stopped at what is broken."""
        fields = self.layout.fields
        names = [field.name for field in fields]
        is_text = [field.type == "text" for field in fields]
        number = 0
        while (record := self._next) is not None:
            number += 1
            if len(record.cells) != len(names):
                found, expected = len(record.cells), len(names)
                self._notes.stop("E-CONVERT-COLUMNS", self._file, record=number, found=found, expected=expected)
            self._look_at_form(number, record, is_text)
            yield {name: value for name, value in zip(names, record.cells, strict=True) if value}
            self._next = next(self._rows, None)
        if not number:
            self._notes.add("W-CONVERT-EMPTY", self._file)
        for code, count in self._counts.items():
            self._notes.add(code, self._file, record=self._first[code], count=count)

    def _decoded(self, data: bytes) -> str:
        if data.startswith(_BOM):
            self._notes.stop("E-CONVERT-UTF8", self._file)
        try:
            text = cp932.decode(data)
        except cp932.CharacterError as error:
            shown = error.characters.upper()
            self._notes.stop("E-CONVERT-CHARACTER", self._file, offset=error.offset + 1, bytes=shown)
        if cp932.encode(text) != data:
            self._look_at_bytes(data)
        return text

    def _look_at_bytes(self, data: bytes) -> None:
        """Characters that have two codes in MS932: this file uses the one that Windows reads but does not write."""
        codes = Counter(_CHARACTER.findall(data))
        others = {code: count for code, count in codes.items() if cp932.encode(cp932.decode(code)) != code}
        example = cp932.decode(next(iter(others)))
        self._notes.add("C-FORM-BYTES", self._file, count=sum(others.values()), example=example)

    def _filled(self) -> Iterator[csvtext.Record]:
        """The records without blank lines and header row; raises Stopped where the text is not CSV."""
        number = 0
        for record in csvtext.records(self._text):
            if record.fault:
                self._notes.stop("E-CONVERT-QUOTE", self._file, record=number + 1)
            if record.ending == "\r":
                self._notes.stop("E-CONVERT-NEWLINE", self._file, record=number + 1)
            if record.cells == [""]:
                self._notes.add("C-FORM-BLANK", self._file, record=number + 1)
            elif not number and _is_header(record.cells):
                self._notes.add("C-FORM-HEADER", self._file)
            else:
                number += 1
                yield record

    def _look_at_form(self, number: int, record: csvtext.Record, is_text: list[bool]) -> None:
        if record.ending != "\r\n":
            self._count("C-FORM-NEWLINE" if record.ending else "C-FORM-LAST-NEWLINE", number)
        for value, quoted, text in zip(record.cells, record.quoted, is_text, strict=True):
            if quoted and not value:
                self._count("C-FORM-QUOTED-EMPTY", number)
            elif quoted and not text and not _NEEDS_QUOTES.search(value):
                self._count("C-FORM-QUOTED", number)
            elif text and value and not quoted:
                self._count("C-FORM-BARE-TEXT", number)

    def _count(self, code: str, number: int) -> None:
        self._counts[code] += 1
        self._first.setdefault(code, number)


def _is_header(cells: list[str]) -> bool:
    """No record of the standard is without a number, however wide or far apart; the names of items hold none alone."""
    return not any(_NUMBER.fullmatch(_plain(part)) for cell in cells for part in re.split("[;\t]", cell))


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def blocks(file: str, kind: str, rows: Iterable[Mapping[str, str]], notes: Notes) -> Iterator[bytes]:
    """The canonical bytes of V4.1 in blocks. Raises Stopped, with a note, at a character that MS932 cannot carry.

    >>> list(blocks("a.json", "DLTPLAN", [{"csv_version": "202407", "insurer_number": "132019"}], Notes()))
    [b'202407,132019,,\\r\\n']
    """
    remaining = iter(rows)
    done = 0
    while block := list(islice(remaining, BLOCK)):
        try:
            yield records.write(kind, block)
        except cp932.CharacterError:
            _tell_unwritable(file, kind, block, done, notes)
        done += len(block)


def _tell_unwritable(file: str, kind: str, block: list[Mapping[str, str]], done: int, notes: Notes) -> None:
    for number, row in enumerate(block, start=done + 1):
        for name, value in row.items():
            try:
                cp932.encode(value)
            except cp932.CharacterError as error:
                notes.add(
                    "E-JSON-CHARACTER",
                    file,
                    record=number,
                    field=layout(kind).field(name).name_ja,
                    character=shown(error.characters),
                    point=f"{ord(error.characters[0]):04X}",
                )
