"""The sheets by ReportLab: lines and texts placed on a canvas, each line weight and each page's texts written at once.

One PDF, fonts cut to what is used; no tags, no PDF/A, line breaks between any two letters: ReportLab knows none of these.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import cache

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from renkei.forms.legible import FONTS

from .slip import COLUMNS, DAYS, LINES, Line, Office, Slip

FONT = "BIZUDMincho"
WIDE, HIGH, MARGIN, BODY = 297.0, 210.0, 10.0, 277.0
UNIT = BODY / 57
FINE, THIN, THICK = 0.1, 0.35, 0.7  # mm
PAIR, DATES = 9.2, 8.0  # the height of a service, and of the dates
LOW, HEADING = 5.6, 13.0  # of a row of 第7表, and of its names
_ASCENT, _LEADING = 0.36, 1.15  # half the height of a letter, and of a line, in sizes
_POINT = 0.3528  # mm


def draw(slips: Iterable[Slip]) -> bytes:
    """One PDF of the sheets of all."""
    _load()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDE * mm, HIGH * mm), initialFontName=FONT, pageCompression=1)
    canvas.setTitle("提供票")
    for slip in slips:
        for number, lines in enumerate(slip.pages, start=1):
            mark = f"第6表 ({number}/{len(slip.pages)})" if len(slip.pages) > 1 else ""
            _use_table(_Page(canvas), slip, lines, mark)
        _annex(canvas, slip)
    canvas.save()
    return file.getvalue()


@cache
def _load() -> None:
    # Bytes stay bytes: to write them as letters takes time and room.
    rl_config.useA85 = 0
    pdfmetrics.registerFont(TTFont(FONT, str(FONTS / "biz-udmincho/BIZUDMincho-Regular.ttf")))


@cache
def _width(letter: str) -> float:
    """In sizes."""
    return float(pdfmetrics.stringWidth(letter, FONT, 1))


def _wrapped(text: str, room: float) -> list[str]:
    """Lines that fit, `room` in sizes."""
    lines, width = [""], 0.0
    for letter in text:
        own = _width(letter)
        if letter == "\n" or width + own > room:
            lines.append("")
            width = 0.0
        if letter != "\n":
            lines[-1] += letter
            width += own
    return lines


class _Page:
    """One page, in mm from its upper left. Lines are kept by weight, and drawn at the end."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._lines: dict[float, list[tuple[float, float, float, float]]] = {FINE: [], THIN: [], THICK: []}
        self._texts = canvas.beginText()
        self._size = self._spacing = 0.0

    def fill(self, x: float, y: float, wide: float, high: float, colour: tuple[float, float, float]) -> None:
        self._canvas.setFillColorRGB(*colour)
        self._canvas.rect(x * mm, (HIGH - y - high) * mm, wide * mm, high * mm, stroke=0, fill=1)

    def circle(self, x: float, y: float, radius: float) -> None:
        self._canvas.setLineWidth(0.6)
        self._canvas.circle(x * mm, (HIGH - y) * mm, radius * mm)

    def line(self, x1: float, y1: float, x2: float, y2: float, weight: float = THIN) -> None:
        self._lines[weight].append((x1 * mm, (HIGH - y1) * mm, x2 * mm, (HIGH - y2) * mm))

    def box(self, x: float, y: float, wide: float, high: float, weight: float = THIN) -> None:
        for one in ((x, y, x + wide, y), (x, y + high, x + wide, y + high)):
            self.line(*one, weight)
        for one in ((x, y, x, y + high), (x + wide, y, x + wide, y + high)):
            self.line(*one, weight)

    def text(self, x: float, middle: float, text: str, size: float, spacing: float = 0.0) -> None:
        """One line from x on; `spacing` in points after each letter."""
        if size != self._size:
            self._texts.setFont(FONT, size)
            self._size = size
        if spacing != self._spacing:
            self._texts.setCharSpace(spacing)
            self._spacing = spacing
        self._texts.setTextOrigin(x * mm, (HIGH - middle - _ASCENT * size * _POINT) * mm)
        self._texts.textOut(text)

    def cell(self, x: float, y: float, wide: float, high: float, text: str, size: float, align: str = "center") -> None:
        """A text in the middle of its cell, broken where it is too long."""
        if not text:
            return
        room = wide - 1.4
        lines = _wrapped(text, room / size / _POINT)
        step = size * _POINT * _LEADING
        middle = y + high / 2 - step * (len(lines) - 1) / 2
        for line in lines:
            left = room - sum(map(_width, line)) * size * _POINT
            self.text(x + 0.7 + {"left": 0, "center": left / 2, "right": left}[align], middle, line, size)
            middle += step

    def close(self) -> None:
        for weight, lines in self._lines.items():
            self._canvas.setLineWidth(weight * mm)
            self._canvas.lines(lines)
        self._canvas.setFillColorRGB(0, 0, 0)
        self._canvas.drawText(self._texts)
        self._canvas.showPage()


