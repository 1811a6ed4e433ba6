"""The cells of an Excel workbook (.xlsx) as texts, in bounded time and memory whatever the file.

Written by hand: the readers that there are reserve room for every cell between the first and the last, so that a file of one
kilobyte takes gigabytes. Furigana (rPh) are left out. Values of merged cells stand in each of them, as they look on paper.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from xml.parsers import expat

MAX_UNPACKED = 128 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 256
_MAX_SHEETS = 200
_MAX_CELLS = 2_000_000
_MAX_MERGED = 1_000_000
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_INDEX = re.compile("[0-9]{1,9}", re.ASCII)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_RELATION_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"

# What zipfile and expat say of broken ones: RuntimeError where a part is encrypted or packed in an unknown way, LookupError
# where a part is missing, that and ValueError where its encoding is none.
_BROKEN = (
    zipfile.BadZipFile,
    expat.ExpatError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)

# Row number from 1 → column from 0 → text. Empty cells are not in it.
Cells = dict[int, dict[int, str]]


class BadWorkbook(ValueError):
    """No workbook, or more than is read; the text says which, in Japanese."""


def sheets(data: bytes) -> Iterator[tuple[str, Cells]]:
    """Each sheet's name and cells. Raises BadWorkbook.

    >>> list(sheets(b"PK"))
    Traceback (most recent call last):
    renkei.services.workbook.BadWorkbook: Excel のブック(.xlsx)として開けません。
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _Package(archive)
            texts = package.texts()
            for name, part in package.sheets():
                yield name, package.cells(part, texts)
    except BadWorkbook:
        raise
    except _BROKEN:
        raise BadWorkbook("Excel のブック(.xlsx)として開けません。") from None


class _Package:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_UNPACKED

    def sheets(self) -> list[tuple[str, str]]:
        """Names and the parts where they are."""
        targets: dict[str, str] = {}
        named: list[tuple[str, str]] = []

        def relation(name: str, items: dict[str, str]) -> None:
            if name.endswith(" Relationship"):
                targets[items.get("Id", "")] = items.get("Target", "")

        def sheet(name: str, items: dict[str, str]) -> None:
            if name.endswith(" sheet"):
                named.append((items.get("name", ""), items.get(_RELATION_ID, "")))

        self._parse("xl/_rels/workbook.xml.rels", start=relation)
        self._parse("xl/workbook.xml", start=sheet)
        if len(named) > _MAX_SHEETS:
            raise BadWorkbook(f"シートが{_MAX_SHEETS}枚をこえています。")
        parts = [(name, targets.get(id_, "")) for name, id_ in named]
        return [(name, part[1:] if part[:1] == "/" else f"xl/{part}") for name, part in parts if "worksheets" in part]

    def texts(self) -> list[str]:
        """The texts that cells share; none where the workbook keeps them in the cells."""
        if "xl/sharedStrings.xml" not in self._archive.namelist():
            return []
        reader = _Texts()
        self._parse("xl/sharedStrings.xml", reader.start, reader.end, reader.text)
        return reader.found

    def cells(self, part: str, texts: list[str]) -> Cells:
        """Those of one sheet."""
        reader = _Sheet(texts)
        self._parse(part, reader.start, reader.end, reader.text)
        _spread(reader.cells, reader.merged)
        return reader.cells

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse
        with self._archive.open(part) as stream:
            while block := stream.read(64 * 1024):
                self._left -= len(block)
                if self._left < 0:
                    raise BadWorkbook(f"広げると{MAX_UNPACKED // 1024 // 1024}MBをこえます。シートを分けてください。")
                parser.Parse(block)
        parser.Parse(b"", True)


def _refuse(*_: Any) -> None:
    """A workbook has no DOCTYPE; texts that grow have."""
    raise BadWorkbook("Excel のブック(.xlsx)として開けません。")


class _Texts:
    """Gathers `si`, each of one text or of several runs."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._runs: list[str] = []
        self._is_furigana = self._is_text = False

    def start(self, name: str, _items: dict[str, str]) -> None:
        if name == f"{_MAIN}si":
            self._runs = []
        elif name == f"{_MAIN}rPh":
            self._is_furigana = True
        self._is_text = name == f"{_MAIN}t" and not self._is_furigana

    def end(self, name: str) -> None:
        self._is_text = False
        if name == f"{_MAIN}rPh":
            self._is_furigana = False
        elif name == f"{_MAIN}si":
            self.found.append("".join(self._runs))

    def text(self, text: str) -> None:
        if self._is_text:
            self._runs.append(text)


class _Sheet:
    """Gathers the cells of a sheet, and which of them are merged."""

    def __init__(self, texts: list[str]) -> None:
        self.cells: Cells = {}
        self.merged: list[str] = []
        self._texts = texts
        self._place = self._type = ""
        self._value: list[str] = []
        self._is_furigana = self._is_value = False
        self._count = 0

    def start(self, name: str, items: dict[str, str]) -> None:
        if name == f"{_MAIN}c":
            self._place, self._type, self._value = items.get("r", ""), items.get("t", ""), []
        elif name == f"{_MAIN}rPh":
            self._is_furigana = True
        elif name == f"{_MAIN}mergeCell":
            self.merged.append(items.get("ref", ""))
        self._is_value = name in (f"{_MAIN}v", f"{_MAIN}t") and not self._is_furigana

    def end(self, name: str) -> None:
        self._is_value = False
        if name == f"{_MAIN}rPh":
            self._is_furigana = False
        elif name == f"{_MAIN}c" and self._value:
            self._keep("".join(self._value))

    def text(self, text: str) -> None:
        if self._is_value:
            self._value.append(text)

    def _keep(self, value: str) -> None:
        place = _place(self._place)
        if place is None or place[1] >= MAX_COLUMNS or self._type == "e":
            return
        if self._type == "s":
            value = self._texts[int(value)] if _INDEX.fullmatch(value) and int(value) < len(self._texts) else ""
        elif self._type in ("", "n"):
            value = _number(value)
        if not value.strip():
            return
        self.cells.setdefault(place[0], {})[place[1]] = value
        self._count += 1
        if len(self.cells) > MAX_ROWS or self._count > _MAX_CELLS:
            raise BadWorkbook(f"1枚のシートが{MAX_ROWS}行か{_MAX_CELLS}マスをこえています。")


def _number(text: str) -> str:
    """As it is shown where it is whole: 1111.0 is 1111."""
    with suppress(ValueError, OverflowError):
        if float(text) == int(float(text)):
            return str(int(float(text)))
    return text


def _place(reference: str) -> tuple[int, int] | None:
    """Row from 1 and column from 0, of B3."""
    found = _CELL.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def _spread(cells: Cells, merged: list[str]) -> None:
    left = _MAX_MERGED
    for reference in merged:
        first, _, last = reference.partition(":")
        corner, end = _place(first), _place(last)
        if corner is None or end is None or not (value := cells.get(corner[0], {}).get(corner[1])):
            continue
        for row in range(corner[0], min(end[0], corner[0] + MAX_ROWS) + 1):
            left -= 1
            if left < 0:
                return
            if row not in cells:
                continue
            for column in range(corner[1], min(end[1], MAX_COLUMNS - 1) + 1):
                left -= 1
                cells[row].setdefault(column, value)
