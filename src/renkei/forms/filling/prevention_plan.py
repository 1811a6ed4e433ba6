"""介護予防サービス・支援計画書, of UPYOBO, with its tree of issues, support plans and services, UPYOBO_SUB. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from renkei.standard.layouts import code_lists

from ..rendering import Form
from .choices import certification, choice, plan_category
from .given import Given, Row
from .identity import identity
from .matching import with_parts
from .words import blank_day, meaning, one_line

_KEY = "plan_creation_or_change_date"
_AREAS = (
    ("mobility", "運動・移動について"),
    ("home_life", "日常生活（家庭生活）について"),
    ("social", "社会参加、対人関係・コミュニケーションについて"),
    ("health", "健康管理について"),
)
# Each programme with how many questions of 基本チェックリスト are about it.
_PROGRAMS = (
    ("exercise", "運動不足", 5),
    ("nutrition", "栄養改善", 2),
    ("oral", "口腔内ケア", 3),
    ("homebound", "閉じこもり予防", 2),
    ("memory", "物忘れ予防", 3),
    ("depression", "うつ予防", 5),
)
# The number that counts each level of the tree, and its texts. Texts stand on the first row of a level alone.
_LEVELS = (
    ("issue_no", ("overall_issue", "goal_and_measure_proposal", "client_family_intention", "goal")),
    ("support_plan_no", ("support_point", "self_care_informal", "insured_or_community_service")),
    ("used_service_no", ("used_service_type_name", "used_service_office_name", "used_service_period")),
)
_LAST = 1000
Cell = dict[str, str]


def fill(given: Given) -> Form:
    """The sheet of each plan in the unit, most often one; an empty sheet where the unit has none.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["sheets"][0]["leaves"]
    []
    """
    plans = with_parts(given, "UPYOBO", _KEY, "UPYOBO_SUB")
    return Form("prevention-plan", {"sheets": [_sheet(row, parts["UPYOBO_SUB"], given) for row, parts in plans]})


def _sheet(row: Row, supports: Iterable[Row], given: Given) -> dict[str, Any]:
    return {
        "identity": identity(given, row),
        "name": one_line(row.get("client_name") or given.client[0]),
        "number": row.get("reference_number", ""),
        **_choices(row),
        **_days(row),
        **_authors(row),
        **_texts(row),
        "areas": [_area(row, name, title) for name, title in _AREAS],
        "programs": [_program(row, *program) for program in _PROGRAMS],
        "leaves": list(_leaves(sorted(supports, key=_order))),
    }


def _choices(row: Row) -> dict[str, Any]:
    return {
        "categories": plan_category(row.get("plan_category", "")),
        "certification": certification(row.get("certification_status", "")),
        "levels": _one_of("support_level_yobo", row.get("support_level", "")),
        "kinds": _one_of("prevention_plan_kind", row.get("prevention_plan_kind", "")),
        "outsourcing": _one_of("outsourcing", row.get("outsourcing", "")),
    }


def _one_of(codes: str, value: str) -> dict[str, Any]:
    return choice(tuple(code_lists()[codes].values()), meaning(codes, value))


def _days(row: Row) -> dict[str, str]:
    return {
        "certified": blank_day(row.get("certification_date", "")),
        "valid_from": blank_day(row.get("certification_valid_from", "")),
        "valid_to": blank_day(row.get("certification_valid_to", "")),
        "made": blank_day(row.get(_KEY, "")),
        "first_made": blank_day(row.get("first_plan_date", "")),
        "consented": blank_day(row.get("consent_date", "")),
    }


def _authors(row: Row) -> dict[str, str]:
    return {
        "centre_staff": row.get("centre_staff_name", ""),
        "manager": row.get("care_manager_name", ""),
        "office": row.get("plan_author_office_name", ""),
        "office_address": row.get("plan_author_office_address", ""),
        "office_phone": row.get("plan_author_office_phone", ""),
        "centre": row.get("support_centre_name", ""),
        "consenter": row.get("consenting_person_name", ""),
    }


def _texts(row: Row) -> dict[str, str]:
    return {
        "day": row.get("target_life_day", ""),
        "year": row.get("target_life_year", ""),
        "health_notes": row.get("health_notes", ""),
        "support_policy": row.get("support_policy", ""),
        "overall_policy": row.get("overall_policy", ""),
        "opinion": row.get("support_centre_opinion", ""),
    }


def _area(row: Row, name: str, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "current": row.get(f"{name}_current", ""),
        "wishes": row.get(f"{name}_wishes", ""),
        "has_issue": _one_of("yes1_no2", row.get(f"{name}_has_issue", "")),
        "background": row.get(f"{name}_issue_background", ""),
    }


def _program(row: Row, name: str, title: str, questions: int) -> dict[str, Any]:
    return {
        "title": title,
        "questions": str(questions),
        "count": row.get(f"checklist_count_{name}", ""),
        "needed": _one_of("needed1_not2", row.get(f"program_needed_{name}", "")),
    }


def _leaves(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Each service with the cells of all that it belongs to.

    `opens` is the outermost level that begins with it: 0 an issue, 1 a support plan, 2 the service alone.
    """
    above: list[list[Cell]] = []
    before: Row = {}
    for row in rows:
        opens = _opens(row, before, above)
        above = above[:opens] + [_cells(row, level) for level in range(opens, len(_LEVELS))]
        yield {"opens": opens, "cells": [cell for cells in above for cell in cells]}
        before = row


def _opens(row: Row, before: Row, above: Sequence[Sequence[Cell]]) -> int:
    """A row without a text, or with the same again, goes on with what stands above it; a text of its own is never lost."""
    inner = len(_LEVELS) - 1
    for level, (number, texts) in enumerate(_LEVELS[:inner]):
        if not above or row.get(number) != before.get(number):
            return level
        known = [cell["text"] for cell in above[level]]
        if any(row.get(name, "") not in ("", text) for name, text in zip(texts, known, strict=True)):
            return level
    return inner


def _cells(row: Row, level: int) -> list[Cell]:
    """The texts of a level, with its number before the first."""
    number, names = _LEVELS[level]
    leads = [row.get(number, ""), *("" for _ in names[1:])]
    return [{"lead": lead, "text": row.get(name, "")} for lead, name in zip(leads, names, strict=True)]


def _order(row: Row) -> tuple[int, ...]:
    """By the three numbers; what is no number comes last, in the order of the file."""
    return tuple(_counted(row.get(number, "")) for number, _ in _LEVELS)


def _counted(number: str) -> int:
    return int(number) if number.isdecimal() and number.isascii() else _LAST
