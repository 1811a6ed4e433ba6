"""Cells of tables that are opened in spreadsheets."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would reckon with is shown as it was written.

    >>> harmless("=1+1"), harmless("実績")
    ("'=1+1", '実績')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
