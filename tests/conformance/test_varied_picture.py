"""The family chart is a JPEG that says what was drawn."""

from __future__ import annotations

import struct

import pytest

from renkei.conformance.varied.picture import FAMILY_CHART, jpeg

# Size of a difference by its code, ITU-T T.81 table K.3.
SIZES = {"00": 0, "010": 1, "011": 2, "100": 3, "101": 4, "110": 5, "1110": 6, "11110": 7, "111110": 8}


def segments(data: bytes) -> dict[int, bytes]:
    """The segments by marker up to the picture's own data, which stands under 0."""
    assert data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9"
    found, place = {}, 2
    while True:
        marker, length = struct.unpack(">HH", data[place : place + 4])
        found[marker] = data[place + 4 : place + 2 + length]
        place += 2 + length
        if marker == 0xFFDA:
            return found | {0: data[place:-2]}


def greys(data: bytes) -> list[int]:
    """The grey of every block: a difference from the one before, then the end of the block."""
    bits = "".join(f"{byte:08b}" for byte in data.replace(b"\xff\x00", b"\xff"))
    found, place, before = [], 0, 0
    while "0" in bits[place:]:
        code = next(code for code in SIZES if bits.startswith(code, place))
        place, size = place + len(code), SIZES[code]
        value = bits[place : place + size]
        place += size
        if value:
            before += int(value, 2) if value[0] == "1" else int(value, 2) - (1 << size) + 1
        assert bits[place] == "0"
        place += 1
        found.append(before + 128)
    return found


@pytest.mark.parametrize("drawing", [FAMILY_CHART, ("#. ", " .#"), (" ",), ("#",)])
def test_every_block_has_the_grey_that_was_drawn(drawing: tuple[str, ...]) -> None:
    parts = segments(jpeg(drawing))
    height, width = struct.unpack(">HH", parts[0xFFC0][1:5])
    assert (width, height) == (8 * len(drawing[0]), 8 * len(drawing))
    assert greys(parts[0]) == [{" ": 255, "#": 0, ".": 160}[character] for line in drawing for character in line]


def test_a_marker_inside_the_data_is_escaped() -> None:
    data = segments(jpeg(FAMILY_CHART))[0]
    assert b"\xff" not in data.replace(b"\xff\x00", b"")
    assert len(jpeg(FAMILY_CHART)) < 1000
