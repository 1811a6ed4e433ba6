"""Folders of a small month for the tests of the commands that show and compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.standard import month

from renkei.standard.records import write

Rows = dict[str, list[dict[str, str]]]


def folder(path: Path, edit: Callable[[Rows], None] | None = None, *, keys: str = "", deletions: bool = False) -> Path:
    """Write the small month; `keys` are the only files that are wanted, in words."""
    path.mkdir()
    rows = {key: own for key, own in month.rows().items() if deletions or not key.startswith("DLT")}
    if edit:
        edit(rows)
    for key in keys.split() or rows:
        (path / month.NAMES[key]).write_bytes(write(month.kind_of(key), rows[key]))
    return path
