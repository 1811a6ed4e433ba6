"""Offices with their telephones, which are in no file of the standard: for cover sheets and for the family's week."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from renkei.forms.filling.cover_sheet import Office

from .files import CannotRunError, content

_NUMBER = "office_number"
_ITEMS = ("name", "phone", "fax", "person")


def offices(path: Path | None) -> dict[str, Office]:
    """The offices of a list at `path` by number; none without one. Raises CannotRunError."""
    if path is None:
        return {}
    try:
        text = content(str(path)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRunError(f"「{path}」は UTF-8 の文書ではありません。") from None
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
    if _NUMBER not in (rows.fieldnames or ()):
        raise CannotRunError(
            f"「{path}」の1行目に見出し {_NUMBER} がありません。タブ区切りで、見出しは "
            f"{_NUMBER}、{'、'.join(_ITEMS)} です(office_number のほかは、なくてもかまいません)。"
        )
    return {row[_NUMBER]: Office(row[_NUMBER], *((row.get(item) or "").strip() for item in _ITEMS)) for row in rows}
