"""Doing the same with many files or units, with several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

_One = TypeVar("_One")
_Result = TypeVar("_Result")

# Handed to a process at once: few enough that none sits idle at the end, many enough that handing over costs little.
_MOST_AT_ONCE = 32


def side_by_side(work: Callable[[_One], _Result], ones: Sequence[_One], processes: int) -> Iterator[_Result]:
    """What is made of each, in their order."""
    at_once = max(1, min(_MOST_AT_ONCE, len(ones) // (4 * processes)))
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, ones, chunksize=at_once)
