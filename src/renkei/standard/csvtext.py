"""Splitting text into records, strictly, and with the place of whatever is not CSV.

The csv module takes a stray quote and a lone CR in silence and stops at the first fault; this splitter names each
fault and goes on with the next record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# No match where an opening quote is never closed.
_CELL = re.compile(r'"((?:[^"]++|"")*+)"|(?!")([^",\r\n]*+)')
_NEWLINE = re.compile(r"\r\n|\n|\r")
# Where a record begins again after a broken one: version and insurer number at the start of a line.
_RESTART = re.compile(r'(?<=\n)"?20\d{4}"?,"?\d{6}"?,', re.ASCII)
END_OF_FILE_MARK = "\x1a"


@dataclass(slots=True)
class Record:
    """One record: its cells without quotes, and for each whether it was quoted.

    `fault` is None or the code of what is broken (E-CSV-QUOTE, E-CSV-UNCLOSED), found in the last cell.
    `ending` is the line break after it: CRLF, LF, a lone CR, or nothing at the end of the text.
    """

    cells: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    fault: str | None = None
    ending: str = ""


def records(text: str) -> Iterator[Record]:
    """The records of `text`, blank lines included (one empty cell). A trailing 1A is the caller's to cut off."""
    position = 0
    while position < len(text):
        record, position = _record(text, position)
        yield record


def _record(text: str, position: int) -> tuple[Record, int]:
    newline = _NEWLINE.search(text, position)
    end, after = newline.span() if newline else (len(text), len(text))
    if text.find('"', position, end) >= 0:
        return _quoted_record(text, position)
    cells = text[position:end].split(",")
    return Record(cells, [False] * len(cells), ending=text[end:after]), after


def _quoted_record(text: str, position: int) -> tuple[Record, int]:
    record = Record()
    while True:
        cell = _CELL.match(text, position)
        if cell is None:  # an opening quote that nothing closes
            record.fault = "E-CSV-UNCLOSED"
            return _give_up(text, position, record)
        quoted, bare = cell.groups()
        record.cells.append(bare if quoted is None else quoted.replace('""', '"'))
        record.quoted.append(quoted is not None)
        start, position = position, cell.end()
        if position == len(text):
            return record, position
        if text[position] == ",":
            position += 1
            continue
        newline = _NEWLINE.match(text, position)
        if newline:
            record.ending = newline.group()
            return record, newline.end()
        record.fault = "E-CSV-QUOTE"  # a quote inside a bare cell, or text after a closing quote
        record.cells.pop()
        return _give_up(text, start, record)


def _give_up(text: str, position: int, record: Record) -> tuple[Record, int]:
    """Goes to where the next record surely begins, and shows the text at the fault as the last cell."""
    restart = _RESTART.search(text, position)
    end = restart.start() if restart else len(text)
    record.cells.append(text[position : min(end, position + 80)].split("\n")[0].rstrip("\r"))
    record.quoted.append(True)
    record.ending = "\r\n"
    return record, end
