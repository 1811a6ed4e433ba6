"""The rule behind a word: a finding, a kind, an item, a code."""

from __future__ import annotations

import doctest
import json
import re

import pytest

from renkei.standard import trade_words
from renkei.standard.converting.catalogue import NOTES
from renkei.standard.explaining import (
    EDITIONS,
    Explanation,
    confidence_words,
    explain,
    form_words,
    near_misses,
    required_words,
)
from renkei.standard.findings import CATALOGUE
from renkei.standard.layouts import KINDS, VERSIONS, code_lists, kinds, layout
from renkei.standard.repairing import MENDS, QUESTIONS
from renkei.standard.showing.fields_page import fields_page
from renkei.standard.trade_words import GAPS, WORDS, without_gaps


def only(word: str) -> Explanation:
    (one,) = explain(word)
    return one


def entries(one: Explanation) -> dict[str, str]:
    return {entry.label: entry.value for entry in one.entries}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_is_explained_with_message_mend_basis_and_severities(code: str) -> None:
    told = entries(only(code.lower()))
    assert (told["指摘"], told["直し方"]) == tuple(map(without_gaps, (CATALOGUE[code].message, CATALOGUE[code].remedy)))
    assert "{" not in told["指摘"] + told["直し方"]
    assert told["根拠"] and "ハブは" in told["重さ"]


@pytest.mark.parametrize("code", [*MENDS, *QUESTIONS])
def test_what_repair_mends_and_leaves_is_explained(code: str) -> None:
    rule = MENDS.get(code) or QUESTIONS[code]
    one = only(code.lower())
    told = entries(one)
    assert one.sort == ("mend" if code in MENDS else "question")
    assert rule.title in told.values() and rule.words in told.values()
    assert (rule.option or "") in "".join(told.values())


@pytest.mark.parametrize("code", NOTES)
def test_what_convert_says_is_explained_without_gaps(code: str) -> None:
    one = only(code)
    told = "".join(entries(one).values())
    assert one.sort == "note" and "{" not in told
    assert without_gaps(NOTES[code][1]) in told
    assert ("変換していません" in told) == code.startswith("E-")


def test_no_gap_word_is_left_over_or_missing() -> None:
    texts = [text for rule in CATALOGUE.values() for text in (rule.message, rule.remedy)]
    texts += [text for note in NOTES.values() for text in note]
    assert {gap for text in texts for gap in re.findall(r"\{(\w+)\}", text)} == set(GAPS)


def test_a_gap_is_a_word_in_brackets() -> None:
    assert "対象年月(月)" in entries(only("E-CROSS-DAY"))["指摘"]


@pytest.mark.parametrize("word", WORDS)
def test_words_of_the_trade_are_explained(word: str) -> None:
    found = [one for one in explain(word) if one.sort == "word"]
    assert [entries(one)["意味"] for one in found] == [WORDS[word]]
    assert 1 <= WORDS[word].count("。") <= 2


def test_the_words_that_newcomers_asked_for_are_there() -> None:
    asked = "提供票 連番 送信単位 返戻 実績 計画書 利用票 サテライト 住所地特例 日割 限度額"
    assert set(asked.split()) <= set(WORDS)


def test_a_word_of_the_trade_names_items_that_exist() -> None:
    known = {field.name_ja for kind in KINDS for field in layout(kind).fields}
    named = [item for text in WORDS.values() for item in re.findall("項目「(.+?)」", text)]
    assert len(named) >= 4 and set(named) <= known


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("返戻", ["支払われず", "給付管理票", "翌月以降"]),
        ("住所地特例", ["対象の施設", "入る前の市町村", "番号のまちがい"]),
        ("日割", ["決められた場合だけ", "31桁"]),
        ("限度額", ["区分支給限度基準額", "種類支給限度基準額", "全額が利用者の負担", "数えません"]),
    ],
)
def test_a_word_of_the_trade_is_told_exactly(word: str, said: list[str]) -> None:
    assert [part for part in said if part not in WORDS[word]] == []


def test_a_word_that_was_split_is_joined() -> None:
    assert explain("保険者 番号") == explain("保険者番号") != []
    assert explain("居宅サービス計画書　第1表")[0].subject == "UP1KYO"


def test_every_version_has_a_name() -> None:
    assert set(EDITIONS) == set(VERSIONS)


def test_the_example_of_the_words_is_true() -> None:
    found = doctest.testmod(trade_words)
    assert (found.failed, found.attempted > 0) == (0, True)


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
