"""From text to whole records: line ends, blank lines, header, quotes and the number of items."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .. import csvtext, mending
from ..layouts import CURRENT_VERSION, Field, Layout, kinds, layout, version_of
from ..layouts import VERSIONS as ALL_VERSIONS
from . import reading
from .model import Notes

_VERSION = re.compile(r"\s*\d{6}\s*")
_ENDINGS = {"\n": "LF", "\r": "CR"}
# A number as a record has it, and a header row has not.
_NUMBER = re.compile(r"\d[\d/:.E+-]*|H\d{9}", re.ASCII)
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


@dataclass(slots=True)
class Row:
    """One record: its number as a check counts it, and its items without quotes."""

    number: int
    cells: list[str]


def read(text: str, kind: str, named: str, notes: Notes) -> tuple[list[Row], Layout]:
    """The records of a text and the layout that they follow; `named` is the version that the name is of.

    What is not a whole record stays out and is a question that holds the file.
    """
    columns = {layout(kind, version).columns for version in ALL_VERSIONS if kind in kinds(version)}
    body = reading.with_commas(reading.without_end_mark(text, notes), columns, notes)
    numbered = _numbered(body, notes)
    numbered = _without_header(numbered, notes)
    found = _layout(kind, named, [record for _, record in numbered])
    # A spreadsheet leaves the last columns out in every record alike; a record that is short alone was cut in two.
    is_even = len({len(record.cells) for _, record in numbered}) == 1
    rows = [row for number, record in numbered if (row := _whole(number, record, found, is_even, notes))]
    _note_quotes([record for _, record in numbered], found, notes)
    return rows, found


def without_blank(rows: list[Row], notes: Notes) -> list[Row]:
    """The records but those of which nothing is left after the mending of their items."""
    for row in rows:
        if not any(row.cells):
            notes.change("R-FILE-BLANK", "1行", "", record=row.number)
    return [row for row in rows if any(row.cells)]


def _without_header(numbered: list[tuple[int, csvtext.Record]], notes: Notes) -> list[tuple[int, csvtext.Record]]:
    """The records after the title and header rows; nothing but those is no file to be mended."""
    for place, (number, record) in enumerate(numbered):
        if not _is_header(record.cells):
            return numbered[place:]
        notes.change("R-FILE-HEADER", ",".join(record.cells), "", record=number)
    if numbered:
        notes.leave("P-FILE-WORDS", ",".join(numbered[0][1].cells), hold=True)
    return []


def _layout(kind: str, named: str, records: list[csvtext.Record]) -> Layout:
    whole = next((record.cells for record in records if not record.fault), None)
    if whole is None:
        return layout(kind, named if kind in kinds(named) else CURRENT_VERSION)
    return layout(kind, version_of(kind, _plain(whole[0]), len(whole), named))


def _numbered(body: str, notes: Notes) -> list[tuple[int, csvtext.Record]]:
    """The records with their numbers, blank ones left out; line ends are noted once each."""
    found: list[tuple[int, csvtext.Record]] = []
    endings: dict[str, int] = {}
    blanks: list[int] = []
    number, ending = 0, "\r\n"
    for record in csvtext.records(body):
        ending = record.ending
        endings[ending] = endings.get(ending, 0) + 1
        if record.cells != [""] or record.quoted[0]:
            number += 1
        if record.fault or any(record.cells):
            found.append((number, record))
        else:
            blanks.append(number)
    for code, name in _ENDINGS.items():
        if endings.get(code):
            notes.change("R-FILE-NEWLINE", f"{name}({endings[code]}か所)", "CRLF")
    if blanks:
        notes.change("R-FILE-BLANK", f"{len(blanks)}行", "")
    elif not ending:
        notes.change("R-FILE-END", "なし", "CRLF")
    return found


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _is_header(cells: list[str]) -> bool:
    """A first row of words alone (convention C4); a damaged record still has its numbers."""
    if _VERSION.fullmatch(_plain(cells[0])):
        return False
    return not any(_NUMBER.fullmatch(_plain(cell)) for cell in cells)


def _whole(number: int, record: csvtext.Record, found: Layout, is_even: bool, notes: Notes) -> Row | None:
    if record.fault:
        notes.leave("P-FILE-BROKEN", record.cells[-1], record=number, hold=True)
        return None
    cells = _of_width(record.cells, found.fields, is_even)
    if cells is None:
        value = f"{len(record.cells)}個({found.columns}個のはず)"
        notes.leave("P-FILE-BROKEN", value, record=number, hold=True)
        return None
    if cells is not record.cells:
        notes.change("R-FILE-COLUMNS", f"{len(record.cells)}個", f"{len(cells)}個", record=number)
    return Row(number, cells)


def _of_width(cells: list[str], fields: tuple[Field, ...], is_even: bool) -> list[str] | None:
    """The cells with as many as there are fields, where only empty ones at the end are too many or too few.

    `is_even`: all records have the same number of cells.
    """
    surplus = cells[len(fields) :]
    missing = fields[len(cells) :]
    if not surplus and not missing:
        return cells
    if any(surplus) or (missing and not is_even) or any(field.required != "never" for field in missing):
        return None
    filled = [*cells[: len(fields)], *[""] * len(missing)]
    return filled if missing == () or _is_in_place(filled, fields) else None


def _is_in_place(cells: list[str], fields: tuple[Field, ...]) -> bool:
    """Whether every item looks like its field, so that none was lost in the middle."""
    pairs = zip(fields, cells, strict=True)
    return all(not cell or mending.fits(field, cell) or mending.mend(field, cell) for field, cell in pairs)


def _note_quotes(records: list[csvtext.Record], found: Layout, notes: Notes) -> None:
    """How many items are not quoted as the canonical form has it: free text in quotes, the others bare."""
    count = sum(
        quoted is not bool(cell and (field.type == "text" or _NEEDS_QUOTES.search(cell)))
        for record in records
        for field, cell, quoted in zip(found.fields, record.cells, record.quoted, strict=False)
    )
    if count:
        notes.change("R-FILE-QUOTES", f"{count}項目の引用符", "文章の項目だけ")
