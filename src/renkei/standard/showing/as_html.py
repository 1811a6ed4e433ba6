"""Sheets as one page that stands alone, for reading, printing and handing over."""

from __future__ import annotations

from collections.abc import Iterator

from ..comparing.faults import fault_lines
from . import page
from .as_text import not_shown, sources
from .month_grid import Day, Grid, GridRow
from .page import text, unbroken
from .sheets import Contents, PersonSheets, Sheet
from .tables import Table
from .words import month_words, wide_kana


def as_html(contents: Contents, title: str = "提供票・計画書・実績") -> str:
    """The whole page; every text of the files is escaped.

    >>> "<script" in as_html(Contents((), (), ()))
    False
    """
    return page.page(title, _body(contents, title))


def _body(contents: Contents, title: str) -> Iterator[str]:
    yield page.warning(fault_lines(contents.faulty))
    yield f"<h1>{text(title)}</h1>"
    yield f'<p class="lead">{len(contents.people)}人</p>'
    for heading, troubles in not_shown(contents.unread):
        rows = [(one.path, one.message, one.remedy) for one in troubles]
        yield '<div class="notice">'
        yield page.table(heading, ("ファイル", "わけ", "直し方"), rows)
        yield "</div>"
    if len(contents.people) > 1:
        links = "".join(
            f'<li><a href="#person-{number}">{text(person.name or person.insured)}</a></li>'
            for number, person in enumerate(contents.people)
        )
        yield f'<nav aria-label="利用者"><ul>{links}</ul></nav>'
    for number, person in enumerate(contents.people):
        yield from _person(person, number)


def _person(person: PersonSheets, number: int) -> Iterator[str]:
    kana = f' <span class="kana">{text(wide_kana(person.kana))}</span>' if person.kana else ""
    first = ' class="first"' if number == 0 else ""
    yield f'<section><h2 id="person-{number}"{first}>{text(person.name or "氏名なし")}{kana}</h2>'
    yield f'<p class="small">保険者番号 {text(person.insurer)}・被保険者番号 {text(person.insured)}</p>'
    for sheet in person.sheets:
        yield from _sheet(sheet)
    yield "</section>"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"<h3>{text(sheet.title)}</h3>"
    yield f'<p class="small">{"<br>".join(text(line) for line in sources(sheet))}</p>'
    if sheet.words:
        yield f'<p class="pre">{unbroken(sheet.words)}</p>'
    if sheet.shared:
        items = "".join(
            f'<dt>{text(entry.label)}</dt><dd class="pre">{unbroken(entry.value)}</dd>' for entry in sheet.shared
        )
        yield f"<dl>{items}</dl>"
    if sheet.grid:
        yield month(sheet.grid, sheet.title)
    for table in sheet.tables:
        yield _table(table, sheet.title)


def _table(table: Table, title: str) -> str:
    caption = f"{title} {table.title}".strip()
    columns = ("行", *table.columns)
    rows = [(str(number), *row) for number, row in enumerate(table.rows, start=1)]
    return page.table(caption, columns, rows, numbers=table.numbers, marks=table.sums)


def month(grid: Grid, title: str) -> str:
    """第6表: a line a service, a column a day; weeks are told apart by lines, Sundays and Saturdays by a tint."""
    caption = f"{title} {month_words(grid.month)}"
    days = "".join(
        f'<th scope="col" class="day{_week(day)}">{day.number}<br>{text(day.weekday)}</th>' for day in grid.days
    )
    body = "".join(_line(row, grid.days) for row in grid.rows)
    astray = f"<p>ほかの月の日付の行が{grid.astray}行あります。表には入れていません。</p>" if grid.astray else ""
    table = (
        f'<table class="month"><caption>{text(caption)}(数字はその日の回数)</caption>'
        f'<thead><tr><th scope="col" class="line">時間・サービス・事業所</th>{days}'
        f'<th scope="col" class="day">合計</th></tr></thead><tbody>{body}</tbody></table>'
    )
    return page.scrolling(caption, table) + astray


def _line(row: GridRow, days: tuple[Day, ...]) -> str:
    service = " ".join(part for part in (row.line.service, row.equipment_name) if part)
    note = f"<br>{text(row.note)}" if row.note else ""
    cells = "".join(
        f'<td class="{"some" if count else ""}{_week(day)}">{count or ""}</td>'
        for day, count in zip(days, row.cells, strict=True)
    )
    return (
        f'<tr><th scope="row"><span class="nowrap">{text(row.line.time or "時間なし")}</span> {text(service)}'
        f'<br><span class="small">{text(row.office_name)}</span>{note}</th>{cells}<td class="some">{row.total}</td></tr>'
    )


def _week(day: Day) -> str:
    return (" monday" if day.weekday == "月" else "") + (" rest" if day.tone else "")
