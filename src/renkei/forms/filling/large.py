"""Any sheet in large letters: items below their names, tables as one block a row, the month as a list of its days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from renkei.forms.rendering import Form
from renkei.standard.layouts import KINDS, layout, version_of
from renkei.standard.showing.month_grid import Day, Grid, GridRow
from renkei.standard.showing.sheets import PersonSheets, Sheet, sheet_of
from renkei.standard.showing.tables import Table
from renkei.standard.showing.words import month_words, wide_kana

from .given import Given, Row
from .words import one_line

_SUMS = {"subtotal": "小計", "total": "合計"}
_LONGEST_MARK = 20  # letters of a name that the foot of a page has room for


def fill(given: Given, kind: str = "") -> Form:
    """All sheets of one unit about one person, or those of one file kind (UPPLAN: 第6表).

    >>> fill(Given(("139998", "0000000001"), ("", ""), ("", ""), "", {}, client=("栁澤　春", ""))).data["name"]
    '栁澤　春'
    """
    supplement = given.first("UPHOSOKU")
    name = given.client[0] or supplement["client_name"]
    kana = given.client[1] or supplement["client_name_kana"]
    return of_sheets(PersonSheets(*given.person, name, kana, list(_sheets(given, kind))))


def of_sheets(person: PersonSheets) -> Form:
    """The sheets of one person as `renkei.standard.showing.sheets` has them.

    >>> of_sheets(PersonSheets("139998", "0000000001")).data["insured"]
    '0000000001'
    """
    data = {
        "name": person.name,
        "kana": wide_kana(person.kana),
        "insurer": person.insurer,
        "insured": person.insured,
        "mark": f"{one_line(person.name)} 様" if 0 < len(person.name) <= _LONGEST_MARK else "",
        "sheets": [_sheet(sheet) for sheet in person.sheets],
    }
    return Form("large", data)


def _sheets(given: Given, wanted: str) -> Iterable[Sheet]:
    rows = {"UPJSK": given.actual, **given.rows}
    # The supplement comes last: the form is what people came for.
    for kind in sorted(KINDS, key=lambda kind: kind == "UPHOSOKU"):
        if rows.get(kind) and wanted in ("", kind):
            yield sheet_of(kind, *_complete(kind, rows[kind]))


def _complete(kind: str, rows: Sequence[Row]) -> tuple[str, list[Row]]:
    """The version of the layout, and the records with all of its items."""
    version = version_of(kind, rows[0].get("csv_version", ""), len(rows[0]))
    items = [item.name for item in layout(kind, version).fields]
    return version, [{item: row.get(item, "") for item in items} for row in rows]


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "words": sheet.words,
        "items": [{"name": entry.label, "value": entry.value} for entry in sheet.shared],
        "month": _month(sheet.grid) if sheet.grid else None,
        "tables": [_table(table) for table in sheet.tables],
    }


def _month(grid: Grid) -> dict[str, Any]:
    """`days` on which something is, each with what comes in the order of the clock; `services` with how often each comes."""
    days = [(day, _visits(grid, place)) for place, day in enumerate(grid.days)]
    return {
        "name": month_words(grid.month),
        "days": [{"name": _day(grid, day), "visits": visits} for day, visits in days if visits],
        "services": [_service(row) | {"count": row.total, "note": row.note} for row in grid.rows],
        "astray": grid.astray,
    }


def _day(grid: Grid, day: Day) -> str:
    return f"{int(grid.month[4:])}月{day.label}"


def _visits(grid: Grid, place: int) -> list[dict[str, Any]]:
    found = sorted((row for row in grid.rows if row.cells[place]), key=_by_clock)
    return [_service(row) | {"count": row.cells[place]} for row in found]


def _by_clock(row: GridRow) -> tuple[str, str]:
    return (row.line.start, row.line.end)


def _service(row: GridRow) -> dict[str, Any]:
    return {
        "time": row.line.time,
        "name": " ".join(part for part in (row.line.service, row.equipment_name) if part),
        "office": row.office_name,
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [
        {
            "name": _SUMS.get(mark, f"{place} / {len(table.rows)}"),
            "items": [{"name": name, "value": value} for name, value in zip(table.columns, row, strict=True) if value],
        }
        for place, (mark, row) in enumerate(table.marked, start=1)
    ]
    return {"title": table.title, "rows": rows}
