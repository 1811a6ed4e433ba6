"""Characters that MS932 lacks, and what is written for them.

Two tables that a person can read stand in `tables/` (TOML: "𠮷" = "吉"). Whatever Unicode itself says (compatibility
ideographs, circled numbers, squared words, accents) is derived from its data and stands in no table.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .. import cp932

_FOLDER = Path(__file__).parent / "tables"
_CIRCLED_ONE, _MOST_CIRCLED = 0x2460, 20  # ① to ⑳ are in MS932


class VariantsError(ValueError):
    """A table that cannot be used; the message is Japanese and names the entry.

    >>> try:
    ...     parse('"𩸽" = 1')
    ... except VariantsError as error:
    ...     "𩸽" in str(error)
    True
    """


@cache
def is_writable(character: str) -> bool:
    """Whether MS932 has a character, with a code that comes back as the same one.

    >>> is_writable("髙"), is_writable("𠮷")
    (True, False)
    """
    try:
        cp932.encode(character)
    except cp932.CharacterError:
        return False
    return True


@cache
def built_in() -> Mapping[str, str]:
    """The files of `tables/` as one table.

    >>> built_in()["𠮷"], built_in()["〜"]
    ('吉', '～')
    """
    table: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        table |= parse(path.read_text(encoding="utf-8"))
    return table


def parse(text: str) -> dict[str, str]:
    """A table from TOML: character = replacement, in sections or not. Raises VariantsError.

    >>> parse('"𩸽" = "ほっけ"')
    {'𩸽': 'ほっけ'}
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise VariantsError('対応表の書き方がまちがっています。1行に1つ、"𠮷" = "吉" の形で書いてください。') from None
    table: dict[str, str] = {}
    for key, value in data.items():
        table |= value if isinstance(value, dict) else {key: value}
    for character, replacement in table.items():
        _look_at(character, replacement, table)
    return table


def _look_at(character: str, replacement: object, table: Mapping[str, str]) -> None:
    if len(character) != 1:
        raise VariantsError(f"対応表の左は1文字で書いてください: 「{character}」")
    if character.isascii():
        raise VariantsError(f"半角の英数字や記号は置きかえられません: 「{character}」")
    if not isinstance(replacement, str) or not replacement:
        raise VariantsError(f"「{character}」の右に、置きかえる文字を書いてください(空にはできません)。")
    refused = "".join(other for other in replacement if not is_writable(other) or other.isspace() or other in table)
    if refused:
        raise VariantsError(f"「{character}」の右に、使えない文字があります: 「{refused}」")


def derived(character: str, table: Mapping[str, str]) -> str | None:
    """What Unicode's data says for a character that MS932 lacks, or None; `table` helps where that is lacking too.

    Compatibility ideographs become their ideograph, ㉑ becomes (21), ㎥ becomes m3, ❶ becomes ①, é becomes e.

    >>> derived("㉑", {}), derived("㎥", {}), derived("é", {}), derived("𠮷", {})
    ('(21)', 'm3', 'e', None)
    """
    plain = unicodedata.normalize("NFKC", character)
    if plain == character:
        return _numbered(character) or _without_accent(character)
    if unicodedata.decomposition(character).startswith("<circle>"):
        return _circled(plain)
    found = "".join(part if is_writable(part) else table.get(part, "\0") for part in plain)
    return found if found and "\0" not in found and not found.isspace() else None


def _numbered(character: str) -> str | None:
    """Of a number in another ring (❶, ⓵) the circled number."""
    number = unicodedata.numeric(character, 0)
    is_ringed = unicodedata.category(character) == "No" and number >= 1 and number == int(number)
    return _circled(str(int(number))) if is_ringed else None


def _circled(inside: str) -> str | None:
    """①…⑳ where MS932 has the sign, else the content in brackets."""
    if inside.isdecimal() and 1 <= int(inside) <= _MOST_CIRCLED:
        return chr(_CIRCLED_ONE + int(inside) - 1)
    return f"({inside})" if all(map(is_writable, inside)) else None


def _without_accent(character: str) -> str | None:
    parts = unicodedata.normalize("NFD", character)
    base, marks = parts[0], parts[1:]
    is_accented = base.isascii() and base.isalpha() and all(map(unicodedata.combining, marks))
    return base if marks and is_accented else None
