"""Invented tables as workbooks, shaped like published ones."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

# Type, item, name, units, unit basis.
Line = tuple[str, str, str, int, str]
LINES: Sequence[Line] = (
    ("99", "1111", "見本訪問１", 111, "1回につき"),
    ("99", "1112", "見本訪問１・夜", 222, "1回につき"),
    ("99", "Z001", "見本加算", 33, "1月につき"),
)


def like_the_ministry(lines: Sequence[Line] = LINES, sheet: str = "見本") -> bytes:
    """サービスコード over 種類 and 項目 in merged cells, other headings over two rows, one unit basis for all."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet(sheet)
    page.write(0, 0, "1 見本サービスコード表")
    page.merge_range(2, 1, 2, 2, "サービスコード")
    page.write_row(3, 1, ["種類", "項目"])
    page.merge_range(2, 3, 3, 3, "サービス内容略称")
    page.merge_range(2, 4, 2, 6, "算定項目")
    page.merge_range(2, 7, 3, 7, "合成\n単位数")
    page.merge_range(2, 8, 3, 8, "算定\n単位")
    for row, (type_, item, name, units, _) in enumerate(lines, start=4):
        page.write_number(row, 1, int(type_)) if type_.isdecimal() else page.write(row, 1, type_)
        page.write_number(row, 2, int(item)) if item.isdecimal() else page.write(row, 2, item)
        page.write(row, 3, name)
        page.write(row, 5, "イ 見本の費用")
        page.write_number(row, 7, units)
    if len(lines) > 1:
        page.merge_range(4, 8, 3 + len(lines), 8, lines[0][4])
    page.write(5 + len(lines), 1, "注 ここは見本です。")
    book.close()
    return file.getvalue()


def workbook(*sheets: Iterable[Sequence[str]]) -> bytes:
    """Plain cells."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for rows in sheets:
        page = book.add_worksheet()
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    book.close()
    return file.getvalue()
