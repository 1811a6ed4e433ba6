"""The rule behind a word: a finding, a kind, an item, a code."""

from __future__ import annotations

import json

import pytest

from renkei.standard.explaining import Explanation, confidence_words, explain, form_words, near_misses, required_words
from renkei.standard.findings import CATALOGUE
from renkei.standard.layouts import KINDS, VERSIONS, code_lists, kinds, layout
from renkei.standard.showing.fields_page import fields_page


def only(word: str) -> Explanation:
    (one,) = explain(word)
    return one


def entries(one: Explanation) -> dict[str, str]:
    return {entry.label: entry.value for entry in one.entries}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_is_explained_with_message_mend_basis_and_severities(code: str) -> None:
    told = entries(only(code.lower()))
    assert (told["指摘"], told["直し方"]) == (CATALOGUE[code].message, CATALOGUE[code].remedy)
    assert told["根拠"] and "ハブは" in told["重さ"]


def test_the_severity_follows_the_role() -> None:
    assert entries(only("E-CROSS-DAY"))["重さ"] == "送る側はエラー、ハブはエラー、受け取る側は注意"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_explained_with_all_its_items(kind: str) -> None:
    one = only(kind)
    assert [row[1] for row in one.tables[0].rows] == [field.name_ja for field in layout(kind).fields]
    told = entries(one)
    assert told["ファイル"] == layout(kind).name_ja
    assert told["同じものを見分ける項目"].startswith("保険者番号・被保険者番号・")
    assert told["送信単位"] and "→" in told["向き"]


def test_the_supplement_belongs_to_two_units() -> None:
    assert entries(only("UPHOSOKU"))["送信単位"].count("\n") == 1


def test_a_kind_is_found_by_the_name_of_a_file_and_by_its_japanese_name() -> None:
    assert only("UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV").subject == "UPPLAN"
    assert only("第6表").subject == "UPPLAN"
    assert only("ｕｐｐｌａｎ").subject == "UPPLAN"


@pytest.mark.parametrize("kind", KINDS)
def test_every_item_is_found_by_both_its_names_alone_and_with_its_kind(kind: str) -> None:
    for field in layout(kind).fields:
        for name in (field.name, field.name_ja):
            for word in (name, f"{kind}.{name}"):
                found = [one for one in explain(word) if one.sort == "field" and one.subject == field.name]
                assert any(kind in row for one in found for row in one.tables[0].rows), word


def test_an_item_says_form_length_need_codes_and_versions() -> None:
    one = only("UPHOSOKU.要介護状態区分")
    told = entries(one)
    assert (told["長さ(半角)"], told["必須"]) == ("2", "任意")
    assert ("21", "要介護１") in one.tables[1].rows
    assert only("UPPLAN.tais_code").tables[0].rows[0][-1] == "第4.1版(202407)"


def test_items_of_one_name_that_differ_are_told_apart() -> None:
    """要介護状態区分 has another code list in UPKIHON."""
    lists = {table.title for one in explain("care_level") for table in one.tables[1:]}
    assert {"コードの一覧 care_level", "コードの一覧 care_level_kihon"} <= lists


def test_a_code_is_found_by_value_by_meaning_and_within_its_list() -> None:
    assert entries(only("care_level.21"))["意味"] == "要介護１"
    assert "11" in {one.subject for one in explain("訪問介護")}
    assert {entries(one)["一覧"] for one in explain("2A")} == {"service_type"}
    assert only("service_type_office").tables[0].rows[0] == ("43", "居宅介護支援")
    assert entries(only("111211"))["サービス種類"] == "11 訪問介護"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("E-CROS-DAY", "E-CROSS-DAY"), ("UPPLAM", "UPPLAN"), ("unit_point", "unit_points"), ("単位", "単位数")],
)
def test_a_near_miss_gets_the_right_word(wrong: str, right: str) -> None:
    assert explain(wrong) == []
    assert right in near_misses(wrong)


@pytest.mark.parametrize("word", ["", " ", ".", "…", "\x00", "x" * 10_000])
def test_a_word_that_means_nothing_has_no_answer(word: str) -> None:
    assert explain(word) == []
    assert near_misses(word) == []


def test_every_answer_is_plain_json() -> None:
    for word in ("E-CSV-COLUMNS", "UPSIKYU", "単位数", "21", "care_level"):
        for one in explain(word):
            assert json.loads(json.dumps(one.as_dict())) == one.as_dict()


def test_every_condition_and_form_has_words() -> None:
    for version in VERSIONS:
        for kind in kinds(version):
            for field in layout(kind, version).fields:
                told = required_words(field) + form_words(field) + confidence_words(field)
                assert "when:" not in told and "_" not in told.replace(field.codes or "", "")


# The page of all items ------------------------------------------------------------------------------------------------


def test_the_page_has_every_item_of_every_kind_and_version() -> None:
    page = fields_page()
    items = sum(layout(kind, version).columns for version in VERSIONS for kind in kinds(version))
    codes = sum(map(len, code_lists().values()))
    assert sum(line.startswith("| ") and line[2].isdigit() for line in page.split("\n")) == items
    assert sum(line.startswith("| `") for line in page.split("\n")) == codes
    for kind in kinds("202208"):
        assert f"### {kind} {layout(kind).name_ja}(第3版(202208)" in page
