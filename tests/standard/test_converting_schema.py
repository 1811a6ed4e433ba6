"""The published JSON Schema agrees with what is written and with what is read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from renkei.standard.converting import Level, from_json, schema, schema_text, to_json
from renkei.standard.layouts import KINDS, layout
from renkei.standard.names import FileName
from renkei.standard.records import read, write

from .month import files
from .test_converting import PICTURE

Document = dict[str, Any]
VALIDATOR = Draft202012Validator(schema())


def _document() -> Document:
    text, _ = to_json([*files().items(), (PICTURE, b"\xff\xd8")])
    document: Document = json.loads(text or "")
    return document


def _file(document: Document, kind: str) -> Document:
    found: Document = next(file for file in document["files"] if file["name"]["kind"] == kind)
    return found


def test_it_is_a_schema():
    Draft202012Validator.check_schema(schema())


def test_the_published_file_is_up_to_date(root: Path):
    path = root / "docs/schema/renkei-careplan-1.schema.json"
    # Compared outside the assertion: the difference of two texts of 200,000 characters helps nobody.
    is_up_to_date = path.read_text(encoding="utf-8") == schema_text()
    assert is_up_to_date, f"{path.name} is not what the layouts and code lists say any more: run `make docs`"


def test_a_converted_month_with_every_kind_is_valid():
    document = _document()
    assert {file["name"]["kind"] for file in document["files"]} == {*KINDS, "UPKIHON_IMAGE"}
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.shared
def test_the_teams_month_is_valid(shared: Path):
    month = [(path.name, path.read_bytes()) for path in (shared / "samples/month-202612").rglob("*.CSV")]
    text, _ = to_json(month)
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text or ""))] == []


BROKEN = {
    "another format": lambda d: d.update(format="renkei-careplan/2"),
    "not marked as ours": lambda d: d.pop("basis"),
    "a heading too many": lambda d: d.update(more=1),
    "an unknown kind": lambda d: d["files"][0]["name"].update(kind="UPXXX"),
    "no name": lambda d: d["files"][0].pop("name"),
    "an item of another kind": lambda d: _file(d, "UPPLAN")["records"][0].update(need="x"),
    "a number": lambda d: _file(d, "UPPLAN")["records"][0].update(unit_points=244),
    "an empty item": lambda d: _file(d, "UPPLAN")["records"][0].update(tais_code=""),
    "a month in a name without": lambda d: _file(d, "UP1KYO")["name"].update(month="202612"),
    "no month in a name with": lambda d: _file(d, "UPPLAN")["name"].pop("month"),
    "no month of a plan's supplement in a use table": lambda d: _file(d, "UPPLAN")["name"].update(month="000000"),
    "three digits of a type": lambda d: _file(d, "UPPLAN")["name"].update(sender_service="431"),
    "a picture with records": lambda d: _file(d, "UPKIHON_IMAGE").update(records=[]),
    "a picture without its number": lambda d: _file(d, "UPKIHON_IMAGE")["name"].pop("branch"),
    "records with a picture": lambda d: _file(d, "UPPLAN").update(picture=""),
    "an older version value": lambda d: _file(d, "UPPLAN")["records"][0].update(csv_version="202208"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_the_schema_refuses_the_reader_refuses_too(broken: str):
    document = _document()
    BROKEN[broken](document)
    assert not VALIDATOR.is_valid(document)
    assert from_json(json.dumps(document).encode()).has_errors


VALUES = {
    "an unknown code": ("UPHOSOKU", {"care_level": "99"}),
    "a day that does not exist": ("UPPLAN", {"service_date": "20260229"}),
    "a time that does not exist": ("UPPLAN", {"service_start_time": "2400"}),
    "an office of nine digits": ("UPPLAN", {"service_office_number": "137020001"}),
    "wide digits": ("UPPLAN", {"unit_points": "２４４"}),
    "too many digits": ("UPPLAN", {"service_count": "100"}),
}


@pytest.mark.parametrize("wrong", VALUES)
def test_the_schema_knows_the_form_of_every_value(wrong: str):
    kind, values = VALUES[wrong]
    document = _document()
    _file(document, kind)["records"][0].update(values)
    assert not VALIDATOR.is_valid(document)


def test_the_schema_knows_what_is_required():
    for kind in KINDS:
        for field in layout(kind).fields:
            document = copy.deepcopy(_small()[kind])
            document["files"][0]["records"][0].pop(field.name, None)
            assert VALIDATOR.is_valid(document) == (field.required != "always"), (kind, field.name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["", "0", "２", "20260229", "9999", "99", "a" * 400, "x\ny", "=1"])
def test_what_the_schema_refuses_of_a_converted_file_is_told_item_by_item(kind: str, value: str):
    (name, data) = next((name, data) for name, data in files().items() if FileName.parse(name).kind == kind)
    record = read(data, kind)[0]
    for field in layout(kind).fields[1:]:
        document, notes = to_json([(name, write(kind, [record | {field.name: value}]))])
        refused = {_item(error, kind) for error in VALIDATOR.iter_errors(json.loads(document or ""))}
        told = {note.field for note in notes if note.code in {"W-VALUE", "W-REQUIRED"}}
        assert told == refused and len(told) <= 1, field.name
        back = from_json((document or "").encode())
        assert [(note.code, note.field) for note in back.notes] == [(note.code, note.field) for note in notes]


def _item(error: ValidationError, kind: str) -> str:
    """The Japanese name of the item that the schema finds fault with."""
    name = error.message.split("'")[1] if error.validator == "required" else str(error.absolute_path[-1])
    return layout(kind).field(name).name_ja


def test_a_document_without_a_required_item_is_told_when_it_becomes_csv():
    document = _document()
    _file(document, "UPHOSOKU")["records"][0].pop("client_name")
    _file(document, "UPHOSOKU")["records"][0]["care_level"] = "99"
    result = from_json(json.dumps(document).encode(), "a.json")
    assert not result.has_errors and len(result.files) == len(document["files"])
    told = {(note.code, note.level, note.record, note.field) for note in result.notes}
    assert told == {
        ("W-REQUIRED", Level.WARNING, 1, "利用者氏名"),
        ("W-VALUE", Level.WARNING, 1, "要介護状態区分"),
    }


def _small() -> dict[str, Document]:
    document = _document()
    found = {}
    for file in document["files"]:
        if "records" in file:
            first = {**file, "records": file["records"][:1]}
            found[file["name"]["kind"]] = {**document, "files": [first]}
    return found


def test_every_item_is_described_in_japanese_with_its_place_and_how_sure_we_are():
    published = schema()["$defs"]
    for kind in KINDS:
        items = published[f"{kind}.record"]["properties"]
        assert list(items) == [field.name for field in layout(kind).fields]
        for field in layout(kind).fields:
            assert items[field.name]["title"] == field.name_ja
            assert f"No.{field.no}。" in items[field.name]["description"]
            assert items[field.name]["x-renkei"]["confidence"] == field.confidence


def test_the_schema_says_that_the_form_is_ours():
    assert "国のケアプランデータ連携標準仕様 第5.0版の形ではありません" in schema()["description"]
    assert schema()["properties"]["basis"]["const"] == "ours"
