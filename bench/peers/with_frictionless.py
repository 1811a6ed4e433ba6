"""frictionless: a schema with a pattern an item; it reads from a stream of bytes."""

from __future__ import annotations

import re

from frictionless import Dialect, Resource, Schema, formats
from frictionless.fields import StringField

from .rules import NAMES, PLACE_OF_PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    found = patterns(name)
    resource = Resource(
        data=plan,
        format="csv",
        encoding="cp932",
        dialect=Dialect(header=False, controls=[formats.CsvControl()]),
        schema=Schema(fields=[_field(item, found.get(item)) for item in NAMES]),
    )
    if not resource.validate().valid:
        return False
    with resource:
        insurer, insured = PLACE_OF_PERSON
        seen = {(row[insurer], row[insured]) for row in resource.cell_stream}
    return seen <= people_of(supplement)


def _field(name: str, pattern: str | None) -> StringField:
    constraints = {"pattern": pattern, "required": re.fullmatch(pattern, "") is None} if pattern else {}
    return StringField(name=name, constraints=constraints)
