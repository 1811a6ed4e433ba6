"""Looking into photographs and pictures."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from renkei.attachments import pictures
from renkei.attachments.inspecting import Inspection, Limits, inspect
from renkei.attachments.kinds import JPEG, PNG

from .samples import jpeg, moving_png, png

SAMPLES = {JPEG: jpeg(), PNG: png()}


def look(data: bytes, media: str, limits: Limits | None = None) -> list[str]:
    return [one.code for one in inspect(io.BytesIO(data), media, limits).findings]


@pytest.mark.parametrize("media", SAMPLES)
def test_a_picture_is_let_through(media: str) -> None:
    assert inspect(io.BytesIO(SAMPLES[media]), media) == Inspection(())


@pytest.mark.parametrize("media", SAMPLES)
def test_a_picture_is_broken_wherever_it_is_cut_off(media: str) -> None:
    whole = SAMPLES[media]
    assert all(look(whole[:length], media) == ["E-ATTACH-BROKEN"] for length in range(8, len(whole), 7))
    assert look(whole[:-1], media) == ["E-ATTACH-BROKEN"]


def test_what_a_telephone_puts_behind_a_photograph_is_no_harm() -> None:
    assert look(jpeg() + b"a short film", JPEG) == []


@pytest.mark.parametrize(("media", "make"), [(JPEG, jpeg), (PNG, png)])
def test_pixels_are_counted_before_anything_is_unpacked(media: str, make: Callable[[int, int], bytes]) -> None:
    limits = Limits(pixels=1200)
    assert look(make(40, 30), media, limits) == []
    assert look(make(41, 30), media, limits) == ["E-ATTACH-PIXELS"]


def test_a_picture_that_only_says_it_is_gigantic_costs_nothing() -> None:
    header = struct.pack(">II5B", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    said = png()[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png()[33:]
    assert look(said, PNG) == ["E-ATTACH-PIXELS"]


COMMENT = struct.pack(">I", 0) + b"zzzz" + struct.pack(">I", zlib.crc32(b"zzzz"))
SMALL_PIECES = {
    "fillings of a photograph": (JPEG, 2, b"\xff"),
    "empty comments": (JPEG, 2, b"\xff\xfe\x00\x02"),
    "marks without a length": (JPEG, 2, b"\xff\xd0"),
    "empty chunks": (PNG, 33, COMMENT),
}


@pytest.mark.parametrize("name", SMALL_PIECES)
def test_millions_of_empty_pieces_are_not_gone_through(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    media, place, piece = SMALL_PIECES[name]
    whole = SAMPLES[media]
    monkeypatch.setattr(pictures, {JPEG: "JpegImageFile", PNG: "PngImageFile"}[media], pytest.fail)
    assert look(whole[:place] + piece * 30_000 + whole[place:], media) == ["E-ATTACH-BROKEN"]


def test_a_few_empty_pieces_are_usual() -> None:
    photo, picture = SAMPLES[JPEG], SAMPLES[PNG]
    assert look(photo[:2] + b"\xff" * 20 + b"\xff\xfe\x00\x02" * 100 + photo[2:], JPEG) == []
    assert look(picture[:33] + COMMENT * 2000 + picture[33:], PNG) == []


def test_a_moving_picture_is_refused() -> None:
    assert look(moving_png(3), PNG) == ["E-ATTACH-FRAMES"]
    assert look(moving_png(3), PNG, Limits(frames=3)) == []


@examples(max_examples=80)
@given(st.sampled_from(list(SAMPLES)), st.data())
def test_any_spoilt_picture_is_answered(media: str, data: st.DataObject) -> None:
    spoilt = bytearray(SAMPLES[media])
    for place in data.draw(st.lists(st.integers(0, len(spoilt) - 1), max_size=6)):
        spoilt[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    look(bytes(spoilt), media)


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=200))
def test_any_bytes_are_answered(magic: bytes, noise: bytes) -> None:
    media = JPEG if magic[0] == 0xFF else PNG
    look(magic + noise, media)
