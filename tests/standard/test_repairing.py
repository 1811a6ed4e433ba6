"""`repair` mends what is safe, says every change, and leaves the rest to a person."""

from __future__ import annotations

import doctest
import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.standard.checking import check
from renkei.standard.layouts import layout
from renkei.standard.records import write
from renkei.standard.repairing import MENDS, QUESTIONS, Repaired, repair

from .corpus import CORPUS, Wrong
from .month import HELPER, NAMES, PLANNER, files, kind_of, rows
from .spoil import Files, Spoil, cell, changed, every, renamed, replaced

_MODULES = ["", ".characters", ".model", ".naming", ".reading", ".rows", ".variants"]


def _codes(found: Repaired) -> list[str]:
    return [change.code for change in found.changes]


def _questions(found: Repaired) -> list[str]:
    return [remaining.code for remaining in found.remaining]


def _spoilt(spoil: Spoil, key: str) -> tuple[str, bytes]:
    """The one file of the month that the spoiling changed."""
    clean, spoilt = files(), spoil()
    [(name, data)] = [item for item in spoilt.items() if item not in clean.items()] or [(NAMES[key], clean[NAMES[key]])]
    return name, data


def _as_quoted(data: bytes) -> bytes:
    lines = data.decode("cp932").split("\r\n")[:-1]
    cells = [[cell if cell.startswith('"') else f'"{cell}"' for cell in line.split(",")] for line in lines]
    return "".join(",".join(line) + "\r\n" for line in cells).encode("cp932")


def _with(key: str, change: bytes | None = None, *, front: bytes = b"", end: bytes = b"") -> Spoil:
    return changed(key, lambda data: front + (change if change is not None else data) + end)


def _in(encoding: str, key: str = "UPPLAN") -> Spoil:
    return changed(key, lambda data: data.decode("cp932").encode(encoding))


def _swapped(old: bytes, new: bytes, key: str) -> Spoil:
    return changed(key, lambda data: data.replace(old, new))


