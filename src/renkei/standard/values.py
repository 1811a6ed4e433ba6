"""What a value of each type looks like.

Text has no form of its own; an item with a code list, and the unused item, are handled by their field. Conventions where
the standard is silent: integers may be padded but carry no sign or separator (B10), lengths are exact for codes, dates
and times and a maximum for numbers (B9), 2400 is read as an end (C7), a rate may be written 90.0 (B6).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .cp932 import FORBIDDEN_IN_TEXT
from .layouts import Field, code_lists

_YEAR = "(?:1[89]|[2-9][0-9])[0-9]{2}"
_LEAP_YEAR = "(?:(?:1[89]|[2-9][0-9])(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[3579][26])00)"
MONTH = f"{_YEAR}(?:0[1-9]|1[0-2])"
DATE = (
    f"(?:{_YEAR}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}0229)"
)
TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]"

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Control characters have no place in a text, except tabs and line breaks.
CONTROL = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f"
NOT_TEXT = FORBIDDEN_IN_TEXT + CONTROL


# Names of people and places, in which a "?" stands for a character that some program could not write.
_NAMES = re.compile(r"(?:_name|_kana|_address(?:_\d)?)$")


def is_name(field: Field) -> bool:
    """Whether a text is the name of somebody or of a place.

    >>> from renkei.standard.layouts import layout
    >>> is_name(layout("UPHOSOKU").field("client_name"))
    True
    """
    return field.type == "text" and field.name != "equipment_name" and bool(_NAMES.search(field.name))


def days_in(year: int, month: int) -> int:
    """How many days a month has.

    >>> days_in(2028, 2), days_in(2100, 2)
    (29, 28)
    """
    # Without calendar, because that and datetime take longer to import than a small file to be checked.
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and is_leap else _DAYS[month - 1]


# A rate that is none too high; more than this is told.
HIGHEST_RATE = 100
RATE = r"(?:100|[0-9]{1,2})(?:\.0)?"
_RATES = frozenset({"discount_rate", "benefit_rate_percent"})


def is_rate(field: Field) -> bool:
    """Whether a number is a percentage of a whole.

    >>> from renkei.standard.layouts import layout
    >>> is_rate(layout("UPSIKYU").field("discount_rate"))
    True
    """
    return field.name in _RATES


class Form(NamedTuple):
    """`pattern` of a value with {n} for the field's length; `name_ja` says it to a person."""

    pattern: str
    name_ja: str


FORMS: dict[str, Form] = {
    "version": Form("[0-9]{6}", "6桁の数字"),
    "insurer": Form("[0-9]{6}", "6桁の数字"),
    "insured": Form("(?:[0-9]{10}|H[0-9]{9})", "10桁の数字(生活保護単独の人はHと9桁の数字)"),
    "office": Form("[0-9A-Z]{10}", "10桁の半角の数字・英大文字"),
    "service_code": Form("[0-9A-Z]{6}", "6桁の半角の数字・英大文字"),
    "date": Form(DATE, "8桁の年月日(例: 20261201)"),
    "month": Form(MONTH, "6桁の年月(例: 202612)"),
    "time": Form(TIME, "4桁の時刻(例: 0930)"),
    "end_time": Form(f"(?:{TIME}|2400)", "4桁の時刻(例: 0930)"),
    "integer": Form("[0-9]{1,%d}", "半角の数字(符号や「,」は付けない)"),
    "percent": Form(r"[0-9]{1,3}(?:\.0)?", "整数の百分率(例: 90)"),
    "decimal": Form(r"[0-9]{1,3}(?:\.[0-9]{1,2})?", "小数(例: 10.00)"),
    "postal": Form("[0-9]{3}-[0-9]{4}", "「123-4567」の形の郵便番号"),
    "line": Form(r"[ !#-+\--~]{1,%d}", "半角の文字"),
    "days": Form("[01]{31}", "31桁の0と1"),
    "tais": Form("[0-9]{5}-[0-9]{6}", "「00001-000010」の形(数字5桁、半角のハイフン、数字6桁)"),
    "branch": Form("[0-9A-Za-z]{1,%d}", "半角の英数字"),
}


def pattern(field: Field) -> str:
    """A regular expression for a filled-in value of `field` without its quotes; KeyError for text."""
    if field.codes:
        source = "(?:" + "|".join(re.escape(code) for code in code_lists()[field.codes]) + ")"
    else:
        source = FORMS[field.type].pattern
        if "%d" in source:
            source %= field.length
    return f"(?:{source}|{field.sentinel})" if field.sentinel else source
