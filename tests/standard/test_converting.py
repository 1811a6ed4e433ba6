"""Round trips: CSV to JSON and back, and older editions to V4.1."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.conformance import make_month
from renkei.standard.converting import Note, ServiceTypes, from_json, to_current, to_json
from renkei.standard.converting.catalogue import NOTES
from renkei.standard.layouts import KINDS, V3_VERSION, kinds, layout
from renkei.standard.names import FileName
from renkei.standard.records import read, write

from .month import HELPER, NAMES, PLANNER, Row, files, kind_of, rows
from .test_records import _bare, _text

PICTURE = f"UPKIHON_IMAGE_{PLANNER}_43_{HELPER}_11_20261126090014_0001.jpg"
MODULES = (
    "",
    ".notes",
    ".csv_form",
    ".files",
    ".json_form",
    ".json_reading",
    ".single",
    ".schema",
    ".offices",
    ".fitting",
)
# One name of each kind; any of the two of UPHOSOKU will do.
NAME_OF = {kind_of(key): name for key, name in NAMES.items()}


def test_every_note_of_the_catalogue_is_said_somewhere_and_no_other(root: Path):
    package = [*(root / "src/renkei/standard/converting").glob("*.py"), *(root / "src/renkei/cli").glob("convert*.py")]
    text = "".join(path.read_text("utf-8") for path in package if path.name != "catalogue.py")
    said = set(re.findall(r'"([EWC]-[A-Z][A-Z0-9-]+)"', text))
    assert said == set(NOTES)


def _there_and_back(given: dict[str, bytes]) -> dict[str, bytes]:
    document, notes = to_json(given.items())
    assert document is not None
    assert {note.code for note in notes} <= {"W-VALUE", "W-REQUIRED"}
    result = from_json(document.encode())
    # What does not fit is told in both directions.
    assert [_told(note) for note in result.notes] == [_told(note) for note in notes]
    return dict(result.files)


def _told(note: Note) -> tuple[object, ...]:
    return note.code, note.record, note.field, note.count, note.message


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_are_true(module: str):
    assert doctest.testmod(importlib.import_module(f"renkei.standard.converting{module}")).failed == 0


@pytest.mark.parametrize("version", ["202407", "202208"])
def test_a_month_that_a_spreadsheet_spoilt_is_converted_and_told(version: str):
    data = f"{version},132019,1.23E+09,2026/12\r\n{version},32019,0000000001,202612\r\n".encode()
    name = NAMES["DLTPLAN"]
    document, notes = to_json([(name, data)])
    told = [("被保険者番号", 1), ("削除対象年月", 1), ("保険者番号", 2)]
    assert document is not None
    assert [(note.field, note.record) for note in notes if note.code == "W-VALUE"] == told
    result = to_current([(name, data)])
    assert [(note.field, note.record) for note in result.notes if note.code == "W-VALUE"] == told
    assert result.files == ((name, data.replace(version.encode(), b"202407")),)


def test_a_month_with_every_kind_and_a_picture_comes_back_byte_for_byte():
    month = {**files(), PICTURE: bytes(range(256)), PICTURE.replace("0001.jpg", "0002.JPG"): b""}
    assert {FileName.parse(name).kind for name in month} == {*KINDS, "UPKIHON_IMAGE"}
    assert _there_and_back(month) == month


def test_an_empty_file_and_no_files_at_all_come_back():
    document, _ = to_json([(NAMES["UP3KYO"], b"")])
    assert document is not None
    assert from_json(document.encode()).files == ((NAMES["UP3KYO"], b""),)
    assert _there_and_back({}) == {}


def test_the_invented_month_comes_back_byte_for_byte():
    month = make_month(seed=11, clients=8, care_managers=2, service_offices=5)
    for outbox in month.files.values():
        assert _there_and_back(dict(outbox)) == dict(outbox)


@pytest.mark.shared
def test_the_teams_month_comes_back_byte_for_byte(shared: Path):
    month = {path.name: path.read_bytes() for path in (shared / "samples/month-202612").rglob("*.CSV")}
    assert len(month) > 30
    assert _there_and_back(month) == month


@st.composite
def _records(draw: st.DrawFn, kind: str, version: str) -> list[Row]:
    fields = layout(kind, version).fields[1:]
    chosen = draw(st.lists(st.sampled_from(fields), unique=True, max_size=8))
    several = st.fixed_dictionaries({field.name: _text if field.type == "text" else _bare for field in chosen})
    return draw(st.lists(several.map(lambda row: {"insurer_number": "132019"} | row), min_size=1, max_size=3))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_whatever_the_records_hold_json_gives_the_same_bytes_back(kind: str, data: st.DataObject):
    given = {NAME_OF[kind]: write(kind, data.draw(_records(kind, "202407")))}
    assert _there_and_back(given) == given


@pytest.mark.parametrize("kind", kinds(V3_VERSION))
@settings(max_examples=20)
@given(data=st.data())
def test_every_value_of_the_third_edition_is_kept(kind: str, data: st.DataObject):
    given = data.draw(_records(kind, V3_VERSION))
    name = _third(NAME_OF[kind])
    current = FileName.parse(NAME_OF[kind])
    types = ServiceTypes(from_type=current.sender_service, to_type=current.recipient_service)
    ((raised_name, raised),) = to_current([(name, write(kind, given, V3_VERSION))], types).files
    assert raised_name == str(current)
    back = read(raised, kind)
    assert [{item: value for item, value in row.items() if value} for row in back] == [
        {"csv_version": "202407"} | {item: value for item, value in row.items() if value} for row in given
    ]
    assert write(kind, back) == raised  # canonical


@pytest.mark.parametrize("kind", kinds(V3_VERSION))
def test_the_third_edition_has_no_item_that_would_have_to_be_dropped(kind: str):
    current = {field.name: field for field in layout(kind).fields}
    for field in layout(kind, V3_VERSION).fields:
        newer = current[field.name]
        assert (field.length or 0) <= (newer.length or 0)
        assert field.type == newer.type


def _third(name: str) -> str:
    """The name as the third edition writes it."""
    parts = name.split("_")
    return "_".join(part for part in parts if len(part) != 2)


def _third_month(*keys: str) -> list[tuple[str, bytes]]:
    month = rows()
    found = []
    for key in keys:
        kind = kind_of(key)
        known = {field.name for field in layout(kind, V3_VERSION).fields}
        older = [{item: value for item, value in row.items() if item in known} for row in month[key]]
        found.append((_third(NAMES[key]), write(kind, older, V3_VERSION)))
    return found


def _said(result_notes: object, code: str) -> list[str]:
    return [note.message for note in result_notes if note.code == code]  # type: ignore[attr-defined]


def test_a_use_table_of_the_third_edition_is_told_what_was_filled_and_what_is_missing():
    given = [file for file in _third_month("UPSIKYU") if file]
    result = to_current(given, ServiceTypes(to_type="11"))
    codes = {note.code: (note.record, note.count) for note in result.notes}
    assert codes["C-VERSION"] == (1, 8)
    assert codes["W-EQUIPMENT"] == (7, 1)
    assert "TAISコード・福祉用具届出コード・用具名称" in _said(result.notes, "C-ITEMS-ADDED")[0]
    assert result.files[0][0] == NAMES["UPSIKYU"]
    # All but what the third edition cannot say is as it was in V4.1.
    month = read(files()[NAMES["UPSIKYU"]], "UPSIKYU")
    assert read(result.files[0][1], "UPSIKYU") == [{**row, "tais_code": ""} for row in month]


def test_a_plan_of_the_third_edition_is_told_that_the_third_sheet_is_missing():
    result = to_current(_third_month("UP1KYO"), ServiceTypes(to_type="11"))
    assert [note.code for note in result.notes] == ["C-NAME-SERVICE", "C-NAME-SERVICE", "W-THIRD-SHEET", "C-VERSION"]


def test_a_value_that_does_not_fit_stays_and_is_told():
    row = {"insurer_number": "132019", "insured_person_number": "00001", "delete_target_year_month": "202612"}
    given = [(_third(NAMES["DLTPLAN"]), write("DLTPLAN", [row], V3_VERSION))]
    result = to_current(given, ServiceTypes(to_type="11"))
    (note,) = [note for note in result.notes if note.code == "W-VALUE"]
    assert (note.record, note.field) == (1, "被保険者番号")
    assert read(result.files[0][1], "DLTPLAN") == [row | {"csv_version": "202407"}]


def test_actuals_name_both_sides_by_direction_and_records():
    result = to_current(_third_month("UPJSK"))
    assert result.files[0][0] == NAMES["UPJSK"]
    assert _said(result.notes, "C-NAME-SERVICE") == [
        f"ファイル名にサービス種類を入れました: {HELPER} → 11(もと: 記録のサービスコード)。",
        f"ファイル名にサービス種類を入れました: {PLANNER} → 43(もと: ファイルの向き(居宅介護支援事業所の側))。",
    ]


def test_files_without_codes_are_named_after_the_use_table_that_is_converted_with_them():
    alone = to_current(_third_month("UP1KYO"))
    assert alone.files == ()
    assert [note.code for note in alone.notes] == ["E-CONVERT-SERVICE"]
    together = to_current(_third_month("UP1KYO", "UPHOSOKU", "UPPLAN"))
    assert [name for name, _ in together.files] == [NAMES[key] for key in ("UP1KYO", "UPHOSOKU", "UPPLAN")]


def test_the_files_of_a_unit_get_the_same_type_although_the_month_leaves_it_open():
    plan, other = _third_month("UPPLAN", "UPPLAN")
    supplement = _third_month("UPHOSOKU")[0]
    later = (other[0].replace("090014", "100000"), other[1].replace(b",111111,", b",131111,"))
    result = to_current([supplement, plan, later])
    assert [FileName.parse(name).recipient_service for name, _ in result.files] == ["11", "11", "13"]


def test_a_type_that_the_records_speak_against_is_taken_and_told():
    result = to_current(_third_month("UPPLAN"), ServiceTypes(to_type="15"))
    assert "_15_" in result.files[0][0]
    assert _said(result.notes, "W-CONVERT-SERVICE") == [
        f"事業所 {HELPER} のサービス種類を 15 としましたが、記録では 11 です。"
    ]


def test_a_name_of_v4_0_loses_its_third_digits_and_the_pictures_name_follows():
    basics = rows()["UPKIHON"][0]
    old = PICTURE.replace("_43_", "_431_").replace("_11_", "_111_")
    data = write("UPKIHON", [basics | {"family_chart_image_file": old, "csv_version": "202504"}])
    name = NAMES["UPKIHON"].replace("_43_", "_431_").replace("_11_", "_111_")
    result = to_current([(name, data), (old, b"picture")])
    assert result.files[0] == (NAMES["UPKIHON"], write("UPKIHON", [basics | {"family_chart_image_file": PICTURE}]))
    assert result.files[1] == (PICTURE, b"picture")
    assert [note.code for note in result.notes if note.file == name] == [
        "C-NAME-DIGIT", "C-NAME-DIGIT", "C-VERSION", "C-NAME-PICTURE",
    ]  # fmt: skip


def test_an_extension_in_small_letters_is_told():
    result = to_current([(NAMES["DLTPLAN"].replace(".CSV", ".csv"), files()[NAMES["DLTPLAN"]])])
    assert [note.code for note in result.notes] == ["C-NAME-EXTENSION"]
    assert result.files[0][0] == NAMES["DLTPLAN"]


def test_the_third_edition_goes_into_json_as_v4_1():
    document, notes = to_json(_third_month("UPPLAN"))
    assert document is not None
    assert {note.code for note in notes} >= {"C-VERSION", "W-EQUIPMENT"}
    assert from_json(document.encode()).files == to_current(_third_month("UPPLAN")).files


def test_a_document_is_none_where_one_file_cannot_be_converted():
    document, notes = to_json([*files().items(), ("メモ.CSV", b"")])
    assert document is None
    assert [note.code for note in notes] == ["E-CONVERT-NAME"]


def test_what_a_caller_said_of_types_is_not_changed_by_converting():
    types = ServiceTypes()
    to_current(_third_month("UPPLAN"), types)
    assert to_current(_third_month("UP1KYO"), types).has_errors
