"""Price lists as text: tab-separated, with Japanese headings, so that an operator can write one in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from renkei.hub.membership.rules import Basis, Days, Kind, PriceRow

DEFAULT = Path(__file__).with_name("prices.tsv")
HEADINGS = (
    "記号",
    "名前",
    "区分",
    "申請日から",
    "申請日まで",
    "前の申請日から",
    "前の申請日まで",
    "料金",
    "月数",
    "自動更新",
    "確かさ",
    "出典",
)
MOST_ROWS, MOST_YEN, MOST_MONTHS, MOST_CHARACTERS = 200, 10_000_000, 120, 200
_AUTOMATIC = {"あり": True, "なし": False}


class BadPrices(ValueError):
    """A price list that cannot be used; the text says where and why, in Japanese."""


def parse(text: str) -> list[PriceRow]:
    """The rows of a price list in their order. Raises BadPrices."""
    lines = [line.split("\t") for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if not lines or tuple(cell.strip() for cell in lines[0]) != HEADINGS:
        raise BadPrices(f"1行目は、次の見出しをタブで区切って、UTF-8 で書いてください: {' '.join(HEADINGS)}")
    if len(lines) - 1 > MOST_ROWS:
        raise BadPrices(f"料金表は {MOST_ROWS} 行までです。")
    rows = [_row(number, cells) for number, cells in enumerate(lines[1:], start=2)]
    if not rows:
        raise BadPrices("料金の行がありません。")
    if len({row.code for row in rows}) < len(rows):
        raise BadPrices("記号が同じ行があります。行ごとにちがう記号を書いてください。")
    return rows


def default() -> list[PriceRow]:
    """The list that we ship: the published prices of the national service.

    >>> [row.code for row in default() if row.price == 0]
    ['spring-2025', 'free-pass', 'merged', 'fiscal-2026']
    """
    return parse(DEFAULT.read_text(encoding="utf-8"))


def write(rows: Iterable[PriceRow]) -> str:
    """The same rows as text.

    >>> parse(write(default())) == default()
    True
    """
    return "".join("\t".join(cells) + "\n" for cells in (HEADINGS, *map(_cells, rows)))


def _row(number: int, cells: list[str]) -> PriceRow:
    if len(cells) != len(HEADINGS):
        raise BadPrices(f"{number}行目: 列が {len(cells)} です。{len(HEADINGS)} 列にしてください。")
    given = {heading: cell.strip() for heading, cell in zip(HEADINGS, cells, strict=True)}

    def read(heading: str, how: Callable[[str], Any]) -> Any:
        try:
            return how(given[heading])
        except (ValueError, KeyError) as error:
            raise BadPrices(f"{number}行目: 「{heading}」の「{given[heading]}」を読めません。") from error

    applied = Days(read("申請日から", _day), read("申請日まで", _day))
    previous = Days(read("前の申請日から", _day), read("前の申請日まで", _day))
    if any(days.first and days.last and days.last < days.first for days in (applied, previous)):
        raise BadPrices(f"{number}行目: 終わりの日が、始まりの日より前です。")
    return PriceRow(
        code=read("記号", _text),
        label=read("名前", _text),
        kinds=read("区分", _kinds),
        applied=applied,
        previous=None if previous == Days() else previous,
        price=read("料金", lambda text: _number(text, 0, MOST_YEN)),
        months=read("月数", lambda text: _number(text, 1, MOST_MONTHS)),
        automatic=read("自動更新", _AUTOMATIC.__getitem__),
        basis=read("確かさ", {basis.label: basis for basis in Basis}.__getitem__),
        source=read("出典", _text),
    )


def _cells(row: PriceRow) -> tuple[str, ...]:
    previous = row.previous or Days()
    return (
        row.code,
        row.label,
        ",".join(kind.label for kind in Kind if kind in row.kinds),
        *(day.isoformat() if day else "" for days in (row.applied, previous) for day in (days.first, days.last)),
        str(row.price),
        str(row.months),
        "あり" if row.automatic else "なし",
        row.basis.label,
        row.source,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str, least: int, most: int) -> int:
    number = int(text.replace(",", ""))
    if not least <= number <= most:
        raise ValueError
    return number


def _text(text: str) -> str:
    if not 0 < len(text) <= MOST_CHARACTERS:
        raise ValueError
    return text


def _kinds(text: str) -> frozenset[Kind]:
    known = {kind.label: kind for kind in Kind}
    return frozenset(known[word.strip()] for word in text.replace("、", ",").split(","))
