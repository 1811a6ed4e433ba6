"""Characters that no font of the forms can draw: they are shown as 〓, as printers do, and told to whoever asked."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
MISSING = "〓"


def legible(value: Any) -> tuple[Any, str]:
    """The same plain data with 〓 for what cannot be drawn, and each such character once.

    Control characters go; a line break stays. Without fonts of our own everything stays: what the system can draw is not known.

    >>> legible({"name": "𠮷田\\x00 太郎"})
    ({'name': '𠮷田 太郎'}, '')
    """
    missing: dict[str, None] = {}
    return _legible(value, missing), "".join(missing)


def _legible(value: Any, missing: dict[str, None]) -> Any:
    if isinstance(value, str):
        return value if _plain().issuperset(value) else "".join(_one(one, missing) for one in value)
    if isinstance(value, Mapping):
        return {name: _legible(one, missing) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_legible(one, missing) for one in value]
    return value


def _one(character: str, missing: dict[str, None]) -> str:
    if character == "\n":
        return character
    if _is_unseen(character):
        return ""
    known = _known()
    if not known or ord(character) in known:
        return character
    missing[character] = None
    return MISSING


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


@functools.cache
def _plain() -> frozenset[str]:
    """Characters that stay as they are: nearly every text has none but these."""
    known = map(chr, _known() or range(32, 127))
    return frozenset(character for character in known if not _is_unseen(character)) | {"\n"}


@functools.cache
def _known() -> frozenset[int]:
    """What the fonts that came with the forms can draw together."""
    from fontTools.ttLib import TTFont

    known: set[int] = set()
    for path in FONTS.rglob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            # The glyphs' names are not asked for, and to work them out takes three quarters of the time.
            font.setGlyphOrder([""] * 0x10000)
            known |= font.getBestCmap().keys()
    return frozenset(known)
