"""第1表 to 第3表 (UP1KYO, UP2KYO, UP3KYO) and the client's basic facts (UPHOSOKU) of one client as rows."""

from __future__ import annotations

from datetime import date, timedelta

from renkei.standard.names import NO_MONTH

from .catalogue import BY_CODE, LIMITS
from .model import Client, Rental, Service, ServiceMonth, WeeklyService, ymd

Row = dict[str, str]

NO_PLAN_DATE = "00000000"  # of UPHOSOKU beside a use table; beside a care plan it has no month instead

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)

DAILY_LIFE = (
    ("起床", "0630", "0700"),
    ("朝食", "0700", "0740"),
    ("散歩, 体操", "1030", "1100"),
    ("就寝", "2100", "2130"),
)


def person(client: Client) -> Row:
    """The key of the person, which begins every row."""
    return {"insurer_number": client.insurer, "insured_person_number": client.insured}


def _plan_key(client: Client, month: ServiceMonth) -> Row:
    return {**person(client), "care_plan_creation_or_change_date": ymd(month.planned_on)}


def first_sheet(client: Client, month: ServiceMonth) -> list[Row]:
    """第1表: one row."""
    office = client.care_manager
    return [
        {
            **_plan_key(client, month),
            "document_created_date": ymd(month.planned_on),
            "client_address_1": client.address,
            "care_manager_name": office.person,
            "care_management_office_name": office.name,
            "care_management_office_number": office.number,
            "first_care_plan_date": ymd(_years_before(month, 2)),
            "plan_category": "21",
            "certification_status": "2",
            "certification_date": ymd(_years_before(month, 1) - A_WEEK),
            "certification_valid_from": ymd(_years_before(month, 1)),
            "certification_valid_to": ymd(_years_before(month, -2) - A_DAY),
            "care_level": client.care_level,
            "assessment_result_client_family_wishes": client.wishes,
            "overall_support_policy": client.policy,
            "updated_by_office_number": office.number,
        }
    ]


def second_sheet(client: Client, month: ServiceMonth) -> list[Row]:
    """第2表: one need a service; the texts of a need stand on its first row only, as they are printed."""
    rows = []
    for need, service in enumerate(client.services, start=1):
        for support, content in enumerate(_contents(service), start=1):
            row = {
                **_plan_key(client, month),
                "document_created_date": ymd(month.planned_on),
                "need_no": str(need),
                "goal_no": "1",
                "support_no": str(support),
                "service_content": content,
                "insurance_coverage": "Y",
                "service_type_name": BY_CODE[service.office.service].name,
                "service_office_number": service.office.number,
                "service_office_name": service.office.name,
                "frequency": _frequency(service),
                "implementation_period": _period(month, 6),
                "updated_by_office_number": client.care_manager.number,
            }
            rows.append(row | _need(service, month) if support == 1 else row)
    return rows


def _need(service: Service, month: ServiceMonth) -> Row:
    return {
        "need": f"{BY_CODE[service.office.service].name}を利用し, 自宅での暮らしを続けたい",
        "long_term_goal": "住み慣れた家で安心して過ごせる",
        "short_term_goal": "体調と生活のリズムが整う\r\n(月に1回、様子を確かめる)",
        "long_term_period": _period(month, 12),
        "short_term_period": _period(month, 6),
    }


def _contents(service: Service) -> list[str]:
    if isinstance(service, Rental):
        return [f"{thing.name}：{thing.product}" for thing in service.equipment]
    return [service.menu.name, *(add_on.name for add_on in service.menu.add_ons)]


def _frequency(service: Service) -> str:
    return "毎日" if isinstance(service, Rental) else f"週{len(service.weekdays)}回"


def third_sheet(client: Client, month: ServiceMonth) -> list[Row]:
    """第3表: weekly services, daily life, and what is not weekly (rental), each a row of its own."""
    weekly: list[Row] = []
    other: list[Row] = []
    for service in client.services:
        if isinstance(service, Rental):
            other += [{"non_weekly_service": f"福祉用具貸与 {content}"} for content in _contents(service)]
        else:
            weekly += _week(service)
    daily = [
        {"daily_activity": activity, "daily_activity_start": start, "daily_activity_end": end}
        for activity, start, end in DAILY_LIFE
    ]
    common = {**_plan_key(client, month), "weekly_plan_created_date": ymd(month.planned_on)}
    return [common | row for row in weekly + daily + other]


def _week(service: WeeklyService) -> list[Row]:
    return [
        {
            "weekly_service": service.menu.name,
            "weekday": str(day),
            "weekly_service_start": service.start,
            "weekly_service_end": service.end,
        }
        for day in service.weekdays
    ]


def supplement(client: Client, month: ServiceMonth, *, with_plan: bool) -> list[Row]:
    """利用者補足情報, beside a care plan or beside a use table: only the two keys differ."""
    number = client.care_manager.number
    return [
        {
            **_plan_key(client, month),
            "care_plan_creation_or_change_date": ymd(month.planned_on) if with_plan else NO_PLAN_DATE,
            "client_name_kana": client.kana,
            "client_name": client.name,
            "client_sex": client.sex,
            "client_birth_date": client.birth,
            "client_address_1": client.address,
            "certification_date": ymd(_years_before(month, 1) - A_WEEK),
            "benefit_limit_start_date": ymd(_years_before(month, 1)),
            "benefit_limit_end_date": ymd(_years_before(month, -2) - A_DAY),
            "certification_status": "2",
            "care_level": client.care_level,
            "category_benefit_limit_units": str(LIMITS[client.care_level]),
            "consent_received_by_office_number": number,
            "updated_by_office_number": number,
            "target_year_month": NO_MONTH if with_plan else month.text,
        }
    ]


def _years_before(month: ServiceMonth, years: int) -> date:
    return month.first.replace(year=month.first.year - years)


def _period(month: ServiceMonth, months: int) -> str:
    after = month.first.month - 1 + months
    end = date(month.first.year + after // 12, after % 12 + 1, 1) - A_DAY
    return f"{_reiwa(month.first)}～{_reiwa(end)}"


def _reiwa(day: date) -> str:
    return f"R{day.year - 2018}.{day.month}.{day.day}"
