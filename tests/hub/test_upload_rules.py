"""Counting chunks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.exchange.attachments.rules import chunk_count, holes, size_of_chunk


@given(st.integers(1, 10_000), st.integers(1, 1000))
def test_the_chunks_are_the_file(size: int, chunk_bytes: int) -> None:
    sizes = [size_of_chunk(number, size, chunk_bytes) for number in range(chunk_count(size, chunk_bytes))]
    assert sum(sizes) == size and set(sizes[:-1]) <= {chunk_bytes} and 0 < sizes[-1] <= chunk_bytes
    assert size_of_chunk(len(sizes), size, chunk_bytes) == 0


@given(st.integers(0, 60), st.sets(st.integers(0, 59)))
def test_holes_are_all_that_is_not_there(count: int, present: set[int]) -> None:
    present = {number for number in present if number < count}
    found = holes(count, present)
    missing = [number for first, last in found for number in range(first, last + 1)]
    assert missing == sorted(set(range(count)) - present)
    assert all(later[0] > before[1] + 1 for before, later in itertools.pairwise(found))


@pytest.mark.parametrize(("present", "expected"), [([], [[0, 4]]), ([0, 2], [[1, 1], [3, 4]]), (range(5), [])])
def test_holes_are_first_and_last(present: list[int], expected: list[list[int]]) -> None:
    assert holes(5, present) == expected
