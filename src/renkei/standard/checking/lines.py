"""Numbered records of a text, with what is unusual about the lines themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import csvtext
from .collector import Collector

_DIGITS = re.compile(r"\d+", re.ASCII)


def numbered(text: Iterable[str], path: str, collector: Collector) -> Iterator[tuple[int, csvtext.Record]]:
    """The records with their numbers from 1, without a header row (which keeps its number) and without blank lines.

    `text` comes in pieces.
    """
    number, blanks, has_lf, ending = 0, 0, False, "\r\n"
    for record in csvtext.records(_without_mark(text, path, collector)):
        ending = record.ending
        has_lf = has_lf or ending == "\n"
        if record.is_blank:
            blanks += 1
            continue
        if blanks:
            collector.add("W-CSV-BLANK", path, record=number + 1)
            blanks = 0
        number += 1
        if ending == "\r":
            collector.add("E-CSV-CR", path, record=number)
        if number == 1 and record.cells[0] and not any(map(_DIGITS.fullmatch, record.cells)):
            collector.add("E-CSV-HEADER", path, record=1, value=record.cells[0])
            continue
        yield number, record
    if has_lf:
        collector.add("W-CSV-NEWLINE", path)
    if blanks:
        collector.add("W-CSV-END", path, value="空の行がある")
    elif not ending:
        collector.add("W-CSV-END", path, value="最後の改行がない")


def _without_mark(text: Iterable[str], path: str, collector: Collector) -> Iterator[str]:
    """The text without the marks (1A) at its end."""
    mark = csvtext.END_OF_FILE_MARK
    held = 0
    for piece in text:
        body = piece.rstrip(mark)
        if body:
            yield mark * held + body
            held = 0
        # Counted, not kept: a file may be nothing but marks.
        held += len(piece) - len(body)
    if held:
        collector.add("W-CSV-END", path, value="終わりの記号(1A)が付いている")
