"""The comparison of pictures itself: what the eye would miss passes, what it would see does not."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from tests.conftest import IN_CI
from tests.forms import pictures
from tests.forms.pictures import assert_looks_like
from tests.forms.test_forms import CERTIFICATE

from renkei.forms import Form
from renkei.forms.rendering import images

NAME = "licence-certificate"


def test_a_certificate_looks_as_it_did() -> None:
    assert_looks_like(NAME, Form(NAME, CERTIFICATE))


def grey(form: Form) -> Image.Image:
    return Image.open(io.BytesIO(images(form, pictures.DOTS_AN_INCH)[0])).convert("L")


def certificate(**other: Any) -> Image.Image:
    return grey(Form(NAME, CERTIFICATE | other))


@pytest.fixture(scope="module")
def seen() -> Image.Image:
    return certificate()


@pytest.mark.parametrize(
    ("what", "other"),
    [
        ("a missing character", {"office_name": "髙橋ケアプランセンター 〜すずらん"}),
        ("another digit", {"office_number": "1379100018"}),
        ("a word that is gone", {"until": ""}),
        ("a dot that is not set", {"address": "https://hub.example.jp/verify/ABCD-EFGH-JKMN-PQRS"}),
    ],
)
def test_a_text_that_changed_is_seen(what: str, other: dict[str, str], seen: Image.Image) -> None:
    assert pictures.differing(seen, certificate(**other)) is not None, what


def test_a_page_that_moved_by_a_dot_is_seen(seen: Image.Image) -> None:
    assert pictures.differing(seen, ImageChops.offset(seen, 0, 1)) is not None


def test_a_thin_line_that_is_gone_is_seen() -> None:
    plain = Image.new("L", (400, 300), 255)
    ruled = plain.copy()
    ruled.paste(255 - 61, (50, 100, 350, 101))  # 0.1 mm of ink in a dot of 0.42 mm
    assert pictures.differing(plain, ruled) is not None


def test_a_page_of_another_size_is_seen(seen: Image.Image) -> None:
    assert pictures.differing(seen, seen.crop((0, 0, seen.width - 1, seen.height))) is not None


def test_edges_that_are_a_shade_lighter_are_not(seen: Image.Image) -> None:
    lighter = seen.point(lambda shade: min(255, shade + pictures.UNLIKE))
    assert pictures.differing(seen, lighter) is None


def test_what_differs_is_left_for_whoever_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("RENKEI_TEST_RECORD", raising=False)
    with pytest.raises(AssertionError, match=NAME) as caught:
        assert_looks_like(NAME, Form(NAME, CERTIFICATE | {"number": "ABCD-EFGH-JKMN-PQRT"}))
    folder = Path(str(caught.value).rsplit(": ", 1)[1])
    assert folder.is_relative_to(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [f"{NAME}-differs.png", f"{NAME}.png"]


def test_a_picture_is_recorded_when_asked_and_kept_while_it_looks_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SEEN", tmp_path)
    monkeypatch.delenv("RENKEI_TEST_RECORD", raising=False)
    with pytest.raises(AssertionError, match="nobody looked"):
        assert_looks_like("new", Form(NAME, CERTIFICATE))
    monkeypatch.setenv("RENKEI_TEST_RECORD", "1")
    assert_looks_like("new", Form(NAME, CERTIFICATE))
    os.utime(tmp_path / "new.png", (0, 0))
    assert_looks_like("new", Form(NAME, CERTIFICATE))
    assert (tmp_path / "new.png").stat().st_mtime == 0
    assert_looks_like("new", Form(NAME, CERTIFICATE | {"office_number": "1379100018"}))
    assert (tmp_path / "new.png").stat().st_mtime > 0


def test_without_the_forms_own_fonts_nothing_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FONTS", tmp_path / "none")
    with pytest.raises(pytest.fail.Exception if IN_CI else pytest.skip.Exception, match="フォント"):
        assert_looks_like(NAME, Form(NAME, {}))
