"""第6表: the month as people know it, by time of day, the plan above what was done, nothing lost that has no column."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from tests.forms.pictures import assert_looks_like

from renkei.forms import Form, render_all
from renkei.forms.filling import use_table
from renkei.forms.filling.given import Given, Row
from renkei.standard.layouts import layout

PERSON = ("132019", "0000000001")
OFFICE = "1370200014"
BODY, BODY_NIGHT, DAY_CARE, BATH, BED = "111211", "111231", "152342", "155301", "171003"


def record(kind: str, **known: str) -> Row:
    return {field.name: "" for field in layout(kind).fields} | known


def visit(
    day: str, code: str = BODY, start: str = "1000", end: str = "1045", *, kind: str = "UPPLAN", **more: str
) -> Row:
    known = {
        "target_year_month": "202612",
        "document_created_date": "20261125",
        "care_management_office_number": "1370100016",
        "care_manager_name": "介護　支援子",
        "service_date": f"202612{day}" if len(day) == 2 else day,
        "service_start_time": start,
        "service_end_time": end,
        "service_count": "1",
        "service_code": code,
        "service_office_number": OFFICE,
        "service_office_name": "㈱訪問介護ひまわり",
        "over_30_days_flag": "0",
    }
    return record(kind, **(known | more))


def given(*plan: Row, actual: tuple[Row, ...] = (), **known: str) -> Given:
    facts = {
        "client_sex": "1",
        "client_birth_date": "19300914",
        "certification_status": "2",
        "care_level": "23",
        "category_benefit_limit_units": "27048",
        "benefit_limit_start_date": "20260401",
        "benefit_limit_end_date": "20270331",
    }
    rows = {"UPPLAN": plan, "UPHOSOKU": [record("UPHOSOKU", **(facts | known))]}
    names = {"1370100016": "ケアプランやまぶき"}
    return Given(PERSON, ("", ""), ("", ""), "", rows, ("小野寺　正一", "ｵﾉﾃﾞﾗ ｼｮｳｲﾁ"), names, actual)


BLANK = Given(("", ""), ("", ""), ("", ""), "", {})


def lines(*plan: Row, actual: tuple[Row, ...] = ()) -> list[dict[str, Any]]:
    return list(use_table.fill(given(*plan, actual=actual)).data["lines"])


@pytest.fixture
def text_of(need: Callable[[str], str]) -> Callable[[Form], str]:
    program = need("pdftotext")

    def read(form: Form) -> str:
        done = subprocess.run([program, "-raw", "-", "-"], input=render_all([form]), capture_output=True, check=True)
        return "".join(done.stdout.decode().replace("\u200b", "").split())

    return read


def test_services_stand_by_time_of_day_and_add_ons_below_their_service() -> None:
    found = lines(
        visit("01", BED, "9999", "9999", service_office_number="1370200048"),
        visit("07", BATH, "0930", "1640"),
        visit("02", BODY, "1000", "1045"),
        visit("07", DAY_CARE, "0930", "1640"),
        visit("02", BODY_NIGHT, "0700", "0745"),
    )
    assert [line["time"] for line in found] == ["07:00～07:45", "09:30～16:40", "09:30～16:40", "10:00～10:45", ""]
    assert [line["service"] for line in found[1:3]] == [f"通所介護 {DAY_CARE}", f"通所介護 {BATH}"]


def test_an_add_on_of_the_month_stands_below_the_last_line_of_its_service() -> None:
    found = lines(
        visit("01", "116275", "9999", "9999"),
        visit("02", BODY, "0900", "0945"),
        visit("02", BODY, "1000", "1045"),
        visit("02", DAY_CARE, "1100", "1600"),
    )
    assert [line["service"] for line in found] == [
        f"訪問介護 {BODY}",
        f"訪問介護 {BODY}",
        "訪問介護 116275",
        f"通所介護 {DAY_CARE}",
    ]


def test_what_was_done_stands_below_its_plan_and_what_was_not_planned_alone() -> None:
    done = (visit("02", kind="UPJSK"), visit("05", start="1300", end="1345", kind="UPJSK"))
    first, second = lines(visit("02"), visit("04"), actual=done)
    assert (first["planned"]["total"], first["done"]["total"]) == ("2", "1")
    assert first["planned"]["marks"].replace("\u00a0", ".") == ".1.1"
    assert (second["planned"]["marks"], second["done"]["total"]) == ("", "1")


def test_many_times_a_day_are_counted_and_written_in_their_day() -> None:
    (line,) = lines(visit("03", service_count="99"), visit("03", service_count="99"), visit("04", service_count="9"))
    assert line["planned"] == {"marks": "\u00a0\u00a0\u00a09", "wide": [[3, "198"]], "total": "207"}


def test_things_that_are_told_by_either_code_are_one_line_with_all_their_days() -> None:
    thing = {"tais_code": "00001-000001", "equipment_name": "電動ベッド"}
    (line,) = lines(visit("01", BED, **thing), visit("02", BED, equipment_notification_code="A1", **thing))
    assert (line["planned"]["marks"], line["note"]) == ("11", "電動ベッド")


def test_days_of_other_months_are_told_below_the_table() -> None:
    form = use_table.fill(given(visit("02"), visit("20270103"), visit("99999999")))
    (told,) = form.data["below"]
    assert "予定が2行" in told and "令和9年1月3日、99999999" in told


def test_actuals_alone_are_a_sheet_that_goes_to_the_care_manager() -> None:
    rows = {"UPJSK": [visit("02", kind="UPJSK")]}
    data = use_table.fill(Given(PERSON, (OFFICE, "11"), ("", ""), "", rows)).data
    assert data["direction"] == "サービス事業所→居宅介護支援事業所"
    assert data["title"] == "令和8年12月分　サービス提供票"
    assert [(line["planned"]["total"], line["done"]["total"]) for line in data["lines"]] == [("", "1")]


def test_the_clients_copy_has_a_place_to_confirm_and_the_offices_copy_none() -> None:
    client, office = (use_table.fill(given(visit("02")), for_client=of_client).data for of_client in (True, False))
    assert (client["confirmed"], client["direction"]) == (True, "居宅介護支援事業者→利用者")
    assert (office["confirmed"], office["direction"]) == (False, "居宅介護支援事業者→サービス事業者")


def test_a_level_that_changes_in_the_month_stands_below_the_one_before() -> None:
    sheet = given(visit("02"), care_level_change_date="20261210", previous_care_level="21")
    head = use_table.fill(sheet).data["head"]
    assert [head[name] for name in ("level", "level_after", "level_changed")] == [
        "要介護１",
        "要介護３",
        "令和8年12月10日",
    ]


def test_everything_given_is_said_on_paper(text_of: Callable[[Form], str]) -> None:
    notes = {"per_diem_days_bitmap": "1" * 3 + "0" * 28, "over_30_days_flag": "1"}
    thing = {"tais_code": "00001-000001", "equipment_name": "電動ベッド甲"}
    plan = (visit("02", **notes), visit("03", BED, "9999", "9999", **thing), visit("04", service_count="99"))
    said = text_of(use_table.fill(given(*plan, short_stay_days_through_previous_month="12"), for_client=True))
    for word in (
        "令和8年12月分サービス利用票（兼居宅サービス計画）",
        *("132019", "0000000001", "小野寺正一", "オノデラショウイチ", "5年9月14日", "要介護３", "27,048単位/月"),
        *("令和8年4月から", "令和9年3月まで", "12日", "ケアプランやまぶき", "介護支援子", "令和8年11月25日"),
        *("利用者確認", "保険者確認印", "月間サービス計画及び実績の記録", "火水木金土日月", "12345678910111213"),
        *("訪問介護", BODY, "福祉用具貸与", "電動ベッド甲", "㈱訪問介護ひまわり", "10:00～10:45", "99", "予定", "実績"),
        *("日割1～3日", "30日超2日"),
    ):
        assert word in said, word


def test_long_names_and_a_full_month_go_on_on_the_next_page(text_of: Callable[[Form], str]) -> None:
    name = "社会福祉法人架空市ことぶき会ホームヘルプサービスセンター" * 3
    plan = [
        visit(f"{day:02}", BODY, f"{7 + place:02}{day:02}", "2200", service_office_name=f"{name}おわり")
        for day in range(1, 32)
        for place in range(5)
    ]
    pages = pikepdf.open(io.BytesIO(render_all([form := use_table.fill(given(*plan))]))).pages
    assert len(form.data["lines"]) == 155 and len(pages) > 11
    said = text_of(form)
    assert f"第6表(1/{len(pages)})" in said and f"第6表({len(pages)}/{len(pages)})" in said
    assert said.count("おわり") == 155 and said.count("月間サービス計画") == len(pages)


def test_fourteen_services_have_room_on_one_page() -> None:
    plan = [visit("02", BODY, f"{7 + place:02}00", f"{7 + place:02}45") for place in range(14)]
    assert len(pikepdf.open(io.BytesIO(render_all([use_table.fill(given(*plan))]))).pages) == 1


def test_odd_values_and_no_values_are_drawn_as_they_are(text_of: Callable[[Form], str]) -> None:
    odd = visit("99", "ZZ", "25xx", "", target_year_month="209913", service_count="二")
    said = text_of(use_table.fill(given(odd, client_birth_date="99999999", client_sex="7", care_level="99")))
    assert all(word in said for word in ("99999999", "ZZ", "209913", "・7"))
    assert "サービス利用票" in text_of(use_table.fill(BLANK, for_client=True))


def test_the_sheet_looks_as_it_did() -> None:
    plan = [visit(f"{day:02}") for day in (2, 4, 9, 11)] + [
        visit("07", code, "0930", "1640") for code in (DAY_CARE, BATH)
    ]
    done = tuple(visit(f"{day:02}", kind="UPJSK") for day in (2, 4, 10, 11))
    assert_looks_like("use-table", use_table.fill(given(*plan, actual=done), for_client=True))


def test_a_service_has_its_name_where_the_imported_table_knows_it_for_this_month():
    names = {("202612", BODY): "見本の訪問", ("202611", DAY_CARE): "先月の名前"}
    lines = use_table.fill(replace(given(visit("01"), visit("02", DAY_CARE)), services=names)).data["lines"]

    assert [line["service"] for line in lines] == ["見本の訪問", f"通所介護 {DAY_CARE}"]
