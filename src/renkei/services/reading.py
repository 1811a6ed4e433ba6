"""Reads published tables of service codes: Excel workbooks and CSV, line by line, whatever is in them. Pure.

The shapes are in `headings`. No file of the ministry was at hand when this was written: what is taken for a heading is told.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from . import workbook
from .headings import Columns, Item, Row, columns, columns_of_master
from .table import Service

MAX_BYTES = 64 * 1024 * 1024
MAX_FINDINGS = 100
_MOST_LETTERS = 200
_CODE = re.compile("[0-9A-Z]{6}", re.ASCII)
_MONTH = re.compile(
    r"([12][0-9]{3})(?:(0[1-9]|1[0-2])(?:[0-9]{2})?|[-/.年](1[0-2]|0?[1-9])(?:[-/.月](?:[0-9]{1,2}日?)?)?)", re.ASCII
)
_INSURER = re.compile("[0-9]{6}", re.ASCII)
_LAST = "999999"


class NotATable(ValueError):
    """A file of which nothing can be taken; the text says why and what to do, in Japanese."""


@dataclass(frozen=True)
class RowFinding:
    """A line that was left out. `row` counts from 1 as Excel shows it; `sheet` is empty for CSV."""

    file: str
    sheet: str
    row: int
    field: str
    value: str
    message: str
    remedy: str


@dataclass
class Reading:
    """What one file says. `findings` are at most `MAX_FINDINGS`, `bad` is how many there were. `guesses` are words for people."""

    services: list[Service] = field(default_factory=list)
    findings: list[RowFinding] = field(default_factory=list)
    bad: int = 0
    guesses: list[str] = field(default_factory=list)


def read(file: str, data: bytes, valid_from: str = "") -> Reading:
    """The services of one file. `valid_from` (YYYYMM) is for lines that do not say their month. Raises NotATable.

    >>> table = "サービスコード,サービス内容略称\\n990001,見本の訪問\\n"
    >>> read("表.csv", table.encode(), "202406").services[0].name
    '見本の訪問'
    """
    if len(data) > MAX_BYTES:
        raise NotATable(f"{MAX_BYTES // 1024 // 1024}MBをこえています。シートや種類ごとに分けてください。")
    found = _Found(file, valid_from)
    try:
        for sheet, cells in _sheets(data):
            found.take(sheet, cells)
    except workbook.BadWorkbook as error:
        raise NotATable(str(error)) from None
    if not found.tables:
        raise NotATable(
            "見出しが見つかりません。「サービスコード」(または「種類」と「項目」)と「サービス内容略称」の見出しがある表が要ります。"
        )
    return found.reading


def _sheets(data: bytes) -> Iterator[tuple[str, workbook.Cells]]:
    if data[:4] == b"PK\x03\x04":
        return workbook.sheets(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise NotATable(
            "古い形(.xls)か、パスワードのついたブックです。Excel で、パスワードなしの .xlsx に保存し直してください。"
        )
    if data[:4] == b"%PDF":
        raise NotATable("PDF は読めません。同じ表の Excel(.xlsx)か CSV を使ってください。")
    return iter([("", _csv_cells(data))])


def _csv_cells(data: bytes) -> workbook.Cells:
    cells: workbook.Cells = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(_text(data), newline="")), start=1):
            if number > workbook.MAX_ROWS:
                raise NotATable(f"{workbook.MAX_ROWS}行をこえています。ファイルを分けてください。")
            cells[number] = {place: text for place, text in enumerate(row[: workbook.MAX_COLUMNS]) if text.strip()}
    except csv.Error:
        raise NotATable("CSV として読めません。Excel で開けるなら、.xlsx に保存し直してください。") from None
    return cells


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable("文字コードが UTF-8 でも Shift_JIS(CP932)でもありません。どちらかで保存し直してください。")


class _BadCell(Exception):
    def __init__(self, item: Item, message: str, remedy: str) -> None:
        self.item, self.message, self.remedy = item, message, remedy


class _Found:
    """Gathers what the tables of one file say."""

    def __init__(self, file: str, valid_from: str) -> None:
        self.reading = Reading()
        self.tables = 0
        self._file, self._valid_from = file, valid_from
        self._names: dict[tuple[str, str, str], str] = {}

    def take(self, sheet: str, cells: workbook.Cells) -> None:
        """One sheet. Headings may come again on each of its pages."""
        table: Columns | None = None
        skip = 0
        for number in sorted(cells):
            if number <= skip:
                continue
            row = cells[number]
            headings = columns(row, cells.get(number + 1, {})) or (None if table else columns_of_master(row))
            if headings:
                table, skip = headings, number + headings.lines - 1
                self.tables += 1
                self.reading.guesses += [one for one in headings.guesses if one not in self.reading.guesses]
            if table and (not headings or not headings.lines):
                self._line(sheet, number, row, table.places)

    def _line(self, sheet: str, number: int, row: Row, places: Mapping[Item, int]) -> None:
        said = {item: row.get(place, "").strip() for item, place in places.items()}
        if not _is_of_a_service(said):
            return
        try:
            service = self._service(said)
            self._refuse_other_name(service)
        except _BadCell as bad:
            self._tell(
                RowFinding(self._file, sheet, number, bad.item, said.get(bad.item, "")[:40], bad.message, bad.remedy)
            )
        else:
            self.reading.services.append(service)

    def _service(self, said: Mapping[Item, str]) -> Service:
        return Service(
            code=_code(said),
            insurer=_insurer(said),
            valid_from=_from(said, self._valid_from),
            valid_until=_until(said),
            name=_name(said),
            units=_one_line(said.get(Item.UNITS, "")),
            unit_basis=_one_line(said.get(Item.BASIS, "")),
        )

    def _refuse_other_name(self, service: Service) -> None:
        if self._names.setdefault(service.key, service.name) != service.name:
            raise _BadCell(
                Item.NAME,
                "同じコードが、ちがう名前で前にもあります。前の名前を使います。",
                "どちらが正しいか確かめてください。",
            )

    def _tell(self, finding: RowFinding) -> None:
        self.reading.bad += 1
        if len(self.reading.findings) < MAX_FINDINGS:
            self.reading.findings.append(finding)


def _is_of_a_service(said: Mapping[Item, str]) -> bool:
    """Titles and notes have no code or no name, or go, merged, over both."""
    code = said.get(Item.CODE) or said.get(Item.TYPE, "") + said.get(Item.ITEM, "")
    name = said[Item.NAME]
    if not name:
        return _CODE.fullmatch(_half(code)) is not None
    return bool(said.get(Item.ITEM) or said.get(Item.CODE)) and name != said.get(Item.ITEM, code)


def _code(said: Mapping[Item, str]) -> str:
    whole = _half(said.get(Item.CODE, ""))
    if len(whole) == 6 or Item.ITEM not in said:
        code, item = whole, Item.CODE
    else:
        code, item = _half(said.get(Item.TYPE, whole)) + _half(said[Item.ITEM]), Item.ITEM
    if not _CODE.fullmatch(code):
        raise _BadCell(
            item,
            "サービスコードが、種類2文字と項目4文字(半角の数字・英大文字)になりません。",
            "先頭の0が消えていないか、種類と項目の列が合っているかを確かめてください。",
        )
    return code


def _insurer(said: Mapping[Item, str]) -> str:
    number = _half(said.get(Item.INSURER, ""))
    if number and not _INSURER.fullmatch(number):
        raise _BadCell(
            Item.INSURER, "保険者番号が6けたの数字ではありません。", "先頭の0が消えていないか確かめてください。"
        )
    return number


def _from(said: Mapping[Item, str], otherwise: str) -> str:
    text = said.get(Item.FROM, "")
    if not text and not otherwise:
        raise _BadCell(
            Item.FROM, "いつからの名前か、わかりません。", "--from 2024-06 のように、適用開始の年月を書いてください。"
        )
    return _month(text, Item.FROM) if text else otherwise


def _until(said: Mapping[Item, str]) -> str:
    text = said.get(Item.UNTIL, "")
    return "" if not text or _half(text).startswith(_LAST) else _month(text, Item.UNTIL)


def _month(text: str, item: Item) -> str:
    month = month_of(text)
    if not month:
        raise _BadCell(item, "年月として読めません。", "202406 や 2024-06 の形(西暦)に直してください。")
    return month


def month_of(text: str) -> str:
    """YYYYMM of a month or day as tables write it; empty where it is none.

    >>> month_of("2024-06-01"), month_of("202412"), month_of("2024年6月"), month_of("令和6年6月")
    ('202406', '202412', '202406', '')
    """
    found = _MONTH.fullmatch(_half(text))
    return f"{found[1]}{int(found[2] or found[3]):02}" if found else ""


def _name(said: Mapping[Item, str]) -> str:
    name = _one_line(said[Item.NAME])
    if not name or len(name) > _MOST_LETTERS:
        raise _BadCell(
            Item.NAME, f"名前がないか、{_MOST_LETTERS}文字をこえています。", "サービス内容略称の列を確かめてください。"
        )
    return name


def _one_line(text: str) -> str:
    """Without what would turn or break the line; names break over lines in narrow cells, where nothing was between."""
    joined = "".join(text.splitlines())
    return "".join(
        one for one in joined if one == " " or unicodedata.category(one)[0] not in "CZ" or one == "\u3000"
    ).strip()


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()
