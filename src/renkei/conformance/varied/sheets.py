"""第6表 (UPPLAN, UPJSK) and the supplement (UPHOSOKU) of one person as rows."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.standard.names import NO_MONTH

from .annex import equipment, stays
from .model import MONTH, Actuals, CarePlan, Person, Row, UseTable, Visit
from .prices import limited_type

NO_PLAN_DATE = "00000000"


def person(of: Person) -> Row:
    """The key that begins every row."""
    return {"insurer_number": of.insurer, "insured_person_number": of.insured}


def planned_rows(table: UseTable, by: str) -> list[Row]:
    """第6表 as planned. `by` is the number of the office that writes."""
    ordered = sorted(table.visits, key=lambda v: (v.office.number, v.day, v.start, v.code, v.satellite))
    return _rows(table.person, ordered, table.made_on, by)


def actual_rows(actuals: Actuals, by: str) -> list[Row]:
    """第6表 as it went. Units of percentage add-ons are 0, as of an office that does not know them yet."""
    rows = _rows(actuals.person, actuals.done, actuals.made_on, by)
    for row, visit in zip(rows, actuals.done, strict=True):
        if visit.service.is_outside and visit.own_units is not None:
            row["unit_points"] = "0"
    return rows


def _rows(of: Person, visits: Sequence[Visit], made_on: str, by: str) -> list[Row]:
    common = {
        **person(of),
        "document_created_date": made_on,
        "target_year_month": MONTH,
        "care_management_office_number": of.planner.number,
        "care_manager_name": of.planner.person,
        "updated_by_office_number": by,
    }
    if of.stays_before is not None:
        common["short_stay_days_through_previous_month"] = str(of.stays_before)
    return [common | _visit(visit) for visit in visits]


def _visit(visit: Visit) -> Row:
    return {
        **equipment(visit),
        "detail_discriminator": visit.thing.discriminator if visit.thing else "",
        "unit_points": str(visit.units),
        "service_date": visit.date,
        "per_diem_days_bitmap": visit.per_diem,
        "service_start_time": visit.start,
        "service_end_time": visit.end,
        "service_count": str(visit.count),
        "service_code": visit.code,
        "service_office_number": visit.office.number,
        "service_office_name": visit.office.name,
        "satellite_branch_no": visit.satellite,
        "over_30_days_flag": str(int(visit.is_over_30_days)),
    }


def supplement_of_plan(plan: CarePlan, by: str) -> list[Row]:
    """The supplement beside a care plan: it has a date and no month."""
    row = _supplement(plan.person, by)
    return [row | {"care_plan_creation_or_change_date": plan.created_on, "target_year_month": NO_MONTH}]


def supplement_of_month(table: UseTable, by: str) -> list[Row]:
    """The supplement beside a use table: it has a month and no date, the limits of service types and the short stays."""
    row = _supplement(table.person, by)
    days = stays(table)
    if days:
        row["short_stay_days_through_previous_month"] = days["days_used_through_previous_month"]
        row["short_stay_cumulative_days"] = days["cumulative_days"]
    month = {"care_plan_creation_or_change_date": NO_PLAN_DATE, "target_year_month": MONTH}
    return [row | _type_limits(table) | month]


def _supplement(of: Person, by: str) -> Row:
    return {
        **person(of),
        "client_name_kana": of.kana,
        "client_name": of.name,
        "client_sex": of.sex,
        "client_birth_date": of.birth,
        "client_postal_code": of.postal_code,
        "client_address_1": of.address,
        "client_phone": of.phone,
        "certification_date": of.certified_on,
        "benefit_limit_start_date": of.valid_from,
        "benefit_limit_end_date": of.valid_to,
        "certification_status": of.status,
        "care_level_change_date": of.level_changed_on,
        "care_level": of.care_level,
        "category_benefit_limit_units": "" if of.limit is None else str(of.limit),
        "previous_care_level": of.previous_level,
        "consent_received_by_office_number": of.planner.number,
        "updated_by_office_number": by,
    }


def _type_limits(table: UseTable) -> Row:
    """The slots of 種類別支給限度, from the first on, and what lies beyond them all."""
    row: Row = {}
    excesses = []
    for number, (slot, limit) in enumerate(sorted(table.person.type_limits.items()), start=1):
        units = sum(v.units * v.times for v in table.visits if limited_type(v.code[:2]) == slot)
        excesses.append(sum(beyond.type for beyond in table.beyond if limited_type(beyond.office.service) == slot))
        row |= {
            f"type_limit_{number}_service_type_code": slot,
            f"type_limit_{number}_limit_units": str(limit),
            f"type_limit_{number}_total_units": str(units),
            f"type_limit_{number}_excess_units": str(excesses[-1]),
        }
    if excesses:
        row["type_limit_total_excess_units"] = str(sum(excesses))
    return row
