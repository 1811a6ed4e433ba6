"""Whether a record is what the published JSON Schema says: told with every conversion, in either direction.

The values stay as they are. What the schema does not ask for (conditions, other records) is the business of the check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ..layouts import Field, layout
from ..values import pattern
from .notes import Notes


def tell_unfitting(file: str, number: int, kind: str, row: Mapping[str, str], notes: Notes) -> None:
    """Notes the items of one record of V4.1 that are required and empty, or whose value has not their form.

    >>> notes = Notes()
    >>> tell_unfitting("a.CSV", 1, "DLTPLAN", {"csv_version": "202407", "insurer_number": "1"}, notes)
    >>> [(note.code, note.field) for note in notes.all()]
    [('W-REQUIRED', '被保険者番号'), ('W-REQUIRED', '削除対象年月'), ('W-VALUE', '保険者番号')]
    """
    required, forms = _asked(kind)
    if not required <= row.keys():
        for field in layout(kind).fields:
            if field.name in required and field.name not in row:
                notes.add("W-REQUIRED", file, record=number, field=field.name_ja)
    for item, value in row.items():
        form = forms.get(item)
        if form and not form.fullmatch(value):
            notes.add("W-VALUE", file, record=number, field=layout(kind).field(item).name_ja)


@cache
def _asked(kind: str) -> tuple[frozenset[str], dict[str, re.Pattern[str]]]:
    """The items that every record has, and the forms of those that have one."""
    fields = layout(kind).fields
    forms = {field.name: re.compile(_form(field)) for field in fields if field.type != "text"}
    return frozenset(field.name for field in fields if field.required == "always"), forms


def _form(field: Field) -> str:
    return rf"[\s\S]{{1,{field.length}}}" if field.type == "unused" else pattern(field)
