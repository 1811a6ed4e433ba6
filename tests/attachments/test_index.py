"""ATTACHMENTS.JSON: what attached files are called for people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from renkei.attachments import index
from renkei.attachments.index import Attached, Index, IndexRefused, Person, Type
from renkei.attachments.kinds import MEDIA, PDF, PNG, begins_as, of_name
from renkei.attachments.naming import MAX_BYTES, file_name

REPORT = Attached(
    "01.pdf", "月次報告 12月 山田太郎.pdf", Type.MONTHLY_REPORT, PDF, Person("131016", "0000001234"), "202612"
)
PHOTO = Attached("02.png", "居室の写真", Type.OTHER, PNG)
BOTH = index.build([REPORT, PHOTO])


def changed(**values: Any) -> bytes:
    """The index of one file, with other values in it; None takes a key away."""
    document = json.loads(index.build([REPORT]))
    file = {**document["files"][0], **values}
    document["files"] = [{key: value for key, value in file.items() if value is not None}]
    return json.dumps(document).encode()


def test_an_index_comes_back_as_it_was_written() -> None:
    assert index.parse(BOTH) == Index((REPORT, PHOTO))
    assert index.build([REPORT, PHOTO]) == BOTH
    assert index.parse(BOTH).of("02.png") == PHOTO
    with pytest.raises(KeyError):
        index.parse(BOTH).of("03.pdf")


def test_labels_are_for_people() -> None:
    assert [kind.label for kind in Type] == ["月次報告", "モニタリング", "計画書", "その他"]


@pytest.mark.parametrize(
    "title",
    [
        "",
        " a",
        "a" * 201,
        "../a.pdf",
        "a\\b.pdf",
        "a\nb",
        "a\0b",
        "invoice\u202efdp.exe",
        "a\u2066b",
        "a\u200bb",
        "\ud800",
    ],
)
def test_a_title_that_deceives_is_refused(title: str) -> None:
    with pytest.raises(IndexRefused):
        index.parse(changed(title=title))


@pytest.mark.parametrize("title", ["a", "あ" * 200, "報告書(12月) ①.pdf", "𠮷田様 👍.pdf"])
def test_a_title_in_any_script_is_taken(title: str) -> None:
    assert index.parse(changed(title=title)).files[0].title == title


@pytest.mark.parametrize(
    "values",
    [
        {"name": "../01.pdf"},
        {"name": "attachments.json"},
        {"name": "一.pdf"},
        {"name": None},
        {"type": "letter"},
        {"media": "text/html"},
        {"media": "application/msword"},
        {"person": {"insurer": "131016"}},
        {"person": {"insurer": "13101", "insured": "0000001234"}},
        {"person": {"insurer": "131016", "insured": "山田太郎"}},
        {"month": "202613"},
        {"month": 202612},
        {"title": 1},
        {"size": 1},
    ],
    ids=str,
)
def test_what_the_format_does_not_say_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(IndexRefused) as refused:
        index.parse(changed(**values))
    assert refused.value.code == "E-ATTACH-INDEX"
    assert "山田" not in str(refused.value)


def test_person_and_month_may_be_left_out() -> None:
    assert index.parse(changed(person=None, month=None)).files[0].person is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"files":[],"format":"renkei-attachments/1"}',
        BOTH.replace(b"renkei-attachments/1", b"renkei-attachments/2"),
        BOTH.replace(b'"type":"other"', b'"type":"other","type":"plan"'),
        BOTH.replace(b"02.png", b"01.PDF"),
        b"\xef\xbb\xbf" + BOTH,
        BOTH + b" " * index.MAX_BYTES,
    ],
)
def test_another_document_is_refused(data: bytes) -> None:
    with pytest.raises(IndexRefused):
        index.parse(data)


def test_so_many_files_are_named_and_no_more() -> None:
    files = [Attached(f"{number}.pdf", "計画書", Type.PLAN, PDF) for number in range(index.MAX_FILES + 1)]
    assert len(index.parse(index.build(files[:-1])).files) == index.MAX_FILES
    with pytest.raises(IndexRefused):
        index.build(files)


def test_index_and_manifest_must_name_the_same_files() -> None:
    index.check_names(index.parse(BOTH), ["02.png", "01.pdf"])
    for names in (["01.pdf"], ["01.pdf", "02.png", "03.png"]):
        with pytest.raises(IndexRefused) as refused:
            index.check_names(index.parse(BOTH), names)
        assert refused.value.code == "E-ATTACH-INDEX-FILES"


KEYS = st.sampled_from(["format", "files", "name", "title", "type", "media", "person", "month"])


@examples(max_examples=40)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda of: st.lists(of) | st.dictionaries(KEYS, of)))
def test_any_json_is_answered(value: Any) -> None:
    with pytest.raises(IndexRefused):
        index.parse(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("報告.pdf", "報告.pdf"),
        ("報告.PDF", "報告.PDF"),
        ("報告", "報告.pdf"),
        ("報告.exe", "報告.exe.pdf"),
        ("con.pdf", "_con.pdf"),
        ("NUL", "_NUL.pdf"),
        ("con .12月.pdf", "_con .12月.pdf"),
        ("COM¹.pdf", "_COM¹.pdf"),
        ("conout$", "_conout$.pdf"),
        ("evil\u202efdp.exe\x00\n", "evilfdp.exe.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("..", "_.pdf"),
        (".pdf", "_.pdf"),
        ("報告. .pdf", "報告.pdf"),
        ("12:30", "12\uff1a30.pdf"),
    ],
)
def test_a_title_becomes_the_name_of_a_file(title: str, name: str) -> None:
    assert file_name(title, PDF) == name


@given(st.text(max_size=300), st.sampled_from(list(MEDIA)))
def test_any_title_becomes_a_name_that_a_folder_takes(title: str, media: str) -> None:
    name = file_name(title.encode(errors="ignore").decode(), media)
    assert len(name.encode()) <= MAX_BYTES and not set(name) & set('<>:"|?*/\\')
    assert of_name(name) == media


def test_a_kind_is_told_by_name_and_by_first_bytes() -> None:
    assert of_name("写真.JPEG") == "image/jpeg" and of_name("a.doc") is None
    assert begins_as(PNG, b"\x89PNG\r\n\x1a\n") and not begins_as(PNG, b"%PDF-1.7")
