"""JSON objects that are signed: one way to write them, and a reader that takes nothing it was not told to expect.

Two readers that disagree about a duplicate key or a number too large would disagree about what was signed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn

LARGEST_INTEGER = 2**53 - 1  # what every JSON reader holds exactly

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def dump(value: dict[str, Any]) -> bytes:
    """Sorted keys, no white space, ASCII (every value of our formats is)."""
    return _ENCODER.encode(value).encode("ascii")


def load(data: bytes, limit: int) -> object:
    """The JSON value in `data`. Raises ValueError: too long, not UTF-8, not JSON, too deep, a duplicate key."""
    require_short(data, limit)
    try:
        return _reader.decode(data.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def require_short(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise ValueError(f"longer than {limit} bytes")


def fields(value: object, names: Iterable[str], where: str) -> dict[str, Any]:
    """`value` as an object with exactly these keys."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise ValueError(f"{where} must be an object with exactly: {', '.join(sorted(names))}")
    return value


def text(value: object, pattern: re.Pattern[str], where: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{where} is not of the form {pattern.pattern}")
    return value


def count(value: object, where: str) -> int:
    """A whole number from 0; True is none, though Python says so."""
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise ValueError(f"{where} is not a whole number from 0")
    return value


def items(value: object, most: int, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{where} is not a list of at most {most}")
    return value


def time(value: object, where: str) -> datetime:
    """A time in UTC to the second, `2026-11-25T09:00:00Z`."""
    return datetime.fromisoformat(text(value, _TIME, where))


def time_text(at: datetime) -> str:
    """The same time as text; fractions of a second are dropped. A time without zone is a ValueError."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


def _refuse(number: str) -> NoReturn:
    raise ValueError("numbers are whole")


# Made once: `json.loads` makes one for every text.
_reader = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse)


# Made once: the functions of `json` make them anew with every call that is not as plain as can be.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse)
