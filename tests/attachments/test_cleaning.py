"""A copy of a PDF without its active parts."""

from __future__ import annotations

import io

import pikepdf
import pytest

from renkei.attachments.cleaning import NotCleaned, clean_pdf
from renkei.attachments.inspecting import Inspection, Limits, inspect
from renkei.attachments.kinds import PDF

from .samples import pdf
from .test_pdf import ACTIVE, CLEAN, DAMAGED, annotation, encrypted


def cleaned(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    target = io.BytesIO()
    removed = clean_pdf(io.BytesIO(data), target)
    return target.getvalue(), removed


@pytest.mark.parametrize("name", ACTIVE)
def test_a_copy_is_clean_and_says_what_was_taken_out(name: str) -> None:
    _, data = ACTIVE[name]
    copy, removed = cleaned(data)
    assert removed == inspect(io.BytesIO(data), PDF).active
    assert inspect(io.BytesIO(copy), PDF) == Inspection(())


def test_the_same_bytes_give_the_same_copy() -> None:
    _, data = ACTIVE["a film"]
    assert cleaned(data) == cleaned(data)


def test_pages_links_and_fields_stay() -> None:
    link = b"/Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.jp/) >> >> << /Subtype /Movie >>]"
    copy, _ = cleaned(
        pdf(b"/OpenAction << /S /Launch >> /AcroForm << /Fields [] /XFA [] /NeedAppearances true >>", link)
    )
    with pikepdf.open(io.BytesIO(copy)) as opened:
        assert [page.Contents.read_bytes() for page in opened.pages] == [b"0 0 m 100 100 l S"]
        assert [str(one.A.URI) for one in opened.pages[0].Annots] == ["https://example.jp/"]
        assert opened.Root.AcroForm.NeedAppearances is True
        assert "/OpenAction" not in opened.Root


def test_what_was_attached_leaves_no_bytes_behind() -> None:
    _, data = ACTIVE["a program to start"]
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.attachments["secret.txt"] = b"the names of other people"
        written = io.BytesIO()
        opened.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    assert b"other people" in written.getvalue()
    copy, removed = cleaned(written.getvalue())
    assert b"other people" not in copy and b"secret.txt" not in copy
    assert removed == ("action", "file")


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_is_made_anew(name: str) -> None:
    copy, removed = cleaned(DAMAGED[name])
    assert removed == ("damaged",)
    assert inspect(io.BytesIO(copy), PDF) == Inspection(())


def test_a_lock_that_anyone_can_open_goes() -> None:
    copy, removed = cleaned(encrypted(""))
    assert b"/Encrypt" not in copy and removed == ("script",)


def test_a_clean_document_is_copied_with_nothing_taken_out() -> None:
    assert [cleaned(data)[1] for data in CLEAN.values()] == [()] * len(CLEAN)


@pytest.mark.parametrize("data", [encrypted("user"), b"%PDF-1.7\nnothing", pdf()[:200]], ids=["locked", "none", "cut"])
def test_what_cannot_be_opened_is_not_cleaned(data: bytes) -> None:
    target = io.BytesIO()
    with pytest.raises(NotCleaned):
        clean_pdf(io.BytesIO(data), target)
    assert target.getvalue() == b""


def test_a_copy_that_is_still_too_much_is_none() -> None:
    data = pdf(b"", annotation(b"/Subtype /Movie"), b"<< >>", b"<< >>")
    with pytest.raises(NotCleaned):
        clean_pdf(io.BytesIO(data), io.BytesIO(), Limits(objects=2))
