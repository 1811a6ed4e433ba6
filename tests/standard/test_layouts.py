"""The layouts as data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from renkei.standard.layouts import KINDS, code_lists, layout
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


def test_there_are_seventeen_kinds_with_the_columns_of_the_standard():
    assert {kind: layout(kind).columns for kind in KINDS} == COLUMNS


@pytest.mark.parametrize("kind", KINDS)
def test_every_item_is_told_whole(kind: str):
    fields = layout(kind).fields
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
        facts = [row for row in csv.DictReader(file, delimiter="\t") if "@" not in row["file_kind"]]
    assert len(facts) == sum(COLUMNS.values())
    for fact in facts:
        field = layout(fact["file_kind"]).fields[int(fact["no"]) - 1]
        assert (field.name, field.name_ja) == (fact["name_en"], fact["name_ja"])
        if fact["length"].isdigit() and fact["name_en"] != "days_used_through_previous_month":
            assert field.length == int(fact["length"])
        if fact["required"] == "yes":
            assert field.required == "always"