def _frame(page: _Page, label: str, title: str, right: str, foot: str) -> None:
    page.box(MARGIN, 12, 14, 4.5)
    page.cell(MARGIN, 12, 14, 4.5, label, 9)
    spacing = 13.5 * 0.25
    wide = sum(map(_width, title)) * 13.5 * _POINT + len(title) * spacing * _POINT
    page.text((WIDE - wide) / 2, 14, title, 13.5, spacing)
    page.cell(MARGIN, 10, BODY, 8, right, 7, "right")
    page.cell(MARGIN, HIGH - 9, BODY, 4, foot, 7, "right")


def _use_table(page: _Page, slip: Slip, lines: Sequence[Line], foot: str) -> None:
    _frame(page, "第6表", slip.title, slip.direction, foot)
    _head(page, slip, 19.0)
    page.cell(MARGIN, 48, BODY, 5, "月間サービス計画及び実績の記録", 8)
    _month(page, slip.weekdays, lines, 53.0)
    page.close()


def _head(page: _Page, slip: Slip, top: float) -> None:
    head = slip.head
    _boxed_row(
        page,
        top,
        8,
        (4, "保険者番号"),
        (9, ""),
        (4, "保険者名"),
        (10, ""),
        (7, "居宅介護支援事業者\n事業所名・担当者名"),
        (14, f"{head['office']}\n{head['manager']}"),
        (3, "作成\n年月日"),
        (6, head["made"]),
    )
    _boxed_row(
        page,
        top + 8,
        8,
        (4, "被保険者\n番号"),
        (9, ""),
        (4, "被保険者\n氏名"),
        (10, f"{head['kana']}\n{head['client']} 様"),
        (7, "保険者確認印"),
        (14, ""),
        (3, "届出\n年月日"),
        (6, ""),
    )
    _boxed_row(
        page,
        top + 16,
        12,
        (4, "生年月日"),
        (9, f"明・大・昭・平・令\n{head['birth']}"),
        (2, "性別"),
        (4, "男・女"),
        (7, "要介護状態区分\n変更後要介護状態区分\n変更日"),
        (6, f"{head['level']}\n \n "),
        (3, "区分支給\n限度\n基準額"),
        (5, f"{head['limit']} 単位/月"),
        (3, "限度額\n適用期間"),
        (7, f"{head['limit_from']} から\n{head['limit_until']} まで"),
        (4, "前月までの\n短期入所\n利用日数"),
        (3, " 日"),
    )
    page.circle(MARGIN + 17 * UNIT + (-2.55 if head["sexes"]["chosen"] == ["男"] else 2.55), top + 22, 1.8)
    page.box(MARGIN, top, BODY, 28, THICK)
    for digits, boxes, y in ((head["insurer"], 6, top + 1.6), (head["insured"], 10, top + 9.6)):
        left = MARGIN + 4 * UNIT + (9 * UNIT - boxes * 4) / 2
        for place, digit in enumerate(digits):
            page.box(left + place * 4, y, 4, 4.8, FINE)
            page.cell(left + place * 4, y, 4, 4.8, digit, 8)


