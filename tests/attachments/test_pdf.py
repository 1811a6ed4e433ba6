"""Looking into PDFs: what acts by itself is seen wherever it hides; what only shows is let through."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from renkei.attachments.inspecting import Inspection, Limits, inspect
from renkei.attachments.kinds import PDF

from .samples import document, pdf, stream

SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def look(data: bytes, limits: Limits | None = None) -> Inspection:
    return inspect(io.BytesIO(data), PDF, limits, "01.pdf")


def codes(found: Inspection) -> list[str]:
    return [one.code for one in found.findings]


def annotation(words: bytes) -> bytes:
    return b"/Annots [<< /Type /Annot /Rect [0 0 9 9] %s >>]" % words


CLEAN = {
    "a plain one": pdf(),
    "one that opens at a place": pdf(b"/OpenAction [3 0 R /Fit]"),
    "one that opens by going to a place": pdf(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
    "one with links": pdf(b"", annotation(b"/Subtype /Link /A << /S /URI /URI (https://example.jp/) >>")),
    "one with a link to a folder beside": pdf(b"", annotation(b"/Subtype /Link /A << /S /URI /URI (page2.html) >>")),
    "one with empty lists of scripts and files": pdf(b"/Names << /JavaScript << /Names [] >> /EmbeddedFiles << >> >>"),
    "one with fields to fill in": pdf(b"/AcroForm << /Fields [5 0 R] >>", b"", b"<< /FT /Tx /T (name) /F 4 >>"),
    "one with an object that is nothing": pdf(b"/X 5 0 R", b"", b"null"),
    "one whose page says less than it should": pdf().replace(b"/Resources << >>", bytes(16)),
    "one whose text says /JavaScript": pdf(b"/Lang (/JavaScript /JS)"),
}
ACTIVE = {
    "a script when it opens": ("script", pdf(b"/OpenAction " + SCRIPT)),
    "a script whose name is written otherwise": ("script", pdf(b"/OpenAction << /S /J#61vaScript /J#53 (1) >>")),
    "a script in the list of names": ("script", pdf(b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", b"", SCRIPT)),
    "a script behind an event of the page": ("script", pdf(b"", b"/AA << /O 5 0 R >>", SCRIPT)),
    "a script behind a harmless action": ("script", pdf(b"/OpenAction << /S /GoTo /D [] /Next [%s] >>" % SCRIPT)),
    "a script behind a link": ("script", pdf(b"", annotation(b"/Subtype /Link /A " + SCRIPT))),
    "PostScript": ("script", pdf(b"", b"", stream(b"1", b"/Type /XObject /Subtype /PS"))),
    "a program to start": ("action", pdf(b"/OpenAction << /S /Launch /F (a.exe) >>")),
    "a page of the web when it opens": ("action", pdf(b"/OpenAction << /S /URI /URI (https://example.jp/) >>")),
    "the web after a place": ("action", pdf(b"/AA << /WC << /S /GoTo /D [] /Next << /S /URI /URI (http:) >> >> >>")),
    "another file of the computer": ("action", pdf(b"", annotation(b"/A << /S /GoToR /F (//evil/a.pdf) /D [0] >>"))),
    "a link to a program": ("action", pdf(b"", annotation(b"/A << /S /URI /URI (file:///c:/a.exe) >>"))),
    "a link to a share": ("action", pdf(b"", annotation(b"/A << /S /URI /URI (\\\\\\\\evil\\\\share) >>"))),
    "a script whose name is broken": ("action", pdf(b"", annotation(b"/A << /S /URI /URI (java\\nscript:a) >>"))),
    "a script behind a bell": ("action", pdf(b"", annotation(b"/A << /S /URI /URI (\\007javascript:a) >>"))),
    "a script of wide characters": ("action", pdf(b"", annotation(b"/A << /S /URI /URI <feff006a0073003a0061> >>"))),
    "a link that is a script": ("action", pdf(b"", annotation(b"/A << /S /URI /URI (javascript:alert) >>"))),
    "sending of what is filled in": ("submit", pdf(b"", annotation(b"/A << /S /SubmitForm /F (https://a) >>"))),
    "a film": ("media", pdf(b"", annotation(b"/Subtype /RichMedia"))),
    "a sound": ("media", pdf(b"", annotation(b"/Subtype /Sound"))),
    "an attached file": ("file", pdf(b"", annotation(b"/Subtype /FileAttachment"))),
    "an embedded file": ("file", pdf(b"/Names << /EmbeddedFiles << /Names [(a) << /EF << /F 4 0 R >> >>] >> >>")),
    "an associated file": ("file", pdf(b"/AF [5 0 R]", b"", b"<< /Type /Filespec /F (a) >>")),
    "a collection": ("file", pdf(b"/Collection << /View /T >>")),
    "an embedded file that nothing names": ("file", pdf(b"", b"", stream(b"MZ", b"/Type /EmbeddedFile"))),
    "a form that is a program": ("xfa", pdf(b"/AcroForm << /Fields [] /XFA 5 0 R >>", b"", stream(b"<x/>"))),
    "a stream from another file": ("outside", pdf(b"", b"", stream(b"", b"/F (c:/secret.txt)"))),
    "a page of another document": ("outside", pdf(b"", b"", stream(b"", b"/Subtype /Form /Ref << /F (b.pdf) >>"))),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_usual_document_is_let_through(name: str) -> None:
    assert look(CLEAN[name]) == Inspection(())


@pytest.mark.parametrize("name", ACTIVE)
def test_what_acts_by_itself_is_refused_and_named(name: str) -> None:
    part, data = ACTIVE[name]
    found = look(data)
    assert part in found.active
    assert f"E-ATTACH-{part.upper()}" in codes(found)
    assert found.is_refused and found.can_be_cleaned
    assert {one.file for one in found.findings} == {"01.pdf"}


def test_a_script_is_seen_in_compressed_objects() -> None:
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(ACTIVE["a script when it opens"][1])) as opened:
        opened.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed.getvalue()
    assert look(packed.getvalue()).active == ("script",)


def encrypted(user: str) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(b"/OpenAction " + SCRIPT))) as opened:
        opened.save(written, encryption=pikepdf.Encryption(owner="owner", user=user))
    return written.getvalue()


def test_a_document_with_a_password_is_refused() -> None:
    found = look(encrypted("user"))
    assert codes(found) == ["E-ATTACH-ENCRYPTED"] and not found.can_be_cleaned


def test_a_document_that_only_forbids_printing_is_looked_into() -> None:
    assert look(encrypted("")).active == ("script",)


@pytest.mark.parametrize("cut", [5, 30, 200, 400])
def test_a_document_that_was_cut_off_is_broken(cut: int) -> None:
    found = look(pdf()[:cut])
    assert codes(found) == ["E-ATTACH-BROKEN"] and not found.can_be_cleaned


DAMAGED = {
    "a list of objects at another place": pdf().replace(b"startxref\n", b"startxref\n9"),
    "a key that is said twice": pdf(b"", b"", b"<< /A 1 /A 2 >>"),
    "a stream longer than it says": pdf().replace(b"/Length 2", b"/Length 1"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_document_that_two_programs_may_read_differently_is_told_from_a_broken_one(name: str) -> None:
    found = look(DAMAGED[name])
    assert codes(found) == ["E-ATTACH-DAMAGED"] and found.can_be_cleaned


LOOP = document([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
BOMBS = {
    "a stream that unpacks to too much": pdf(
        b"", b"", stream(zlib.compress(b"\0" * 3_000_000), b"/Filter /FlateDecode")
    ),
    "a stream packed twice": pdf(
        b"", b"", stream(zlib.compress(zlib.compress(b"\0" * 3_000_000)), b"/Filter [/FlateDecode /FlateDecode]")
    ),
    "a stream packed five times": pdf(b"", b"", stream(b"", b"/Filter [%s]" % (b"/FlateDecode " * 5))),
    "a picture too large": pdf(b"", b"", stream(b"", b"/Subtype /Image /Width 9000 /Height 9000")),
    "an array too deep": pdf(b"", b"", b"[" * 300 + b"]" * 300),
    "too many objects": pdf(b"", b"", *[b"null" if number % 2 else b"<< >>" for number in range(300)]),
}
SMALL = Limits(unpacked_bytes=2_000_000, pixels=1_000_000, objects=100)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    assert codes(look(BOMBS[name], SMALL)) == ["E-ATTACH-HEAVY"]
    assert look(pdf(), SMALL) == Inspection(())


def test_pages_that_go_round_in_a_circle_end() -> None:
    assert codes(look(LOOP)) == ["E-ATTACH-BROKEN"]


@pytest.mark.parametrize("pages", [3, 4])
def test_pages_are_counted(pages: int) -> None:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        written = io.BytesIO()
        made.save(written)
    assert codes(look(written.getvalue(), Limits(pages=3))) == ["E-ATTACH-HEAVY"] * (pages > 3)


@examples(max_examples=60)
@given(st.data())
def test_any_spoilt_document_is_answered(data: st.DataObject) -> None:
    sound = data.draw(st.sampled_from([whole for _, whole in ACTIVE.values()] + list(CLEAN.values())))
    spoilt = bytearray(sound)
    for place in data.draw(st.lists(st.integers(5, len(sound) - 1), max_size=8)):
        spoilt[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    found = look(bytes(spoilt), Limits(seconds=5))
    assert all(one.message and one.remedy for one in found.findings)


@examples(max_examples=20)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(noise: bytes) -> None:
    assert look(b"%PDF-1.7\n" + noise).is_refused
