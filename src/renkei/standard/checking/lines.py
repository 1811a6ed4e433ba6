"""Numbered records of a text, with what is unusual about the lines themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import csvtext
from .collector import Collector

_HEADER = re.compile(r"\D+", re.ASCII)


def numbered(text: str, path: str, collector: Collector) -> Iterator[tuple[int, csvtext.Record]]:
    """The records with their numbers from 1, without a header row (which keeps its number) and without blank lines."""
    body = text.rstrip(csvtext.END_OF_FILE_MARK)
    if body != text:
        collector.add("W-CSV-END", path, value="終わりの記号(1A)が付いている")
    number, blanks, has_lf, ending = 0, 0, False, "\r\n"
    for record in csvtext.records(body):
        ending = record.ending
        has_lf = has_lf or ending == "\n"
        if record.cells == [""] and not record.quoted[0]:
            blanks += 1
            continue
        if blanks:
            collector.add("W-CSV-BLANK", path, record=number + 1)
            blanks = 0
        number += 1
        if ending == "\r":
            collector.add("E-CSV-CR", path, record=number)
        if number == 1 and _HEADER.fullmatch(record.cells[0]):
            collector.add("E-CSV-HEADER", path, record=1, value=record.cells[0])
            continue
        yield number, record
    if has_lf:
        collector.add("W-CSV-NEWLINE", path)
    if blanks:
        collector.add("W-CSV-END", path, value="空の行がある")
    elif not ending:
        collector.add("W-CSV-END", path, value="最後の改行がない")
