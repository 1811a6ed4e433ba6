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
    found = _date(text)
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


def age(born: str, at: str) -> str:
    """How old somebody was on a day, both YYYYMMDD; nothing where one of them is no day.

    >>> age("19460214", "20260213"), age("19460214", "20260214"), age("19460214", "")
    ('79', '80', '')
    """
    first, then = _date(born), _date(at)
    if not first or not then or then < first:
        return ""
    return str(then.year - first.year - ((then.month, then.day) < (first.month, first.day)))


def one_line(text: str) -> str:
    """Of a name or an address: what has room for a line and no more, with its line breaks as spaces.

    >>> one_line("東京都\\n架空市")
    '東京都 架空市'
    """
    return " ".join(text.split("\n"))


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


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 8 else None
    except ValueError:
        return None
