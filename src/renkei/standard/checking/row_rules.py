"""Rules between several items of one record, or between a record and its file's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..layouts import code_lists
from ..names import NO_MONTH, FileName
from ..values import days_in
from .rights import CARE_MANAGEMENT

# (code, English name of the item shown, words for the texts)
Fault = tuple[str, str, dict[str, str | int]]

TOTAL_CODE = "999999"
TOTAL_OFFICE = "9999999999"
# The kinds of subtotal in 第7表: within the limit, outside it, beyond thirty days.
SUBTOTALS = ("AAAA", "EEEE", "ZZZZ")
RENTAL = frozenset({"17", "67"})
# Of these the care manager's number may be that of the support centre or of the office it entrusts.
_PREVENTION_TYPES = frozenset({"24", "25", "26", "2B", "34", "39", "62", "63", "64", "66", "67", "69", "74", "75"})
_NO_TIME = "9999"
# Third characters of the item codes under which percentages and other units without a fixed value are found.
_MAY_BE_PERCENT = frozenset("4689CDE")
# The types of 総合事業 whose codes the ministry sets.
_NATIONAL_CODES = frozenset({"A2", "A6"})
_USE_TABLES = ("UPPLAN", "UPJSK")
_SLOTS = tuple(f"type_limit_{slot}_service_type_code" for slot in range(1, 10))


class RowRule(NamedTuple):
    """`check` gets the file's name (None where it is not of the standard) and the values of `columns`."""

    columns: tuple[str, ...]
    check: Callable[..., list[Fault]]


ROW_RULES: list[tuple[tuple[str, ...], RowRule]] = []


def _rule(kinds: tuple[str, ...], *columns: str) -> Callable[[Callable[..., list[Fault]]], Callable[..., list[Fault]]]:
    def register(check: Callable[..., list[Fault]]) -> Callable[..., list[Fault]]:
        ROW_RULES.append((kinds, RowRule(columns, check)))
        return check

    return register


@_rule(("UPPLAN", "UPSIKYU", "UPJSK"), "target_year_month")
def month_of_the_name(name: FileName | None, month: str) -> list[Fault]:
    if name and name.month and month and month != name.month:
        return [("E-CROSS-MONTH", "target_year_month", {"month": name.month})]
    return []


@_rule(("DLTPLAN", "DLTJSK"), "delete_target_year_month")
def deleted_month_of_the_name(name: FileName | None, month: str) -> list[Fault]:
    if name and name.month and month and month != name.month:
        return [("E-CROSS-MONTH", "delete_target_year_month", {"month": name.month})]
    return []


@_rule(("UPHOSOKU",), "target_year_month", "care_plan_creation_or_change_date")
def supplement_belongs_to_plan_or_month(name: FileName | None, month: str, plan_date: str) -> list[Fault]:
    found: list[Fault] = []
    if name is None or name.month is None:
        return found
    no_date = "00000000"
    if name.month == NO_MONTH:
        if month and month != NO_MONTH:
            found.append(("E-CROSS-SENTINEL", "target_year_month", {"expected": NO_MONTH}))
        if plan_date == no_date:
            found.append(("E-CROSS-SENTINEL", "care_plan_creation_or_change_date", {"expected": "計画作成(変更)日"}))
        return found
    if month and month != name.month:
        found.append(("E-CROSS-MONTH", "target_year_month", {"month": name.month}))
    if plan_date and plan_date != no_date:
        found.append(("E-CROSS-SENTINEL", "care_plan_creation_or_change_date", {"expected": no_date}))
    return found


@_rule(_USE_TABLES, "service_date", "target_year_month")
def day_lies_in_the_month(_name: FileName | None, date: str, month: str) -> list[Fault]:
    if date and month and not date.startswith(month):
        return [("E-CROSS-DAY", "service_date", {"month": month})]
    return []


@_rule(_USE_TABLES, "per_diem_days_bitmap", "target_year_month")
def flagged_days_exist(_name: FileName | None, days: str, month: str) -> list[Fault]:
    if len(days) == 31 and "1" in days[_last_day(month) :]:
        return [("E-CROSS-DAYS", "per_diem_days_bitmap", {})]
    return []


def _last_day(month: str) -> int:
    if len(month) != 6 or not (month.isascii() and month.isdigit()) or not 1 <= int(month[4:]) <= 12:
        return 31
    return days_in(int(month[:4]), int(month[4:]))