def _boxed_row(page: _Page, y: float, high: float, *cells: tuple[float, str]) -> None:
    x = MARGIN
    for units, text in cells:
        page.cell(x, y, units * UNIT, high, text, 7)
        x += units * UNIT
        page.line(x, y, x, y + high)
    page.line(MARGIN, y + high, MARGIN + BODY, y + high)


def _month(page: _Page, weekdays: str, lines: Sequence[Line], top: float) -> None:
    bottom = top + DATES + PAIR * LINES
    days = MARGIN + 22 * UNIT
    for n, weekday in enumerate(weekdays):
        if weekday in "土日":
            page.fill(
                days + n * UNIT, top, UNIT, bottom - top, (0.9, 0.93, 0.98) if weekday == "土" else (0.98, 0.9, 0.9)
            )
    for units, wide, name in (
        (0, 6, "提供時間帯"),
        (6, 6, "サービス内容"),
        (12, 8, "サービス事業者\n事業所名"),
        (53, 4, "合計\n回数"),
    ):
        page.cell(MARGIN + units * UNIT, top, wide * UNIT, DATES, name, 7)
    page.cell(MARGIN + 20 * UNIT, top, 2 * UNIT, 4, "日付", 7)
    page.cell(MARGIN + 20 * UNIT, top + 4, 2 * UNIT, 4, "曜日", 7)
    for n in range(DAYS):
        page.cell(days + n * UNIT - 0.7, top, UNIT + 1.4, 4, str(n + 1), 7)
    page.text(days + (UNIT - 7 * _POINT) / 2, top + 6, weekdays, 7, UNIT / _POINT - 7)
    for n in range(1, 31):
        page.line(days + n * UNIT, top, days + n * UNIT, bottom, FINE)
    page.line(MARGIN + 20 * UNIT, top + 4, days + 31 * UNIT, top + 4, FINE)
    for units in (6, 12, 20, 22, 53):
        page.line(MARGIN + units * UNIT, top, MARGIN + units * UNIT, bottom)
    for place in range(LINES):
        y = top + DATES + PAIR * place
        page.line(MARGIN, y, MARGIN + BODY, y)
        page.line(MARGIN + 20 * UNIT, y + PAIR / 2, MARGIN + BODY, y + PAIR / 2, FINE)
        _service(page, y, lines[place] if place < len(lines) else None)
    page.box(MARGIN, top, BODY, bottom - top, THICK)


def _service(page: _Page, top: float, line: Line | None) -> None:
    if line:
        page.cell(MARGIN, top, 6 * UNIT, PAIR, line.time, 7.5)
        page.cell(MARGIN + 6 * UNIT, top, 6 * UNIT, PAIR, line.service, 7, "left")
        page.cell(MARGIN + 12 * UNIT, top, 8 * UNIT, PAIR, line.office, 7, "left")
    for place, name in enumerate(("予定", "実績")):
        y = top + place * PAIR / 2
        page.cell(MARGIN + 20 * UNIT, y, 2 * UNIT, PAIR / 2, name, 6.5)
        if line:
            marks, total = (line.planned, line.done)[place]
            # Figures and the space are half as wide as high: with this between them each stands in its day.
            page.text(MARGIN + 22 * UNIT + (UNIT - 4 * _POINT) / 2, y + PAIR / 4, marks, 8, UNIT / _POINT - 4)
            page.cell(MARGIN + 53 * UNIT, y, 4 * UNIT, PAIR / 2, total, 8)


