"""Mending what is safe in a file of the standard, and saying every change.

Nothing is changed that a person cannot see: each difference from what was given is a `Change`; what only a person can
decide is a `Remaining`. A file in canonical form that fits its layout comes back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .. import records
from ..layouts import CURRENT_VERSION, Layout
from ..names import IMAGE
from . import items, naming, reading, rows
from .catalogue import MENDS, QUESTIONS, Mend
from .characters import Characters, with_line_breaks
from .model import Change, Notes, Options, Remaining, Repaired
from .naming import is_of_the_standard
from .variants import VariantsError, built_in, parse

__all__ = [
    "MENDS",
    "QUESTIONS",
    "Change",
    "Mend",
    "Remaining",
    "Repaired",
    "VariantsError",
    "built_in",
    "is_of_the_standard",
    "parse",
    "repair",
]

_SEPARATOR = re.compile(r"[/\\]")


def repair(
    name: str,
    data: bytes,
    *,
    variants: Mapping[str, str] | None = None,
    geta: bool = False,
    widen_kana: bool = False,
) -> Repaired:
    """The file mended where that is safe. `name` may be a path; the last part of it is mended.

    `variants` is a table of one's own (see `parse`) before the built-in one; `geta` writes 〓 for what has no variant;
    `widen_kana` makes half-width kana in texts full-width. Never raises for what the file holds.

    >>> mended = repair("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.csv", b"202407,132019,12,2026/12\\n")
    >>> mended.data
    b'202407,132019,0000000012,202612\\r\\n'
    >>> [change.code for change in mended.changes]
    ['R-NAME-EXTENSION', 'R-FILE-NEWLINE', 'R-ITEM-ZEROS', 'R-ITEM-DATE']
    """
    options = Options(geta, widen_kana)
    about_name, about_content = Notes(), Notes()
    new_name, parts, kind = naming.mend(_SEPARATOR.split(name)[-1], about_name)
    mended = data
    if kind is not None and kind != IMAGE and data:
        version = parts.edition.version if parts else CURRENT_VERSION
        mended = _content(data, kind, version, Characters(variants, options), about_content)
    if about_content.held:
        mended, about_content.changes = data, []
    return Repaired(
        new_name,
        mended,
        (*about_name.changes, *about_content.changes),
        (*about_name.remaining, *about_content.remaining),
        about_content.held,
    )


def _content(data: bytes, kind: str, named: str, characters: Characters, notes: Notes) -> bytes:
    text = reading.text(data, notes)
    if notes.held:
        return data
    found, layout = rows.read(text, kind, named, notes)
    if not characters.is_clean(text):
        _mend_characters(found, layout, characters, notes)
    _mend_items(found, layout, notes)
    if notes.held:
        return data
    names = [field.name for field in layout.fields]
    return records.write(kind, (dict(zip(names, row.cells, strict=True)) for row in found), layout.version)


def _mend_characters(found: list[rows.Row], layout: Layout, characters: Characters, notes: Notes) -> None:
    for row in found:
        for place, field in enumerate(layout.fields):
            cell = row.cells[place]
            if characters.is_clean(cell):
                continue
            mended = characters.mend(cell, is_text=field.type == "text")
            row.cells[place] = mended.value
            for code, before, after in mended.steps:
                notes.change(code, before, after, record=row.number, field=field.name_ja)
            for code, value in mended.questions:
                notes.leave(code, value, record=row.number, field=field.name_ja, hold=mended.is_held)


def _mend_items(found: list[rows.Row], layout: Layout, notes: Notes) -> None:
    for row in found:
        for place, field in enumerate(layout.fields):
            cell = row.cells[place]
            if not cell:
                continue
            mended = items.mend(field, cell)
            if mended:
                code, row.cells[place] = mended
                notes.change(code, cell, row.cells[place], record=row.number, field=field.name_ja)
            elif "\n" in cell or "\r" in cell:
                _mend_line_breaks(row, place, field.name_ja, notes)
            elif items.is_lost(field, cell):
                notes.leave("P-ITEM-DIGITS", cell, record=row.number, field=field.name_ja)


def _mend_line_breaks(row: rows.Row, place: int, field: str, notes: Notes) -> None:
    before, after = row.cells[place], with_line_breaks(row.cells[place])
    if after != before:
        row.cells[place] = after
        notes.change("R-CHAR-NEWLINE", before, after, record=row.number, field=field)
