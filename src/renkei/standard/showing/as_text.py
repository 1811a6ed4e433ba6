"""Sheets as plain text for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..comparing.faults import Faulty, fault_lines
from ..comparing.papers import Unread
from ..layouts import CURRENT_VERSION
from .month_grid import Day, Grid, GridRow
from .sheets import Contents, PersonSheets, Sheet, Source
from .tables import Table
from .terminal import NARROWEST, WIDEST, aligned, clean, columns, indented, item, left, packed, right, wrap
from .words import month_words, wide_kana

_TOTAL = 5  # columns of 合計


def as_text(contents: Contents, width: int = NARROWEST) -> str:
    """Everything, person by person; lines of at most `width` columns wherever that is possible.

    >>> from .sheets import contents
    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> "12月分の予定" in as_text(contents({name: b"202407,132019,0000000001,202612"}))
    True
    """
    width = min(max(width, NARROWEST), WIDEST)
    lines = faults_text(contents.faulty, width)
    for person in contents.people:
        lines += _person(person, width)
    for place, (title, troubles) in enumerate(not_shown(contents.unread)):
        lines += [*([""] if place else []), title, "=" * width]
        for one in troubles:
            lines += [f"  {clean(one.path)}", *indented(clean(f"{one.message} {one.remedy}"), 4, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def faults_text(faulty: Iterable[Faulty], width: int) -> list[str]:
    """What stands above everything where the files are at fault, and a blank line; nothing where they are not."""
    lines = [line for one in fault_lines(faulty) for line in indented(f"! {clean(one)}", 2, width)]
    return [*(line.removeprefix("  ") for line in lines), ""] if lines else []


def not_shown(unread: Iterable[Unread]) -> list[tuple[str, list[Unread]]]:
    """Under their headings the files that cannot be shown, then the records of files that can."""
    unread = list(unread)
    files, records = [one for one in unread if not one.records], [one for one in unread if one.records]
    both = (("表示できなかったもの", files), ("表示できなかった行", records))
    return [(title, own) for title, own in both if own]


def heading(name: str, kana: str, insurer: str, insured: str) -> str:
    """小野寺 正一(オノデラ ショウイチ) 保険者番号 132019・被保険者番号 0000000001"""
    told = f"{name or '氏名なし'}{f'({wide_kana(kana)})' if kana else ''}"
    return clean(f"{told}  保険者番号 {insurer}・被保険者番号 {insured}")


def _person(person: PersonSheets, width: int) -> list[str]:
    lines = ["=" * width, heading(person.name, person.kana, person.insurer, person.insured), "=" * width]
    for sheet in person.sheets:
        lines += ["", *_sheet(sheet, width)]
    return [*lines, "", ""]


def _sheet(sheet: Sheet, width: int) -> list[str]:
    month = f"  {month_words(sheet.grid.month)}" if sheet.grid else ""
    lines = [f"【{clean(sheet.title + month)}】", *(f"  {line}" for line in sources(sheet))]
    for entry in sheet.shared:
        lines += item(clean(entry.label), clean(entry.value), 2, width)
    if sheet.words:
        lines += indented(clean(sheet.words), 2, width)
    if sheet.grid:
        lines += _grid(sheet.grid, width)
    for table in sheet.tables:
        lines += ["", *([f"  ■ {table.title}"] if table.title else []), *table_text(table, width)]
    return lines


def sources(sheet: Sheet) -> list[str]:
    """One line for each sender: to whom, under which sequence number; the other recipients are counted."""
    by_sender: dict[str, list[Source]] = {}
    for source in sheet.sources:
        by_sender.setdefault(source.sender, []).append(source)
    lines = []
    for sender, own in by_sender.items():
        older = f" CSVバージョン {own[0].version}" if own[0].version != CURRENT_VERSION else ""
        more = f" ほか{len(own) - 1}件" if len(own) > 1 else ""
        lines.append(f"{sender} → {own[0].recipient} 連番 {own[0].sequence}{older}{more}")
    return lines


# The month -----------------------------------------------------------------------------------------------------------


def _grid(grid: Grid, width: int) -> Iterator[str]:
    room = width - 2 * len(grid.days) - _TOTAL
    tens = "".join(f" {day.number // 10 or ' '}" for day in grid.days)
    ones = "".join(f"{_edge(day)}{day.number % 10}" for day in grid.days)
    yield ""
    yield f"{' ' * room}{tens}"
    yield f"{left('日', room)}{ones}"
    yield f"{left('曜日', room)}{''.join(day.weekday for day in grid.days)}{right('合計', _TOTAL)}"
    office = None
    for row in grid.rows:
        if row.line.office != office:
            office = row.line.office
            yield "-" * width
            yield f"■ {clean(row.office_name)}{'' if row.office_name == office else f' ({office})'}"
        yield from _line(row, grid.days, room, width)
    yield "-" * width
    if grid.astray:
        yield f"ほかの月の日付の行が{grid.astray}行あります。表には入れていません。"


def _line(row: GridRow, days: Iterable[Day], room: int, width: int) -> Iterator[str]:
    """Time and service beside the days where there is room, else above them."""
    time = row.line.time or "時間なし"
    label = clean(" ".join(part for part in (time, row.line.service, row.equipment_name) if part))
    cells = "".join(_cell(day, count) for day, count in zip(days, row.cells, strict=True))
    if columns(label) < room:
        yield f"{left(label, room)}{cells}{right(str(row.total), _TOTAL)}"
    else:
        yield from indented(label, 0, width)
        yield f"{' ' * room}{cells}{right(str(row.total), _TOTAL)}"
    if row.note:
        yield from indented(row.note, 2, width)


def _cell(day: Day, count: int) -> str:
    return right(str(count), 2) if count > 9 else f"{_edge(day)}{count or '.'}"


def _edge(day: Day) -> str:
    """Weeks are told apart by a line before each Monday."""
    return "|" if day.weekday == "月" else " "


# Tables --------------------------------------------------------------------------------------------------------------


def table_text(table: Table, width: int) -> list[str]:
    """Aligned where it fits, else its main columns with the rest below, else item by item."""
    rows = [tuple(clean(cell) for cell in row) for row in table.rows]
    if table.main:
        return _main_columns(table, rows, width)
    return aligned(table.columns, rows, width, table.numbers) or _blocks(table, rows, width)


def _main_columns(table: Table, rows: list[tuple[str, ...]], width: int) -> list[str]:
    """The main columns as a table; what else is filled in stands below each row, a rule above what sums up."""
    shown = [table.columns.index(name) for name in table.main]
    amounts = shown[1:]
    wide = {place: max(columns(row[place]) for row in (table.columns, *rows)) for place in amounts}
    first = max(10, width - 2 - sum(wide.values()) - 2 * len(wide))
    lines = [_amounts(table.columns, table.main[0], first, wide)]
    office = None
    for mark, row in zip(table.sums, rows, strict=True):
        if mark or row[0] != office:
            lines.append("  " + ("-" if mark else "=") * (width - 2))
        if row[0] and row[0] != office:
            lines.append(f"  ■ {row[0]}")
        office = row[0]
        *above, label = wrap(row[shown[0]], first)
        lines += [*(f"  {one}" for one in above), _amounts(row, label, first, wide)]
        others = [
            f"{table.columns[place]} {value}" for place, value in enumerate(row) if value and place not in (0, *shown)
        ]
        lines += packed(others, "・", 6, width)
    return lines


def _amounts(row: Sequence[str], label: str, first: int, wide: dict[int, int]) -> str:
    return f"  {left(label, first)}" + "".join("  " + right(row[place], own) for place, own in wide.items())


def _blocks(table: Table, rows: Iterable[tuple[str, ...]], width: int) -> list[str]:
    """Each row as items one below the other: for long texts."""
    lines: list[str] = []
    for number, row in enumerate(rows, start=1):
        lines.append(f"  -- {number} --")
        for name, value in zip(table.columns, row, strict=True):
            if value:
                lines += item(name, value, 4, width)
    return lines
