"""The csv module splits, a msgspec struct checks."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

import msgspec

from .rules import NAMES, PLACE_OF_PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    found = patterns(name)
    fields: list[tuple[str, Any]] = [
        (item, Annotated[str, msgspec.Meta(pattern=f"^(?:{found[item]})\\Z")] if item in found else str)
        for item in NAMES
    ]
    visit = msgspec.defstruct("Visit", fields, array_like=True, forbid_unknown_fields=True, gc=False)
    insurer, insured = PLACE_OF_PERSON
    try:
        rows = list(csv.reader(io.StringIO(plan.decode("cp932"), newline=""), strict=True))
        msgspec.convert(rows, list[visit])  # type: ignore[valid-type]
    except (msgspec.ValidationError, csv.Error, UnicodeDecodeError):
        return False
    return {(row[insurer], row[insured]) for row in rows} <= people_of(supplement)
