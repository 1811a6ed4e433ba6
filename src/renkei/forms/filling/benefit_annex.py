"""第7表: サービス利用票別表 for the client, サービス提供票別表 for the offices: what a month costs, and who bears it. Pure.

Grouped by office and kind of service: details, then the sums that carry the money. What lies outside the limit stands in
parentheses, as on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from renkei.standard.layouts import code_lists
from renkei.standard.showing.benefit import GRAND_TOTAL, is_summary

from ..rendering import Form
from .given import Given, Row
from .services import type_name
from .words import day, month, number, one_line

# The columns after the service and its code, in the form's order.
_AMOUNTS = (
    "unit_points",
    "discount_rate",
    "discounted_unit_points",
    "count_or_days",
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_within_type_limit",
    "units_over_category_limit",
    "units_within_category_limit",
    "unit_price_yen",
    "total_cost_insured",
    "benefit_rate_percent",
    "insurance_claim_amount",
    "fixed_copay_unit_amount",
    "copay_insured",
    "copay_full_self_pay",
)
# 0 by rule where a line sums up others.
_EMPTY_IN_SUMS = ("unit_points", "count_or_days")
_IN_PARENTHESES = ("service_units_or_amount", "benefit_management_units")
# Endings of the codes that sum up a kind of service, in the form's order → what follows its name.
_SUMS = {"AAAA": "合計", "EEEE": "（限度額の対象外）", "ZZZZ": "（30日超）"}
# 種類別支給限度管理: what the file can say, and the lines that the form has for it.
_SLOTS, _SLOT_LINES = 9, 12
_STAYS = ("days_used_through_previous_month", "planned_days_this_month", "cumulative_days")
# More letters or figures than surely have room in the lowest line of the form: its height is measured then.
_SHORT, _SHORT_NUMBER = 14, 8
# A text longer than this goes on in another line of the form: no line is higher than a page.
_PIECE = 200


def fill(given: Given, for_client: bool = False) -> Form:
    """第7表 of one person and month: 利用票別表 where it is for the client, else 提供票別表.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["groups"]
    []
    """
    rows = given.of("UPSIKYU")
    first = given.first("UPSIKYU")
    of_month = first["target_year_month"] or given.first("UPPLAN")["target_year_month"]
    totals = [row for row in rows if row["service_code"] == GRAND_TOTAL]
    details = [row for row in rows if row["service_code"] != GRAND_TOTAL]
    return Form(
        "benefit-annex",
        {
            "label": "第7表",
            "title": f"{month(of_month) or '令和　　年　　月'}分　サービス{'利用' if for_client else '提供'}票別表",
            "made": day(first["document_created_date"]),
            "insured": given.person[1],
            "client": one_line(given.client[0]),
            "limit": number(given.first("UPHOSOKU")["category_benefit_limit_units"]),
            "groups": [
                _group(list(own), given.services) for _, own in groupby(sorted(details, key=_place), key=_office)
            ],
            "totals": [_amounts(row, outside=False) for row in totals],
            "slots": _slots(given),
            "excess": number(given.first("UPHOSOKU")["type_limit_total_excess_units"]),
            "stays": _stays(given, first),
        },
    )


def _office(row: Row) -> tuple[str, str]:
    return row["service_office_number"], row["satellite_branch_no"]


def _place(row: Row) -> tuple[Any, ...]:
    code = row["service_code"]
    rank = list(_SUMS).index(code[2:]) + 1 if code[2:] in _SUMS else 0
    return *_office(row), code[:2], rank, code


def _group(rows: Sequence[Row], services: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """The lines of one office."""
    number_of, branch = _office(rows[0])
    outside = {row["service_code"][:2] for row in rows if row["service_code"][2:] == "EEEE"}
    name = one_line(next((row["service_office_name"] for row in rows if row["service_office_name"]), ""))
    return {
        "office": name,
        "number": f"{number_of}-{branch}" if branch else number_of,
        "long": len(name) > _SHORT,
        "lines": [line for row in rows for line in _lines(row, services, outside)],
    }


def _lines(row: Row, services: Mapping[tuple[str, str], str], outside: Iterable[str]) -> list[dict[str, Any]]:
    """One line of the form; more where the name of a thing is as long as a story."""
    code, is_sum = row["service_code"], is_summary(row["service_code"])
    is_outside = code[2:] == "EEEE" or (
        not is_sum and code[:2] in outside and not row["benefit_management_units"].strip("0")
    )
    service = _service(row, services)
    pieces = [service[at : at + _PIECE] for at in range(0, len(service), _PIECE)]
    amounts = _amounts(row, is_outside)
    return [
        {
            "service": piece,
            "code": "" if is_sum or place else code,
            "amounts": [""] * len(amounts) if place else amounts,
            "sum": is_sum,
            "long": len(piece) > _SHORT or any(len(amount) > _SHORT_NUMBER for amount in amounts),
        }
        for place, piece in enumerate(pieces)
    ]


def _service(row: Row, services: Mapping[tuple[str, str], str]) -> str:
    code = row["service_code"]
    if code[2:] in _SUMS:
        return f"{type_name(code) or code[:2]}{_SUMS[code[2:]]}"
    things = (row.get("tais_code"), row.get("equipment_notification_code"), row.get("equipment_name"))
    beyond = "（30日超）" if row["over_30_days_flag"] == "1" else ""
    called = services.get((row["target_year_month"], code)) or type_name(code) or code
    return one_line(" ".join([called + beyond, *filter(None, things)]))


def _amounts(row: Row, outside: bool) -> list[str]:
    return [_amount(item, row, outside and item in _IN_PARENTHESES) for item in _AMOUNTS]


def _amount(item: str, row: Row, in_parentheses: bool) -> str:
    if item in _EMPTY_IN_SUMS and is_summary(row["service_code"]):
        return ""
    told = number(row[item])
    return f"({told})" if told and in_parentheses else told


def _slots(given: Given) -> list[list[str]]:
    """種類別支給限度管理: type, its limit, what is used of it, what lies beyond."""
    known = given.first("UPHOSOKU")
    names = code_lists()["service_type"]
    slots = []
    for slot in range(1, _SLOTS + 1):
        code = known[f"type_limit_{slot}_service_type_code"]
        units = (known[f"type_limit_{slot}_{item}_units"] for item in ("limit", "total", "excess"))
        slots.append([names.get(code, code), *map(number, units)])
    return slots + [[""] * 4] * (_SLOT_LINES - _SLOTS)


def _stays(given: Given, first: Row) -> list[str]:
    """短期入所利用日数: until last month, this month, together."""
    known = given.first("UPHOSOKU")
    before, planned, together = (first[item] for item in _STAYS)
    return [
        number(before or known["short_stay_days_through_previous_month"]),
        number(planned),
        number(together or known["short_stay_cumulative_days"]),
    ]
