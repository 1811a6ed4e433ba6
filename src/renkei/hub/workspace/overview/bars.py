"""How far a month is, drawn: parts of a whole, side by side. The words and numbers stand beneath. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in its units of length: from `start`, so `width` wide."""

    name: str
    label: str
    number: int
    start: int
    width: int


def bar(parts: Sequence[tuple[str, str, int]]) -> list[Part]:
    """Names, labels and numbers as pieces of one bar `WIDTH` long, without those of none; nothing where all are none.

    >>> [(one.start, one.width) for one in bar([("a", "A", 1), ("b", "B", 0), ("c", "C", 3)])]
    [(0, 250), (250, 750)]
    """
    some = [part for part in parts if part[2]]
    total = sum(number for _, _, number in some)
    ends = [round(end * WIDTH / total) for end in accumulate(number for _, _, number in some)]
    return [Part(*part, start, end - start) for part, start, end in zip(some, [0, *ends], ends, strict=False)]