# What was spoilt, how, and the rules that bring the very same bytes and the same name back.
REVERSIBLE: dict[str, tuple[str, Spoil, set[str]]] = {
    "LFの改行": ("UPPLAN", _swapped(b"\r\n", b"\n", "UPPLAN"), {"R-FILE-NEWLINE"}),
    "CRの改行": ("UPPLAN", _swapped(b"\r\n", b"\r", "UPPLAN"), {"R-FILE-NEWLINE"}),
    "最後の改行がない": ("UPJSK", changed("UPJSK", lambda data: data[:-2]), {"R-FILE-END"}),
    "終わりの記号": ("UPJSK", _with("UPJSK", end=b"\x1a"), {"R-FILE-EOF"}),
    "終わりの記号と改行": ("UPJSK", _with("UPJSK", end=b"\x1a\r\n"), {"R-FILE-EOF"}),
    "空の行": ("UPJSK", _with("UPJSK", front=b"\r\n", end=b"\r\n\r\n"), {"R-FILE-BLANK"}),
    "空白だけの行": ("UPJSK", _with("UPJSK", end=b", ," + b"," * 22 + b"\r\n"), {"R-FILE-BLANK", "R-ITEM-SPACE"}),
    "コンマだけの行": ("UPJSK", _with("UPJSK", end=b"," * 24 + b"\r\n"), {"R-FILE-BLANK"}),
    "UTF-8": ("UPPLAN", _in("utf-8"), {"R-FILE-ENCODING"}),
    "UTF-8のBOM": ("UPPLAN", _in("utf-8-sig"), {"R-FILE-ENCODING"}),
    "UTF-16": ("UPPLAN", _in("utf-16"), {"R-FILE-ENCODING"}),
    "BOMのないUTF-16": ("UPPLAN", _in("utf-16-be"), {"R-FILE-ENCODING"}),
    "BOMの付いたシフトJIS": ("UPPLAN", _with("UPPLAN", front=b"\xef\xbb\xbf"), {"R-FILE-ENCODING"}),
    "見出し行": ("UPJSK", _with("UPJSK", front="版,保険者番号\r\n".encode("cp932")), {"R-FILE-HEADER"}),
    "表題と見出し": ("DLTPLAN", _with("DLTPLAN", front="一覧\r\n版,番号\r\n".encode("cp932")), {"R-FILE-HEADER"}),
    "引用符だらけ": ("UPJSK", changed("UPJSK", _as_quoted), {"R-FILE-QUOTES"}),
    "引用符がない": ("UPJSK", _swapped(b'"', b"", "UPJSK"), {"R-FILE-QUOTES"}),
    "余分なコンマ": ("UPJSK", _swapped(b"\r\n", b",,\r\n", "UPJSK"), {"R-FILE-COLUMNS"}),
    "足りないコンマ": ("UPJSK", _swapped(b",\r\n", b"\r\n", "UPJSK"), {"R-FILE-COLUMNS"}),
    "NECの符号": ("UPHOSOKU", _swapped(b"\xfb\xfc", b"\xee\xe0", "UPHOSOKU"), {"R-FILE-BYTES"}),
    "タブ区切り": (
        "DLTJSK",
        changed("DLTJSK", lambda data: data.decode("cp932").replace(",", "\t").encode("utf-16")),
        {"R-FILE-ENCODING", "R-FILE-TABS"},
    ),
    "被保険者番号の0": ("DLTPLAN", replaced("DLTPLAN", b"0000000001", b"1"), {"R-ITEM-ZEROS"}),
    "時刻の0": ("UPPLAN", _swapped(b"0930", b"930", "UPPLAN"), {"R-ITEM-ZEROS"}),
    "時刻のコロン": ("UPPLAN", _swapped(b"0930", b"9:30", "UPPLAN"), {"R-ITEM-TIME"}),
    "日付の/": ("UPPLAN", _swapped(b"20261202", b"2026/12/2", "UPPLAN"), {"R-ITEM-DATE"}),
    "日付の-": ("UPPLAN", _swapped(b"20261202", b"2026-12-02", "UPPLAN"), {"R-ITEM-DATE"}),
    "年月の/": ("DLTPLAN", replaced("DLTPLAN", b"202612", b"2026/12"), {"R-ITEM-DATE"}),
    "0だけの日付": ("UPHOSOKU", _swapped(b"00000000,", b"0,", "UPHOSOKU"), {"R-ITEM-ZEROS"}),
    "0だけの年月": ("UPHOSOKU_PLAN", changed("UPHOSOKU_PLAN", lambda d: d[:-8] + b"0\r\n"), {"R-ITEM-ZEROS"}),
    "桁区切り": ("UPHOSOKU", _swapped(b"16765", b'"16,765"', "UPHOSOKU"), {"R-ITEM-NUMBER"}),
    "小数の0": ("UPHOSOKU", _swapped(b"16765", b"16765.0", "UPHOSOKU"), {"R-ITEM-NUMBER"}),
    "前後の空白": ("DLTPLAN", replaced("DLTPLAN", b"132019", b" 132019 "), {"R-ITEM-SPACE"}),
    "全角の番号": ("DLTPLAN", replaced("DLTPLAN", b"132019", "１３２０１９".encode("cp932")), {"R-ITEM-WIDTH"}),
    "TAISの全角ハイフン": ("UPPLAN", replaced("UPPLAN", b"1-0", "1－0".encode("cp932")), {"R-ITEM-HYPHEN"}),
    "TAISの長音": ("UPPLAN", replaced("UPPLAN", b"1-0", "1ー0".encode("cp932")), {"R-ITEM-HYPHEN"}),
    "小文字のH": ("UPPLAN", _swapped(b"H00", b"h00", "UPPLAN"), {"R-ITEM-CASE"}),
    "ハイフンのない郵便番号": ("UPHOSOKU", _swapped(b"185-8501", b"1858501", "UPHOSOKU"), {"R-ITEM-POSTAL"}),
    "文の中のLF": ("UP1KYO", replaced("UP1KYO", b",\r\n", b",\n"), {"R-CHAR-NEWLINE"}),
    "制御文字": ("UPJSK", replaced("UPJSK", b"\x89\xee", b"\x07\x89\xee"), {"R-CHAR-CONTROL"}),
    "小文字の拡張子": ("UPJSK", renamed("UPJSK", ".CSV", ".csv"), {"R-NAME-EXTENSION"}),
    "二重の拡張子": ("UPJSK", renamed("UPJSK", ".CSV", ".CSV.txt"), {"R-NAME-EXTENSION"}),
    "txt": ("UPJSK", renamed("UPJSK", ".CSV", ".txt"), {"R-NAME-EXTENSION"}),
    "拡張子がない": ("UPJSK", renamed("UPJSK", ".CSV", ""), {"R-NAME-EXTENSION"}),
    "2つめのダウンロード": ("UPJSK", renamed("UPJSK", ".CSV", " (1).CSV"), {"R-NAME-COPY"}),
    "コピー": ("UPJSK", renamed("UPJSK", ".CSV", " - コピー.CSV"), {"R-NAME-COPY"}),
    "小文字の種類": ("UPKIHON_SUB1", renamed("UPKIHON_SUB1", "UPKIHON_SUB1", "upkihon_sub1"), {"R-NAME-CASE"}),
    "全角の名前": ("UPJSK", renamed("UPJSK", "UPJSK_2026", "ＵＰＪＳＫ＿２０２６"), {"R-NAME-WIDTH"}),
    "3桁の種類": ("UPJSK", renamed("UPJSK", "_11_", "_111_"), {"R-NAME-EDITION"}),
    "種類が逆": (
        "UPJSK",
        renamed("UPJSK", f"{HELPER}_11_{PLANNER}_43", f"{HELPER}_43_{PLANNER}_11"),
        {"R-NAME-SWAPPED"},
    ),
}


