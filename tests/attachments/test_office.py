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


def run(text: str, element: str = "instrText") -> str:
    return f'<w:r><w:{element} xml:space="preserve">{text}</w:{element}></w:r>'


def border(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def with_field(*inside: str, result: str = "") -> str:
    """A field of these runs, with its result."""
    return border("begin") + "".join(inside) + border("separate") + f"<w:r><w:t>{result}</w:t></w:r>" + border("end")


def text(*content: str) -> str:
    return f'<w:document xmlns:w="w" xmlns:mc="mc"><w:body><w:p>{"".join(content)}</w:p></w:body></w:document>'


LAUNCH = r' "C:\\Windows\\System32\\cmd.exe" "/k calc.exe" '
DDE = {
    "at once": text(with_field(run(f" DDEAUTO{LAUNCH}"))),
    "when it is brought up to date": text(with_field(run(f"dde{LAUNCH}"))),
    "in one element": text(f"<w:fldSimple w:instr='&#68;DEAUTO{LAUNCH}'/>"),
    "in several runs": text(with_field(*map(run, ("  D", "D", "", "EAU", f"TO{LAUNCH}")))),
    "over paragraphs": text(with_field(run("DD"), "</w:p><w:p>", run("E c:"))),
    "in quotation marks and entities": text(with_field(run(" &quot;&#x44;DE&quot; x"))),
    "as unread text": text(with_field(run("<![CDATA[DDEAUTO x]]>"))),
    "with a word made by another field": text(with_field(with_field(run("QUOTE 68 68 69")), run("AUTO x"))),
    "with half a word made by another field": text(with_field(run(" DD"), with_field(run("QUOTE 69")), run(" x"))),
    "inside another": text(with_field(run("IF 1 = 1 "), with_field(run(f"DDEAUTO{LAUNCH}")))),
    "behind what was deleted": text(with_field(run("D"), run("x", "delInstrText"), run("DE x"))),
    "completed by what was deleted": text(with_field(run("D"), run("D", "delInstrText"), run("E x"))),
    "by one of two ways to read it": text(
        with_field(
            "<mc:AlternateContent><mc:Choice>",
            run("D"),
            "</mc:Choice><mc:Fallback>",
            run("x"),
            "</mc:Fallback></mc:AlternateContent>",
            run("DE x"),
        )
    ),
    "without an end": text(border("begin"), run("DDE x")),
}


@pytest.mark.parametrize("part", ["word/document.xml", "word/footer1.xml", "word/any.thing"])
@pytest.mark.parametrize("name", DDE)
def test_a_field_that_starts_a_program_is_refused_like_a_macro(name: str, part: str) -> None:
    assert look(docx({part: DDE[name]})) == ["E-ATTACH-MACRO"]


def test_such_a_field_is_found_in_any_encoding_that_is_read_and_across_pieces() -> None:
    field = DDE["in several runs"]
    declared = f'<?xml version="1.0" encoding="UTF-16"?>{field}'
    for data in (declared.encode("utf-16"), ("\ufeff" + declared).encode("utf-16-be"), ("\ufeff" + field).encode()):
        assert look(docx({"word/document.xml": data})) == ["E-ATTACH-MACRO"]
    for length in range(64 * 1024 - 60, 64 * 1024, 7):
        far = text(f"<w:t>{'a' * length}</w:t>", with_field(run("DDE x")))
        assert look(docx({"word/document.xml": far})) == ["E-ATTACH-MACRO"]


def test_an_encoding_in_which_fields_could_hide_is_broken() -> None:
    field = DDE["at once"]
    for code in ("utf-7", "cp037"):
        declared = f'<?xml version="1.0" encoding="{code}"?>{field}'
        assert look(docx({"word/document.xml": declared.encode(code)})) == ["E-ATTACH-BROKEN"]
    entity = '<!DOCTYPE a [<!ENTITY e "&#60;w:in&#115;trText>DDE x&#60;/w:in&#115;trText>">]>'
    assert look(docx({"word/document.xml": entity + text("&e;")})) == ["E-ATTACH-BROKEN"]


def test_the_fields_of_everyday_papers_go_through() -> None:
    everyday = [
        with_field(run(" PAGE "), result="1"),
        with_field(run(" = "), with_field(run("NUMPAGES")), run(" - 1 ")),
        with_field(run(" IF "), with_field(run("MERGEFIELD 氏名")), run(' = "" "" "様" ')),
        with_field(run(" DATE \\@ "), run('"yyyy年M月d日"'), result="DDE という言葉の本文"),
        with_field(run(" TOC "), result=with_field(run(" PAGEREF _Toc1 "))),
        with_field(run(" TOC ", "delInstrText"), result="DDE"),
        "<w:fldSimple w:instr=' PAGE '><w:r><w:t>DDE</w:t></w:r></w:fldSimple>",
        "<mc:AlternateContent><mc:Choice>" + with_field(run(" PAGE ")) + "</mc:Choice></mc:AlternateContent>",
    ]
    assert look(docx({"word/document.xml": text(*everyday)})) == []


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
    with_fields: dict[str, str | bytes] = {"word/document.xml": DDE["in several runs"]}
    entries = data.draw(st.sampled_from([entries for _, entries in REFUSED.values()] + [with_fields, {}]))
    spoilt = bytearray(docx(entries))
    for place in data.draw(st.lists(st.integers(4, len(spoilt) - 1), max_size=6)):
        spoilt[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    look(bytes(spoilt))
