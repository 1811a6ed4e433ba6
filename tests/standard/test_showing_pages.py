"""Sheets in the terminal and as a page: readable, complete, and safe whatever a file says."""

from __future__ import annotations

import doctest
import html.parser
import importlib
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.standard import month

from renkei.standard.comparing.changes import compare_papers
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.layouts import layout
from renkei.standard.names import FileName
from renkei.standard.records import write
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.as_text import as_text
from renkei.standard.showing.compared import compared_html, compared_text
from renkei.standard.showing.page import unbroken
from renkei.standard.showing.reconciled import reconciled_csv, reconciled_html, reconciled_text
from renkei.standard.showing.sheets import Contents, contents
from renkei.standard.showing.terminal import aligned, clean, columns, wrap

HOSTILE = "</style><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\x1b[2J\x07"


def shown(**edits: dict[str, str]) -> Contents:
    """The small month; `edits` change the first record of a file."""
    rows = month.rows()
    for key, edit in edits.items():
        rows[key][0] |= edit
    return contents({month.NAMES[key]: write(month.kind_of(key), own) for key, own in rows.items()})


def lines(text: str, start: str) -> list[str]:
    found = text.split("\n")
    return found[next(number for number, line in enumerate(found) if start in line) :]


# The terminal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100])
def test_every_line_fits_the_terminal(width: int) -> None:
    text = as_text(shown(UP1KYO={"overall_support_policy": "とても長い方針です。" * 40}), width)
    assert max(columns(line) for line in text.split("\n")) <= width


def test_the_month_is_a_line_a_service_and_a_column_a_day() -> None:
    text = as_text(shown())
    tens, ones, weekdays, _, office, service, days = lines(text, "1 1 1 1 1 1 1 1 1 1")[:7]
    assert office == "■ ㈱訪問介護ひまわり (1370200014)"
    assert service == "09:30～10:00 訪問介護 111111"
    marked = [place for place in range(len(days) - 5) if days[place] == "1"]
    ones = ones.replace("日", "  ")  # one character for two columns
    assert [tens[place] + ones[place] for place in marked] == [" 2", " 9"]
    # Weekdays are full-width characters: one for the two columns of a day.
    first = weekdays.index("火")
    assert weekdays[first : first + 31] == ("火水木金土日月" * 5)[:31]
    assert days.endswith("  2") and columns(days) == 80


def test_weeks_are_told_apart_without_colour() -> None:
    days = lines(as_text(shown()), "09:30～10:00 訪問介護 111111")[1]
    assert days.count("|") == 4 and "\x1b" not in days


def test_on_a_wide_terminal_the_service_stands_beside_its_days() -> None:
    (line,) = [one for one in as_text(shown(), 110).split("\n") if one.startswith("09:30～10:00 訪問介護 111111")][:1]
    assert line.endswith("  2")


def test_sums_of_the_annex_are_told_as_such() -> None:
    text = as_text(shown())
    annex = lines(text, "第7表")
    assert any(line.startswith("  通所介護 小計") and "713" in line for line in annex)
    assert any(line.startswith("  合計") and "1,201" in line and "13,006" in line for line in annex)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("DLT1KYO", "令和8年11月15日(日)に作成(変更)した居宅サービス計画書(第1表～第3表)を削除する連絡です。"),
        ("DLTPLAN", "令和8年12月分の予定(第6表・第7表)を削除する連絡です。"),
        ("DLTJSK", "令和8年12月分の実績(事業所 1370200014・訪問介護)を削除する連絡です。"),
        ("DLTKIHON", "令和8年11月10日(火)に相談した利用者基本情報を削除する連絡です。"),
        ("DLTYOBO", "令和8年11月12日(木)に作成(変更)した介護予防サービス・支援計画書を削除する連絡です。"),
    ],
)
def test_deletions_are_told_in_words(key: str, words: str) -> None:
    data = write(key, month.rows()[key])
    assert words in as_text(contents({month.NAMES[key]: data}), 120)