@pytest.mark.parametrize("what", REVERSIBLE)
def test_a_spoilt_file_becomes_what_it_was(what: str):
    key, spoil, rules = REVERSIBLE[what]
    mended = repair(*_spoilt(spoil, key))
    assert (mended.name, mended.data) == (NAMES[key], files()[NAMES[key]])
    assert set(_codes(mended)) == rules | ({"R-FILE-QUOTES"} & set(_codes(mended)))
    assert not mended.remaining


def _mended(month: Files) -> Files:
    return {found.name: found.data for found in (repair(name, data) for name, data in month.items())}


@pytest.mark.parametrize("what", REVERSIBLE)
def test_the_check_has_no_more_to_say_after_the_repair(what: str):
    _, spoil, _ = REVERSIBLE[what]
    spoilt = spoil()
    assert spoilt != files()
    assert check(_mended(spoilt).items()).findings == []


@pytest.mark.parametrize("key", NAMES)
def test_a_clean_file_comes_back_byte_for_byte(key: str):
    data = files()[NAMES[key]]
    assert repair(NAMES[key], data) == Repaired(NAMES[key], data, (), ())


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_every_wrong_file_is_mended_once_for_all(case: Wrong):
    for name, data in case.contents().items():
        first = repair(name, data, geta=True)
        again = repair(first.name, first.data, geta=True)
        assert (again.name, again.data, again.changes) == (first.name, first.data, ())
        assert bool(first.changes) == ((first.name, first.data) != (name.split("/")[-1], data))


def test_a_path_is_named_by_its_last_part():
    assert repair("C:\\月\\" + NAMES["UPJSK"], files()[NAMES["UPJSK"]]).name == NAMES["UPJSK"]


