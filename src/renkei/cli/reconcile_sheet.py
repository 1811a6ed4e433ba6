"""Plan against actual as a spreadsheet: counts, offices, people, visits. Needs XlsxWriter (`renkei[forms]`)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from renkei.standard.comparing.months import Reconciliation, Standing
from renkei.standard.showing.reconciled_rows import HEADINGS, KINDS, WAITING, by_office, sums, visit_rows, waiting_words
from renkei.standard.showing.words import month_words

from .files import CannotRunError

Cell = str | int


def workbook(found: Reconciliation, warnings: Sequence[str] = ()) -> bytes:
    """The file's bytes, `warnings` above the counts. Texts are written as texts: nothing becomes a formula, a link or a number."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError:
        raise CannotRunError(
            "部品 XlsxWriter がありません。入れるには: pip install 'renkei[forms]'。csv ならこのまま使えます。"
        ) from None
    output = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#e8f1fe"})
        _sheet(book, bold, "まとめ", ("項目", "値"), _summary(found, warnings), (28, 70))
        kinds = [kind for kind in KINDS if kind != WAITING]
        _sheet(
            book,
            bold,
            "事業所",
            ("事業所番号", "事業所名", *kinds),
            _offices(found, kinds),
            (14, 32, *[12] * len(kinds)),
        )
        _sheet(
            book,
            bold,
            "利用者",
            ("氏名", "被保険者番号", "保険者番号", "対象年月", "結果", "予定どおり", "ちがい"),
            _people(found),
            (20, 14, 12, 10, 10, 10, 60),
        )
        rows = [[getattr(row, name) for name in HEADINGS] for row in visit_rows(found)]
        _sheet(
            book,
            bold,
            "明細",
            tuple(HEADINGS.values()),
            rows,
            (10, 12, 14, 18, 10, 14, 28, 14, 22, 14, 18, 18, 11, 11, 22),
        )
    return output.getvalue()


def _sheet(
    book: Any,
    bold: Any,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(last, column, cell, wrapped)
            else:
                sheet.write_string(last, column, cell, wrapped)
    sheet.autofilter(0, 0, last, len(headings) - 1)


def _summary(found: Reconciliation, warnings: Sequence[str]) -> list[tuple[Cell, ...]]:
    counts = found.counts
    rows: list[tuple[Cell, ...]] = [("注意", words) for words in warnings]
    rows += [("対象年月", "・".join(map(month_words, found.months)))]
    rows += [
        (standing.label, counts[standing]) for standing in (Standing.UNCHANGED, Standing.CHANGED, Standing.WAITING)
    ]
    rows += [("実績がまだ届いていない事業所", words) for words in waiting_words(found)]
    rows += [("確かめること", notice.words) for notice in found.notices]
    return rows


def _offices(found: Reconciliation, kinds: list[str]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for (number, name), own in by_office(visit_rows(found)).items():
        counted = sums(own)
        rows.append((number, name, *(counted[kind] for kind in kinds)))
    return rows


def _people(found: Reconciliation) -> list[tuple[Cell, ...]]:
    return [
        (
            person.name,
            person.insured,
            person.insurer,
            person.month,
            person.standing.label,
            person.result.as_planned,
            "\n".join(one.label for one in person.result.differences),
        )
        for person in found.people
    ]
