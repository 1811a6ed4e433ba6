"""Does a form still look as it did? Its page as a picture, beside the one in `seen/` that somebody looked at.

After a wanted change: RENKEI_TEST_RECORD=1 python -m pytest tests/forms, then look at what `git diff` has new in `seen/`.
Pictures hold for the forms' own fonts alone: without them (`make assets`) nothing is compared.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from tests.conftest import absent

from renkei.forms import Form
from renkei.forms.legible import FONTS
from renkei.forms.rendering import images

SEEN = Path(__file__).parent / "seen"
DOTS_AN_INCH = 60  # a letter of 8 points is 7 dots high: enough to see it missing
# Edges may be smoothed a little otherwise on another processor. A letter that is gone or a line that moved is more than that.
UNLIKE = 40  # of 255
BEARABLE_DOTS = 4
LARGEST = 40_000  # bytes of a picture in the repository


def assert_looks_like(name: str, form: Form, page: int = 0) -> None:
    """The page (from 0) looks like `seen/<name>.png`; if not, the new picture and what differs are where the message says."""
    if not FONTS.is_dir():
        absent("様式のフォント(make assets)")
    now = Image.open(io.BytesIO(images(form, DOTS_AN_INCH)[page])).convert("L")
    path = SEEN / f"{name}.png"
    if os.environ.get("RENKEI_TEST_RECORD"):
        _record(path, now)
    assert path.is_file(), f"{name}: nobody looked at it yet (RENKEI_TEST_RECORD=1)"
    with Image.open(path) as seen:
        unlike = differing(seen.convert("L"), now)
    if unlike is not None:
        folder = Path(tempfile.mkdtemp(prefix="renkei-forms-"))
        now.save(folder / f"{name}.png")
        unlike.save(folder / f"{name}-differs.png")
        raise AssertionError(f"{name} no longer looks as it did: {folder}")


def differing(seen: Image.Image, now: Image.Image) -> Image.Image | None:
    """What one of two grey pictures has and the other has not, in black; nothing where they are alike to the eye."""
    if seen.size != now.size:
        return now
    unlike = ImageChops.difference(seen, now).point(lambda grey: 0 if grey > UNLIKE else 255)
    return unlike if unlike.histogram()[0] > BEARABLE_DOTS else None


def _record(path: Path, now: Image.Image) -> None:
    if path.is_file():
        with Image.open(path) as seen:
            if differing(seen.convert("L"), now) is None:
                return  # the same to the eye: no new bytes in the repository
    # Sixteen greys are enough for UNLIKE, and half the bytes.
    now.point(lambda grey: (grey + 8) // 17 * 17).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST, f"{path.name}: {path.stat().st_size} bytes"
