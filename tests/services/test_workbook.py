from __future__ import annotations

import io
import zipfile

import pytest
from tests.services import books

from renkei.services import workbook
from renkei.services.workbook import BadWorkbook, sheets

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _with(parts: dict[str, str]) -> bytes:
    """A workbook of one sheet, of which some parts are others."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(books.workbook([["見出し"]]))) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in good.namelist():
            made.writestr(name, parts.get(name, good.read(name)))
    return file.getvalue()


def _sheet(cells: str) -> dict[str, str]:
    return {"xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>"}


def test_furigana_are_not_part_of_a_name():
    texts = f"<sst {_MAIN}><si><t>見本</t><rPh sb='0' eb='2'><t>ミホン</t></rPh><r><t>訪問</t></r></si></sst>"

    [(_, cells)] = sheets(_with({"xl/sharedStrings.xml": texts}))

    assert cells == {1: {0: "見本訪問"}}


def test_texts_in_the_cell_itself_and_whole_numbers_are_read():
    row = "<row><c r='A1' t='inlineStr'><is><t>見本</t></is></c><c r='C1'><v>1111.0</v></c><c r='D1' t='e'><v>#N/A</v></c></row>"

    [(_, cells)] = sheets(_with(_sheet(row)))

    assert cells == {1: {0: "見本", 2: "1111"}}


@pytest.mark.parametrize("cell", ["<c r='A1' t='s'><v>99999999999</v></c>", "<c r='?'><v>1</v></c>", "<c><v>1</v></c>"])
def test_a_cell_that_points_nowhere_is_empty(cell: str):
    assert list(sheets(_with(_sheet(cell)))) == [("Sheet1", {})]


def test_a_single_cell_in_the_last_corner_takes_no_room():
    far = "<c r='XFD1048576'><v>1</v></c><c r='B1048576'><v>2</v></c>"

    assert list(sheets(_with(_sheet(far)))) == [("Sheet1", {1048576: {1: "2"}})]


def test_a_workbook_that_grows_when_it_is_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1024 * 1024)
    bomb = _with(_sheet(" " * 2 * 1024 * 1024))

    assert len(bomb) < 20_000
    with pytest.raises(BadWorkbook, match="1MB"):
        list(sheets(bomb))


def test_texts_that_name_each_other_are_refused():
    texts = f"<!DOCTYPE sst [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><sst {_MAIN}><si><t>&b;</t></si></sst>"

    with pytest.raises(BadWorkbook):
        list(sheets(_with({"xl/sharedStrings.xml": texts})))


def test_very_many_merged_cells_end():
    cells = "<row><c r='A1'><v>1</v></c></row>"
    merged = "".join("<mergeCell ref='A1:XFD1048576'/>" for _ in range(100))

    [(_, found)] = sheets(
        _with(
            {
                "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{cells}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
            }
        )
    )

    assert len(found[1]) == workbook.MAX_COLUMNS


@pytest.mark.parametrize("encoding", ["U0F-8", "shift_jis", "utf-16"])
def test_a_part_in_an_encoding_that_it_is_not_in_is_refused(encoding: str):
    texts = f"<?xml version='1.0' encoding='{encoding}'?><sst {_MAIN}><si><t>見本</t></si></sst>"

    with pytest.raises(BadWorkbook):
        list(sheets(_with({"xl/sharedStrings.xml": texts})))
