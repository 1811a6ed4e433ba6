"""Characters that MS932 lacks: replaced by a table that a person can read, never dropped in silence."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.standard import cp932
from renkei.standard.records import read
from renkei.standard.repairing import Repaired, VariantsError, built_in, parse, repair
from renkei.standard.repairing.variants import derived, is_writable

from .month import NAMES, files, rows

MARK = "介護　支援子"


def _with_name(name: str) -> bytes:
    """A file of actuals in UTF-8 whose care manager has this name."""
    return (
        files()[NAMES["UPJSK"]].decode("cp932").replace(MARK, name.replace('"', '""')).encode("utf-8", "surrogatepass")
    )


def _name(found: Repaired) -> str:
    return read(found.data, "UPJSK")[0]["care_manager_name"]


def _mended(name: str, **options: bool) -> tuple[str, set[str]]:
    found = repair(NAMES["UPJSK"], _with_name(name), **options)  # type: ignore[arg-type]
    assert not found.held
    return _name(found), {change.code for change in found.changes} - {"R-FILE-ENCODING"}


@pytest.mark.parametrize(
    ("written", "mended", "rule"),
    [
        ("𠮷田", "吉田", "R-CHAR-VARIANT"),
        ("𣘺本", "橋本", "R-CHAR-VARIANT"),
        ("鷗", "鴎", "R-CHAR-VARIANT"),
        ("〜−‖—·¥‾", "～－∥―・￥￣", "R-CHAR-VARIANT"),
        ("ヷ", "ヴァ", "R-CHAR-VARIANT"),
        ("\ufa4c\ufa51\U0002f862", "社祝姫", "R-CHAR-DERIVED"),
        ("㉑㊿⓪", "(21)(50)(0)", "R-CHAR-DERIVED"),
        ("❶➓⓴", "①⑩⑳", "R-CHAR-DERIVED"),
        ("㎥㍿Ⅻ½", "m3株式会社XII1/2", "R-CHAR-DERIVED"),
        ("⼈é", "人e", "R-CHAR-DERIVED"),
        ("辻\U000e0100葛\ufe00", "辻葛", "R-CHAR-SELECTOR"),
        ("が\u304b\u3099あ\u3099", "ががあ゛", "R-CHAR-KANA"),
        ("a\u00a0b\u2003c", "a b c", "R-CHAR-SPACE"),
        ("a\u200bb\ufeffc\u00add", "abcd", "R-CHAR-INVISIBLE"),
        ("a\x07b\x0cc", "abc", "R-CHAR-CONTROL"),
        ("a\u2028b\x0bc\nd\re", "a\r\nb\r\nc\r\nd\r\ne", "R-CHAR-NEWLINE"),
    ],
)
def test_a_character_becomes_one_that_can_be_written(written: str, mended: str, rule: str):
    assert _mended(written) == (mended, {rule})


def test_what_ms932_has_stays():
    assert _mended("髙﨑德永塚①㈱～－∥ゞ〆") == ("髙﨑德永塚①㈱～－∥ゞ〆", set())


@pytest.mark.parametrize("character", ["𩸽", "😊", "ß", "\ue000", "\ufffd"])
def test_a_character_without_a_variant_waits_for_a_person(character: str):
    data = _with_name(f"山{character}")
    held = repair(NAMES["UPJSK"], data)
    assert (held.held, held.data, held.changes) == (True, data, ())
    assert {remaining.value for remaining in held.remaining} == {character}
    assert {remaining.field for remaining in held.remaining} == {"プラン担当者名"}


def test_the_geta_is_written_only_when_asked_for_and_is_always_listed():
    found = repair(NAMES["UPJSK"], _with_name("山𩸽"), geta=True)
    assert (_name(found), found.held) == ("山〓", False)
    assert {change.after for change in found.changes if change.code == "R-CHAR-GETA"} == {"〓"}
    assert {(left.code, left.value) for left in found.remaining} == {("P-CHAR-GETA", "𩸽")}


def test_a_stray_byte_is_no_character_and_gets_no_geta():
    data = files()[NAMES["UPJSK"]].replace(b"\x89\xee", b"\xff")
    assert repair(NAMES["UPJSK"], data, geta=True).data == data


def test_kana_are_widened_only_when_asked_for_and_only_in_texts():
    assert _mended("ﾔﾏﾀﾞ ﾊﾟﾞ｡") == ("ﾔﾏﾀﾞ ﾊﾟﾞ｡", set())
    assert _mended("ﾔﾏﾀﾞ ﾊﾟﾞ｡", widen_kana=True) == ("ヤマダ パ゛。", {"R-CHAR-WIDEN"})
    data = files({"UPHOSOKU": [rows()["UPHOSOKU"][0] | {"client_phone": "ｱ"}]})[NAMES["UPHOSOKU"]]
    fields = {change.field for change in repair(NAMES["UPHOSOKU"], data, widen_kana=True).changes}
    assert fields == {"利用者氏名フリガナ"}


def test_a_table_of_ones_own_goes_first():
    table = parse('["うちの字"]\n"𩸽" = "ほっけ"\n"𠮷" = "よし"\n"髙" = "高"\n')
    found = repair(NAMES["UPJSK"], _with_name("𩸽𠮷髙"), variants=table)
    assert _name(found) == "ほっけよし高"
    assert len([change for change in found.changes if change.code == "R-CHAR-VARIANT"]) == 9  # in three records


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("𠮷 = 吉", "書き方"),
        ('"𠮷田" = "吉田"', "1文字"),
        ('"𠮷" = ""', "空にはできません"),
        ('"𠮷" = 1', "置きかえる文字"),
        ('"𠮷" = "𡈽"', "使えない文字"),
        ('"髙" = "高"\n"高" = "髙"', "使えない文字"),
        ('"a" = "b"', "半角"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_words(text: str, words: str):
    with pytest.raises(VariantsError, match=words):
        parse(text)


def test_every_pair_of_the_table_leads_from_what_cannot_be_written_to_what_can():
    table = built_in()
    assert len(table) > 400
    wrong = {one: other for one, other in table.items() if is_writable(one) or not all(map(is_writable, other))}
    assert wrong == {}
    assert cp932.decode(cp932.encode("".join(table.values()))) == "".join(table.values())


def test_the_table_lists_nothing_that_unicode_says_itself():
    assert {one: other for one, other in built_in().items() if derived(one, {}) == other} == {}


def test_every_compatibility_ideograph_has_an_answer_or_waits():
    blocks = [*range(0xF900, 0xFAD9), *range(0x2F800, 0x2FA1E)]
    lacking = [chr(code) for code in blocks if not is_writable(chr(code))]
    answered = [character for character in lacking if derived(character, built_in())]
    assert len(answered) > 500
    assert all(is_writable(other) for other in (derived(one, built_in()) for one in answered) if other)


# Any text at all, but no quotes and commas, which belong to the form of the file.
_TEXTS = st.text(st.characters(exclude_characters='",', exclude_categories=["Cs"]), min_size=1, max_size=12)
_HARD = st.text(
    st.sampled_from("𠮷〜が\u3099\U000e0100\ufe0f\u200b\u00a0㉑é𩸽\ue000\ufffd髙a\n\r\x00\x1a\x85ﾊﾟ祝ゔ"), max_size=12
)


@settings(max_examples=300)
@given(st.one_of(_TEXTS, _HARD), st.booleans())
def test_no_character_goes_without_being_in_a_change(text: str, is_widened: bool):
    data = _with_name(f"山{text}川")
    found = repair(NAMES["UPJSK"], data, geta=True, widen_kana=is_widened)
    if found.held:
        assert found.data == data and found.remaining
        return
    after = cp932.decode(found.data)
    gone = Counter(data.decode("utf-8").replace('"', "")) - Counter(after.replace('"', ""))
    told = Counter("".join(change.before for change in found.changes)) + Counter("\r\n" * 4)
    assert gone - told == Counter()


@settings(max_examples=300)
@given(st.one_of(_TEXTS, _HARD), st.booleans())
def test_a_second_repair_finds_nothing(text: str, is_widened: bool):
    first = repair(NAMES["UPJSK"], _with_name(f"山{text}川"), geta=True, widen_kana=is_widened)
    again = repair(first.name, first.data, geta=True, widen_kana=is_widened)
    assert (again.name, again.data, again.changes) == (first.name, first.data, ())


@settings(max_examples=150)
@given(st.sampled_from(sorted(NAMES)), st.binary(max_size=200), st.booleans())
def test_any_bytes_are_answered_and_answered_once(key: str, data: bytes, is_geta: bool):
    first = repair(NAMES[key], data, geta=is_geta)
    again = repair(first.name, first.data, geta=is_geta)
    assert (again.data, again.changes) == (first.data, ())
    assert bool(first.changes) == (first.data != data)


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_name_is_answered(name: str):
    first = repair(name, b"")
    assert repair(first.name, b"").name == first.name
