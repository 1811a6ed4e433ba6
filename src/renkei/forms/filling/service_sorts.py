"""What a service is to the person who gets it, by the words that care managers write for it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Sort:
    """`name` chooses colour and mark in the drawing; `words` say what happens; a text with `pattern` in it is of this sort."""

    name: str
    words: str
    pattern: str = "(?!)"


OTHER = Sort("other", "サービスがあります")
# The first whose pattern is found counts: what stands above is part of a longer name of what stands below.
_SORTS = (
    Sort("many", "小規模多機能を使います", "多機能"),
    Sort(
        "helper", "ヘルパーが来ます", r"訪問介護|身体介護|身体\d|生活援助|生活\d|ヘルパー|ホームヘルプ|訪問型|定期巡回"
    ),
    Sort("bath", "おふろの人が来ます", "訪問入浴"),
    Sort("rehabilitation", "リハビリの人が来ます", "訪問リハ|訪リハ"),
    Sort("nurse", "看護師が来ます", "訪問看護|訪看"),
    Sort("day_rehabilitation", "リハビリに行きます", "通所リハ|通リハ|デイケア"),
    Sort("day", "デイサービスに行きます", "通所介護|通所型|デイサービス|地域通所|認知通所"),
    Sort("stay", "泊まりに行きます", "短期入所|ショートステイ|短期生活|短期療養"),
    Sort("doctor", "医師や薬剤師が来ます", "居宅療養|訪問診療|往診|薬剤師"),
    Sort("meal", "お弁当が来ます", "配食|弁当"),
)


def sort_of(text: str) -> Sort:
    """The sort that a text tells; OTHER where it tells none.

    >>> sort_of("訪看Ⅰ３").name, sort_of("通所リハⅠ４２").words, sort_of("ゴミ出し").name
    ('nurse', 'リハビリに行きます', 'other')
    """
    told = plain(text)
    return next((sort for sort in _SORTS if re.search(sort.pattern, told)), OTHER)


def plain(text: str) -> str:
    """To compare what people wrote: of one width and without spaces.

    >>> plain("身体 介護１") == plain("身体介護1")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).split())
