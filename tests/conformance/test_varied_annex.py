"""第7表 against 第6表, worked out again from the files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .finding import Found, Rows

USE_TABLE = ("UPPLAN", "UPSIKYU", "UPHOSOKU")
SUBTOTALS = ("AAAA", "EEEE", "ZZZZ")
SUMMED = (
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_within_type_limit",
    "units_over_category_limit",
    "units_within_category_limit",
    "total_cost_insured",
    "insurance_claim_amount",
    "copay_insured",
    "copay_full_self_pay",
)


def people(found: Found) -> Iterator[tuple[Rows, Rows, dict[str, str]]]:
    """第6表, 第7表 and the supplement of every person of every use table."""
    for unit in found.month.truth["units"]:
        if unit["kind"] == "use_table":
            for insured in unit["people"]:
                plan, annex, (supplement,) = (of(found, unit, kind, insured) for kind in USE_TABLE)
                yield plan, annex, supplement


def of(found: Found, unit: dict[str, Any], kind: str, insured: str) -> Rows:
    return [row for row in found.rows(unit, kind) if row["insured_person_number"] == insured]


def is_summary(row: dict[str, str]) -> bool:
    return row["service_code"] == "999999" or row["service_code"][2:] in SUBTOTALS


def number(text: str) -> int:
    return int(text or "0")


def times(row: dict[str, str]) -> int:
    """How often a row of 第6表 is claimed: 日割 by its flags, 共生型 where the units stand."""
    if row["service_code"] == "156364" and row["unit_points"] == "0":
        return 0
    return int(row["service_count"]) * (row["per_diem_days_bitmap"].count("1") or 1)


def line(row: dict[str, str]) -> tuple[str, ...]:
    keys = ("service_office_number", "satellite_branch_no", "service_code", "over_30_days_flag")
    things = ("tais_code", "equipment_notification_code")  # which the third edition lacks
    return tuple(row.get(key, "") for key in (*keys, *things))


def test_units_times_counts_are_the_same_in_both(found: Found) -> None:
    compared = 0
    for plan, annex, _ in people(found):
        planned: Counter[tuple[str, ...]] = Counter()
        counted: Counter[tuple[str, ...]] = Counter()
        for row in plan:
            planned[line(row)] += number(row["unit_points"]) * times(row)
            counted[line(row)] += times(row)
        details = [row for row in annex if not is_summary(row)]
        assert {line(row): number(row["service_units_or_amount"]) for row in details} == planned
        assert {line(row): number(row["count_or_days"]) for row in details} == counted
        compared += len(details)
    assert compared > 100


def test_discounted_units_are_rounded_half_up(found: Found) -> None:
    rates = set()
    for _, annex, _ in people(found):
        for row in annex:
            if not is_summary(row):
                rates.add(row["discount_rate"])
                exact = Decimal(row["unit_points"]) * Decimal(row["discount_rate"]) / 100
                assert Decimal(row["discounted_unit_points"]) == exact.quantize(Decimal(1), rounding="ROUND_HALF_UP")
    assert rates == {"100", "95"}


def test_summary_rows_have_no_units_and_no_discount(found: Found) -> None:
    seen: Counter[str] = Counter()
    for _, annex, _ in people(found):
        for row in filter(is_summary, annex):
            seen[row["service_code"][2:]] += 1
            assert (row["unit_points"], row["discount_rate"], row["discounted_unit_points"]) == ("0", "", "")
    assert seen.keys() == {"AAAA", "EEEE", "ZZZZ", "9999"}


def test_every_person_has_one_total_at_the_end_and_it_adds_up(found: Found) -> None:
    for _, annex, _ in people(found):
        *before, total = annex
        assert (total["service_code"], total["service_office_number"]) == ("999999", "9999999999")
        carriers = [row for row in before if row["unit_price_yen"]]
        for item in SUMMED:
            assert number(total[item]) == sum(number(row[item]) for row in carriers)
        details = [row for row in before if not is_summary(row)]
        assert number(total["service_units_or_amount"]) == sum(number(r["service_units_or_amount"]) for r in details)


def test_a_type_with_several_rows_has_subtotals_and_they_are_the_sums_of_their_sides(found: Found) -> None:
    for _, annex, _ in people(found):
        groups: dict[tuple[str, ...], Rows] = defaultdict(list)
        for row in annex[:-1]:
            groups[row["service_office_number"], row["satellite_branch_no"], row["service_code"][:2]].append(row)
        for rows in groups.values():
            details = [row for row in rows if not is_summary(row)]
            sides = Counter[str]()
            for row in details:
                sides[side(row)] += number(row["service_units_or_amount"])
            subtotals = {
                row["service_code"][2:]: number(row["service_units_or_amount"]) for row in filter(is_summary, rows)
            }
            assert subtotals == (dict(sides) if len(details) > 1 else {})


def side(row: dict[str, str]) -> str:
    if row["over_30_days_flag"] == "1":
        return "ZZZZ"
    return "AAAA" if row["benefit_management_units"] else "EEEE"


def test_money_is_cut_to_the_yen_once_for_each_office_and_type(found: Found) -> None:
    for _, annex, _ in people(found):
        sides: dict[tuple[str, ...], dict[str, dict[str, str]]] = defaultdict(dict)
        for row in annex[:-1]:
            if row["unit_price_yen"]:
                key = (row["service_office_number"], row["satellite_branch_no"], row["service_code"][:2])
                sides[key][row["service_code"][2:] if is_summary(row) else side(row)] = row
        for of_type in sides.values():
            check_money(of_type)


def check_money(sides: dict[str, dict[str, str]]) -> None:
    price = Decimal(next(iter(sides.values()))["unit_price_yen"])
    within, outside, over = (sides.get(kind, {}) for kind in SUBTOTALS)
    insured = number(within.get("units_within_category_limit", "")) + number(outside.get("service_units_or_amount", ""))
    both = [row for row in (within, outside) if row]
    cost = int(insured * price)
    assert sum(number(row["total_cost_insured"]) for row in both) == cost
    if both:
        rate = int(both[0]["benefit_rate_percent"])
        assert sum(number(row["insurance_claim_amount"]) for row in both) == cost * rate // 100
        assert sum(number(row["copay_insured"]) for row in both) == cost - cost * rate // 100
    if within:
        beyond = number(within["units_over_category_limit"]) + number(within["units_over_type_limit"])
        assert number(within["copay_full_self_pay"]) == int(beyond * price)
        used = number(within["service_units_or_amount"])
        assert number(within["units_within_category_limit"]) == used - beyond
    if over:
        assert number(over["copay_full_self_pay"]) == int(number(over["service_units_or_amount"]) * price)
        assert over["total_cost_insured"] == ""


def test_nobody_is_managed_beyond_the_limit_and_what_exceeds_it_is_told(found: Found) -> None:
    exceeding = 0
    for _, annex, supplement in people(found):
        total = annex[-1]
        limit = supplement["category_benefit_limit_units"]
        if limit:
            assert number(total["units_within_category_limit"]) <= int(limit)
        if number(total["units_over_category_limit"]):
            assert total["units_within_category_limit"] == limit
            exceeding += 1
    assert exceeding == 2  # one person, a use table to each of two addresses
