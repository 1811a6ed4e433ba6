"""The sheets by WeasyPrint: HTML tables and one style sheet, which is read once.

The days of a line are one text, as in our own sheets (a cell a day takes several times as long: `cells=True`), and the lines
between them the background of its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from urllib.parse import quote

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from renkei.forms.legible import FONTS

from .slip import COLUMNS, DAYS, LINES, Line, Slip

_STYLE = """
@font-face { font-family: form; src: url(FONT); }
@page { size: A4 landscape; margin: 10mm; }
@page { @bottom-right { content: string(foot); font: 7pt form; } }
body { margin: 0; font: 8pt/1.3 form; }
.sheet { break-after: page; string-set: foot attr(data-foot); position: relative; }
header { display: flex; height: 8mm; align-items: center; justify-content: space-between; }
h1 { font-size: 13.5pt; font-weight: normal; letter-spacing: .25em; margin: 0; }
.label { border: .35mm solid; padding: 1mm 3mm; font-size: 9pt; }
.right { font-size: 7pt; }
p { margin: 0; height: 5mm; text-align: center; letter-spacing: .3em; }
table { border-collapse: collapse; table-layout: fixed; width: 277mm; font-size: 7pt; }
td, th { border: .35mm solid; padding: .2mm .7mm; text-align: center; vertical-align: middle; font-weight: normal; overflow-wrap: anywhere; }
.month, .annex { border: .7mm solid; }
.head { border: .7mm solid; width: 275.6mm; } .head table { width: 275.6mm; height: 8mm; }
.head td { box-sizing: border-box; padding: 0; border-width: 0 .35mm 0 0; } .head td:last-child { border-right: 0; }
.head table { border-bottom: .35mm solid; } .head .tall { border-bottom: 0; }
.head .tall { height: 12mm; }
.digits { display: block; margin: auto; height: 4.8mm; line-height: 4.8mm; font-size: 8pt; text-align: left; text-indent: calc(2mm - 2pt);
  letter-spacing: calc(4mm - 4pt); background: url(BOXES) 0 0 / 40mm 4.8mm; white-space: nowrap; }
.ring { border: .6pt solid; border-radius: 50%; padding: 0 1.5pt; }
.month { background: url(DAYS) calc(277mm / 57 * 22) 0 / calc(277mm / 57 * 31) 100% no-repeat; line-height: 1.1; }
.month tr { height: 4mm; } .month thead tr { height: 4mm; }
.month .name { text-align: left; padding: 0 .7mm; line-height: 1; }
.month .days { padding: 0; text-align: left; white-space: pre; font-size: 8pt; letter-spacing: calc(277mm / 57 - 4pt);
  text-indent: calc((277mm / 57 - 4pt) / 2); line-height: 1; border-top-width: .1mm; border-bottom-width: .1mm; }
