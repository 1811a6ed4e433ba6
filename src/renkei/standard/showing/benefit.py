"""第7表 (サービス利用票別表) as a table: details, then what sums them up, each told as such. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..layouts import code_lists
from .month_grid import service_words
from .tables import Table

Row = Mapping[str, str]
GRAND_TOTAL = "999999"
# Codes that sum up details of a type: ending → what it is called.
_SUMMARIES = {"AAAA": "小計", "EEEE": "限度額の対象外", "ZZZZ": "30日をこえた分"}
# item → heading, as short as on the form.
_AMOUNTS = {
    "unit_points": "単位数",
    "discount_rate": "割引率",
    "discounted_unit_points": "割引後",
    "count_or_days": "回数",
    "service_units_or_amount": "単位/金額",
    "benefit_management_units": "給付管理",
    "units_over_type_limit": "種類限度超",
    "units_within_type_limit": "種類限度内",
    "units_over_category_limit": "区分限度超",
    "units_within_category_limit": "区分限度内",
    "unit_price_yen": "単価",
    "total_cost_insured": "費用総額",
    "benefit_rate_percent": "給付率",
    "insurance_claim_amount": "請求額",
    "fixed_copay_unit_amount": "定額負担",
    "copay_insured": "負担(保険)",
    "copay_full_self_pay": "負担(全額)",
    "days_used_through_previous_month": "前月まで",
    "planned_days_this_month": "当月計画",
    "cumulative_days": "累積",
}
# What is always in sight; the rest stands below it where there is little room.
_MAIN = ("単位数", "回数", "単位/金額", "費用総額", "請求額", "負担(保険)")


def benefit_table(rows: Iterable[Row]) -> Table:
    """The table of one person's 第7表; columns that nobody filled in are left out."""
    ordered = sorted(rows, key=_place)
    used = {item: heading for item, heading in _AMOUNTS.items() if any(_is_filled(item, row) for row in ordered)}
    return Table(
        title="",
        columns=("事業所", "サービス", *used.values()),
        rows=tuple((_office(row), service_label(row), *(_amount(item, row) for item in used)) for row in ordered),
        sums=tuple("total" if row["service_code"] == GRAND_TOTAL else _sum(row) for row in ordered),
        main=("サービス", *(heading for heading in _MAIN if heading in used.values())),
        numbers=frozenset(used.values()),
    )


def is_summary(code: str) -> bool:
    """True for the codes of sub-totals and of the grand total.

    >>> is_summary("11AAAA"), is_summary("111211")
    (True, False)
    """
    return code == GRAND_TOTAL or code[2:] in _SUMMARIES


def _place(row: Row) -> tuple[bool, str, str, int, str]:
    code = row["service_code"]
    rank = (*_SUMMARIES, "").index(code[2:]) if code[2:] in _SUMMARIES else -1
    return code == GRAND_TOTAL, row["service_office_number"], code[:2], rank, code


def _office(row: Row) -> str:
    if row["service_code"] == GRAND_TOTAL:
        return ""
    return f"{row['service_office_name']} {row['service_office_number']}".strip()


def service_label(row: Row) -> str:
    """What a line of 第7表 is about: 訪問介護 111211, 通所介護 小計, 合計."""
    code = row["service_code"]
    if code == GRAND_TOTAL:
        return "合計"
    if code[2:] in _SUMMARIES:
        return f"{code_lists()['service_type'].get(code[:2], code[:2])} {_SUMMARIES[code[2:]]}"
    thing = row.get("equipment_name") or row.get("tais_code") or row.get("equipment_notification_code") or ""
    beyond = "30日超" if row["over_30_days_flag"] == "1" else ""
    return " ".join(part for part in (service_words(code), thing, beyond) if part)


def _sum(row: Row) -> str:
    return "subtotal" if is_summary(row["service_code"]) else ""


def _is_filled(item: str, row: Row) -> bool:
    return bool(row[item]) and not (is_summary(row["service_code"]) and item in ("unit_points", "count_or_days"))


def _amount(item: str, row: Row) -> str:
    """With thousands' commas. A sum's 単位数 is 0 by rule and says nothing."""
    value = row[item]
    if not _is_filled(item, row):
        return ""
    return f"{int(value):,}" if value.isdecimal() and value.isascii() else value
