"""Every code that a refusal may carry: with which statuses, whether programs see it, and in which words.

The words of one answer may be more exact than those here; the code and what it means stay.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from renkei.trust.errors import EXPLANATIONS

_TABLE = Path(__file__).with_name("problems.tsv")


@dataclass(frozen=True)
class ProblemCode:
    """One code. `on_api`: the API gives it; else only pages do."""

    code: str
    statuses: tuple[int, ...]
    on_api: bool
    title: str
    remedy: str


@functools.cache
def catalogue() -> Mapping[str, ProblemCode]:
    """All codes, in order. Where the table has no words, those of `renkei.trust` hold."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["code"]: _read(row) for row in rows}


def _read(row: Mapping[str, str]) -> ProblemCode:
    code, title, remedy = row["code"], row["title"], row["remedy"]
    if not title:
        title, remedy = EXPLANATIONS[code].message, EXPLANATIONS[code].remedy
    return ProblemCode(code, tuple(map(int, row["status"].split(","))), row["where"] == "api", title, remedy)
