"""Dates, codes and figures as they stand in a form. What does not fit its type is shown as it is. Pure."""

from __future__ import annotations

from datetime import date

from renkei.standard.layouts import code_lists
from renkei.standard.showing.words import era_year


def day(text: str) -> str:
    """令和8年12月1日 of YYYYMMDD; nothing where the standard writes noughts.

    >>> day("20261201"), day("00000000"), day("")
    ('令和8年12月1日', '', '')
    """
    if not text.strip("0"):
        return ""
    try:
        found = date.fromisoformat(text) if len(text) == 8 else None
    except ValueError:
        found = None
    return f"{era_year(found)}{found.month}月{found.day}日" if found else text


def month(text: str) -> str:
    """令和8年12月 of YYYYMM.

    >>> month("202612")
    '令和8年12月'
    """
    told = day(f"{text}01") if len(text) == 6 else text
    return told.removesuffix("1日") if told != f"{text}01" else text


def blank_day(text: str) -> str:
    """A day, or room to write one in by hand.

    >>> blank_day("20261201"), blank_day("")
    ('令和8年12月1日', '　　　　年　　月　　日')
    """
    return day(text) or "　　　　年　　月　　日"


def meaning(codes: str, value: str) -> str:
    """What a code of one of the standard's lists means; the code itself where the list lacks it.

    >>> meaning("care_level", "23")
    '要介護３'
    """
    return code_lists()[codes].get(value, value)


def number(text: str) -> str:
    """With thousands' commas.

    >>> number("16765"), number(""), number("10.00")
    ('16,765', '', '10.00')
    """
    return f"{int(text):,}" if text.isdecimal() and text.isascii() else text