@_rule((*_USE_TABLES, "UPSIKYU"), "service_code", "tais_code", "equipment_notification_code")
def equipment(_name: FileName | None, code: str, tais: str, notification: str) -> list[Fault]:
    if code[:2] not in RENTAL or tais or notification or code[2:] in SUBTOTALS:
        return []
    # The codes of rental itself are numbered from 1001; add-ons and reductions begin with 8 or D.
    is_itself = code[2:3] == "1"
    return [("E-FIELD-EQUIPMENT" if is_itself else "W-FIELD-EQUIPMENT", "service_code", {})]


@_rule((*_USE_TABLES, "UPSIKYU"), "service_code")
def type_is_in_scope(_name: FileName | None, code: str) -> list[Fault]:
    lists = code_lists()
    if len(code) != 6 or code == TOTAL_CODE or code[:2] in lists["service_type"]:
        return []
    found = "E-CODE-SCOPE" if code[:2] in lists["service_type_out_of_scope"] else "E-CODE-TYPE"
    return [(found, "service_code", {"type": code[:2]})]


@_rule(_USE_TABLES, "service_code")
def no_summary_rows(_name: FileName | None, code: str) -> list[Fault]:
    if is_sum(code):
        return [("E-CODE-SUMMARY", "service_code", {})]
    return []


@_rule(_USE_TABLES, "service_start_time", "service_end_time")
def both_times_or_none(_name: FileName | None, start: str, end: str) -> list[Fault]:
    if not start or not end:
        return []
    if (start == _NO_TIME) != (end == _NO_TIME):
        return [("W-CROSS-TIMES", "service_end_time", {})]
    if start == end != _NO_TIME:
        return [("W-CROSS-DURATION", "service_end_time", {})]
    return []


@_rule(("UPPLAN",), "care_management_office_number", "service_code")
def planner_is_the_sender(name: FileName | None, planner: str, code: str) -> list[Fault]:
    if name and planner and planner != name.sender and not is_prevention(code):
        return [("E-CROSS-SENDER", "care_management_office_number", {"role_ja": "送信元", "expected": name.sender})]
    return []


@_rule(("UP1KYO",), "care_management_office_number")
def author_is_the_sender(name: FileName | None, author: str) -> list[Fault]:
    if name and author and author != name.sender:
        return [("E-CROSS-SENDER", "care_management_office_number", {"role_ja": "送信元", "expected": name.sender})]
    return []


@_rule(("UPJSK",), "care_management_office_number", "service_office_number", "service_code")
def actuals_go_from_provider_to_planner(name: FileName | None, planner: str, provider: str, code: str) -> list[Fault]:
    found: list[Fault] = []
    # An entrusted care-management office forwards actuals of others to its support centre.
    if name is None or name.sender_service in CARE_MANAGEMENT:
        return found
    if provider and provider != name.sender:
        found.append(("E-CROSS-SENDER", "service_office_number", {"role_ja": "送信元", "expected": name.sender}))
    if planner and planner != name.recipient and not is_prevention(code):
        found.append(
            ("E-CROSS-SENDER", "care_management_office_number", {"role_ja": "送信先", "expected": name.recipient})
        )
    return found


@_rule(("DLTJSK",), "service_office_number")
def deleted_actuals_are_the_senders(name: FileName | None, provider: str) -> list[Fault]:
    if name and provider and provider != name.sender and name.sender_service not in CARE_MANAGEMENT:
        return [("E-CROSS-SENDER", "service_office_number", {"role_ja": "送信元", "expected": name.sender})]
    return []


def is_prevention(code: str) -> bool:
    """Whether a service code is one of 介護予防 or 総合事業."""
    return code.startswith("A") or code[:2] in _PREVENTION_TYPES


@_rule(("UP3KYO",), "weekly_service", "weekday", "daily_activity", "daily_activity_start", "non_weekly_service")
def one_thing_a_row(
    _name: FileName | None, service: str, weekday: str, activity: str, start: str, other: str
) -> list[Fault]:
    filled = [bool(service or weekday), bool(activity or start), bool(other)]
    if sum(filled) != 1:
        return [("W-CROSS-WEEK", "weekly_service", {})]
    return []


@_rule(("UPHOSOKU",), *_SLOTS)
def slots_are_used_from_the_first(_name: FileName | None, *types: str) -> list[Fault]:
    used = [bool(code) for code in types]
    if used != sorted(used, reverse=True):
        return [("W-CROSS-SLOT", _SLOTS[used.index(False)], {})]
    return []