def _annex(canvas: Canvas, slip: Slip) -> None:
    page, y = _annex_page(canvas, slip), 23.0 + HEADING
    for office in slip.offices:
        if y + LOW * len(office.rows) > HIGH - 50:
            _close_annex(page, y)
            page, y = _annex_page(canvas, slip), 23.0 + HEADING
        _office(page, y, office)
        y += LOW * len(office.rows)
    page.cell(MARGIN, y, _edge(2) - MARGIN, LOW, "区分支給限度基準額（単位）", 5.5)
    page.cell(_edge(2), y, _edge(3) - _edge(2), LOW, slip.head["limit"], 6.5, "right")
    page.cell(_edge(3), y, _edge(4) - _edge(3), LOW, "合計", 6.5)
    _amounts(page, y, slip.totals)
    _limits(page, HIGH - 48)
    _close_annex(page, y + LOW)


def _annex_page(canvas: Canvas, slip: Slip) -> _Page:
    page = _Page(canvas)
    _frame(page, "第7表", slip.annex_title, f"作成年月日　{slip.head['made']}", "")
    page.cell(
        MARGIN, 18, BODY, 5, f"被保険者番号　{slip.head['insured']}　利用者名　{slip.head['client']} 様", 6.5, "right"
    )
    page.cell(MARGIN, 18, BODY, 5, "区分支給限度管理・利用者負担計算", 8, "left")
    for place, (name, _) in enumerate(COLUMNS):
        page.cell(_edge(place), 23, _edge(place + 1) - _edge(place), HEADING, name, 5.5)
    page.line(MARGIN, 23 + HEADING, MARGIN + BODY, 23 + HEADING)
    return page


@cache
def _edge(place: int) -> float:
    """Where a column of 第7表 begins."""
    return MARGIN + BODY * sum(percent for _, percent in COLUMNS[:place]) / 100


def _office(page: _Page, top: float, office: Office) -> None:
    height = LOW * len(office.rows)
    page.cell(MARGIN, top, _edge(1) - MARGIN, height, office.name, 6.5, "left")
    page.cell(_edge(1), top, _edge(2) - _edge(1), height, office.number, 6.5)
    for place, (service, code, *amounts) in enumerate(office.rows):
        y = top + place * LOW
        page.cell(_edge(2), y, _edge(3) - _edge(2), LOW, service, 6.5, "left")
        page.cell(_edge(3), y, _edge(4) - _edge(3), LOW, code, 6.5)
        _amounts(page, y, amounts)
        page.line(MARGIN if y + LOW >= top + height else _edge(2), y + LOW, MARGIN + BODY, y + LOW)


def _amounts(page: _Page, y: float, amounts: Sequence[str]) -> None:
    for place, amount in enumerate(amounts, start=4):
        page.cell(_edge(place), y, _edge(place + 1) - _edge(place), LOW, amount, 6.5, "right")


def _close_annex(page: _Page, bottom: float) -> None:
    for place in range(1, len(COLUMNS)):
        page.line(_edge(place), 23, _edge(place), bottom)
    page.box(MARGIN, 23, BODY, bottom - 23, THICK)
    page.close()


def _limits(page: _Page, top: float) -> None:
    """What kinds have limits of their own, two tables beside each other, and days of short stays."""
    page.cell(MARGIN, top - 4, 100, 4, "種類別支給限度管理", 7, "left")
    names = ("サービス種類", "種類支給限度基準額", "合計単位数", "種類支給限度基準を超える単位数")
    for half in (0, 1):
        for row in range(7):
            for place in range(4):
                x, y = MARGIN + half * 95 + place * 23.0, top + row * 5
                page.box(x, y, 23.0, 5)
                text = names[place] if row == 0 else "合計" if half and row == 6 and place == 0 else ""
                page.cell(x, y, 23.0, 5, text, 5)
    page.cell(MARGIN + 192, top - 4, 80, 4, "要介護認定期間中の短期入所利用日数", 7, "left")
    for place, name in enumerate(("前月までの利用日数", "当月の計画利用日数", "累積利用日数")):
        for row in (0, 1):
            page.box(MARGIN + 192 + place * 28, top + row * 5, 28, 5)
        page.cell(MARGIN + 192 + place * 28, top, 28, 5, name, 7)
