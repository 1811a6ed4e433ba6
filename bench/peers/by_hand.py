"""The csv module with checks written by hand: one pattern an item, one record after another."""

from __future__ import annotations

import csv
import io
import re

from .rules import FORBIDDEN, NAMES, PLACE_OF_PERSON, patterns, people_of


def is_clean(name: str, plan: bytes, supplement: bytes) -> bool:
    text = plan.decode("cp932")
    if re.search(FORBIDDEN, text):
        return False
    compiled = [(NAMES.index(item), re.compile(source).fullmatch) for item, source in patterns(name).items()]
    insurer, insured = PLACE_OF_PERSON
    seen = set()
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(row) != len(NAMES) or not all(matches(row[place]) for place, matches in compiled):
                return False
            seen.add((row[insurer], row[insured]))
    except csv.Error:
        return False
    return seen <= people_of(supplement)
