"""第7表: honest forms of the total are let through, wrong ones are not."""

from __future__ import annotations

import pytest

from renkei.standard.checking import check

from .month import AKI, DAY_CARE, HELPER, Row, files, rows


def _line(code: str, office: str = HELPER, units: str = "", managed: str = "", cost: str = "", over: str = "0") -> Row:
    return rows()["UPSIKYU"][0] | {
        "service_code": code,
        "service_office_number": office,
        "service_units_or_amount": units,
        "benefit_management_units": managed,
        "total_cost_insured": cost,
        "over_30_days_flag": over,
        "unit_points": "0" if code == "999999" or code[2:].isalpha() else "244",
    }


def _total(units: str, managed: str, cost: str) -> Row:
    return _line("999999", "9999999999", units, managed, cost)


def _codes(*lines: Row) -> set[str]:
    haru = [row for row in rows()["UPSIKYU"] if row["insured_person_number"] != AKI["insured_person_number"]]
    month = files({"UPSIKYU": [*lines, *haru]})
    return {finding.code for finding in check(month.items(), sums=False).findings}


HONEST = {
    "明細だけ": (_line("111111", units="488", managed="488", cost="5392"), _total("488", "488", "5392")),
    "限度額の対象外を単位に数える": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("116275", units="67", cost="740"),
        _total("555", "488", "6132"),
    ),
    "限度額の対象外を単位に数えない": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("116275", units="67", cost="740"),
        _total("488", "488", "6132"),
    ),
    "小計に金額をまとめる": (
        _line("111111", units="488", managed="488"),
        _line("114111", units="200", managed="200"),
        _line("11AAAA", units="688", managed="688", cost="7602"),
        _line("11EEEE", units="67", cost="740"),
        _total("688", "688", "8342"),
    ),
    "小計が対象外の金額もふくむ": (
        _line("111111", units="488", managed="488"),
        _line("116275", units="67", cost="740"),
        _line("11AAAA", units="488", managed="488", cost="6132"),
        _total("488", "488", "6132"),
    ),
    "給付管理単位数を書かない": (
        _line("111111", units="488", cost="5392"),
        _line("152342", DAY_CARE, units="673", cost="7187"),
        _total("1161", "", "12579"),
    ),
    "30日をこえた分": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("111111", units="244", cost="2696", over="1"),
        _line("11ZZZZ", units="244", over="1"),
        _total("488", "488", "5392"),
    ),
    "負の単位数": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("11AAAA", units="476", managed="476", cost="5259"),
        _line("11D201", units="-12", managed="-12"),
        _total("476", "476", "5259"),
    ),
    "サテライトごと": (
        _line("111111", units="488", managed="488", cost="5392") | {"satellite_branch_no": "1"},
        _line("114111", units="200", managed="200", cost="2210") | {"satellite_branch_no": "2"},
        _total("688", "688", "7602"),
    ),
    "合計に何も書かない": (_line("111111", units="488", managed="488", cost="5392"), _total("", "", "")),
    "明細に何も書かない": (_line("111111"), _total("488", "488", "5392")),
}


@pytest.mark.parametrize("lines", HONEST.values(), ids=HONEST)
def test_an_honest_total_passes(lines: tuple[Row, ...]):
    assert _codes(*lines) <= {"W-FIELD-SIGN"}


WRONG = {
    "単位が1多い": (_line("111111", units="488", managed="488", cost="5392"), _total("489", "488", "5392")),
    "小計とちがう": (
        _line("111111", units="488", managed="488"),
        _line("114111", units="200", managed="200"),
        _line("11AAAA", units="688", managed="688", cost="7602"),
        _total("688", "688", "7601"),
    ),
    "対象外の金額を忘れる": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("116275", units="67", cost="740"),
        _total("555", "488", "5392"),
    ),
    "別の種類を忘れる": (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("152342", DAY_CARE, units="673", managed="673", cost="7187"),
        _total("488", "488", "5392"),
    ),
}


@pytest.mark.parametrize("lines", WRONG.values(), ids=WRONG)
def test_a_total_that_no_reading_gives_is_named(lines: tuple[Row, ...]):
    assert _codes(*lines) == {"E-CROSS-SUM"}


def test_two_offices_with_one_code_each_need_no_subtotal():
    lines = (
        _line("111111", units="488", managed="488", cost="5392"),
        _line("114111", "1370200063", units="200", managed="200", cost="2210"),
        _total("688", "688", "7602"),
    )
    assert _codes(*lines) == set()


def test_a_code_outside_the_limit_beside_one_inside_needs_no_subtotal():
    assert _codes(*HONEST["限度額の対象外を単位に数える"]) == set()


def test_a_client_with_a_grand_total_alone_is_read():
    assert "E-CROSS-TOTAL" not in _codes(_total("", "", ""))


def _shares(**values: str) -> set[str]:
    """What is said of a detail of 5,392 yen, with the total."""
    return _codes(_line("111111", units="488", managed="488", cost="5392") | values, _total("488", "488", "5392"))


@pytest.mark.parametrize(
    "values",
    [
        {"benefit_rate_percent": "90", "insurance_claim_amount": "4852", "copay_insured": "540"},
        {"benefit_rate_percent": "90", "insurance_claim_amount": "4853", "copay_insured": "539"},
        {"benefit_rate_percent": "90.0", "insurance_claim_amount": "4852", "copay_insured": "0"},  # public assistance
        {"benefit_rate_percent": "100", "insurance_claim_amount": "5392", "copay_insured": "0"},
        {
            "benefit_rate_percent": "90",
            "fixed_copay_unit_amount": "400",
            "insurance_claim_amount": "4592",
            "copay_insured": "800",
        },
        {"benefit_rate_percent": "0", "insurance_claim_amount": "0", "copay_insured": "5392"},
        {"benefit_rate_percent": "90", "copay_insured": "540"},
        {"benefit_rate_percent": "90", "insurance_claim_amount": "4852"},
    ],
)
def test_an_honest_share_passes(values: dict[str, str]):
    assert _shares(**values) == set()


@pytest.mark.parametrize(
    ("claim", "copay", "code"),
    [("4851", "540", "W-CROSS-RATE"), ("4854", "538", "W-CROSS-RATE"), ("4852", "542", "W-CROSS-COPAY")],
)
def test_a_share_beyond_rounding_is_named(claim: str, copay: str, code: str):
    assert _shares(benefit_rate_percent="90", insurance_claim_amount=claim, copay_insured=copay) == {code}


@pytest.mark.parametrize(
    ("code", "said"), [("111111", {"W-CROSS-NO-UNITS"}), ("116275", set()), ("A31111", set()), ("114111", set())]
)
def test_no_units_are_told_only_where_the_code_has_some_each_time(code: str, said: set[str]):
    line = _line(code, units="0", managed="0") | {"unit_points": "0"}
    assert _codes(line, _total("0", "0", "")) == said
