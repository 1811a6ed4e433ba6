"""Mending what is safe in a file of the standard, and saying every change.

Nothing is changed that a person cannot see: each difference from what was given is a `Change`; what only a person can
decide is a `Remaining`. A file in canonical form that fits its layout comes back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .. import mending, records
from ..catalogue.mends import MENDS, QUESTIONS, Mend
from ..layouts import CURRENT_VERSION, Field, Layout
from ..names import IMAGE
from . import naming, reading, rows
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
# Values known to be good are remembered for each item, so that a large file is not slow.
_REMEMBERED = 10_000


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
    bad = characters.bad(text)
    if bad:
        _mend_characters(found, layout, characters, bad, notes)
    _mend_items(found, layout, notes)
    found = rows.without_blank(found, notes)
    if notes.held:
        return data
    names = [field.name for field in layout.fields]
    return records.write(kind, (dict(zip(names, row.cells, strict=True)) for row in found), layout.version)


def _mend_characters(
    found: list[rows.Row], layout: Layout, characters: Characters, bad: re.Pattern[str], notes: Notes
) -> None:
    for row in found:
        for place, field in enumerate(layout.fields):
            if not bad.search(row.cells[place]):
                continue
            mended = characters.mend(row.cells[place], is_text=field.type == "text")
            row.cells[place] = mended.value
            for code, before, after in mended.steps:
                notes.change(code, before, after, record=row.number, field=field.name_ja)
            for code, value in mended.questions:
                notes.leave(code, value, record=row.number, field=field.name_ja, hold=mended.is_held)


def _mend_items(found: list[rows.Row], layout: Layout, notes: Notes) -> None:
    known_good: list[set[str]] = [{""} for _ in layout.fields]
    for row in found:
        for place, cell in enumerate(row.cells):
            if cell in known_good[place]:
                continue
            is_told = _mend_item(row, place, layout.fields[place], notes)
            if not is_told and len(known_good[place]) < _REMEMBERED:
                known_good[place].add(cell)


def _mend_item(row: rows.Row, place: int, field: Field, notes: Notes) -> bool:
    """Mends one item; whether there was anything to say of it."""
    before = row.cells[place]
    if mended := mending.mend(field, before):
        code, after = mended
    elif mending.is_lost(field, before):
        notes.leave("P-ITEM-DIGITS", before, record=row.number, field=field.name_ja)
        return True
    else:
        code, after = "R-CHAR-NEWLINE", with_line_breaks(before)
    if after == before:
        return False
    row.cells[place] = after
    notes.change(code, before, after, record=row.number, field=field.name_ja)
    return True
