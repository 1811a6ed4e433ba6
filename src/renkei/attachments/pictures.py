"""Looking into JPEG and PNG: Pillow reads the header, nothing is decoded; then the file must go on to its end."""

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
    stream.seek(0)
    return [] if is_whole(stream) else [("E-ATTACH-BROKEN", {})]


def _png_is_whole(stream: BinaryIO) -> bool:
    """Whether the chunks go on to IEND."""
    stream.seek(8)
    size = stream.seek(0, 2)
    place = 8
    while place < size:
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
    """Where the picture's data begins: behind the segment SOS."""
    place = 2
    while True:
        stream.seek(place)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        if head[1] == 0xFF:  # filling
            place += 1
            continue
        place += 2 + int.from_bytes(head[2:], "big")
        if head[1] == 0xDA:
            return place