.month .weekdays { font-size: 7pt; letter-spacing: calc(277mm / 57 - 7pt); text-indent: calc((277mm / 57 - 7pt) / 2); }
.month .dates { letter-spacing: 0; font-size: 7pt; word-spacing: calc(277mm / 57 - 7pt); text-indent: calc((277mm / 57 - 3.5pt) / 2); }
.dates b { font-weight: normal; word-spacing: calc(277mm / 57 - 10.5pt); margin-left: calc(277mm / 57 - 5.25pt); }
.month .day { padding: 0; border-width: .1mm; font-size: 8pt; }
.annex { font-size: 6.5pt; } .annex td { text-align: right; height: 5.2mm; line-height: 1.05; padding: 0 .5mm; }
.annex th { font-size: 5.5pt; height: 12mm; padding: 0; line-height: 1.1; }
.annex .name { text-align: left; }
.limits { display: flex; gap: 5mm; font-size: 5pt; margin-top: 3mm; break-inside: avoid; } .limits table { font-size: 5pt; width: 92mm; }
.limits td { height: 4.4mm; }
"""


def draw(slips: Iterable[Slip], *, cells: bool = False, tagged: bool = False) -> bytes:
    """One PDF of the sheets of all; with `tagged`, for screen readers as ours (PDF/UA-1)."""
    slips = list(slips)
    fonts, style = _style(slips[0].weekdays)
    how = {"pdf_variant": "pdf/ua-1"} if tagged else {}
    page = f"<html lang=ja><title>提供票</title>{''.join(_sheets(slip, cells=cells) for slip in slips)}"
    made = HTML(string=page).write_pdf(stylesheets=[style], font_config=fonts, **how)
    assert made
    return made


@cache
def _style(weekdays: str) -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    text = _STYLE.replace("FONT", (FONTS / "biz-udmincho/BIZUDMincho-Regular.ttf").as_uri())
    return fonts, CSS(string=text.replace("DAYS", _days(weekdays)).replace("BOXES", _boxes()), font_config=fonts)


def _days(weekdays: str) -> str:
    """What lies behind the days: weekends, and the lines between them."""
    tints = {"土": "#e6eefa", "日": "#fae6e6"}
    parts = [
        f"<rect x='{n}' width='1' height='1' fill='{tints[day]}'/>" for n, day in enumerate(weekdays) if day in tints
    ]
    parts += [f"<path d='M{n} 0V1' stroke='black' stroke-width='.02'/>" for n in range(1, DAYS)]
    return _picture(DAYS, 1, "".join(parts))


def _boxes() -> str:
    return _picture(
        40,
        4.8,
        "<path d='M0 .05H40M0 4.75H40' stroke='black' stroke-width='.1'/>"
        + "".join(f"<path d='M{x} 0V4.8' stroke='black' stroke-width='.1'/>" for x in (0.05, *range(4, 40, 4), 39.95)),
    )


def _picture(wide: float, high: float, inner: str) -> str:
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}' preserveAspectRatio='none'>{inner}</svg>"
    )
    return f'"data:image/svg+xml,{quote(svg)}"'


def _sheets(slip: Slip, *, cells: bool) -> str:
    count = len(slip.pages)
    marks = [f"第6表 ({number}/{count})" if count > 1 else "" for number in range(1, count + 1)]
    month = _cells if cells else _strips
    return "".join(
        _sheet("第6表", slip.title, slip.direction, foot, _head(slip) + month(slip.weekdays, lines))
        for lines, foot in zip(slip.pages, marks, strict=True)
    ) + _annex(slip)


def _sheet(label: str, title: str, right: str, foot: str, body: str) -> str:
    return (
        f'<section class=sheet data-foot="{foot}"><header><span class=label>{label}</span><h1>{title}</h1>'
        f"<span class=right>{right}</span></header>{body}</section>"
    )


def _told(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _row(*cells: tuple[float, str], tall: bool = False) -> str:
    """A line of the head: a table of its own, of cells so many 57ths wide."""
    inner = "".join(f"<td style='width:{units / 57:.4%}'>{text}" for units, text in cells)
    return f"<table{' class=tall' if tall else ''}><tr>{inner}</table>"


def _head(slip: Slip) -> str:
    head = {name: escape(text) for name, text in slip.head.items() if isinstance(text, str)}
    sex = slip.head["sexes"]["chosen"]
    boxes = {
        name: f"<span class=digits style='width:{4 * len(head[name])}mm'>{head[name]}</span>"
        for name in ("insurer", "insured")
    }
    sexes = "・".join(f"<span class=ring>{one}</span>" if [one] == sex else one for one in "男女")
    return (
        "<div class=head>"
        + _row(
            (4, "保険者番号"),
            (9, boxes["insurer"]),
            (4, "保険者名"),
            (10, ""),
            (7, "居宅介護支援事業者<br>事業所名・担当者名"),
            (14, f"{head['office']}<br>{head['manager']}"),
            (3, "作成<br>年月日"),
            (6, head["made"]),
        )
        + _row(
            (4, "被保険者<br>番号"),
            (9, boxes["insured"]),
            (4, "被保険者<br>氏名"),
            (10, f"{head['kana']}<br>{head['client']} 様"),
            (7, "保険者確認印"),
            (14, ""),
            (3, "届出<br>年月日"),
            (6, ""),
        )
        + _row(
            (4, "生年月日"),
            (9, f"明・大・昭・平・令<br>{head['birth']}"),
            (2, "性別"),
            (4, sexes),
            (7, "要介護状態区分<br>変更後要介護状態区分<br>変更日"),
            (6, f"{head['level']}<br><br>"),
            (3, "区分支給<br>限度<br>基準額"),
            (5, f"{head['limit']} 単位/月"),
            (3, "限度額<br>適用期間"),
            (7, f"{head['limit_from']} から<br>{head['limit_until']} まで"),
            (4, "前月までの<br>短期入所<br>利用日数"),
            (3, " 日"),
            tall=True,
        )
        + "</div><p>月間サービス計画及び実績の記録</p>"
    )


def _strips(weekdays: str, lines: Sequence[Line]) -> str:
    ones, twos = (" ".join(map(str, numbers)) for numbers in (range(1, 10), range(10, DAYS + 1)))

    def marks(counts: str) -> str:
        return f"<td class=days>{counts}</td>"

    return _month(
        lines,
        [31],
        f'<td class="days dates">{ones}<b>{twos}</b></td>',
        f'<td class="days weekdays">{weekdays}</td>',
        marks,
    )


def _cells(weekdays: str, lines: Sequence[Line]) -> str:
    def cells(texts: Iterable[str]) -> str:
        return "".join(f"<td class=day>{text}</td>" for text in texts)

    return _month(lines, [1] * 31, cells(str(n) for n in range(1, DAYS + 1)), cells(weekdays), cells)


def _month(lines: Sequence[Line], days: Sequence[int], dates: str, weekdays: str, cells_of: object) -> str:
    columns = "".join(f'<col style="width:{units / 57:.4%}">' for units in (6, 6, 8, 2, *days, 4))
    rows = [_service(line, cells_of) for line in lines]
    rows += [_service(None, cells_of)] * (LINES - len(lines))
    return (
        f"<table class=month><colgroup>{columns}</colgroup><thead><tr><th rowspan=2>提供時間帯<th rowspan=2>サービス内容"
        f"<th rowspan=2>サービス事業者<br>事業所名<th>日付{dates}<th rowspan=2>合計<br>回数</tr>"
        f"<tr><th>曜日{weekdays}</tr></thead>{''.join(rows)}</table>"
    )


def _service(line: Line | None, cells_of: object) -> str:
    assert callable(cells_of)
    if line is None:
        empty = cells_of(" " * DAYS)
        return f"<tr><td rowspan=2><td rowspan=2><td rowspan=2><td>予定{empty}<td></tr><tr><td>実績{empty}<td></tr>"
    return (
        f"<tr><td rowspan=2>{line.time}<td rowspan=2 class=name>{escape(line.service)}<td rowspan=2 class=name>"
        f"{escape(line.office)}<td>予定{cells_of(line.planned[0])}<td>{line.planned[1]}</tr>"
        f"<tr><td>実績{cells_of(line.done[0])}<td>{line.done[1]}</tr>"
    )


def _annex(slip: Slip) -> str:
    columns = "".join(f'<col style="width:{percent}%">' for _, percent in COLUMNS)
    names = "".join(f"<th>{_told(name)}" for name, _ in COLUMNS)
    rows = []
    for office in slip.offices:
        count = len(office.rows)
        first = f"<td rowspan={count} class=name>{escape(office.name)}<td rowspan={count}>{office.number}"
        for service, *texts in office.rows:
            rows.append(f"<tr>{first}<td class=name>{escape(service)}{''.join(f'<td>{text}' for text in texts)}</tr>")
            first = ""
    totals = "".join(f"<td>{text}" for text in slip.totals)
    rows.append(f"<tr><td colspan=2>区分支給限度基準額（単位）<td>{slip.head['limit']}<td>合計{totals}</tr>")
    about = f"<div class=right>区分支給限度管理・利用者負担計算　{slip.head['insured']}　{escape(slip.head['client'])} 様</div>"
    table = f"<table class=annex><colgroup>{columns}</colgroup><thead><tr>{names}</tr></thead>{''.join(rows)}</table>"
    return _sheet("第7表", slip.annex_title, f"作成年月日　{slip.head['made']}", "", about + table + _limits())


def _limits() -> str:
    names = ("サービス種類", "種類支給限度基準額", "合計単位数", "種類支給限度基準を超える単位数")
    first = "".join(f"<td>{name}" for name in names)
    empty = "<tr><td><td><td><td></tr>"
    halves = [empty * 6, empty * 5 + "<tr><td>合計<td><td><td></tr>"]
    tables = "".join(f"<table><tr>{first}</tr>{rows}</table>" for rows in halves)
    stays = "".join(f"<td>{name}" for name in ("前月までの利用日数", "当月の計画利用日数", "累積利用日数"))
    return f"<div class=limits>{tables}<table style='width:80mm;height:10mm'><tr>{stays}</tr><tr><td><td><td></tr></table></div>"
