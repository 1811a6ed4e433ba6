"""第7表: an office's services, then the sums that carry the money; what is outside the limit stands in parentheses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of
from tests.forms.pictures import assert_looks_like

from renkei.forms.filling.benefit_annex import fill
from renkei.forms.filling.given import Given, Row
from renkei.standard.layouts import layout

PERSON = ("132019", "0000000001")
BLANK = Given(("", ""), ("", ""), ("", ""), "", {})
HOME, DAY = "1370200014", "1370200030"
NAMES = {HOME: "訪問介護ひまわり", DAY: "デイサービスゆう"}


def record(kind: str, **items: str) -> Row:
    person = {"insurer_number": PERSON[0], "insured_person_number": PERSON[1], "target_year_month": "202612"}
    return dict.fromkeys((field.name for field in layout(kind).fields), "") | person | items


def line(office: str, code: str, units: str = "", **items: str) -> Row:
    own = {"service_office_number": office, "service_office_name": NAMES.get(office, ""), "service_code": code}
    amounts = {"service_units_or_amount": units, "benefit_management_units": units, "over_30_days_flag": "0"}
    return record("UPSIKYU", **(own | amounts | items))


def given(*annex: Row, **known: str) -> Given:
    rows = {"UPSIKYU": annex, "UPHOSOKU": (record("UPHOSOKU", **known),)}
    return Given(PERSON, ("1370100016", "43"), ("", ""), "", rows, ("栁澤 春", "ﾔﾅｷﾞｻﾜ ﾊﾙ"))


def usual() -> Given:
    """A month at two offices: add-ons within and outside the limit, sums, the grand total."""
    money = {"unit_price_yen": "10.70", "benefit_rate_percent": "90", "units_over_category_limit": "0"}
    each = {"unit_points": "387", "discount_rate": "100", "discounted_unit_points": "387", "count_or_days": "8"}
    day = {"unit_points": "658", "discount_rate": "100", "discounted_unit_points": "658", "count_or_days": "4"}
    outside = {"service_units_or_amount": "758", "benefit_management_units": ""}
    bearing = {"total_cost_insured": "41237", "insurance_claim_amount": "37113", "copay_insured": "4124"}
    return given(
        line(HOME, "11AAAA", "3096", units_within_category_limit="3096", **money, **bearing, copay_full_self_pay="0"),
        line(HOME, "116275", **outside),
        line(HOME, "111211", "3096", **each),
        line(HOME, "11EEEE", **outside, **money),
        line(DAY, "152342", "2632", **day, units_within_category_limit="2632", **money),
        line("9999999999", "999999", "5728", units_within_category_limit="5728", **bearing),
        category_benefit_limit_units="27048",
        type_limit_1_service_type_code="11",
        type_limit_1_limit_units="5000",
        type_limit_1_total_units="3096",
        type_limit_1_excess_units="0",
        type_limit_total_excess_units="0",
    )


def services(form_of: Given) -> list[list[str]]:
    return [[one["service"] for one in group["lines"]] for group in fill(form_of).data["groups"]]


def test_the_sums_of_an_office_stand_below_its_services() -> None:
    assert services(usual()) == [
        ["訪問介護", "訪問介護", "訪問介護合計", "訪問介護（限度額の対象外）"],
        ["通所介護"],
    ]


def test_what_is_outside_the_limit_stands_in_parentheses() -> None:
    at_home = fill(usual()).data["groups"][0]["lines"]
    assert [one["service"] for one in at_home if "(758)" in one["amounts"]] == [
        "訪問介護",
        "訪問介護（限度額の対象外）",
    ]


def test_the_grand_total_is_no_line_of_an_office() -> None:
    data = fill(usual()).data
    assert [group["number"] for group in data["groups"]] == [HOME, DAY]
    assert len(data["totals"]) == 1 and "5,728" in data["totals"][0]


def test_a_sum_of_what_is_beyond_thirty_days_says_so() -> None:
    beyond = line(HOME, "218021", "600", over_30_days_flag="1")
    assert services(given(beyond, line(HOME, "21ZZZZ", "600"))) == [
        ["短期入所生活介護（30日超）", "短期入所生活介護（30日超）"]
    ]


def test_equipment_is_told_by_its_name_and_code() -> None:
    bed = line(HOME, "171003", "900", tais_code="00123-000456", equipment_name="電動ベッド")
    assert services(given(bed)) == [["福祉用具貸与 00123-000456 電動ベッド"]]


@pytest.mark.parametrize(("for_client", "title"), [(True, "サービス利用票別表"), (False, "サービス提供票別表")])
def test_the_client_has_another_title_than_the_office(for_client: bool, title: str) -> None:
    assert fill(usual(), for_client).data["title"] == f"令和8年12月分　{title}"


def test_every_value_is_on_the_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    amounts = [field.name for field in layout("UPSIKYU").fields[12:29]]
    units = {name: f"{number}" for number, name in enumerate(amounts, start=711)}
    slots = {f"type_limit_{slot}_{item}_units": f"{slot}{number}" for slot in range(1, 10) for number, item in WITHIN}
    kinds = {f"type_limit_{slot}_service_type_code": f"Z{slot}" for slot in range(1, 10)}
    days = {"days_used_through_previous_month": "81", "planned_days_this_month": "82", "cumulative_days": "83"}
    whole = given(
        line(HOME, "111211", **(units | days), document_created_date="20261125"),
        category_benefit_limit_units="27048",
        type_limit_total_excess_units="699",
        **slots,
        **kinds,
    )
    plain = pages_of(fill(whole), need("pdftotext"), tmp_path)[0].text
    words = [*units.values(), *slots.values(), *kinds.values(), "81日", "82日", "83日", "27,048", "699"]
    words += [PERSON[1], "栁澤春", HOME, NAMES[HOME], "111211", "訪問介護", "令和8年11月25日", "令和8年12月分"]
    assert [word for word in words if word not in plain] == []


WITHIN = ((51, "limit"), (52, "total"), (53, "excess"))


@pytest.mark.parametrize("count", range(15, 24))
def test_however_full_a_page_is_what_is_below_the_table_stays_with_it(
    count: int, need: Callable[[str], str], tmp_path: Path
) -> None:
    lines = [line(f"13702{number:05}", "111211", "3096") for number in range(count)]
    pages = pages_of(fill(given(*lines)), need("pdftotext"), tmp_path)
    assert all("第7表" in page.text for page in pages)
    assert "種類別支給限度管理" in pages[-1].text and "累積利用日数" in pages[-1].text
    assert_nothing_sticks_out(pages)


def test_limits_of_kinds_have_six_lines_a_half_and_a_sum(need: Callable[[str], str], tmp_path: Path) -> None:
    assert len(fill(BLANK).data["slots"]) == 2 * 6
    below = pages_of(fill(BLANK), need("pdftotext"), tmp_path)[0].words
    heads = [word.top for word in below if word.text == "サービス種類"]
    assert len(heads) == 2 and heads[0] == heads[1]
    assert len([word for word in below if word.text == "合計" and word.top > heads[0]]) == 1


def test_long_names_and_many_offices_go_on_over_the_page(need: Callable[[str], str], tmp_path: Path) -> None:
    lines = [
        line(
            f"13702{number:05}",
            code,
            "3096",
            service_office_name="ABCDEFGHIJ" * 6,
            equipment_name="とても長い名の品" * 6,
        )
        for number in range(20)
        for code in ("171003", "171004", "17AAAA")
    ]
    pages = pages_of(fill(given(*lines)), need("pdftotext"), tmp_path)
    assert len(pages) > 2 and f"第7表({len(pages)}/{len(pages)})" in pages[-1].text.replace("（", "(")
    assert all(row["service_office_number"] in "".join(page.text for page in pages) for row in lines)
    assert all("給付管理単位数" in page.text for page in pages)
    assert_nothing_sticks_out(pages)


def test_bad_values_are_shown_as_they_are(need: Callable[[str], str], tmp_path: Path) -> None:
    bad = line("?", "ZZ", "三千", unit_price_yen="99999999", document_created_date="99999999", count_or_days="-1")
    pages = pages_of(fill(given(bad, type_limit_1_service_type_code="??")), need("pdftotext"), tmp_path)
    assert [word for word in ("三千", "99,999,999", "99999999", "ZZ", "??") if word not in pages[0].text] == []


@pytest.mark.parametrize(("name", "form"), [("benefit-annex", None), ("benefit-annex-blank", BLANK)])
def test_it_looks_as_it_did(name: str, form: Given | None) -> None:
    assert_looks_like(name, fill(form or usual()))


def test_a_service_has_its_name_where_the_imported_table_knows_it_and_sums_keep_their_type():
    names = {("202612", "111211"): "見本の訪問"}
    rows = line(HOME, "111211", "10", over_30_days_flag="1"), line(HOME, "111231", "10"), line(HOME, "11AAAA", "20")
    [group] = fill(replace(given(*rows), services=names)).data["groups"]

    assert [line["service"] for line in group["lines"]] == ["見本の訪問（30日超）", "訪問介護", "訪問介護合計"]
