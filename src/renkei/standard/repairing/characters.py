"""Mending the characters of one item: what MS932 lacks, what cannot be seen, and line breaks.

Nothing is dropped in silence: every character that goes is the `before` of a step or the value of a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..values import CONTROL
from .model import Options
from .variants import built_in, derived, is_writable

GETA = "〓"

_SELECTED = re.compile("([^\ufe00-\ufe0f\U000e0100-\U000e01ef])([\ufe00-\ufe0f\U000e0100-\U000e01ef]+)")
_MARKED = re.compile("([^\u0300-\u036f\u3099\u309a])([\u0300-\u036f\u3099\u309a])")
_SPACING_MARKS = {"\u3099": "゛", "\u309a": "゜"}
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_CONTROLS = re.compile(f"[\0{CONTROL}\x81-\x9f]")
_LINE_BREAKS = "\x0b\x85\u2028\u2029"
_LONE_BREAK = re.compile(r"\r(?!\n)|(?<!\r)\n")
# Seen by nobody although Unicode does not call them format characters.
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_REPLACEMENT = "\ufffd"
# Bytes that are no character: lone surrogates of `surrogateescape`, and what the codec makes of 80, A0, FD-FF.
_STRAY = re.compile("[\x80\uf8f0-\uf8f3\udc80-\udcff]")
_STRAY_BYTES = {"\x80": "80", "\uf8f0": "A0", "\uf8f1": "FD", "\uf8f2": "FE", "\uf8f3": "FF"}


@dataclass(slots=True)
class Mended:
    """The value after the mending, its steps (code, before, after) and open questions (code, what stands there).

    `is_held`: one of the questions must be answered before the value can be written.
    """

    value: str
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    is_held: bool = False

    def sub(self, pattern: re.Pattern[str], code: str, replace: Callable[[re.Match[str]], str]) -> None:
        """Replaces every match and notes each that differs."""

        def noted(match: re.Match[str]) -> str:
            after = replace(match)
            if after != match.group():
                self.steps.append((code, match.group(), after))
            return after

        self.value = pattern.sub(noted, self.value)


class Characters:
    """The mending of characters with one table of variants; a person's own `table` goes before the built-in one.

    >>> Characters().mend("𠮷田", is_text=True).value
    '吉田'
    """

    def __init__(self, table: Mapping[str, str] | None = None, options: Options | None = None) -> None:
        self._own = dict(table or {})
        self._table = {**built_in(), **self._own}
        self._options = options or Options()

    def bad(self, text: str) -> re.Pattern[str] | None:
        """What finds the characters of a whole text that need mending, or None where there are none.

        >>> Characters().bad("吉田") is None
        True
        """
        found = {character for character in set(text) if self._is_bad(character)}
        if self._options.widen_kana:
            found.update("".join(_HALF_KANA.findall(text)))
        return re.compile(f"[{re.escape(''.join(sorted(found)))}]") if found else None

    def mend(self, value: str, *, is_text: bool) -> Mended:
        """One item; kana are widened in texts only."""
        mended = Mended(value)
        mended.sub(_SELECTED, "R-CHAR-SELECTOR", lambda match: match.group(1))
        mended.sub(_MARKED, "R-CHAR-KANA", _composed)
        mended.value = "".join(self._single(character, mended) for character in mended.value)
        if self._options.widen_kana and is_text:
            mended.sub(_HALF_KANA, "R-CHAR-WIDEN", lambda match: widened(match.group()))
        return mended

    def _is_bad(self, character: str) -> bool:
        return character in self._own or bool(_CONTROLS.match(character)) or not is_writable(character)

    def _single(self, character: str, mended: Mended) -> str:
        if not self._is_bad(character):
            return character
        if _STRAY.match(character):
            mended.questions.append(("P-CHAR-BYTE", _byte(character)))
            mended.is_held = True
            return character
        code, after = self._replacement(character)
        if after is not None:
            mended.steps.append((code, character, after))
            return after
        if self._options.geta:
            mended.steps.append(("R-CHAR-GETA", character, GETA))
            mended.questions.append(("P-CHAR-GETA", character))
            return GETA
        mended.questions.append((code, character))
        mended.is_held = True
        return character

    def _replacement(self, character: str) -> tuple[str, str | None]:
        """The rule and what is written instead; the question and None where nobody can know."""
        category = unicodedata.category(character)
        if character in self._table:
            return "R-CHAR-VARIANT", self._table[character]
        if character in _LINE_BREAKS:
            return "R-CHAR-NEWLINE", "\r\n"
        if category == "Zs":
            return "R-CHAR-SPACE", " "
        if category == "Cf" or character in _INVISIBLE or _SELECTED.match("x" + character):
            return "R-CHAR-INVISIBLE", ""
        if _CONTROLS.match(character):
            return "R-CHAR-CONTROL", ""
        if category == "Co":
            return "P-CHAR-GAIJI", None
        if character == _REPLACEMENT:
            return "P-CHAR-LOST", None
        after = derived(character, self._table)
        return ("P-CHAR-NONE", None) if after is None else ("R-CHAR-DERIVED", after)


def with_line_breaks(value: str) -> str:
    """The value with every line break as CRLF.

    >>> with_line_breaks("朝\\n夕\\r\\n")
    '朝\\r\\n夕\\r\\n'
    """
    return _LONE_BREAK.sub("\r\n", value)


def widened(kana: str) -> str:
    """Half-width kana as full-width ones, with their sound marks joined where there is such a character.

    >>> widened("ﾔﾏﾀﾞ")
    'ヤマダ'
    """
    text = unicodedata.normalize("NFKC", kana)
    return "".join(_SPACING_MARKS.get(character, character) for character in text)


def _composed(match: re.Match[str]) -> str:
    """A letter and the mark over it as one character, or as the two that MS932 has for them."""
    base, mark = match.groups()
    one = unicodedata.normalize("NFC", base + mark)
    if len(one) == 1 and is_writable(one):
        return one
    if mark in _SPACING_MARKS:
        return base + _SPACING_MARKS[mark]
    return base if base.isascii() and base.isalpha() else match.group()


def _byte(character: str) -> str:
    return _STRAY_BYTES.get(character) or f"{ord(character) - 0xDC00:02X}"
