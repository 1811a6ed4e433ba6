"""Walking through JSON text, strictly and without holding it as objects: a use table may have a million records.

The caller says what it expects where; only single values (a string, one record) become Python objects.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")


class NotJson(ValueError):
    """Not what was expected at `offset` (characters). `what` is "syntax", "depth", "duplicate" or "type", `key` the
    name concerned."""

    def __init__(self, what: str, offset: int, key: str = "") -> None:
        super().__init__(f"{what} at {offset}")
        self.what = what
        self.offset = offset
        self.key = key


class Walker:
    """A place in a text, moved on by each call."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        """The next character that is no white space, "" at the end."""
        space = _SPACE.match(self.text, self.at)
        if space:
            self.at = space.end()
        return self.text[self.at : self.at + 1]

    def members(self) -> Iterator[str]:
        """The keys of the object here. The caller moves past each value before it takes the next key."""
        self._enter("{", "object")
        seen: set[str] = set()
        while not self._left("}", is_first=not seen):
            if self.peek() != '"':
                raise NotJson("syntax", self.at)
            key = str(self.value())
            if key in seen:
                raise NotJson("duplicate", self.at, key)
            seen.add(key)
            self._expect(":")
            yield key

    def elements(self) -> Iterator[int]:
        """Counts the elements of the array here, from 1. The caller moves past each before it takes the next."""
        self._enter("[", "array")
        count = 0
        while not self._left("]", is_first=not count):
            count += 1
            yield count

    def value(self) -> Any:
        """The value here. Numbers become None: the form has none, and their size must not matter."""
        self.peek()
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise NotJson("syntax", error.pos) from None
        except RecursionError:
            raise NotJson("depth", self.at) from None
        except _DuplicateError as error:
            raise NotJson("duplicate", self.at, error.args[0]) from None
        return value

    def end(self) -> None:
        """Nothing but white space may follow."""
        if self.peek():
            raise NotJson("syntax", self.at)

    def _enter(self, bracket: str, what: str) -> None:
        if self.peek() != bracket:
            raise NotJson("type" if self.peek() else "syntax", self.at, what)
        self.at += 1

    def _left(self, bracket: str, *, is_first: bool) -> bool:
        """Whether the object or array ends here; a comma between two elements is passed."""
        if self.peek() == bracket:
            self.at += 1
            return True
        if not is_first:
            self._expect(",")
        return False

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise NotJson("syntax", self.at)
        self.at += 1


class _DuplicateError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _DuplicateError(next(key for key, count in counts.items() if count > 1))
    return found


def _no_number(_number: str) -> None:
    return None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
)
