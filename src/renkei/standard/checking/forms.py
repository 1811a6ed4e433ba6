"""How the fast path cuts the records of a kind and version, and the patterns for it.

A record is first cut into a few segments by a pattern that only knows commas and quotes. Most segments repeat (client
and month; day; time; service; office), so that only the different ones are decoded and matched against the layout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from ..layouts import Field, layout
from ..values import RATE, is_name, is_rate, pattern
from .rules import wanted
from .table import Figures, Segment


class Habit(Enum):
    """How the values of a segment come: over and over, once each, or as figures (no texts among them) that are not kept
    because nobody asks for them by themselves."""

    REPEATS = auto()
    ONCE = auto()
    FIGURES = auto()


# kind → the first item of each segment and its habit. A kind that is not here is one segment.
_USE_TABLE = {
    "csv_version": Habit.REPEATS,  # client, month and planner
    "unit_points": Habit.REPEATS,
    "service_date": Habit.REPEATS,
    "service_start_time": Habit.REPEATS,
    "service_code": Habit.REPEATS,  # with the equipment
    "service_office_number": Habit.REPEATS,
}
_CUTS: Mapping[str, Mapping[str, Habit]] = {
    "UPPLAN": _USE_TABLE,
    "UPJSK": _USE_TABLE,
    "UPSIKYU": {
        "csv_version": Habit.REPEATS,
        "service_office_name": Habit.REPEATS,
        "service_code": Habit.REPEATS,
        "service_units_or_amount": Habit.FIGURES,
    },
    "UPHOSOKU": {
        "csv_version": Habit.ONCE,
        "type_limit_1_service_type_code": Habit.REPEATS,  # mostly empty, to the end
    },
}
_WHOLE = {"csv_version": Habit.ONCE}


class Cut(NamedTuple):
    """One segment: `wanted` are the items that the rules ask for, captured in this order by `strict`, which finds values
    that each stand between two NULs."""

    wanted: tuple[str, ...]
    habit: Habit
    strict: re.Pattern[str]
    has_text: bool


class Form(NamedTuple):
    """`record` finds the segments of a record as groups, and as one more group whatever is no record. `quoted`: every
    item stands in quotes."""

    cuts: tuple[Cut, ...]
    record: re.Pattern[bytes]
    quoted: bool


def segments(kind: str, version: str, *, whole: bool = False) -> list[Segment]:
    """The segments of a table, empty; only one where records are looked at as a `whole`."""
    return [Segment(names, {} if places is None else Figures(places)) for names, places in _asked(kind, version, whole)]


@cache
def _asked(kind: str, version: str, whole: bool) -> list[tuple[tuple[str, ...], list[int] | None]]:
    """The wanted items of each segment; of figures also their places."""
    asked = wanted(kind, version)
    found = []
    for fields, habit in _segments(kind, version, whole):
        names = [field.name for field in fields]
        places = [place for place, name in enumerate(names) if name in asked]
        found.append((tuple(names[place] for place in places), places if habit is Habit.FIGURES else None))
    return found


@cache
def form(kind: str, version: str, *, quoted: bool, whole: bool) -> Form:
    """The patterns of a kind; `quoted` is for files in which every item stands in quotes, `whole` for those so small that
    little in them repeats."""
    asked = wanted(kind, version)
    cuts, loose = [], []
    for fields, habit in _segments(kind, version, whole):
        names = tuple(field.name for field in fields if field.name in asked)
        captured = () if habit is Habit.FIGURES else names
        strict = ",".join(_strict(field, version, quoted=quoted, asked=field.name in captured) for field in fields)
        cuts.append(Cut(names, habit, re.compile(f"\0{strict}(?=\0)"), any(field.type == "text" for field in fields)))
        loose.append(",".join(_TEXT if field.type == "text" and quoted else _loose(field) for field in fields))
    record = ",".join(f"({segment})" for segment in loose)
    # Bare items need not be told apart to be cut off together: the last ones end with the line, others at a quote.
    record = re.sub(rf"(?:{re.escape(_BARE)},)*{re.escape(_BARE)}\)$", r"[^\\r]*+)", record)
    if not quoted:
        record = re.sub(rf'(?<=\()(?:{re.escape(_BARE)},)+(?=")', '[^"]*+', record)
    return Form(tuple(cuts), re.compile(rf"{record}\r\n|([\s\S]+)".encode("ascii")), quoted)


def _segments(kind: str, version: str, whole: bool) -> list[tuple[list[Field], Habit]]:
    firsts = _WHOLE if whole else _CUTS.get(kind, _WHOLE)
    found: list[tuple[list[Field], Habit]] = []
    for field in layout(kind, version).fields:
        if field.name in firsts:
            found.append(([], firsts[field.name]))
        found[-1][0].append(field)
    return found


# What cuts need not be right: a piece that is no item of its kind is found when the piece is looked at. The engine runs
# through "anything but one character" much faster than through "anything but one of several".
_BARE = "[^,]*+"
_TEXT = '"[^"]*+(?:""[^"]*+)*+"'


def _loose(field: Field) -> str:
    if field.type != "text":
        return _BARE
    # An item that is wanted is there, where nothing is unusual.
    return _TEXT if field.required in {"always", "warn"} else f"(?:{_TEXT})?+"


def _strict(field: Field, version: str, *, quoted: bool, asked: bool) -> str:
    """What an item may be where nothing is unusual about it."""
    is_required = field.required in {"always", "warn"}
    if field.type == "text":
        value = '[^"?]*+(?:""[^"?]*+)*+' if is_name(field) else '[^"]*+(?:""[^"]*+)*+'
        value = f"({value})" if asked else value
        return f'"(?!"(?!")){value}"' if is_required else f'"{value}"' if quoted else f'(?:"{value}")?+'
    if field.type == "version":
        value = version
    elif field.type == "unused":
        value = ""
    else:
        value = RATE if is_rate(field) else pattern(field)
        value = value if is_required else f"(?:{value})?+"
    value = f"({value})" if asked else value
    return f'"{value}"' if quoted else value
