"""What is wrong with one value, by its field alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..findings import Basis
from ..layouts import Field, code_lists
from ..values import CONTROL, FORMS, HIGHEST_RATE, is_name, is_rate, pattern

# (code, the basis where the item is less sure than the rule, words for the texts)
Fault = tuple[str, Basis | None, dict[str, str | int]]

# A byte that is no character arrives as one of the last range (`surrogateescape`).
_GAIJI = re.compile("[\ue000-\ue757]")
_STRAY = re.compile("[\0\x80\uf8f0-\uf8f3\udc80-\udcff]")
_CONTROL = re.compile(f"[{CONTROL}]")
_NEGATIVE = re.compile(r"-[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_MOST_CHOICES = 12
# No item that the repair mends is longer, even spread out.
_LONGEST_MENDED = 64
# Types whose digits may be of the right number and yet mean nothing.
_CALENDAR = {"date": "E-FIELD-DATE", "month": "E-FIELD-DATE", "time": "E-FIELD-TIME", "end_time": "E-FIELD-TIME"}
# Types whose form says more than their length.
_BY_FORM = frozenset({"postal", "tais", "decimal"})


def faults(field: Field, value: str) -> Iterator[Fault]:
    """Every fault of a value: its characters, then its form."""
    yield from _characters(value)
    if "?" in value and is_name(field):
        yield "W-CHAR-QUESTION", None, {}
    if not value:
        code = {"always": "E-FIELD-REQUIRED", "warn": "W-FIELD-WANTED"}.get(field.required)
        if code:
            yield code, Basis.of_confidence(field.required_confidence), {}
    elif field.type == "unused":
        yield "W-FIELD-UNUSED", None, {}
    elif field.type not in {"text", "version"} and not whole(field).fullmatch(value):
        yield from _misfit(field, value)
    elif is_rate(field) and float(value) > HIGHEST_RATE:
        yield "W-FIELD-RATE", None, {}


@cache
def whole(field: Field) -> re.Pattern[str]:
    """The pattern of a filled-in value."""
    return re.compile(pattern(field))


def is_well_formed(field: Field, value: str) -> bool:
    """Whether a value is empty or has the form of its field, so that it can be compared with others."""
    return not value or field.type in {"text", "version", "unused"} or whole(field).fullmatch(value) is not None


def is_comparable(field: Field, value: str) -> bool:
    """Whether a rule may make something of a value: it is well-formed, or a figure with a sign."""
    if is_well_formed(field, value):
        return True
    return field.type == "integer" and len(value) <= (field.length or 0) and _NEGATIVE.fullmatch(value) is not None


def _characters(value: str) -> Iterator[Fault]:
    if value.isascii() and value.isprintable():
        return
    if _GAIJI.search(value):
        yield "E-CHAR-GAIJI", None, {}
    if _STRAY.search(value):
        yield "E-CHAR-BYTE", None, {}
    if _CONTROL.search(value):
        yield "E-CHAR-CONTROL", None, {}


def _misfit(field: Field, value: str) -> Iterator[Fault]:
    """The one fault that says best why a filled-in value does not fit."""
    basis = Basis.of_confidence(field.confidence)
    spoilt = _spoilt_by_a_spreadsheet(field, value)
    if spoilt:
        code, words = spoilt
        yield code, basis, words
        return
    if field.codes:
        yield _not_listed(field, value, basis)
        return
    # What is not MS932 is named by its own code; here it counts as one.
    width = len(value.encode("cp932", "replace"))
    is_fitting = field.length is None or (width == field.length if field.exact else width <= field.length)
    if field.type == "line" and is_fitting and "\n" not in value:
        return
    if field.type == "integer" and is_fitting and _NEGATIVE.fullmatch(value):
        yield "W-FIELD-SIGN", None, {}
    elif field.length is not None and not is_fitting and field.type not in _BY_FORM:
        fit = "ちょうど" if field.exact else "まで"
        yield "E-FIELD-LENGTH", basis, {"length": field.length, "fit": fit, "actual": width}
    elif field.type in _CALENDAR and _DIGITS.fullmatch(value):
        yield _CALENDAR[field.type], basis, {}
    else:
        yield "E-FIELD-TYPE", basis, {"form": FORMS[field.type].name_ja}


def _spoilt_by_a_spreadsheet(field: Field, value: str) -> tuple[str, dict[str, str | int]] | None:
    """Whether the repair can mend the value (lost zeros, slashes, wide digits …), or knows that digits are lost."""
    from ..catalogue.mends import MENDS  # only where something is wrong
    from ..mending import is_lost, mend

    if len(value) > _LONGEST_MENDED:
        return None
    if is_lost(field, value):
        return "E-FIELD-EXPONENT", {}
    mended = mend(field, value)
    return ("E-FIELD-FORM", {"what": MENDS[mended[0]].title}) if mended and mended[1] else None


def _not_listed(field: Field, value: str, basis: Basis) -> Fault:
    lists = code_lists()
    if field.codes == "service_type":
        code = "E-CODE-SCOPE" if value in lists["service_type_out_of_scope"] else "E-CODE-TYPE"
        return code, basis, {"type": value}
    return "E-CODE-LIST", basis, {"choices": _choices(str(field.codes))}


@cache
def _choices(codes: str) -> str:
    choices = [f"{code}({meaning})" for code, meaning in code_lists()[codes].items()]
    more = " など" if len(choices) > _MOST_CHOICES else ""
    return "、".join(choices[:_MOST_CHOICES]) + more
