"""Looking into Word, Excel and PowerPoint documents, where the operator allows them."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from renkei.attachments import office
from renkei.attachments.inspecting import Limits, inspect
from renkei.attachments.kinds import DOCX, XLSX

from .samples import TYPES, docx, relations

ALLOWED = Limits(office=True)


def look(data: bytes, limits: Limits = ALLOWED, media: str = DOCX) -> list[str]:
    return [one.code for one in inspect(io.BytesIO(data), media, limits).findings]


def test_a_document_is_let_through_where_the_operator_allows_it() -> None:
    link = {"word/_rels/document.xml.rels": relations("hyperlink", "https://example.jp/")}
    assert look(docx()) == look(docx(link)) == []
    assert look(docx(), Limits()) == ["E-ATTACH-OFFICE"]


REFUSED: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "a macro": ("E-ATTACH-MACRO", {"word/vbaProject.bin": b"x"}),
    "a macro of the old kind": ("E-ATTACH-MACRO", {"xl/macrosheets/sheet1.xml": "<x/>"}),
    "a document that says it has macros": (
        "E-ATTACH-MACRO",
        {"[Content_Types].xml": TYPES.replace("document.main", "document.macroEnabled.main")},
    ),
    "a file within": ("E-ATTACH-EMBEDDED", {"word/embeddings/oleObject1.bin": b"x"}),
    "an archive within": ("E-ATTACH-EMBEDDED", {"word/media/image1.png": docx()}),
    "a control": ("E-ATTACH-EMBEDDED", {"word/activeX/activeX1.xml": "<x/>"}),
    "a template from elsewhere": (
        "E-ATTACH-LINK",
        {"word/_rels/settings.xml.rels": relations("attachedTemplate", "https://evil.example/a.dotm")},
    ),
    "a template whose place is written otherwise": (
        "E-ATTACH-LINK",
        {"word/_rels/settings.xml.rels": relations("attachedTemplate", "a", "&#69;xternal").encode("utf-16")},
    ),
    "a macro of another name": (
        "E-ATTACH-MACRO",
        {"word/a.xml": "<x/>", "word/_rels/document.xml.rels": relations("xlMacrosheet", "a.xml", "Internal")},
    ),
    "a program behind a cell": (
        "E-ATTACH-LINK",
        {
            "xl/externalLinks/a.xml": '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
            "xl/_rels/workbook.xml.rels": relations("externalLink", "externalLinks/a.xml", "Internal"),
        },
    ),
    "another document that opens with it": (
        "E-ATTACH-EMBEDDED",
        {"word/a.rtf": "{\\rtf1}", "word/_rels/document.xml.rels": relations("aFChunk", "a.rtf", "Internal")},
    ),
    "a list with entities": (
        "E-ATTACH-BROKEN",
        {"word/_rels/document.xml.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
    ),
    "a list that is no XML": ("E-ATTACH-BROKEN", {"word/_rels/document.xml.rels": "<a>"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_act_is_refused(name: str) -> None:
    code, entries = REFUSED[name]
    assert look(docx(entries)) == [code]


def test_an_archive_that_is_no_document_is_broken() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "a")
    assert look(written.getvalue()) == look(docx(), media=XLSX) == ["E-ATTACH-BROKEN"]
    assert look(docx()[:-30]) == ["E-ATTACH-BROKEN"]


def test_a_document_with_a_password_is_refused() -> None:
    assert look(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == ["E-ATTACH-ENCRYPTED"]
    # The flag of every entry, in the archive's list.
    locked = docx().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    assert look(locked) == ["E-ATTACH-ENCRYPTED"]


def test_two_entries_of_one_name_are_refused() -> None:
    assert look(docx({"word/Document.xml": "<other/>"})) == ["E-ATTACH-BROKEN"]


def test_what_unpacks_to_too_much_is_refused_whatever_the_archive_says() -> None:
    bomb = docx({"word/media/a.bmp": bytes(3_000_000)})
    assert look(bomb) == ["E-ATTACH-HEAVY"]
    noise = docx({"word/media/a.bmp": os.urandom(1_000_000)})
    assert look(noise, Limits(office=True, unpacked_bytes=1_100_000)) == []
    assert look(noise, Limits(office=True, unpacked_bytes=900_000)) == ["E-ATTACH-HEAVY"]
    # One that says it were small unpacks to no more than it says.
    lying = bomb.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 3))
    assert look(lying) == ["E-ATTACH-BROKEN"]


def test_lists_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_MOST_XML", 10_000)
    lists = {f"word/_rels/{number}.rels": f"<a>{'<b/>' * 500}</a>" for number in range(5)}
    assert look(docx(dict(list(lists.items())[:4]))) == []
    assert look(docx(lists)) == ["E-ATTACH-HEAVY"]


def test_entries_are_counted_before_they_are_listed() -> None:
    many = docx({f"word/{number}": "" for number in range(20)})
    assert look(many, Limits(office=True, entries=22)) == []
    assert look(many, Limits(office=True, entries=21)) == ["E-ATTACH-HEAVY"]


@examples(max_examples=80)
@given(st.data())
def test_any_spoilt_document_is_answered(data: st.DataObject) -> None:
    entries = data.draw(st.sampled_from([entries for _, entries in REFUSED.values()] + [{}]))
    spoilt = bytearray(docx(entries))
    for place in data.draw(st.lists(st.integers(4, len(spoilt) - 1), max_size=6)):
        spoilt[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    look(bytes(spoilt))