@_rule(("UPHOSOKU",), *_SLOTS)
def short_stays_in_a_slot_are_22(_name: FileName | None, *types: str) -> list[Fault]:
    wrong = [slot for slot, code in zip(_SLOTS, types, strict=True) if code in {"23", "2A"}]
    return [("W-CODE-SLOT", slot, {}) for slot in wrong]


@_rule(("UPSIKYU",), "service_code", "service_office_number")
def total_code_and_office_go_together(_name: FileName | None, code: str, office: str) -> list[Fault]:
    if code and office and (code == TOTAL_CODE) != (office == TOTAL_OFFICE):
        return [("E-CROSS-TOTAL-OFFICE", "service_office_number", {})]
    return []


@_rule(("UPSIKYU",), "service_code", "unit_points")
def summary_rows_have_no_unit_points(_name: FileName | None, code: str, points: str) -> list[Fault]:
    if (code == TOTAL_CODE or code[2:] in SUBTOTALS) and points.strip("0"):
        return [("W-CROSS-SUMMARY", "unit_points", {"expected": "0"})]
    return []


@_rule(("UPSIKYU",), "service_code", "unit_points", "count_or_days")
def details_have_units(_name: FileName | None, code: str, points: str, count: str) -> list[Fault]:
    if code[2:] not in SUBTOTALS and code != TOTAL_CODE and is_without_units(code, points, count):
        return [("W-CROSS-NO-UNITS", "unit_points", {"count": count})]
    return []


def is_without_units(code: str, points: str, count: str) -> bool:
    """Whether a service that has units each time is counted without any. Percentages and 共生型 reductions may be 0
    (notes of 第6表), and the numbers of some 総合事業 codes are each municipality's own."""
    is_counted = bool(points) and not points.strip("0") and bool(count.strip("0"))
    return is_counted and len(code) == 6 and is_fixed(code) and (code[0] != "A" or code[:2] in _NATIONAL_CODES)


def is_sum(code: str) -> bool:
    """Whether a code sums up others: a subtotal of 第7表, or its total."""
    return code == TOTAL_CODE or code[2:] in SUBTOTALS


def is_fixed(code: str) -> bool:
    """Whether a code stands for units that are the same each time, as far as its number tells."""
    return code[2] not in _MAY_BE_PERCENT


@_rule(("UPSIKYU",), "service_code", "discount_rate", "discounted_unit_points")
def summary_rows_have_no_discount(_name: FileName | None, code: str, rate: str, points: str) -> list[Fault]:
    found: list[Fault] = []
    if is_sum(code):
        if rate:
            found.append(("W-CROSS-SUMMARY", "discount_rate", {"expected": "空"}))
        if points:
            found.append(("W-CROSS-SUMMARY", "discounted_unit_points", {"expected": "空"}))
    return found


@_rule(("UPHOSOKU",), "benefit_limit_start_date", "benefit_limit_end_date")
def limits_hold_forwards(_name: FileName | None, start: str, end: str) -> list[Fault]:
    if start and end and end < start:
        return [("W-CROSS-DATES", "benefit_limit_end_date", {"other": "限度額適用開始年月日"})]
    return []


@_rule(("UP1KYO", "UPKIHON", "UPYOBO"), "certification_valid_from", "certification_valid_to")
def certifications_hold_forwards(_name: FileName | None, start: str, end: str) -> list[Fault]:
    if start and end and end < start:
        return [("W-CROSS-DATES", "certification_valid_to", {"other": "有効期間の開始日"})]
    return []


@_rule(("UP1KYO",), "first_care_plan_date", "care_plan_creation_or_change_date")
def no_plan_is_before_the_first(_name: FileName | None, first: str, date: str) -> list[Fault]:
    if first and date and date < first:
        return [("W-CROSS-DATES", "care_plan_creation_or_change_date", {"other": "初回の作成日"})]
    return []


@_rule(("UPYOBO",), "first_plan_date", "plan_creation_or_change_date")
def no_prevention_plan_is_before_the_first(_name: FileName | None, first: str, date: str) -> list[Fault]:
    if first and date and date < first:
        return [("W-CROSS-DATES", "plan_creation_or_change_date", {"other": "初回の作成日"})]
    return []


@_rule(("UPHOSOKU",), "care_level_change_date", "previous_care_level", "target_year_month")
def a_change_inside_the_month_names_the_level_before(
    _name: FileName | None, changed: str, before: str, month: str
) -> list[Fault]:
    # From the first day of the month the new level holds for all of it.
    if changed[:6] == month and changed[6:] > "01" and not before:
        return [("W-CROSS-LEVEL", "previous_care_level", {})]
    return []
