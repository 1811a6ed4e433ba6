"""The family chart, a picture that comes with 利用者基本情報: made anew, small and plain, before it is drawn.

Whatever came is never handed on as it is. Nothing of it but its dots reaches the paper, not even where a telephone took it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, TypedDict

from renkei.standard.checking.prevention import MAX_PICTURE_BYTES
from renkei.standard.names import IMAGE

from .given import Picture

if TYPE_CHECKING:
    from PIL import Image

_MOST_PIXELS = 40_000_000  # an A4 page at 600 dots an inch has 35 million
# A picture comes in ten layers or so. Each is gone through dot by dot, and one of a few bytes may say nothing.
_MOST_LAYERS = 20
_LAYER = b"\xff\xda"
_DOTS = 1200  # a side: about 300 to the inch, as wide as it is drawn
_QUALITY = 85


class Chart(TypedDict):
    """A picture as a form takes it: its size in dots, and a JPEG in base64."""

    width: int
    height: int
    jpeg: str


def charts_of(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The family charts among files, given as path and content: by file name in small letters, as records may name them.

    >>> charts_of([("memo.txt", b""), ("a/UPKIHON_IMAGE_1.JPG", b"...")])
    {'upkihon_image_1.jpg': b'...'}
    """
    named = ((PurePath(path).name.lower(), data) for path, data in files)
    return {name: data for name, data in named if name.startswith(f"{IMAGE}_".lower())}


def chart(picture: Picture) -> Chart | None:
    """The picture of a JPEG file; None where it cannot be opened, is too large, or Pillow is not installed.

    >>> chart(b"no picture") is None
    True
    """
    try:
        from PIL import ImageOps
        from PIL.JpegImagePlugin import JpegImageFile
    except ImportError:
        return None
    data = _content(picture)
    if len(data) > MAX_PICTURE_BYTES or data.count(_LAYER) > _MOST_LAYERS:
        return None
    try:
        found = JpegImageFile(io.BytesIO(data))
        if found.width * found.height > _MOST_PIXELS:
            return None
        found.draft("RGB", (_DOTS, _DOTS))  # of a large one, only every second, fourth or eighth dot is worked out
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((_DOTS, _DOTS))
        return _plain(upright.convert("L" if upright.mode == "L" else "RGB"))
    except Exception:  # Pillow raises whatever it stumbles over
        return None


def _content(picture: Picture) -> bytes:
    """A byte more than allowed of what is too large, nothing of what cannot be read."""
    if isinstance(picture, bytes):
        return picture
    try:
        with picture.open("rb") as file:
            return file.read(MAX_PICTURE_BYTES + 1)
    except OSError:
        return b""


def _plain(picture: Image.Image) -> Chart:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY)
    return {"width": picture.width, "height": picture.height, "jpeg": base64.b64encode(made.getvalue()).decode()}
