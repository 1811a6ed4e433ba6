"""A small family chart as a real JPEG: every character of the drawing is one 8 × 8 block of one grey.

Blocks of one grey need the first coefficient alone, so that the smallest encoder of ITU-T T.81 will do: baseline, one
component, and Huffman tables with no more than the symbols used.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

# Grandfather □ and grandmother ○ (the client, filled), a daughter below; nobody in particular.
FAMILY_CHART = (
    "                         ",
    "   #######      #####    ",
    "   #     #     #.....#   ",
    "   #     #     #.....#   ",
    "   #     #######.....#   ",
    "   #     #  #  #.....#   ",
    "   #######  #   #####    ",
    "            #            ",
    "            #            ",
    "          #####          ",
    "         #     #         ",
    "         #     #         ",
    "         #     #         ",
    "          #####          ",
    "                         ",
)
_GREYS = {" ": 255, "#": 0, ".": 160}
# Huffman codes of the size of a difference between neighbouring blocks (T.81, table K.3), as bits.
_SIZES = ("00", "010", "011", "100", "101", "110", "1110", "11110", "111110")
_SIZE_COUNTS = (0, 1, 5, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_END_OF_BLOCK = "0"


def jpeg(drawing: Sequence[str]) -> bytes:
    """The drawing as JPEG; all its lines are of one length."""
    height, width = 8 * len(drawing), 8 * len(drawing[0])
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0" + struct.pack(">HBHHBB", 0x0101, 0, 1, 1, 0, 0)),
            _segment(0xDB, bytes([0, *[8] * 64])),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + bytes((1, 0x11, 0))),
            _segment(0xC4, bytes([0x00, *_SIZE_COUNTS, *range(len(_SIZES))])),
            _segment(0xC4, bytes([0x10, 1, *[0] * 15, 0])),
            _segment(0xDA, bytes((1, 1, 0x00, 0, 63, 0))),
            _entropy_coded("".join(_bits(drawing))),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _bits(drawing: Sequence[str]) -> Iterator[str]:
    before = 0
    for line in drawing:
        for character in line:
            grey = _GREYS[character] - 128
            difference, before = grey - before, grey
            size = abs(difference).bit_length()
            yield _SIZES[size]
            if size:
                # A negative number is written as its complement, which begins with 0.
                yield f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}"
            yield _END_OF_BLOCK


def _entropy_coded(bits: str) -> bytes:
    filled = bits + "1" * (-len(bits) % 8)
    data = int(filled, 2).to_bytes(len(filled) // 8, "big")
    # FF begins a marker; inside the data it is followed by 00.
    return data.replace(b"\xff", b"\xff\x00")
