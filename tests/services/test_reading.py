from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.books import LINES, like_the_ministry, workbook

from renkei.services.reading import MAX_FINDINGS, NotATable, read
from renkei.services.table import Service

MASTER = "保険者番号,サービス種類コード,サービス項目コード,適用開始年月,適用終了年月,サービス名称,単位数,算定単位\n"


def test_a_workbook_shaped_like_the_ministry_s_is_read():
    found = read("見本.xlsx", like_the_ministry(), "202406")

    assert found.services == [
        Service(type_ + item, "", "202406", "", name, str(units), "1回につき") for type_, item, name, units, _ in LINES
    ]
    assert (found.bad, found.guesses) == (0, [])


def test_headings_that_come_again_on_each_page_are_no_services():
    headings = ["サービスコード", "", "サービス内容略称"], ["種類", "項目", ""]
    rows = [*headings, ["99", "1111", "見本訪問"], [], *headings, ["99", "1112", "見本夜間"]]

    found = read("見本.xlsx", workbook(rows, [["表紙"]], rows[:3]), "202406")

    assert [one.name for one in found.services] == ["見本訪問", "見本夜間", "見本訪問"]
    assert found.bad == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_master_of_a_municipality_says_whose_and_until_when(encoding: str):
    text = (
        MASTER
        + '"132019","A9","1111","201910","202403","見本の市の訪問","2108","03"\n132019,A9,1111,202404,999999,見本の新しい訪問,2109,03\n'
    )

    old, new = read("市.csv", text.encode(encoding)).services

    assert old == Service("A91111", "132019", "201910", "202403", "見本の市の訪問", "2108", "03")
    assert (new.valid_from, new.valid_until) == ("202404", "")


def test_a_master_without_headings_is_read_and_that_is_told():
    found = read("市.csv", b"132019,A9,1111,201910,999999,name,1,3\n132019,A9,1112,201910,999999,other,1,3\n")

    assert [one.code for one in found.services] == ["A91111", "A91112"]
    assert "見出しがない" in found.guesses[0]


def test_a_heading_that_nobody_knows_is_guessed_and_told():
    found = read("表.csv", "コード表,サービスコード,サービスの略称\nx,991111,見本\n".encode(), "202406")

    assert found.services[0].name == "見本"
    assert found.guesses == ["見出し「サービスの略称」を「サービス内容略称」とみました"]


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("9,111,202406,見本", "項目", "先頭の0"),
        ("99,1111,令和6年,見本", "適用開始年月", "西暦"),
        ("99,1111,,見本", "適用開始年月", "--from"),
        ("99,1111,202406,", "サービス内容略称", "列"),
        ("99,1111,202406," + "長" * 201, "サービス内容略称", "列"),
        ("99,1112,202406,ちがう名前", "サービス内容略称", "どちら"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_place_and_the_others_are_taken(line: str, field: str, words: str):
    text = f"種類,項目,適用開始年月,サービス内容略称\n99,1112,202406,見本\n{line}\n"
    found = read("表.csv", text.encode() + b"99,1113,202406,x\n")
    [told] = found.findings

    assert (told.file, told.sheet, told.row, told.field) == ("表.csv", "", 3, field)
    assert words in told.remedy
    assert [one.code for one in found.services] == ["991112", "991113"]


def test_of_very_many_bad_lines_only_the_first_are_told():
    found = read("表.csv", ("code,name\n" + "1,x\n" * 500).encode(), "202406")

    assert (len(found.findings), found.bad) == (MAX_FINDINGS, 500)


def test_line_breaks_and_signs_that_turn_text_do_not_reach_the_paper():
    [one] = read("表.csv", 'code,name\n991111,"見本\n訪問\u202e１ ・夜"\n'.encode(), "202406").services

    assert one.name == "見本訪問１ ・夜"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "見出し"),
        (b"a,b\n1,2\n", "見出し"),
        (b"\xd0\xcf\x11\xe0 old", ".xlsx"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 broken", "開けません"),
        (b"\x81\x00\xff", "文字コード"),
        (workbook([["表紙"]]), "見出し"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(data: bytes, words: str):
    with pytest.raises(NotATable, match=words):
        read("表", data, "202406")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=12), st.booleans())
def test_whatever_is_in_the_cells_each_line_is_taken_or_told_or_passed_over(rows: list[list[str]], is_named: bool):
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["種類", "項目", "適用開始年月", "サービス内容略称", "単位数", "算定単位"])
    lines.writerows(rows)

    found = read("表.csv", text.getvalue().encode(), "202406" if is_named else "")

    assert len(found.services) + found.bad <= len(rows)
    assert all(len(one.code) == 6 and len(one.valid_from) == 6 and one.name for one in found.services)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"code,name\n"]))
def test_whatever_the_bytes_are_there_is_an_answer(data: bytes, start: bytes):
    try:
        services = read("表", start + data, "202406").services
    except NotATable:
        services = []

    assert all(len(one.code) == 6 and one.name for one in services)


@pytest.mark.parametrize("title", ["見本サービスコード表", "注 見本です"])
def test_a_title_that_goes_over_all_columns_is_no_service(title: str):
    rows = [["種類", "項目", "サービス内容略称"], [title] * 3, ["99", "1111", "見本訪問"]]

    found = read("見本.xlsx", workbook(rows), "202406")

    assert (len(found.services), found.bad) == (1, 0)


@pytest.mark.shared
def test_a_table_that_a_machine_read_from_the_published_one_is_read_whole(shared: Path):
    data = (shared / "reference/service-codes.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode())))

    found = read("service-codes.csv", data)

    assert (found.bad, found.guesses) == (0, [])
    assert [(one.code, one.name, one.units, one.unit_basis) for one in found.services] == [
        (row["service_code"], row["name"], row["units"], row["unit_basis"]) for row in rows
    ]
    assert len(rows) > 15_000
