"""給付管理票: a row an office and kind of service, with the units within the limit; what no file knows stays empty."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.forms.pictures import assert_looks_like

from renkei.conformance.varied import make_varied_month
from renkei.forms import render
from renkei.forms.filling.benefit_management import fill
from renkei.forms.filling.given import Given, Row, given_of
from renkei.standard.comparing.papers import read_papers
from renkei.standard.layouts import layout

PERSON = ("132019", "0000000001")
BLANK = Given(("", ""), ("", ""), ("", ""), "", {})


def record(kind: str, **items: str) -> Row:
    person = {"insurer_number": PERSON[0], "insured_person_number": PERSON[1], "target_year_month": "202612"}
    return dict.fromkeys((field.name for field in layout(kind).fields), "") | person | items


def line(office: str, code: str, within: str = "", **items: str) -> Row:
    given = {"service_office_number": office, "service_code": code, "units_within_category_limit": within}
    return record("UPSIKYU", over_30_days_flag="0", **given, **items)


def given(*annex: Row, **known: str) -> Given:
    supplement = record("UPHOSOKU", **known)
    slip = record("UPPLAN", care_management_office_number="1370100016", care_manager_name="高崎 支援子")
    rows = {"UPSIKYU": annex, "UPHOSOKU": (supplement,), "UPPLAN": (slip,)}
    offices = {"1370200014": "訪問介護ひまわり", "1370200030": "デイサービスゆう"}
    return Given(PERSON, ("1370100016", "43"), ("", ""), "", rows, ("栁澤 春", "ﾔﾅｷﾞｻﾜ ﾊﾙ"), offices)


def units(*annex: Row) -> dict[tuple[str, str], str]:
    return {(row["number"], row["kind"]): row["units"] for row in fill(given(*annex)).data["rows"]}


def test_each_office_and_kind_of_service_has_one_row_of_its_subtotal() -> None:
    found = units(
        line("1370200030", "152342", benefit_management_units="2692"),
        line("1370200030", "155301", benefit_management_units="160"),
        line("1370200030", "15AAAA", "2852"),
        line("1370200014", "111111", "3172"),
        line("9999999999", "999999", "6024"),
    )
    assert found == {("1370200014", "11"): "3,172", ("1370200030", "15"): "2,852"}


def test_what_is_outside_the_limit_or_beyond_thirty_days_is_not_managed() -> None:
    outside = line("1370200014", "116275", service_units_or_amount="700")
    over = line("1370200014", "211111", service_units_or_amount="3000") | {"over_30_days_flag": "1"}
    assert units(
        line("1370200014", "11AAAA", "3172"), line("1370200014", "11EEEE", ""), outside, over, line("1", "31EEEE", "")
    ) == {("1370200014", "11"): "3,172"}


def test_satellites_are_added_to_their_office() -> None:
    branch = line("1370200014", "111111", "200") | {"satellite_branch_no": "01"}
    assert units(line("1370200014", "11AAAA", "1000"), branch) == {("1370200014", "11"): "1,200"}


def test_where_the_units_within_are_not_stated_they_are_what_is_billed_without_what_is_beyond() -> None:
    stated = {"service_units_or_amount": "744", "benefit_management_units": "777", "units_over_category_limit": "44"}
    assert units(line("1370200030", "15AAAA", **stated)) == {("1370200030", "15"): "700"}


def test_units_that_are_no_number_are_shown_and_not_added_up() -> None:
    data = fill(given(line("1370200014", "111111", "三千"), line("1370200030", "152342", "2692"))).data
    assert [row["units"] for row in data["rows"]] == ["三千", "2,692"] and data["total"] == ""


def test_a_total_that_the_annex_does_not_have_is_told() -> None:
    lines = line("1370200014", "111111", "3172"), line("9999999999", "999999", "3000")
    assert [note for note in fill(given(*lines)).data["notes"] if "3,000" in note]
    assert fill(given(lines[0], line("9999999999", "999999", "3172"))).data["notes"] == []


def test_who_was_not_served_as_planned_is_told() -> None:
    plan = record("UPPLAN", service_office_number="1370200014", service_code="111111", service_date="20261202")
    plan |= {"service_start_time": "0930", "service_end_time": "1000", "service_count": "1"}
    rows = {"UPSIKYU": (line("1370200014", "111111", "244"),), "UPPLAN": (plan,)}
    same = Given(PERSON, ("", ""), ("", ""), "", rows, actual=(plan,))
    other = Given(PERSON, ("", ""), ("", ""), "", rows, actual=(plan | {"service_start_time": "1000"},))
    assert fill(same).data["notes"] == [] and "実績" in fill(other).data["notes"][0]


def test_in_the_varied_month_every_total_is_that_of_the_annex() -> None:
    files = make_varied_month().files
    papers, _ = read_papers((f"{office}/{name}", data) for office, own in files.items() for name, data in own.items())
    totals = {}
    for one in given_of(papers):
        stated = [row["units_within_category_limit"] for row in one.of("UPSIKYU") if row["service_code"] == "999999"]
        if any(stated):
            totals[one.sequence, one.person] = fill(one).data["total"].replace(",", ""), *stated
    assert len(totals) > 20
    assert {key: both for key, both in totals.items() if both[0] != both[1]} == {}


def test_every_word_is_on_the_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    known = {"client_birth_date": "19310203", "client_sex": "2", "care_level": "23"}
    limits = {"category_benefit_limit_units": "27048", "benefit_limit_start_date": "20260401"}
    annex = [line("1370200014", "111111", "3172"), line("1370200030", "782342", "2852")]
    form = fill(given(*annex, **known, **limits, benefit_limit_end_date="20280331"))
    plain = text_of(render(*form), need("pdftotext"), tmp_path)
    words = "令和8年12月分 132019 0000000001 栁澤春 1370100016 高崎支援子 昭和6年2月3日 要介護３ 27,048 令和8年4月1日 令和10年3月31日"
    words += " 訪問介護ひまわり 1370200014 訪問介護 3,172 デイサービスゆう 地域密着型通所介護 78 2,852 6,024"
    words += " Renkeiの様式(国保連に送る様式ではありません) 作成区分"
    assert [word for word in words.split() if word not in plain] == []


def test_many_offices_with_long_names_go_on_over_the_page(need: Callable[[str], str], tmp_path: Path) -> None:
    lines = [line(f"13702{number:05}", "111111", "3172") for number in range(60)]
    many = given(*lines)
    offices = {row["service_office_number"]: "とても長い名の訪問介護事業所" * 4 for row in lines}
    form = fill(Given(PERSON, many.sender, ("", ""), "", many.rows, ("春" * 60, "ﾊ" * 60), offices))
    plain = text_of(render(*form), need("pdftotext"), tmp_path)
    assert all(office in plain for office in offices) and plain.count("給付計画単位数") > 2
    assert plain.count("春") >= 60 and "190,320" in plain


@pytest.mark.parametrize(("name", "form"), [("benefit-management", None), ("benefit-management-blank", BLANK)])
def test_it_looks_as_it_did(name: str, form: Given | None) -> None:
    annex = [line("1370200014", "111111", "3172"), line("1370200030", "782342", "2852")]
    known = {"client_birth_date": "19310203", "client_sex": "2", "care_level": "23"}
    assert_looks_like(name, fill(form or given(*annex, **known, category_benefit_limit_units="27048")))


def text_of(pdf: bytes, program: str, folder: Path) -> str:
    (folder / "form.pdf").write_bytes(pdf)
    done = subprocess.run([program, folder / "form.pdf", "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())
