"""The layouts as data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from renkei.standard import layouts
from renkei.standard.layouts import KINDS, V3_VERSION, VERSIONS, code_lists, kinds, layout, version_of
from renkei.standard.values import FORMS, pattern

COLUMNS = {
    "UPHOSOKU": 63,
    "UP1KYO": 28,
    "UP2KYO": 22,
    "UP3KYO": 13,
    "DLT1KYO": 4,
    "UPPLAN": 25,
    "UPSIKYU": 37,
    "DLTPLAN": 4,
    "UPJSK": 25,
    "DLTJSK": 6,
    "UPKIHON": 71,
    "UPKIHON_SUB1": 7,
    "UPKIHON_SUB2": 11,
    "DLTKIHON": 4,
    "UPYOBO": 57,
    "UPYOBO_SUB": 17,
    "DLTYOBO": 4,
}


HEAD = [
    "no",
    "name",
    "name_ja",
    "type",
    "exact",
    "max",
    "required",
    "codes",
    "sentinel",
    "confidence",
    "required_confidence",
]
TABLES = Path(layouts.__file__).parent


def _table(name: str) -> tuple[list[str], list[list[str]]]:
    head, *rows = [line.split("\t") for line in (TABLES / name).read_text(encoding="utf-8").splitlines()]
    return head, rows


def test_there_is_a_table_for_every_kind_and_for_nothing_else():
    assert sorted(path.name for path in TABLES.rglob("*.tsv")) == sorted(
        ["codes.tsv", *(f"{kind}.tsv" for kind in KINDS)]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_has_the_columns_that_are_explained(kind: str):
    head, rows = _table(f"202407/{kind}.tsv")
    assert head == HEAD
    for row in rows:
        exact, most = (row + [""] * len(HEAD))[4:6]
        assert not (exact and most)
        assert len(row) <= len(HEAD) and [cell.strip() for cell in row] == row
    assert all(f"`{column}`" in str(layouts.__doc__) for column in head)


def test_every_code_is_told_once_and_every_list_is_asked_for():
    head, rows = _table("codes.tsv")
    assert head == ["list", "code", "meaning"]
    assert all(len(row) == 3 and all(row) for row in rows)
    assert len({(of, code) for of, code, _ in rows}) == len(rows)
    asked = {field.codes for kind in KINDS for field in layout(kind).fields}
    assert {of for of, *_ in rows} - asked == {"service_type_out_of_scope", "service_type_office"}


def test_a_cell_beyond_the_last_column_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "codes.tsv").write_text("list\tcode\tmeaning\nsex\t1\t男性\t2\n", encoding="utf-8")
    monkeypatch.setattr(layouts, "__path__", [str(tmp_path)])
    with pytest.raises(ValueError, match="argument 2 is longer"):
        code_lists.__wrapped__()


def test_there_are_seventeen_kinds_with_the_columns_of_the_standard():
    assert {kind: layout(kind).columns for kind in KINDS} == COLUMNS


def test_the_third_edition_lacks_the_equipment_the_third_sheet_and_prevention():
    assert kinds(V3_VERSION) == (
        "UPHOSOKU", "UP1KYO", "UP2KYO", "DLT1KYO", "UPPLAN", "UPSIKYU", "DLTPLAN", "UPJSK", "DLTJSK",
    )  # fmt: skip
    older = {kind: COLUMNS[kind] - layout(kind, V3_VERSION).columns for kind in kinds(V3_VERSION)}
    assert {kind: less for kind, less in older.items() if less} == {"UPPLAN": 3, "UPSIKYU": 3, "UPJSK": 3}
    assert layout("UPSIKYU", V3_VERSION).field("count_or_days").length == 2


@pytest.mark.parametrize(
    ("kind", "stated", "columns", "named", "version"),
    [
        ("UPPLAN", "202407", 25, "202407", "202407"),
        ("UPPLAN", "202407", 22, "202407", "202208"),  # the number of items says more than what is stated
        ("UPPLAN", "202208", 25, "202208", "202407"),
        ("UPPLAN", "999999", 7, "202208", "202208"),
        ("DLTPLAN", "202208", 4, "202407", "202208"),
        ("DLTPLAN", "202410", 4, "202208", "202407"),
        ("DLTPLAN", "201910", 4, "202208", "202208"),
        ("UP3KYO", "202208", 13, "202208", "202407"),
    ],
)
def test_a_record_follows_the_layout_that_it_fits(kind: str, stated: str, columns: int, named: str, version: str):
    assert version_of(kind, stated, columns, named) == version


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for version in VERSIONS for kind in kinds(version)])
def test_every_item_is_told_whole(kind: str, version: str):
    fields = layout(kind, version).fields
    assert [field.no for field in fields] == list(range(1, len(fields) + 1))
    assert len({field.name for field in fields}) == len(fields)
    for field in fields:
        assert field.required in {"always", "never", "warn"} or field.required.startswith("when:")
        assert field.codes is None or field.codes in code_lists()
        assert {field.confidence, field.required_confidence} <= {"verbatim", "inferred", "guess"}
        if field.type not in {"text", "unused", "code"}:
            assert field.type in FORMS
            assert pattern(field)
        assert (field.length is None) == (field.type == "text")


def test_actuals_have_the_layout_of_the_plan():
    assert layout("UPJSK").fields == layout("UPPLAN").fields


def test_an_unknown_kind_or_version_is_no_layout():
    with pytest.raises(KeyError):
        layout("DLTBET")
    with pytest.raises(KeyError):
        layout("UPPLAN", "201910")


@pytest.mark.shared
def test_names_and_lengths_are_those_of_the_collected_facts(shared: Path):
    with (shared / "standard" / "fields.tsv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file, delimiter="\t"))
    assert (
        len(facts) == sum(COLUMNS.values()) + layout("UPPLAN", "202208").columns + layout("UPSIKYU", "202208").columns
    )
    for fact in facts:
        field = layout(*fact["file_kind"].split("@")).fields[int(fact["no"]) - 1]
        assert (field.name, field.name_ja) == (fact["name_en"], fact["name_ja"])
        if fact["length"].isdigit() and fact["name_en"] != "days_used_through_previous_month":
            assert field.length == int(fact["length"])
        if fact["required"] == "yes":
            assert field.required == "always"
