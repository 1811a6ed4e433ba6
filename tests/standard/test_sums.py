"""第6表 beside 第7表: what an honest writer may do is let through, in whatever order the records stand."""

from __future__ import annotations

import pytest

from renkei.standard.checking import check

from .month import Row, files, rows


def _codes(changed: dict[str, list[Row]], *, sums: bool = True) -> set[str]:
    return {finding.code for finding in check(files(changed).items(), sums=sums).findings}


def _figures(units: int, count: int) -> Row:
    return {
        "count_or_days": str(count),
        "service_units_or_amount": str(units),
        "benefit_management_units": str(units),
    }


def _more(planned: list[Row], billed: Row, units: int) -> dict[str, list[Row]]:
    """The month with more rows for 春 in 第6表, one more in 第7表, and her total."""
    month = rows()
    annex = month["UPSIKYU"]
    annex[7] |= _figures(744 + units, 1)
    detail = annex[5] | {"total_cost_insured": "0"} | billed
    return {"UPPLAN": month["UPPLAN"] + [month["UPPLAN"][4] | row for row in planned], "UPSIKYU": [*annex, detail]}


def _rows(code: str, *days: str, **items: str) -> list[Row]:
    return [{"service_code": code, "service_date": f"202612{day}", **items} for day in days]


def _detail(code: str, unit: int, units: int, count: int, **items: str) -> Row:
    return {"service_code": code, "unit_points": str(unit), **_figures(units, count), **items}


_NOBODY_KNOWS = {"benefit_management_units": ""}
HONEST = {
    "日割は印の数": _more(
        _rows("133112", "16", unit_points="97", per_diem_days_bitmap="0" * 15 + "1" * 16),
        _detail("133112", 97, 1552, 16),
        1552,
    ),
    "月ごとの加算を来た日ごとに書く": _more(
        _rows("134000", "02", "09", unit_points="500"), _detail("134000", 500, 500, 1), 500
    ),
    "共生型は初日だけ": _more(
        [
            *_rows("156364", "02", unit_points="-100"),
            *_rows("156364", "09", unit_points="0"),
        ],
        _detail("156364", -100, -100, 1),
        -100,
    ),
    "処遇改善加算は第6表で0": _more(
        _rows("116275", "02", unit_points="0"), _detail("116275", 181, 181, 1) | _NOBODY_KNOWS, 0
    ),
    "割引": _more(
        _rows("112211", "02", "09", unit_points="368"),
        _detail("112211", 387, 736, 2, discount_rate="95", discounted_unit_points="368"),
        736,
    ),
    "割引を合計から引く": _more(
        _rows("112211", "02", "09", "16", unit_points="368"),
        _detail("112211", 387, 1102, 3, discount_rate="95", discounted_unit_points="368"),
        1102,
    ),
    "1日2回": _more(
        _rows("118111", "02", "09", unit_points="97", service_count="2"), _detail("118111", 97, 388, 4), 388
    ),
}


@pytest.mark.parametrize("changed", HONEST.values(), ids=HONEST)
def test_an_honest_reading_passes(changed: dict[str, list[Row]]):
    assert _codes(changed) <= {"W-FIELD-SIGN", "E-CROSS-SUBTOTAL"}


def test_a_satellite_that_only_one_side_tells_apart_passes():
    planned = rows()["UPPLAN"]
    planned[1] |= {"satellite_branch_no": "1"}
    assert _codes({"UPPLAN": planned}) == set()


def _two_satellites(here: int, there: int) -> dict[str, list[Row]]:
    """Visits of the main house and of a satellite in 第6表; 第7表 has two of each."""
    month = rows()
    month["UPPLAN"][0] |= {"service_count": str(here)}
    month["UPPLAN"][1] |= {"service_count": str(there), "satellite_branch_no": "1"}
    line = month["UPSIKYU"][0] | {"total_cost_insured": "2696"}
    month["UPSIKYU"][4] |= _figures(1689, 0)
    annex = [line, line | {"satellite_branch_no": "1"}, *month["UPSIKYU"][1:]]
    return {"UPPLAN": month["UPPLAN"], "UPSIKYU": [row | _figures(488, 2) for row in annex[:2]] + annex[2:]}


def test_a_satellite_that_both_tell_apart_is_compared_by_itself():
    assert _codes(_two_satellites(2, 2)) == set()
    assert _codes(_two_satellites(3, 1)) == {"W-CROSS-COUNT"}


def test_the_doctors_visits_may_be_left_out_of_the_annex():
    month = rows()
    visit = month["UPPLAN"][4] | {"service_code": "311111", "unit_points": "515"}
    assert _codes({"UPPLAN": [*month["UPPLAN"], visit]}) == set()


@pytest.mark.parametrize("order", [lambda row: row["service_code"], lambda row: row["unit_points"][::-1]])
def test_clients_may_stand_in_any_order(order: object):
    month = rows()
    shuffled = {key: sorted(month[key], key=order) for key in ("UPPLAN", "UPSIKYU")}  # type: ignore[type-var, arg-type]
    assert _codes(shuffled) == set()
    del shuffled["UPPLAN"][[row["service_date"] for row in shuffled["UPPLAN"]].index("20261209")]
    assert _codes(shuffled) == {"W-CROSS-COUNT"}


def test_the_clients_of_the_annex_may_stand_in_another_order_than_those_of_the_plan():
    month = rows()
    annex = sorted(month["UPSIKYU"], key=lambda row: row["insured_person_number"], reverse=True)
    assert _codes({"UPSIKYU": annex}) == set()


def test_the_comparison_can_be_left_out():
    planned = rows()["UPPLAN"][1:]
    assert _codes({"UPPLAN": planned}) == {"W-CROSS-COUNT"}
    assert _codes({"UPPLAN": planned}, sums=False) == set()


def test_where_records_are_wrong_the_comparison_waits():
    planned = rows()["UPPLAN"][1:]
    planned[0] |= {"service_date": "20270109"}
    assert _codes({"UPPLAN": planned}) == {"E-CROSS-DAY"}


def test_a_limit_that_is_exceeded_and_said_passes():
    month = rows()
    month["UPHOSOKU"][0] |= {"category_benefit_limit_units": "1200"}
    month["UPSIKYU"][4] |= {"units_over_category_limit": "1"}
    month["UPSIKYU"][3] |= {"units_over_category_limit": "1"}
    assert _codes({key: month[key] for key in ("UPHOSOKU", "UPSIKYU")}) == set()


def test_several_processes_find_the_same_sums():
    visits = rows()["UPPLAN"]
    visits[0] |= {"unit_points": "1"}
    changed = files({"UPPLAN": visits})
    alone = check(changed.items())
    assert "W-CROSS-UNITS" in {finding.code for finding in alone.findings}
    assert check(changed.items(), processes=2) == alone
