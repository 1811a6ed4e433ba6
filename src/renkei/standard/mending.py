"""Mending one value by the type of its item: numbers, codes, dates and times as spreadsheets and people write them.

A value that fits its item is never touched, and a mended one is taken only where it then fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from .layouts import Field, code_lists
from .values import DATE, MONTH, pattern

# 1.37E+09: the digits behind the sixth are gone.
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d+", re.ASCII)
_DASHES = re.compile("[‐‑‒–—―−－ー─━ｰ\u2043\ufe58\ufe63]")
_DATE = re.compile(
    r"(\d{4})(?:([/.-])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?: 0{1,2}:00(?::00)?)?",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})(?:[/.-](\d{1,2})|年(\d{1,2})月)", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::00)?|(\d{1,2})時(\d\d)分", re.ASCII)
_POSTAL = re.compile(r"〒? ?(\d{3})-?(\d{4})", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
_ZERO_FRACTION = re.compile(r"(\d+)\.0+", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
# Digits that a spreadsheet keeps of a number; beyond them the rest is gone.
_KEPT_DIGITS = 15
# These begin with a prefecture's two digits, 01 to 47, so that one zero at most was lost.
_ONE_ZERO = {"insurer": 5, "office": 9, "service_code": 5}
_WITH_LETTERS = frozenset({"insured", "office", "service_code", "code"})
_WITH_HYPHENS = frozenset({"tais", "postal", "line", "date", "month"})

_Step = Callable[[Field, str], str]


@cache
def _whole(field: Field) -> re.Pattern[str]:
    return re.compile(pattern(field))


def fits(field: Field, value: str) -> bool:
    """Whether a filled-in value is one of its item's type; any text is.

    >>> from renkei.standard.layouts import layout
    >>> fits(layout("UPPLAN").field("service_start_time"), "9:30")
    False
    """
    if field.type in {"text", "unused"}:
        return True
    if not _whole(field).fullmatch(value):
        return False
    return field.type != "service_code" or value[:2] in _service_types()


def mend(field: Field, value: str) -> tuple[str, str] | None:
    """The rule that mended the value and the value, or None where it fits already or nothing safe helps.

    >>> from renkei.standard.layouts import layout
    >>> mend(layout("UPPLAN").field("insured_person_number"), "12")
    ('R-ITEM-ZEROS', '0000000012')
    >>> mend(layout("UPPLAN").field("service_date"), "2026/12/1")
    ('R-ITEM-DATE', '20261201')
    """
    if not value or field.type in {"text", "unused"} or _whole(field).fullmatch(value):
        return None
    mended = value
    for code, step in _STEPS:
        after = step(field, mended)
        if after != mended:
            mended = after
            if not mended or fits(field, mended):
                return code, mended
    return None


def is_lost(field: Field, value: str) -> bool:
    """Whether a spreadsheet has thrown digits away, so that nobody can mend the value.

    >>> from renkei.standard.layouts import layout
    >>> is_lost(layout("UPPLAN").field("service_office_number"), "1.37E+09")
    True
    """
    return field.type != "text" and bool(_SCIENTIFIC.fullmatch(value)) and not fits(field, value)


@cache
def _service_types() -> frozenset[str]:
    lists = code_lists()
    return frozenset(lists["service_type"]) | frozenset(lists["service_type_out_of_scope"]) | {"99"}


def _space(_field: Field, value: str) -> str:
    return value.strip()


def _width(_field: Field, value: str) -> str:
    return value if value.isascii() else "".join(map(_narrow, value))


def _narrow(character: str) -> str:
    is_wide = "！" <= character <= "～" and character != "－"
    return unicodedata.normalize("NFKC", character) if is_wide else character


def _hyphen(field: Field, value: str) -> str:
    return value if value.isascii() or field.type not in _WITH_HYPHENS else _DASHES.sub("-", value)


def _case(field: Field, value: str) -> str:
    return value.upper() if field.type in _WITH_LETTERS and value.isascii() else value


def _date(field: Field, value: str) -> str:
    found = _DATE.fullmatch(value) if field.type == "date" else None
    if found is None:
        return value
    day = f"{found[1]}{int(found[3] or found[5]):02}{int(found[4] or found[6]):02}"
    return day if re.fullmatch(DATE, day) else value


def _month(field: Field, value: str) -> str:
    found = _MONTH.fullmatch(value) if field.type == "month" else None
    if found is None:
        return value
    month = f"{found[1]}{int(found[2] or found[3]):02}"
    return month if re.fullmatch(MONTH, month) else value


def _time(field: Field, value: str) -> str:
    found = _TIME.fullmatch(value) if field.type in {"time", "end_time"} else None
    return f"{int(found[1] or found[3]):02}{found[2] or found[4]}" if found else value


def _number(field: Field, value: str) -> str:
    if field.type not in {"integer", "percent"}:
        return value
    bare = value.removeprefix("+")
    if _THOUSANDS.fullmatch(bare):
        return bare.replace(",", "")
    return _ZERO_FRACTION.sub(r"\1", bare)


def _postal(field: Field, value: str) -> str:
    found = _POSTAL.fullmatch(value) if field.type == "postal" else None
    return f"{found[1]}-{found[2]}" if found else value


def _zeros(field: Field, value: str) -> str:
    if not _DIGITS.fullmatch(value) or field.length is None or len(value) > _KEPT_DIGITS:
        return value
    full = value.zfill(field.length)
    if field.type in {"date", "month"}:  # of these only the fixed values of nothing but zeros begin with a zero
        return full if full == field.sentinel else value
    if field.type in _ONE_ZERO:
        return full if len(value) == _ONE_ZERO[field.type] else value
    is_number = field.type == "insured" and int(value) > 0
    return full if is_number or field.type in {"time", "end_time", "days", "code"} else value


_STEPS: tuple[tuple[str, _Step], ...] = (
    ("R-ITEM-SPACE", _space),
    ("R-ITEM-WIDTH", _width),
    ("R-ITEM-HYPHEN", _hyphen),
    ("R-ITEM-CASE", _case),
    ("R-ITEM-DATE", _date),
    ("R-ITEM-DATE", _month),
    ("R-ITEM-TIME", _time),
    ("R-ITEM-NUMBER", _number),
    ("R-ITEM-POSTAL", _postal),
    ("R-ITEM-ZEROS", _zeros),
)
