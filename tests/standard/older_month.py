"""The clean month as the third edition writes it: names without service types, fewer items, no 第3表."""

from __future__ import annotations

from collections.abc import Mapping

from renkei.standard.layouts import V3_VERSION, kinds, layout
from renkei.standard.names import FileName
from renkei.standard.records import write

from .month import NAMES, Row, kind_of, rows

CARE_PLAN = ("UP1KYO", "UP2KYO", "UPHOSOKU_PLAN")
USE_TABLE = ("UPPLAN", "UPSIKYU", "UPHOSOKU")


def name(key: str) -> str:
    """The name of a file of the month in the third edition."""
    parsed = FileName.parse(NAMES[key])
    parts = (parsed.kind, parsed.month, parsed.sender, parsed.recipient, parsed.sequence)
    return "_".join(part for part in parts if part) + ".CSV"


def older_files(*keys: str, changed: Mapping[str, list[Row]] | None = None) -> dict[str, bytes]:
    """The files with these keys, all of the third edition by default; `changed` replaces the records of some."""
    records = {**rows(), **(changed or {})}
    return {
        name(key): write(kind_of(key), [_older(kind_of(key), row) for row in records[key]], V3_VERSION)
        for key in keys or NAMES
        if kind_of(key) in kinds(V3_VERSION)
    }


def _older(kind: str, row: Row) -> Row:
    known = {field.name for field in layout(kind, V3_VERSION).fields}
    return {key: value for key, value in row.items() if key in known}