def test_each_change_says_where_and_what():
    [change] = repair(*_spoilt(cell("UPJSK", 2, "service_start_time", "9:30"), "UPJSK")).changes
    assert (change.code, change.record, change.field) == ("R-ITEM-TIME", 2, "サービス開始時刻")
    assert (change.before, change.after, change.words) == ("9:30", "0930", MENDS["R-ITEM-TIME"].words)


def test_records_are_counted_as_the_check_counts_them():
    data = "見出し\r\n\r\n".encode("cp932") + write(
        "DLTPLAN", [rows()["DLTPLAN"][0] | {"insurer_number": "１３２０１９"}]
    )
    mended = repair(NAMES["DLTPLAN"], data)
    [change] = [change for change in mended.changes if change.code == "R-ITEM-WIDTH"]
    [finding] = [finding for finding in check([(NAMES["DLTPLAN"], data)]).findings if finding.field]
    assert change.record == finding.record == 2


def test_digits_that_a_spreadsheet_threw_away_are_left_to_a_person():
    mended = repair(*_spoilt(cell("UPJSK", 1, "service_office_number", "1.37E+09"), "UPJSK"))
    assert _codes(mended) == []
    assert [(r.code, r.record, r.value) for r in mended.remaining] == [("P-ITEM-DIGITS", 1, "1.37E+09")]


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("insured_person_number", "00000000001"),  # too long is no lost zero
        ("insured_person_number", "0"),
        ("insurer_number", "12"),  # of a prefecture's two digits one can be a zero
        ("service_office_number", "12345678"),
        ("service_code", "1111"),
        ("service_code", "11111"),  # 01 is no service type
        ("service_date", "2026/2/30"),
        ("service_date", "26/12/1"),
        ("service_date", "2026/12/1 9:30"),
        ("service_date", "1202"),
        ("target_year_month", "12"),
        ("service_start_time", "25:00"),
        ("service_start_time", "970"),
        ("service_count", "1,5"),
        ("service_count", "1.5"),
        ("unit_points", "二百"),
        ("tais_code", "1-10"),
        ("over_30_days_flag", "2"),
    ],
)
def test_what_is_not_surely_meant_is_left_as_it_is(item: str, value: str):
    name, data = _spoilt(cell("UPJSK", 1, item, value), "UPJSK")
    assert repair(name, data).data == data


def test_texts_are_not_touched_but_for_characters_that_cannot_be_written():
    text = " ２０２６/１２/１ １，２３４ ﾔﾏﾀﾞ 髙﨑①㈱～－\t "
    data = files({"UPJSK": [rows()["UPJSK"][0] | {"care_manager_name": text}]})[NAMES["UPJSK"]]
    assert repair(NAMES["UPJSK"], data).data == data


@pytest.mark.parametrize(
    ("spoil", "question"),
    [
        (replaced("UPJSK", b'"', b""), "P-FILE-BROKEN"),
        (changed("UPJSK", lambda data: data + b'202407,132019,"'), "P-FILE-BROKEN"),
        (replaced("UPJSK", b",0930,", b","), "P-FILE-BROKEN"),
        (replaced("UPJSK", b",,,", b",\r\n,,"), "P-FILE-BROKEN"),
        (changed("UPJSK", lambda data: b"PK\x03\x04" + data), "P-FILE-NOT-CSV"),
        (changed("UPJSK", lambda data: "氏名,住所\r\n山田,国分寺市\r\n".encode("cp932")), "P-FILE-WORDS"),
        (replaced("UPJSK", b"\x89\xee", b"\xf0\x40"), "P-CHAR-GAIJI"),
        (replaced("UPJSK", b"\x89\xee", b"\xff"), "P-CHAR-BYTE"),
        (replaced("UPJSK", b"\x89\xee", b"\x81\x20"), "P-CHAR-BYTE"),
    ],
)
def test_a_file_that_needs_a_person_first_keeps_its_bytes(spoil: Spoil, question: str):
    name, data = _spoilt(spoil, "UPJSK")
    held = repair(name, data.replace(b"\r\n", b"\n"))
    assert (held.held, held.data, held.changes) == (True, data.replace(b"\r\n", b"\n"), ())
    assert set(_questions(held)) == {question}


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("一覧.csv", "P-NAME-KIND"),
        ("DLTBET_202612.CSV", "P-NAME-KIND"),
        ("", "P-NAME-KIND"),
        ("UPJSK_202612.csv", "P-NAME-FORM"),
        ("UPJSK_12月.xlsx", "P-NAME-FORM"),
    ],
)
def test_a_name_that_cannot_be_mended_is_left_to_a_person(name: str, question: str):
    mended = repair(name, files()[NAMES["UPJSK"]])
    assert (mended.name, mended.changes, _questions(mended)) == (name, (), [question])


