"""The fast path: one pattern a layout that a clean record matches, run over the text in large chunks.

It answers "every record has the form of the layout" and hands over the items that the rules ask for. Anything else,
even what is merely unusual (LF, bare text, an item that is wanted but empty), is left to the slow path, which finds words.
"""

from __future__ import annotations

import re
from functools import cache

from ..layouts import CURRENT_VERSION, Field, layout
from ..names import FileName
from ..values import NOT_TEXT, pattern
from .rules import spans_of
from .table import Span, Table

CHUNK = 1 << 20
# Looked for once over the whole text: cheaper than in each pattern of a text item.
_not_text = re.compile(f"[{NOT_TEXT}]")
# Kinds whose equal records are counted; see the rule W-CROSS-SAME.
_COUNTED = frozenset({"UPPLAN", "UPJSK"})


def read(text: str, kind: str, path: str, name: FileName | None) -> Table | None:
    """The table of a file in canonical form, or in the form with every item in quotes; None for any other."""
    if not text.endswith("\r\n") or _not_text.search(text):
        return None
    quoted = text.startswith('"')
    record = _record(kind, quoted)
    spans = [_span(kind, names, quoted=quoted) for names in spans_of(kind)]
    stride = len(spans) + 1
    lines: list[int] = []
    rest = ""
    for start in range(0, len(text), CHUNK):
        chunk = rest + text[start : start + CHUNK]
        # Matches and what lies between them alternate: between, captures, between, captures, …, rest.
        pieces = record.split(chunk)
        rest = pieces.pop()
        if any(pieces[::stride]) or len(rest) > CHUNK:
            return None
        for index, span in enumerate(spans, start=1):
            span.values.extend(pieces[index::stride])
        if kind in _COUNTED:
            ends = chunk[: len(chunk) - len(rest)].split("\r\n")
            lines.extend(map(hash, ends[:-1]))
    count = len(spans[0].values)
    if rest or (kind in _COUNTED and len(lines) != count):
        return None
    return Table(kind, path, name, spans, range(1, count + 1), lines)


def _span(kind: str, names: tuple[str, ...], *, quoted: bool) -> Span:
    if layout(kind).field(names[0]).type == "text":
        return Span(names, _text_item)
    return Span(names, _quoted_items if quoted else _bare_items)


def _bare_items(value: str) -> list[str]:
    return value.split(",")


def _quoted_items(value: str) -> list[str]:
    return value[1:-1].split('","')


def _text_item(value: str) -> list[str]:
    return [value[1:-1].replace('""', '"')]


@cache
def _record(kind: str, quoted: bool) -> re.Pattern[str]:
    """One record of the kind, its line break included; the spans that the rules ask for are captured."""
    firsts = {names[0] for names in spans_of(kind)}
    lasts = {names[-1] for names in spans_of(kind)}
    cells = (
        f"{'(' * (field.name in firsts)}{_cell(field, quoted=quoted)}{')' * (field.name in lasts)}"
        for field in layout(kind).fields
    )
    return re.compile(",".join(cells) + "\r\n")


def _cell(field: Field, *, quoted: bool) -> str:
    is_required = field.required in {"always", "warn"}
    if field.type == "text":
        content = '[^"]*+(?:""[^"]*+)*+'
        return f'"(?!"[,\\r]){content}"' if is_required else f'(?:"{content}")?+'
    if field.type == "version":
        value = CURRENT_VERSION
    elif field.type == "unused":
        value = ""
    else:
        value = pattern(field) if is_required else f"(?:{pattern(field)})?+"
    return f'"{value}"' if quoted else value