def test_every_filled_item_of_every_kind_is_in_sight() -> None:
    """Each text item of each kind gets a word of its own; none may be missing from the text or the page."""
    rows = month.rows()
    words = []
    for key, own in rows.items():
        for field in layout(month.kind_of(key)).fields:
            if field.type == "text" and field.name not in ("client_name", "service_office_name"):
                word = f"語{len(words):04}"
                own[0][field.name] = word
                words.append(word)
    for row in rows["UP3KYO"][0], rows["UPPLAN"][0], rows["UPJSK"][0], rows["UPSIKYU"][0]:
        row |= {"tais_code": "00001-000010"} if "service_code" in row else {}
    found = contents({month.NAMES[key]: write(month.kind_of(key), own) for key, own in rows.items()})
    text, page = as_text(found), as_html(found).replace('<span class="nowrap">', "")
    assert [word for word in words if word not in text or word not in page] == []


def test_a_care_plan_of_one_use_table_for_many_offices_is_shown_once() -> None:
    name = FileName.parse(month.NAMES["UPPLAN"])
    data = write("UPPLAN", month.rows()["UPPLAN"])
    other = str(name).replace(month.HELPER, month.DAY_CARE).replace("0014.", "0021.")
    found = contents({str(name): data, other: data})
    assert [len(person.sheets) for person in found.people] == [1, 1]
    assert "ほか1件" in as_text(found)


def test_days_by_the_day_and_beyond_thirty_are_noted() -> None:
    edits = {"per_diem_days_bitmap": "111" + "0" * 28, "over_30_days_flag": "1"}
    assert "日割 1～3日、30日超 2日" in as_text(shown(UPPLAN=edits))


def test_the_third_edition_is_shown_and_named() -> None:
    known = {field.name for field in layout("UPPLAN", "202208").fields}
    old = [{name: value for name, value in row.items() if name in known} for row in month.rows()["UPPLAN"]]
    name = f"UPPLAN_{month.MONTH}_{month.PLANNER}_{month.HELPER}_{month.TABLE_SEQUENCE}.CSV"
    text = as_text(contents({name: write("UPPLAN", old, "202208")}))
    assert "CSVバージョン 202208" in text and "福祉用具貸与 171001" in text


def test_a_row_of_another_month_is_counted_and_not_lost() -> None:
    assert "ほかの月の日付の行が1行あります" in as_text(shown(UPPLAN={"service_date": "20270101"}))


def test_control_characters_never_reach_the_terminal() -> None:
    text = as_text(shown(UP1KYO={"overall_support_policy": HOSTILE}))
    assert "\x1b" not in text and "\x07" not in text and "onerror" in text


def test_texts_wrap_by_columns_and_not_by_characters() -> None:
    assert wrap("あaいbう", 4) == ["あa", "いb", "う"]
    assert clean("a\tb\r\nc\u202e") == "a    b\nc\ufffd"
    assert aligned(("品", "円"), [("米", "5")], 20, frozenset({"円"})) == ["  品  円", "  --  --", "  米   5"]
    assert aligned(("a", "b"), [("x" * 20, "y" * 20)], 20) is None


# The page -------------------------------------------------------------------------------------------------------------


