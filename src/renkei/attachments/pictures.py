"""Looking into JPEG and PNG: the file must go on to its end; then Pillow reads the header, and nothing is decoded.

The pieces of the file are counted before Pillow goes through them: each costs it the same time, and a file of ten megabytes
has room for millions of empty ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from renkei.attachments.catalogue import Found
from renkei.attachments.kinds import JPEG, PNG
from renkei.attachments.limits import Limits

_PIECE = 1024 * 1024
_END_OF_JPEG = b"\xff\xd9"
_MOST_CHUNKS = 20_000  # a writer of small ones makes some thousands
_MOST_SEGMENTS = 1000  # fillings between them too; a camera makes a few dozen
# Those that stand before the data and say how long they are. Of another one no two programs find the end in the same place.
_SEGMENTS = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE}) - {0xC8}


def look_into_jpeg(stream: BinaryIO, limits: Limits) -> Found:
    """Codes of what is wrong, with the words that go into their texts."""
    return _look(JpegImageFile, _jpeg_is_whole, stream, limits)


def look_into_png(stream: BinaryIO, limits: Limits) -> Found:
    """As `look_into_jpeg`."""
    return _look(PngImageFile, _png_is_whole, stream, limits)


LOOKING = {JPEG: look_into_jpeg, PNG: look_into_png}


def _look(
    reader: Callable[[BinaryIO], ImageFile.ImageFile],
    is_whole: Callable[[BinaryIO], bool],
    stream: BinaryIO,
    limits: Limits,
) -> Found:
    if not is_whole(stream):
        return [("E-ATTACH-BROKEN", {})]
    stream.seek(0)
    try:
        picture = reader(stream)
        (width, height), frames = picture.size, int(getattr(picture, "n_frames", 1))
    except Exception:  # Pillow raises whatever it stumbles over
        return [("E-ATTACH-BROKEN", {})]
    if width * height > limits.pixels:
        return [("E-ATTACH-PIXELS", {"value": f"{width}×{height}", "limit": f"{limits.pixels:,}"})]
    if frames > limits.frames:
        return [("E-ATTACH-FRAMES", {"value": str(frames)})]
    return []


def _png_is_whole(stream: BinaryIO) -> bool:
    """Whether the chunks go on to IEND."""
    size = stream.seek(0, 2)
    place = 8
    for _ in range(_MOST_CHUNKS):
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            return False
        place += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return place <= size
    return False


def _jpeg_is_whole(stream: BinaryIO) -> bool:
    """Whether the end of a picture comes after the beginning of its data; a telephone may put more behind it."""
    place = _data_of_jpeg(stream)
    if place is None:
        return False
    stream.seek(place)
    before = b""
    while piece := stream.read(_PIECE):
        if _END_OF_JPEG in before + piece:
            return True
        before = piece[-1:]
    return False


def _data_of_jpeg(stream: BinaryIO) -> int | None:
    """Where the picture's data begins: behind the segment SOS. None where that is not to be found."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        stream.seek(place)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        if head[1] == 0xFF:  # filling
            place += 1
            continue
        if head[1] not in _SEGMENTS:
            return None
        place += 2 + int.from_bytes(head[2:], "big")
        if head[1] == 0xDA:
            return place
    return None