def test_the_picture_of_a_family_gets_its_name_and_keeps_its_bytes():
    name = NAMES["UPKIHON"].replace("UPKIHON", "UPKIHON_IMAGE").replace(".CSV", "_0001.JPG")
    mended = repair(name, b"\xff\xd8\xff")
    assert (mended.name, mended.data) == (name.replace(".JPG", ".jpg"), b"\xff\xd8\xff")


def test_a_file_of_the_third_edition_stays_one():
    row = {name: value for name, value in rows()["UPJSK"][0].items() if name not in {"tais_code", "equipment_name"}}
    data = write("UPJSK", [row], "202208")
    name = f"UPJSK_202612_{HELPER}_{PLANNER}_20270102090007.CSV"
    mended = repair(name.lower(), data.replace(b"\r\n", b"\n"))
    assert (mended.name, mended.data) == (name, data)


def test_an_empty_file_is_left_alone():
    assert repair(NAMES["UPJSK"], b"") == Repaired(NAMES["UPJSK"], b"", (), ())


def test_every_rule_of_the_catalogue_is_shown_in_a_test_or_can_be():
    spoilt = [repair(*_spoilt(spoil, key)) for key, spoil, _ in REVERSIBLE.values()]
    shown = {code for found in spoilt for code in _codes(found)}
    characters = {code for code in MENDS if code.startswith("R-CHAR-")}
    assert set(MENDS) - characters - shown == set()
    assert all(rule.words.endswith("。") and rule.code == code for code, rule in {**MENDS, **QUESTIONS}.items())


@pytest.mark.parametrize("module", _MODULES)
def test_the_examples_are_true(module: str):
    assert doctest.testmod(importlib.import_module(f"renkei.standard.repairing{module}")).failed == 0


def test_the_whole_month_opened_and_saved_in_a_spreadsheet_is_right_again():
    spoilt = {
        name: b"\xef\xbb\xbf" + data.decode("cp932").replace(",0930,", ",9:30,").replace(',"', ',"').encode()
        for name, data in files().items()
    }
    assert check(spoilt.items()).has_errors
    assert _mended(spoilt) == files()


def test_a_care_level_gets_its_zero_back():
    name, data = _spoilt(every("UPHOSOKU", care_level="6"), "UPHOSOKU")
    assert {(change.code, change.after) for change in repair(name, data).changes} == {("R-ITEM-ZEROS", "06")}


_LINES = st.lists(st.text(st.sampled_from("髙﨑①㈱～－ｱﾞ 　,\"'\t永aZ09/:.-=〓ⅰ≒"), max_size=8), max_size=4).map(
    "\r\n".join
)


@settings(max_examples=150)
@given(key=st.sampled_from(sorted(NAMES)), text=_LINES, data=st.data())
def test_a_canonical_file_with_any_text_is_never_changed(key: str, text: str, data: st.DataObject):
    kind = kind_of(key)
    field = data.draw(st.sampled_from([field.name for field in layout(kind).fields if field.type == "text"] or [""]))
    written = files({key: [row | ({field: text} if field else {}) for row in rows()[key]]})[NAMES[key]]
    assert repair(NAMES[key], written) == Repaired(NAMES[key], written, (), ())
