"""第1表, 居宅サービス計画書(1), of UP1KYO, with name and birth of UPHOSOKU. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from renkei.standard.showing.words import wide_kana

from ..rendering import Form
from .choices import certification, choice, plan_category
from .given import Given, Row
from .identity import identity
from .words import blank_day, meaning, one_line

_LEVELS = ("要介護１", "要介護２", "要介護３", "要介護４", "要介護５")
# Offered where the person has one of them: the form itself knows the levels of need for care alone.
_LESSER_LEVELS = ("事業対象者", "要支援１", "要支援２")
_BOXES = ("assessment_result_client_family_wishes", "certification_board_opinion", "overall_support_policy")
_REASONS = ("１．一人暮らし", "２．家族等が障害、疾病等", "３．その他")


def fill(given: Given) -> Form:
    """The sheet of each plan in the unit, most often one; an empty sheet where the unit has none.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["sheets"][0]["levels"]["chosen"]
    []
    """
    return Form("care-plan-1", {"sheets": [_sheet(row, given) for row in given.of("UP1KYO") or [{}]]})


def _sheet(row: Row, given: Given) -> dict[str, Any]:
    known = {**given.first("UPHOSOKU"), **{name: text for name, text in row.items() if text}}
    said = {name: text if name in _BOXES else one_line(text) for name, text in known.items()}
    return {
        "identity": identity(given, said),
        "created": blank_day(said.get("document_created_date", "")),
        "categories": plan_category(said.get("plan_category", "")),
        "certification": certification(said.get("certification_status", "")),
        "levels": _levels(meaning("care_level", said.get("care_level", ""))),
        **_person(said, given),
        **_office(said),
        **_days(said),
        **_texts(said),
    }


def _levels(level: str) -> dict[str, Any]:
    return choice((*_LESSER_LEVELS, *_LEVELS) if level in _LESSER_LEVELS else _LEVELS, level)


def _person(said: Row, given: Given) -> dict[str, str]:
    return {
        "name": said.get("client_name") or one_line(given.client[0]),
        "kana": wide_kana(said.get("client_name_kana") or given.client[1]),
        "birth": blank_day(said.get("client_birth_date", "")),
        "address": _address(said, "client"),
    }


def _office(said: Row) -> dict[str, str]:
    number = said.get("care_management_office_number", "")
    told = (
        said.get("care_management_office_name", ""),
        f"（事業所番号 {number}）" if number else "",
        _address(said, "care_management_office"),
    )
    return {
        "manager": said.get("care_manager_name", ""),
        "office": "　".join(part for part in told if part),
    }


def _address(said: Mapping[str, str], whose: str) -> str:
    code = said.get(f"{whose}_postal_code", "")
    told = (f"〒{code}" if code else "", said.get(f"{whose}_address_1", ""), said.get(f"{whose}_address_2", ""))
    return "　".join(part for part in told if part)


def _days(said: Row) -> dict[str, str]:
    return {
        "made": blank_day(said.get("care_plan_creation_or_change_date", "")),
        "first_made": blank_day(said.get("first_care_plan_date", "")),
        "certified": blank_day(said.get("certification_date", "")),
        "valid_from": blank_day(said.get("certification_valid_from", "")),
        "valid_to": blank_day(said.get("certification_valid_to", "")),
    }


def _texts(said: Row) -> dict[str, Any]:
    reason = meaning("living_support_reason", said.get("living_support_reason", ""))
    return {
        "assessment": said.get("assessment_result_client_family_wishes", ""),
        "opinion": said.get("certification_board_opinion", ""),
        "policy": said.get("overall_support_policy", ""),
        "reasons": choice(_REASONS, next((told for told in _REASONS if told[2:] == reason), reason)),
        "reason_other": said.get("living_support_reason_other", ""),
    }
