"""Dates, months, times and kana as people read them: the era first."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

WEEKDAYS = "月火水木金土日"
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]+")
# First day of each era, newest first (元号を改める政令). Nobody cared for was born before 明治.
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)


def era_year(day: date) -> str:
    """令和8年; the first year of an era is 元年."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年"
    return f"{day.year}年"


def month_words(month: str) -> str:
    """令和8年12月分 of YYYYMM; anything else as it is, because a file may say anything."""
    first = _date(month + "01")
    return f"{era_year(first)}{first.month}月分" if first else month


def plain_month(month: str) -> str:
    """2026年12月 of YYYYMM; anything else as it is."""
    first = _date(month + "01")
    return f"{first.year}年{first.month}月" if first else month


def date_words(text: str) -> str:
    """令和8年12月1日(火) of YYYYMMDD; anything else as it is."""
    day = _date(text)
    return f"{era_year(day)}{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})" if day else text


def day_words(text: str) -> str:
    """12月1日(火) of YYYYMMDD, where the year is clear; anything else as it is."""
    day = _date(text)
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})" if day else text


def time_words(start: str, end: str) -> str:
    """10:00～10:45; nothing where the standard's 9999 says that a service has no time."""
    if "9999" in (start, end):
        return ""
    return "～".join(clock(time) for time in (start, end) if time)


def clock(time: str) -> str:
    """10:00 of HHMM; anything else as it is."""
    return f"{time[:2]}:{time[2:]}" if len(time) == 4 and time.isdecimal() else time


def wide_kana(text: str) -> str:
    """Half-width kana as full-width, which is easier to read and the same to compare; for show, never for a file.

    Nothing else changes: ① stays ①, which NFKC over the whole text would make 1.

    >>> wide_kana("ｵﾉﾃﾞﾗ ①")
    'オノデラ ①'
    """
    return _HALF_WIDTH_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _date(text: str) -> date | None:
    if len(text) != 8 or not text.isdecimal() or not text.isascii():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
