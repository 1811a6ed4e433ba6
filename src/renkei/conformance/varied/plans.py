"""第1表 to 第3表 and the papers of 介護予防 as rows."""

from __future__ import annotations

from .model import Basics, CarePlan, Goal, Need, PreventionPlan, Row, Support
from .sheets import person


def _key(plan: CarePlan) -> Row:
    return {**person(plan.person), "care_plan_creation_or_change_date": plan.created_on}


def first_sheet(plan: CarePlan, by: str) -> list[Row]:
    """第1表: one row."""
    of, office = plan.person, plan.person.planner
    return [
        {
            **_key(plan),
            "document_created_date": plan.created_on,
            "client_postal_code": of.postal_code,
            "client_address_1": of.address,
            "care_manager_name": office.person,
            "care_management_office_name": office.name,
            "care_management_office_number": office.number,
            "first_care_plan_date": plan.first_on,
            "plan_category": plan.category,
            "certification_status": of.status,
            "certification_date": of.certified_on,
            "certification_valid_from": of.valid_from,
            "certification_valid_to": of.valid_to,
            "care_level": of.care_level,
            "updated_by_office_number": by,
            **plan.texts,
        }
    ]


def second_sheet(plan: CarePlan, by: str) -> list[Row]:
    """第2表: texts as they are printed, on the first row of a need and of a goal, or on every row."""
    rows = []
    for need_no, need in enumerate(plan.needs, start=1):
        for goal_no, goal in enumerate(need.goals, start=1):
            for support_no, support in enumerate(goal.supports, start=1):
                row = {
                    **_key(plan),
                    "document_created_date": plan.created_on,
                    "need_no": str(need_no),
                    "goal_no": str(goal_no),
                    "support_no": str(support_no),
                    **_support(support),
                    "updated_by_office_number": by,
                }
                if plan.repeats_texts or support_no == 1:
                    row |= _texts(need, goal, with_need=plan.repeats_texts or goal_no == 1)
                rows.append(row)
    return rows


def _support(support: Support) -> Row:
    office = support.office
    return {
        "service_content": support.content,
        "insurance_coverage": support.covered,
        "service_type_name": support.type_name,
        "service_office_number": office.number if office else "",
        "service_office_name": office.name if office else "",
        "frequency": support.frequency,
        "implementation_period": "R8.12.1～R9.5.31",
    }


def _texts(need: Need, goal: Goal, *, with_need: bool) -> Row:
    texts = {
        "long_term_goal": goal.long_term,
        "short_term_goal": goal.short_term,
        "long_term_period": "R8.12.1～R9.11.30",
        "short_term_period": "R8.12.1～R9.5.31",
    }
    return {"need": need.text, **texts} if with_need else texts


def third_sheet(plan: CarePlan) -> list[Row]:
    """第3表: weekly services, daily life, and what is not weekly, each a row of its own."""
    weekly = [
        {"weekly_service": service, "weekday": day, "weekly_service_start": start, "weekly_service_end": end}
        for service, weekdays, start, end in plan.week
        for day in weekdays
    ]
    daily = [
        {"daily_activity": activity, "daily_activity_start": start, "daily_activity_end": end}
        for activity, start, end in plan.daily
    ]
    other = [{"non_weekly_service": text} for text in plan.other]
    common = {**_key(plan), "weekly_plan_created_date": plan.created_on}
    return [common | row for row in weekly + daily + other]


def _consultation(basics: Basics) -> Row:
    return {**person(basics.person), "consultation_date": basics.consulted_on}


def basics_row(basics: Basics, picture: str) -> Row:
    """利用者基本情報. `picture` is the name of the family picture's file, "" where there is none."""
    of = basics.person
    return {
        **_consultation(basics),
        "client_name_kana": of.kana,
        "client_name": of.name,
        "client_sex": of.sex,
        "client_birth_date": of.birth,
        "client_address": of.address,
        "client_phone": of.phone,
        "family_chart_image_file": picture,
        **basics.items,
    }


def day_rows(basics: Basics) -> list[Row]:
    """別表1: the day of the person and of the family."""
    return [
        {**_consultation(basics), "time_text": time, "own_activity": own, "family_activity": family}
        for time, own, family in basics.day
    ]


def illness_rows(basics: Basics) -> list[Row]:
    """別表2: illnesses, past and present."""
    return [_consultation(basics) | illness for illness in basics.illnesses]


def _plan_key(plan: PreventionPlan) -> Row:
    return {**person(plan.person), "plan_creation_or_change_date": plan.created_on}


def prevention_row(plan: PreventionPlan) -> Row:
    """介護予防サービス・支援計画書."""
    of = plan.person
    return {
        **_plan_key(plan),
        "client_name": of.name,
        "certification_date": of.certified_on,
        "certification_valid_from": of.valid_from,
        "certification_valid_to": of.valid_to,
        "certification_status": of.status,
        **plan.items,
    }


def support_rows(plan: PreventionPlan) -> list[Row]:
    """支援計画: texts on the first row of an issue and of a support plan only."""
    rows = []
    for issue_no, (issue, supports) in enumerate(plan.issues, start=1):
        for support_no, (support, services) in enumerate(supports, start=1):
            for service_no, service in enumerate(services, start=1):
                row = {
                    **_plan_key(plan),
                    "issue_no": str(issue_no),
                    "support_plan_no": str(support_no),
                    "used_service_no": str(service_no),
                    **service,
                }
                if service_no == 1:
                    row |= support
                if (support_no, service_no) == (1, 1):
                    row |= issue
                rows.append(row)
    return rows
