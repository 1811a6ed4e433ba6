"""Which column of a table says what, found by the words above it. Pure.

Known shapes: the ministry's サービスコード表 (サービスコード over 種類 and 項目, サービス内容略称, 合成単位数, 算定単位), the
municipalities' 単位数表マスタ (保険者番号, サービス種類コード, … one line of headings, or none), and simple English headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Item(StrEnum):
    """What a column can say; the value is its name for people."""

    CODE = "サービスコード"
    TYPE = "種類"
    ITEM = "項目"
    NAME = "サービス内容略称"
    UNITS = "合成単位数"
    BASIS = "算定単位"
    FROM = "適用開始年月"
    UNTIL = "適用終了年月"
    INSURER = "保険者番号"


_WORDS = {
    Item.CODE: ("サービスコード", "service_code", "code"),
    Item.TYPE: ("種類", "サービス種類コード", "種類コード", "service_type"),
    Item.ITEM: ("項目", "サービス項目コード", "項目コード", "service_item"),
    Item.NAME: ("サービス内容略称", "サービス名称", "サービスコード名称", "name"),
    Item.UNITS: ("合成単位数", "単位数", "units"),
    Item.BASIS: ("算定単位", "unit_basis"),
    Item.FROM: ("適用開始年月", "適用開始年月日", "適用年月", "valid_from"),
    Item.UNTIL: ("適用終了年月", "適用終了年月日", "valid_until"),
    Item.INSURER: ("保険者番号", "insurer_number"),
}
_ITEM_OF = {word: item for item, words in _WORDS.items() for word in words}
# A heading that is none of the known ones and holds this is taken for it, and that is told.
_LIKE = {"略称": Item.NAME, "名称": Item.NAME, "適用開始": Item.FROM, "適用終了": Item.UNTIL}
# 単位数表マスタ without headings: the first columns, and how its lines look.
_MASTER = (Item.INSURER, Item.TYPE, Item.ITEM, Item.FROM, Item.UNTIL, Item.NAME, Item.UNITS, Item.BASIS)
_MASTER_LINE = re.compile(r"[0-9]{6},A[0-9A-Z],[0-9A-Z]{4},[0-9]{6},[0-9]{6}", re.ASCII)

Row = Mapping[int, str]


class Columns(NamedTuple):
    """Where each item stands, how many lines the headings take, and what of it was only guessed."""

    places: Mapping[Item, int]
    lines: int
    guesses: tuple[str, ...] = ()


def columns(row: Row, below: Row) -> Columns | None:
    """The columns, where `row` (and `below`) are headings of a table of services; None for any other line.

    >>> columns({0: "サービスコード", 2: "サービス内容略称"}, {0: "種類", 1: "項目"}).places[Item.ITEM]
    1
    >>> columns({0: "11"}, {}) is None
    True
    """
    upper, lower = _known(row), _known(below)
    # A name stands in one of the cells of data, and there no heading: one known word would not tell.
    is_double = {Item.TYPE, Item.ITEM} <= set(lower.values())
    by_place = {**upper, **lower} if is_double else upper
    places = {item: place for place, item in sorted(by_place.items(), reverse=True)}
    guesses: tuple[str, ...] = ()
    if upper and _has_code(places) and Item.NAME not in places:
        places, guesses = _guessed(row, places)
    if not upper or Item.NAME not in places or not _has_code(places):
        return None
    return Columns(places, 2 if is_double else 1, guesses)


def columns_of_master(row: Row) -> Columns | None:
    """Those of a 単位数表マスタ that has no headings, where `row` looks like a line of one."""
    if not _MASTER_LINE.match(",".join(row.get(place, "") for place in range(5))):
        return None
    guess = (
        "見出しがないので、総合事業の単位数表マスタの列の順(保険者番号、種類、項目、適用開始、適用終了、名称)とみました"
    )
    return Columns({item: place for place, item in enumerate(_MASTER)}, 0, (guess,))


def _has_code(places: Mapping[Item, int]) -> bool:
    return Item.CODE in places or {Item.TYPE, Item.ITEM} <= set(places)


def _known(row: Row) -> dict[int, Item]:
    return {place: _ITEM_OF[word] for place, text in row.items() if (word := _plain(text)) in _ITEM_OF}


def _guessed(row: Row, places: Mapping[Item, int]) -> tuple[dict[Item, int], tuple[str, ...]]:
    found, guesses = dict(places), []
    for place, text in sorted(row.items()):
        item = next((item for like, item in _LIKE.items() if like in text), None)
        if item and item not in found:
            found[item] = place
            guesses.append(f"見出し「{_plain(text)[:40]}」を「{item}」とみました")
    return found, tuple(guesses)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
