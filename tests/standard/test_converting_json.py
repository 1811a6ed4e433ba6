"""Reading the JSON form: strict, and in words."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.standard.converting import Note, from_json, json_reading, notes

NAME = {
    "kind": "DLTPLAN",
    "month": "202612",
    "sender": "1370100016",
    "sender_service": "43",
    "recipient": "1370200014",
    "recipient_service": "11",
    "sequence": "20261126090007",
}
FILE_NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
RECORD = {
    "csv_version": "202407",
    "insurer_number": "132019",
    "insured_person_number": "0000000001",
    "delete_target_year_month": "202612",
}
LINE = b"202407,132019,0000000001,202612\r\n"
PLACE = f"a.json({FILE_NAME})"


def _document(records: Any = None, name: Any = None, **more: Any) -> dict[str, Any]:
    file = {"name": NAME if name is None else name, "records": [RECORD] if records is None else records}
    return {"format": "renkei-careplan/1", "basis": "ours", "edition": "4.1", "files": [file], **more}


def _notes(document: Any) -> list[Note]:
    data = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    result = from_json(data, "a.json")
    assert result.files == ()
    assert result.has_errors
    return list(result.notes)


def _one(document: Any) -> tuple[str, str, int | None]:
    (note,) = _notes(document)
    return note.code, note.file, note.record


def test_one_name_twice_in_a_document_is_refused():
    twice = _document()
    twice["files"].append(twice["files"][0] | {"records": []})
    assert _one(twice) == ("E-CONVERT-TWICE", "a.json", None)


def test_a_document_by_another_program_is_read_whatever_its_order_and_white_space():
    upside_down = {
        "files": [{"records": [dict(reversed(RECORD.items()))], "name": dict(reversed(NAME.items()))}],
        "edition": "4.1",
        "basis": "ours",
        "format": "renkei-careplan/1",
    }
    for indent in (None, 4):
        assert from_json(json.dumps(upside_down, indent=indent).encode()).files == ((FILE_NAME, LINE),)


def test_escaped_characters_are_the_characters():
    name = NAME | {"kind": "UPHOSOKU"}
    data = json.dumps(_document([{"client_name": "髙橋　①"}], name), ensure_ascii=True).encode()
    assert b'"\xfb\xfc\x8b\xb4\x81\x40\x87\x40"' in from_json(data).files[0][1]


def test_a_record_without_version_value_gets_it():
    assert from_json(json.dumps(_document([{}])).encode()).files == ((FILE_NAME, b"202407,,,\r\n"),)


@pytest.mark.parametrize("key", ["format", "basis", "edition"])
def test_another_form_is_refused_without_reading_mistakes_into_it(key: str):
    other = _document([{"x": 1}])
    other = {key: "renkei-careplan/2", **{k: v for k, v in other.items() if k != key}}
    assert _one(other) == ("E-JSON-FORMAT", "a.json", None)


@pytest.mark.parametrize("key", ["format", "basis", "edition", "files"])
def test_a_missing_heading_is_told(key: str):
    document = _document()
    del document[key]
    assert _one(document) == ("E-JSON-MISSING", "a.json", None)


def test_a_heading_that_the_form_does_not_have_is_told():
    assert _one(_document(extra=1)) == ("E-JSON-KEY", "a.json", None)
    assert _one(_document(notice=1)) == ("E-JSON-TYPE", "a.json", None)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"insurer": "132019"}, "E-JSON-KEY"),
        ({"insurer_number": 132019}, "E-JSON-TYPE"),
        ({"insurer_number": float("nan")}, "E-JSON-TYPE"),
        ({"insurer_number": None}, "E-JSON-TYPE"),
        ({"insurer_number": ["132019"]}, "E-JSON-TYPE"),
        ({"insurer_number": ""}, "E-JSON-EMPTY"),
        ({"csv_version": "202208"}, "E-JSON-FORMAT"),
        ("132019", "E-JSON-TYPE"),
        (None, "E-JSON-TYPE"),
    ],
)
def test_a_wrong_item_is_told_with_file_and_record(record: Any, code: str):
    assert _one(_document([RECORD, record])) == (code, PLACE, 2)


def test_several_mistakes_are_told_at_once_and_alike_ones_together():
    found = _notes(_document([{"insurer_number": 1}, {"insurer_number": 2, "x": "y"}]))
    assert [(note.code, note.record, note.count) for note in found] == [("E-JSON-TYPE", 1, 2), ("E-JSON-KEY", 2, 1)]


def test_a_number_of_a_million_digits_is_only_no_text():
    data = json.dumps(_document()).replace('"132019"', "9" * 1_000_000).encode()
    assert _one(data) == ("E-JSON-TYPE", PLACE, 1)


@pytest.mark.parametrize(("character", "point"), [("𠮷", "U+20BB7"), ("〜", "U+301C"), ("\ud800", "U+D800")])
def test_a_character_outside_ms932_is_named_with_its_item_and_never_replaced(character: str, point: str):
    name = NAME | {"kind": "UPHOSOKU"}
    data = json.dumps(_document([{}, {"client_name": f"あ{character}"}], name)).encode()
    (note,) = (note for note in _notes(data) if note.code != "W-REQUIRED")
    assert (note.code, note.record, note.field) == ("E-JSON-CHARACTER", 2, "利用者氏名")
    assert point in note.message
    assert "renkei repair" in note.remedy
    note.message.encode()  # can be printed


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "UPXXX"},
        {"month": "202613"},
        {"sender": "137010001"},
        {"sender": "1370100016_43_1370200014_11"},
        {"sender_service": "431"},
        {"sequence": "2026"},
        {"branch": "0001"},
        {"extension": "CSV"},
        {"kind": "UPKIHON"},  # has no month
        {"kind": "UPKIHON_IMAGE", "sequence": "20261126090007"},  # lacks its number
    ],
)
def test_a_name_that_is_none_is_told(changed: dict[str, str]):
    codes = {note.code for note in _notes(_document([], NAME | changed))}
    assert "E-JSON-NAME" in codes


@pytest.mark.parametrize("part", ["kind", "month", "sender", "recipient_service", "sequence"])
def test_a_name_that_lacks_a_part_is_told(part: str):
    name = {key: value for key, value in NAME.items() if key != part}
    assert _notes(_document([], name))[0].code == "E-JSON-NAME"


def test_a_file_without_name_or_records_or_with_more_is_told():
    assert _one({**_document(), "files": [{"records": [RECORD]}]})[0] == "E-JSON-MISSING"
    assert _one({**_document(), "files": [{"name": NAME}]})[:2] == ("E-JSON-MISSING", PLACE)
    assert _one({**_document(), "files": [{"name": NAME, "records": [], "more": {}}]})[:2] == ("E-JSON-KEY", PLACE)
    assert _one({**_document(), "files": [{"name": NAME, "records": [], "picture": ""}]})[:2] == ("E-JSON-KEY", PLACE)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E-JSON-SYNTAX"),
        (b"[]", "E-JSON-SHAPE"),
        (b"123", "E-JSON-SHAPE"),
        (b'{"files": {}}', "E-JSON-SHAPE"),
        (b'{"files": [[]]}', "E-JSON-SHAPE"),
        (b'{"files": [', "E-JSON-SYNTAX"),
        (b'{"files": [],}', "E-JSON-SYNTAX"),
        (b'{"files" []}', "E-JSON-SYNTAX"),
        (b'{"files": [] "basis": "ours"}', "E-JSON-SYNTAX"),
        (b"{files: []}", "E-JSON-SYNTAX"),
        (b'{"format": "renkei-careplan/1", "format": "renkei-careplan/1"}', "E-JSON-DUPLICATE"),
        (b'{"extra": {"a": 1, "b": 2, "a": 3}}', "E-JSON-DUPLICATE"),
        (b'{"extra": ' + b"[" * 100_000, "E-JSON-DEPTH"),
        (b"\xef\xbb\xbf{}", "E-JSON-ENCODING"),
        ("{名".encode("cp932"), "E-JSON-ENCODING"),
        ("{".encode("utf-16"), "E-JSON-ENCODING"),
    ],
)
def test_what_is_no_json_of_the_form_stops_with_words(data: bytes, code: str):
    assert _notes(data)[-1].code == code


def test_text_after_the_document_is_told():
    assert _one(json.dumps(_document()).encode() + b"{}")[0] == "E-JSON-SYNTAX"


def test_a_broken_record_is_told_with_line_file_and_record():
    data = json.dumps(_document([RECORD, RECORD]), indent=1).replace('"132019"', "132019x").encode()
    (note,) = _notes(data)
    assert (note.code, note.file, note.record) == ("E-JSON-SYNTAX", PLACE, 1)
    assert "行目" in note.message


def test_a_key_twice_in_a_record_is_told_with_the_record():
    data = json.dumps(_document([RECORD, RECORD])).replace('"csv_version"', '"insurer_number"').encode()
    assert _one(data) == ("E-JSON-DUPLICATE", PLACE, 1)


def test_a_record_nested_too_deeply_is_told():
    data = json.dumps(_document([])).replace("[]", "[" + "[" * 100_000).encode()
    assert _one(data) == ("E-JSON-DEPTH", PLACE, 1)


def _picture(picture: Any) -> dict[str, Any]:
    name = {key: value for key, value in NAME.items() if key != "month"}
    name |= {"kind": "UPKIHON_IMAGE", "branch": "0001", "extension": "JPG"}
    return {**_document(), "files": [{"name": name, "picture": picture}]}


def test_a_picture_comes_out_as_its_bytes_and_a_broken_one_is_told():
    text = base64.b64encode(b"\xff\xd8\xff").decode()
    ((name, data),) = from_json(json.dumps(_picture(text)).encode()).files
    assert name.endswith("_0001.JPG")
    assert data == b"\xff\xd8\xff"
    for broken in (text + "!", "あ", 1, None, ["x"]):
        assert _one(_picture(broken))[0] == "E-JSON-PICTURE"


def test_a_document_of_the_greatest_size_is_read_and_a_greater_one_is_not(monkeypatch: pytest.MonkeyPatch):
    data = json.dumps(_document()).encode()
    monkeypatch.setattr(json_reading, "MAX_BYTES", len(data))
    assert from_json(data).files
    assert _one(data + b" ")[0] == "E-JSON-SIZE"


def test_as_many_files_as_allowed_are_read_and_not_one_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_reading, "MAX_FILES", 2)
    document = _document()
    document["files"].append({"name": NAME | {"month": "202701"}, "records": []})
    assert len(from_json(json.dumps(document).encode()).files) == 2
    document["files"].append({"name": NAME | {"month": "202701"}, "records": []})
    assert _one(document)[0] == "E-JSON-FILES"


def test_a_million_different_mistakes_are_not_a_million_notes():
    found = _notes(_document([{f"item{number}": "x"} for number in range(notes.MAX_NOTES + 10)]))
    assert len(found) == notes.MAX_NOTES + 1
    assert (found[-1].code, found[-1].count) == ("W-CONVERT-MORE", 10)


_keys = st.sampled_from(["name", "records", "picture", "kind", "a"])
_leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
_anything = st.recursive(
    _leaves, lambda x: st.lists(x, max_size=3) | st.dictionaries(_keys, x, max_size=3), max_leaves=8
)


@given(files=_anything, name=_anything, records=_anything)
def test_no_document_ever_gives_a_traceback(files: Any, name: Any, records: Any):
    for document in (_document(files=files), _document(records, name), files):
        result = from_json(json.dumps(document).encode())
        assert not (result.has_errors and result.files)


@given(data=st.binary(max_size=40), at=st.integers(0, 500))
def test_no_bytes_ever_give_a_traceback(data: bytes, at: int):
    good = json.dumps(_document(), ensure_ascii=False).encode()
    from_json(good[:at] + data + good[at:])
    from_json(data)
