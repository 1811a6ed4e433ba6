"""Which chunks a file has, and which are missing. Chunks are counted from 0; all but the last have the same size."""

from __future__ import annotations

from collections.abc import Iterable


def chunk_count(size: int, chunk_bytes: int) -> int:
    """How many chunks a file of `size` bytes has, at least one."""
    return max(1, -(-size // chunk_bytes))


def size_of_chunk(number: int, size: int, chunk_bytes: int) -> int:
    """How many bytes chunk `number` has; 0 for one beyond the end, or before the first."""
    if number < 0:
        return 0
    return max(0, min(chunk_bytes, size - number * chunk_bytes))


def holes(count: int, present: Iterable[int]) -> list[list[int]]:
    """The numbers below `count` that are not there, as [first, last] each, in order."""
    found, expected = [], 0
    for number in [*sorted(present), count]:
        if number > expected:
            found.append([expected, number - 1])
        expected = number + 1
    return found
