"""第6表 (UPPLAN, and UPJSK in the same layout) and 第7表 (UPSIKYU) of one client as rows.

Money: 費用総額 is the units times the price of a unit, cut to the yen, for an office and service type as a whole; the
benefit is cut to the yen as well, and the client bears the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from .catalogue import BENEFIT_RATE, BY_CODE, Equipment
from .model import Client, Office, ServiceMonth, Visit, ymd
from .plan_sheets import Row, person

TOTAL_OFFICE, TOTAL_CODE = "9999999999", "999999"


def use_table(client: Client, month: ServiceMonth, visits: Iterable[Visit], *, made_on: date, by: Office) -> list[Row]:
    """第6表: one row a visit. `by` is the office that writes: the care manager's for the plan, else the service's."""
    common = {
        **person(client),
        "document_created_date": ymd(made_on),
        "target_year_month": month.text,
        "care_management_office_number": client.care_manager.number,
        "care_manager_name": client.care_manager.person,
        "service_count": "1",
        "over_30_days_flag": "0",
        "updated_by_office_number": by.number,
    }
    return [
        {
            **common,
            **_equipment(visit.equipment),
            "unit_points": str(visit.units),
            "service_date": visit.date,
            "service_start_time": visit.start,
            "service_end_time": visit.end,
            "service_code": visit.code,
            "detail_discriminator": visit.discriminator,
            "service_office_number": visit.office.number,
            "service_office_name": visit.office.name,
        }
        for visit in visits
    ]


def _equipment(thing: Equipment | None) -> Row:
    return {"tais_code": thing.tais, "equipment_name": thing.product} if thing else {}


def annex(client: Client, month: ServiceMonth, visits: Sequence[Visit]) -> list[Row]:
    """第7表: lines a service, a subtotal where an office has several, the grand total last."""
    rows: list[Row] = []
    amounts: list[Row] = []
    for office, of_office in groupby(visits, key=lambda visit: visit.office):
        lines = _lines(list(of_office))
        money = _money(office, sum(int(line["service_units_or_amount"]) for line in lines))
        amounts.append(money)
        if len(lines) == 1:
            rows.append(_named(office) | lines[0] | money)
        else:
            rows += [_named(office) | line for line in lines]
            count = sum(int(line["count_or_days"]) for line in lines)
            rows.append(_named(office) | money | _subtotal(f"{office.service}AAAA", count))
    total = {key: str(sum(int(money[key]) for money in amounts)) for key in amounts[0] if key in SUMMED}
    rows.append(total | {"service_office_number": TOTAL_OFFICE} | _subtotal(TOTAL_CODE, 0))
    return [_common(client, month) | row for row in rows]


def _common(client: Client, month: ServiceMonth) -> Row:
    return {
        **person(client),
        "document_created_date": ymd(month.sent_on),
        "target_year_month": month.text,
        "over_30_days_flag": "0",
        # The standard prints one entry for these two items; our convention is to write it in both.
        "office_code": TOTAL_OFFICE,
        "entered_by_code": TOTAL_OFFICE,
        "updated_by_office_number": client.care_manager.number,
    }


def _named(office: Office) -> Row:
    return {"service_office_number": office.number, "service_office_name": office.name}


def _lines(visits: list[Visit]) -> list[Row]:
    """One line a service code, and for rental one a thing."""
    lines = []
    ordered = sorted(visits, key=_line)
    for _, same in groupby(ordered, key=_line):
        group = list(same)
        first, units = group[0], str(sum(visit.units for visit in group))
        lines.append(
            {
                **_equipment(first.equipment),
                "service_code": first.code,
                "unit_points": str(first.units),
                "discount_rate": "100",
                "discounted_unit_points": str(first.units),
                "count_or_days": str(len(group)),
                "service_units_or_amount": units,
                "benefit_management_units": units,
            }
        )
    return lines


def _line(visit: Visit) -> tuple[str, str]:
    return visit.code, visit.equipment.tais if visit.equipment else ""


SUMMED = (
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_category_limit",
    "units_within_category_limit",
    "total_cost_insured",
    "insurance_claim_amount",
    "copay_insured",
    "copay_full_self_pay",
)


def _money(office: Office, units: int) -> Row:
    price = BY_CODE[office.service].price
    cost = int(units * price)
    benefit = cost * BENEFIT_RATE // 100
    return {
        "service_units_or_amount": str(units),
        "benefit_management_units": str(units),
        "units_over_category_limit": "0",
        "units_within_category_limit": str(units),
        "unit_price_yen": str(price),
        "total_cost_insured": str(cost),
        "benefit_rate_percent": str(BENEFIT_RATE),
        "insurance_claim_amount": str(benefit),
        "copay_insured": str(cost - benefit),
        "copay_full_self_pay": "0",
    }


def _subtotal(code: str, count: int) -> Row:
    return {"service_code": code, "unit_points": "0", "count_or_days": str(count)}