class Parsed(html.parser.HTMLParser):
    """Elements and attributes of a page; a table without caption or a header without scope is remembered."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.uncaptioned = self.unscoped = 0
        self.feed(page)
        self.close()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.uncaptioned += self.tags[-1:] == ["table"] and tag != "caption"
        self.unscoped += tag == "th" and "scope" not in dict(attrs)
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def pages() -> list[tuple[str, str]]:
    """Every page that this package makes, from files whose every text is hostile."""
    rows = month.rows()
    for key, own in rows.items():
        for field in layout(month.kind_of(key)).fields:
            if field.type == "text":
                own[0][field.name] = HOSTILE
    after = {key: [dict(row) for row in own] for key, own in rows.items()}
    after["UP1KYO"][0]["overall_support_policy"] += "<b>"
    after["UPPLAN"][4]["service_office_name"] = HOSTILE + "<i>"
    sides = []
    for side in (rows, after):
        files = [(month.NAMES[key], write(month.kind_of(key), own)) for key, own in side.items() if key[:3] != "DLT"]
        sides.append(read_papers([*files, (HOSTILE, b"")]))
    (old, unread), (new, _) = sides
    files = {month.NAMES[key]: write(month.kind_of(key), own) for key, own in rows.items()} | {HOSTILE: b""}
    return [
        ("show", as_html(contents(files))),
        ("diff", compared_html(compare_papers(old, new), tuple(unread))),
        ("reconcile", reconciled_html(reconcile_papers(old, old), tuple(unread))),
    ]


@pytest.mark.parametrize(("name", "page"), pages(), ids=["show", "diff", "reconcile"])
def test_no_text_of_a_file_becomes_markup(name: str, page: str) -> None:
    parsed = Parsed(page)
    assert HOSTILE[:8] not in page.partition("<style>")[2].partition("</style>")[2]
    assert not {"script", "img", "b", "i", "iframe", "link", "object"} & set(parsed.tags), name
    assert [key for key, _ in parsed.attributes if key.startswith("on")] == []
    assert "onerror=alert(1)&gt;" in page and "\x1b" not in page


@pytest.mark.parametrize(("name", "page"), pages(), ids=["show", "diff", "reconcile"])
def test_pages_stand_alone_and_their_tables_have_captions_and_scopes(name: str, page: str) -> None:
    parsed = Parsed(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="ja">')
    assert [
        value for key, value in parsed.attributes if key in ("src", "href") and not (value or "").startswith("#")
    ] == []
    assert "default-src 'none'" in page and "url(" not in page and "@import" not in page
    assert (parsed.uncaptioned, parsed.unscoped, parsed.open) == (0, 0, []), name
    assert parsed.tags.count("table") == parsed.tags.count("caption") > 0
    assert parsed.tags.count("h1") == 1 and "@page { size: A4 landscape" in page


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("R8.12.1～R9.11.30", ["R8.12.1", "R9.11.30"]),
        ("令和9年11月30日(火)まで", ["令和9年11月30日(火)"]),
        ("平成元年5月1日から", ["平成元年5月1日"]),
        ("毎週 09:30～10:00 の45分", ["09:30～10:00", "45"]),
        ("12月分は13,006円", ["12月分", "13,006"]),
        ("00001-000010/1370200014", ["00001-000010/1370200014"]),
        ("x" * 30 + "1", []),
        ("helper", []),
    ],
)
def test_numbers_dates_and_codes_are_never_broken(value: str, kept: list[str]) -> None:
    markup = unbroken(value)
    assert re.findall('<span class="nowrap">(.*?)</span>', markup) == kept
    assert re.sub("</?span[^>]*>", "", markup) == value


def test_free_texts_of_a_page_keep_their_dates_whole() -> None:
    page = as_html(shown(UP2KYO={"service_content": "R8.12.1～R9.11.30"}))
    assert '<span class="nowrap">R9.11.30</span>' in page and ".nowrap { white-space: nowrap; }" in page


def test_the_legend_of_a_comparison_is_true() -> None:
    rows = month.rows()["UPPLAN"]
    after = [rows[0] | {"unit_points": "245"}, *rows[2:], rows[0] | {"service_date": "20261230"}]
    sides = [read_papers([(month.NAMES["UPPLAN"], write("UPPLAN", side))])[0] for side in (rows, after)]
    page = compared_html(compare_papers(*sides))
    assert "取り消し線の文字は前の版だけ、下線の文字は後の版だけ" in page
    plain = re.sub("</?span[^>]*>", "", page)
    assert "<del>244</del> → <ins>245</ins>" in plain
    assert re.search('削除</th><td class="pre"><del>12月9日', plain)
    assert re.search('追加</th><td class="pre"><ins>12月30日', plain)


def test_the_page_tells_sums_and_days() -> None:
    page = as_html(shown())
    assert '<tr class="total">' in page and '<tr class="subtotal">' in page
    assert '<th scope="col" class="day monday">7<br>月</th>' in page


# Whatever the files say ----------------------------------------------------------------------------------------------

STRANGE = [
    "",
    "0",
    "Ⅱ",
    "２０２６１２",
    "000001",
    "99999999",
    "202613",
    "H",
    "-1",
    "9" * 60,
    '"',
    "\r\n",
    "あ",
    "\x1b",
    "2400",
]
SPOTS = [
    (key, place, field.name)
    for key, own in month.rows().items()
    for place in range(len(own))
    for field in layout(month.kind_of(key)).fields
]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(SPOTS), st.sampled_from(STRANGE)), min_size=1, max_size=12))
def test_nothing_in_a_file_stops_showing_or_comparing(edits: list[tuple[tuple[str, int, str], str]]) -> None:
    rows = month.rows()
    for (key, place, item), value in edits:
        rows[key][place][item] = value
    files = {month.NAMES[key]: write(month.kind_of(key), own) for key, own in rows.items()}
    spoilt, unread = read_papers(files.items())
    whole, _ = read_papers(month.files().items())
    found = contents(files)
    assert as_text(found) and as_html(found)
    for old, new in ((spoilt, whole), (whole, spoilt)):
        compared = compare_papers(old, new)
        assert compared_text(compared, tuple(unread)) and compared_html(compared)
        reconciled = reconcile_papers(old, new)
        assert reconciled_text(reconciled) and reconciled_html(reconciled) and reconciled_csv(reconciled)


@given(st.binary(max_size=300), st.sampled_from(sorted(month.NAMES)))
def test_no_bytes_stop_reading(data: bytes, key: str) -> None:
    found = contents({month.NAMES[key]: data})
    assert as_text(found) and as_html(found)


# Plan against actual, and two versions --------------------------------------------------------------------------------


def both() -> tuple[Any, Any]:
    rows = {key: own for key, own in month.rows().items() if not key.startswith("DLT")}
    rows["UPJSK"][0] |= {"service_start_time": "1000", "service_end_time": "1030"}
    for row in (*rows["UPPLAN"], *rows["UPJSK"], *rows["UPSIKYU"]):
        if row["service_office_number"] == month.HELPER:
            row["service_office_name"] = "=HYPERLINK(1)"
    rows["UPHOSOKU"][0]["client_name"] = "@SUM(A1)"
    papers, _ = read_papers((month.NAMES[key], write(month.kind_of(key), own)) for key, own in rows.items())
    return papers, reconcile_papers(papers, papers)


def test_the_comparison_begins_with_the_counts() -> None:
    first = reconciled_text(both()[1]).split("\n")
    assert first[:2] == ["令和8年12月分 予定と実績のつき合わせ", "変更なし 0人・変更あり 1人・実績待ち 1人"]
    assert first[2].startswith("回数: 予定どおり 2回・実施なし 0回・予定外の実施 0回・時間の変更 1回")


def test_offices_without_actuals_are_listed() -> None:
    text = reconciled_text(both()[1])
    assert "■ 実績がまだ届いていない事業所 (2件)" in text
    assert "デイサービス「ゆう・あい」(1370200030)・通所介護・1人分" in text


def test_a_spreadsheet_runs_nothing_from_the_list() -> None:
    data = reconciled_csv(both()[1])
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    cells = [cell for line in data.decode("utf-8-sig").splitlines() for cell in line.strip('"').split('","')]
    assert "'=HYPERLINK(1)" in cells and "'@SUM(A1)" in cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []


def test_versions_are_told_with_before_and_after() -> None:
    papers, _ = both()
    rows = month.rows()
    edited = rows["UP1KYO"]
    edited[0]["overall_support_policy"] = '本人：「ずっと、家で」,\r\n家族："昼間"が心配。'
    after, _ = read_papers([(month.NAMES["UP1KYO"], write("UP1KYO", edited))])
    before = [paper for paper in papers if paper.kind == "UP1KYO"]
    text = compared_text(compare_papers(before, after))
    assert text.split("\n")[1] == "変更なし 0人・変更あり 1人・追加 0人・削除 0人"
    assert '前: 家族："夜間"が心配。' in text and '後: 家族："昼間"が心配。' in text
    assert "ずっと" not in text  # the line that stayed
    assert "<del>夜</del><ins>昼</ins>" in compared_html(compare_papers(before, after))


COMPARING = ("changes", "kinds", "papers", "visits")
SHOWING = (
    "as_html",
    "compared",
    "fields_page",
    "month_grid",
    "page",
    "reconciled",
    "reconciled_rows",
    "sheets",
    "tables",
    "terminal",
    "words",
    "benefit",
)
MODULES = ["explaining", "comparing.months"]
MODULES += [f"comparing.{name}" for name in COMPARING] + [f"showing.{name}" for name in SHOWING]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"renkei.standard.{module}"))
    assert (found.failed, found.attempted > 0) == (0, True)
