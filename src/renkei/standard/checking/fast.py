"""The fast path: one pattern a layout that a clean record matches, run over the text in large chunks.

It answers "every record has the form of the layout" and hands over the columns that the rules ask for. Anything else,
even what is merely unusual (LF, bare text, an item that is wanted but empty), is left to the slow path, which finds words.
"""

from __future__ import annotations

import re
from functools import cache

from ..layouts import CURRENT_VERSION, Field, layout
from ..names import FileName
from ..values import NOT_TEXT, pattern
from .rules import columns_of
from .table import Table

CHUNK = 1 << 20
# Kinds whose equal records are counted; see the rule W-CROSS-SAME.
_COUNTED = frozenset({"UPPLAN", "UPJSK"})


def read(text: str, kind: str, path: str, name: FileName | None) -> Table | None:
    """The table of a file in canonical form, or in the form with every item in quotes; None for any other."""
    if not text.endswith("\r\n"):
        return None
    return _read(text, kind, path, name, quoted=text.startswith('"'))


def _read(text: str, kind: str, path: str, name: FileName | None, *, quoted: bool) -> Table | None:
    record = _record(kind, quoted)
    names = columns_of(kind)
    stride = len(names) + 1
    columns: list[list[str]] = [[] for _ in names]
    lines: list[int] = []
    rest = ""
    for start in range(0, len(text), CHUNK):
        chunk = rest + text[start : start + CHUNK]
        # Matches and what lies between them alternate: between, captures, between, captures, …, rest.
        pieces = record.split(chunk)
        rest = pieces.pop()
        if any(pieces[::stride]) or len(rest) > CHUNK:
            return None
        for index, column in enumerate(columns, start=1):
            column.extend(pieces[index::stride])
        if kind in _COUNTED:
            ends = chunk[: len(chunk) - len(rest)].split("\r\n")
            lines.extend(map(hash, ends[:-1]))
    if rest or (kind in _COUNTED and len(lines) != len(columns[0])):
        return None
    count = len(columns[0])
    return Table(kind, path, name, dict(zip(names, columns, strict=True)), range(1, count + 1), lines)


@cache
def _record(kind: str, quoted: bool) -> re.Pattern[str]:
    """One record of the kind, its line break included; the columns that the rules ask for are captured."""
    captured = columns_of(kind)
    cells = (_cell(field, captured=field.name in captured, quoted=quoted) for field in layout(kind).fields)
    return re.compile(",".join(cells) + "\r\n")


def _cell(field: Field, *, captured: bool, quoted: bool) -> str:
    is_required = field.required in {"always", "warn"}
    if field.type == "text":
        content = f'[^"{NOT_TEXT}]*+(?:""[^"{NOT_TEXT}]*+)*+'
        if not is_required:
            return f'(?:"{content}")?+'
        return f'"(?!"[,\\r]){content}"'
    if field.type == "version":
        value = CURRENT_VERSION
    elif field.type == "unused":
        value = ""
    else:
        value = pattern(field) if is_required else f"(?:{pattern(field)})?+"
    if captured:
        value = f"({value})"
    return f'"{value}"' if quoted else value
