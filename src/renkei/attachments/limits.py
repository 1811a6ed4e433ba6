"""How much one attached file may ask of whoever opens it. The hub's settings say some."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes are bytes, times seconds.

    `office`: whether Word, Excel and PowerPoint may be sent at all. `pixels`: of one picture, also inside a PDF.
    `unpacked_bytes`: all that is compressed in a file, together; `ratio`: of one compressed part, once it is larger than
    a mebibyte. `objects`, `pages`: of a PDF; `entries`: of an office document. `seconds` and `memory_bytes`: of the
    process that opens a PDF.
    """

    file_bytes: int = 10 * _MIB
    office: bool = False
    pixels: int = 120_000_000
    frames: int = 1
    objects: int = 200_000
    pages: int = 2000
    entries: int = 5000
    unpacked_bytes: int = 1024 * _MIB
    ratio: int = 200
    seconds: int = 20
    memory_bytes: int = 1024 * _MIB
