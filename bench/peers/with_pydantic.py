"""The csv module splits, a pydantic model checks."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError, create_model

from .rules import NAMES, PLACE_OF_PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    found = patterns(name)
    fields: dict[str, Any] = {
        item: (Annotated[str, StringConstraints(pattern=f"^(?:{found[item]})$")] if item in found else str, ...)
        for item in NAMES
    }
    records = TypeAdapter(list[create_model("Visit", **fields)])  # type: ignore[misc]
    insurer, insured = PLACE_OF_PERSON
    try:
        rows = list(csv.reader(io.StringIO(plan.decode("cp932"), newline=""), strict=True))
        records.validate_python([dict(zip(NAMES, row, strict=True)) for row in rows])
    except (ValidationError, csv.Error, ValueError):
        return False
    return {(row[insurer], row[insured]) for row in rows} <= people_of(supplement)
