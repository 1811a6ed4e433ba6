"""給付管理票: what of a month's plan lies within the limit, a row an office and kind of service, for claiming. Pure.

The layout is ours: the official one (様式第十一) goes to the 国保連 as other data and is not part of the standard.
給付計画単位数 are those of 第7表 that lie within the limit (区分支給限度基準内単位数), as billed: of a large day service not
those of one of ordinary size, by which the limit alone is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from renkei.standard.comparing import reconcile
from renkei.standard.layouts import code_lists
from renkei.standard.showing.benefit import GRAND_TOTAL, is_summary
from renkei.standard.showing.words import wide_kana

from ..rendering import Form
from .given import Given, Row
from .words import day, meaning, month, number, one_line

_WITHIN = "units_within_category_limit"
_BILLED = "service_units_or_amount"
_MANAGED = "benefit_management_units"
_BEYOND = ("units_over_type_limit", "units_over_category_limit")
# What stands in the column 指定区分 is told by the kind of service alone for these; 指定 and 基準該当 are not.
_BY_TOWNS = frozenset(["28", "38", "39", "68", "69", "71", "72", "73", "74", "75", "76", "77", "78", "79"])
_CARE_MANAGEMENT = frozenset({"43", "46"})


def fill(given: Given) -> Form:
    """給付管理票 of one person and month, of a unit with 第6表 and 第7表.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["total"]
    ''
    """
    known = given.first("UPHOSOKU")
    slip = given.first("UPPLAN")
    annex = given.of("UPSIKYU")
    of_month = slip["target_year_month"] or given.first("UPSIKYU")["target_year_month"]
    rows = managed_rows(annex, given.offices)
    total = _sum(row["units"] for row in rows)
    return Form(
        "benefit-management",
        {
            "month": month(of_month),
            "insurer": given.person[0],
            "insured": given.person[1],
            "name": one_line(given.client[0]),
            "kana": one_line(wide_kana(given.client[1])),
            "born": day(known["client_birth_date"]),
            "sex": meaning("sex", known["client_sex"]),
            "level": meaning("care_level", known["care_level"]),
            "limit": number(known["category_benefit_limit_units"]),
            "limit_from": day(known["benefit_limit_start_date"]),
            "limit_until": day(known["benefit_limit_end_date"]),
            "planner": _planner(given, slip),
            "planner_name": given.offices.get(_planner(given, slip), ""),
            "manager": slip["care_manager_name"],
            "rows": [row | {"units": number(row["units"])} for row in rows],
            "total": number(total),
            "notes": _notes(given, annex, total),
        },
    )


def _planner(given: Given, slip: Row) -> str:
    """The office that plans: as the slip says, else who sends, if it is one of care management."""
    sender, service = given.sender
    return slip["care_management_office_number"] or (sender if service in _CARE_MANAGEMENT else "")


def managed_rows(annex: Iterable[Row], offices: Mapping[str, str]) -> list[dict[str, str]]:
    """A row an office (`number`) and `kind` of service that has something within the limit; satellites are part of their
    office. `units` (給付計画単位数) is a text as the annex has it, empty where it cannot be told. `offices` are names by number.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in annex:
        if row["service_code"] != GRAND_TOTAL:
            groups.setdefault((row["service_office_number"], row["service_code"][:2]), []).append(row)
    rows = []
    for (office, kind), lines in sorted(groups.items()):
        parts = list(_within(lines))
        if parts:
            rows.append(
                {
                    "office": offices.get(office, ""),
                    "number": office,
                    "designation": "地域密着型" if kind in _BY_TOWNS else "総合事業" if kind.startswith("A") else "",
                    "service": code_lists()["service_type"].get(kind, ""),
                    "kind": kind,
                    "units": _sum(map(_planned, parts)),
                }
            )
    return rows


def _within(lines: Iterable[Row]) -> Iterable[Row]:
    """The lines that carry what lies within the limit: of each house its sub-total, where it has one, else its details.

    What is outside the limit (EEEE) or beyond thirty days (ZZZZ) is not managed.
    """
    houses: dict[str, list[Row]] = {}
    for row in lines:
        houses.setdefault(row["satellite_branch_no"], []).append(row)
    for own in houses.values():
        subtotals = [row for row in own if row["service_code"].endswith("AAAA")]
        details = [row for row in own if not is_summary(row["service_code"]) and row["over_30_days_flag"] != "1"]
        yield from subtotals or [row for row in details if row[_MANAGED] or row[_WITHIN]]


def _planned(row: Row) -> str:
    """給付計画単位数 of one line; what is no number stays as it is, for whoever reads it."""
    if row[_WITHIN]:
        return row[_WITHIN]
    units = row[_BILLED] or row[_MANAGED]
    beyond = [row[name] for name in _BEYOND if row[name]]
    if all(map(_is_number, (units, *beyond))):
        return str(int(units) - sum(map(int, beyond)))
    return units


def _sum(parts: Iterable[str]) -> str:
    """The sum; of one part the part itself, and nothing where one of several is no number."""
    known = list(parts)
    if len(known) == 1:
        return known[0]
    return str(sum(map(int, known))) if known and all(map(_is_number, known)) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal()


def _notes(given: Given, annex: Iterable[Row], total: str) -> list[str]:
    """What somebody should look at before the figures are claimed."""
    notes = []
    stated = next((row[_WITHIN] for row in annex if row["service_code"] == GRAND_TOTAL and row[_WITHIN]), "")
    if stated and stated != total:
        notes.append(f"第7表の全合計の区分支給限度基準内単位数({number(stated)})と、上の合計がちがいます。")
    if any(one.changed for one in reconcile(given.of("UPPLAN"), given.actual)):
        notes.append("実績に、予定とちがうところがあります。第7表を直したか確かめてください。")
    return notes
