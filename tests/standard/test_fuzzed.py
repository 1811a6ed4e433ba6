"""A short run of what `scripts/fuzz.sh` runs for long: the same targets, without coverage to guide it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.growth import WORKS, growth
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import FILE_NAMES, PATHS, ROLES, TARGETS

_SPOILERS = [
    b'"',
    b'""',
    b",",
    b"\r\n",
    b"\r",
    b"\n",
    b"\0",
    b"\x81",
    b"\xf0\x40",
    b"\x1a",
    b"9",
    b"\xff",
    b"\x1f",
    b"{",
]
_REPEATED = [
    b'"',
    b'""\r\n',
    b",",
    b"\r\n",
    b"\n",
    b'"x',
    b"[",
    b'{"a":',
    b"\x81",
    b"202407,132019,0000000001,202612\r\n",
]
# Less than this cannot be told from what else the machine does; twice as long for each doubling would be four times.
_SHORTEST, _WORST = 0.5, 12.0


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_holds(target: str):
    found = seeds(target)
    assert len(found) > 20
    for seed in found:
        TARGETS[target](seed)


@pytest.mark.parametrize("choice", range(len(ROLES) * len(PATHS)))
def test_every_path_says_the_same_of_some_wrong_files_to_everybody(choice: int):
    for seed in seeds("check")[choice + 5 :: len(ROLES) * len(PATHS)]:
        TARGETS["check"](seed[:1] + bytes([choice]) + seed[2:])


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=15, derandomize=True)
@given(data=st.data())
def test_a_spoilt_seed_holds(target: str, data: st.DataObject):
    seed = data.draw(st.sampled_from(seeds(target)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(seed)))
        seed = seed[:at] + data.draw(st.sampled_from(_SPOILERS)) + seed[at + data.draw(st.integers(0, 3)) :]
    TARGETS[target](seed)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=25, derandomize=True)
@given(data=st.binary(max_size=200))
def test_any_bytes_hold(target: str, data: bytes):
    TARGETS[target](data)


@pytest.mark.parametrize("work", WORKS)
def test_time_grows_with_the_size_and_no_faster(work: str):
    for token in _REPEATED:
        seconds, times = growth(WORKS[work], FILE_NAMES[0], b"\0\0" + token * 4)
        assert seconds < _SHORTEST or times < _WORST, (work, token, seconds, times)
