"""利用者基本情報, of UPKIHON, with the day's schedule and the illnesses (UPKIHON_SUB1, SUB2) and the family chart. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from renkei.standard.checking.prevention import PICTURE_ITEM
from renkei.standard.layouts import code_lists
from renkei.standard.showing.words import wide_kana

from ..rendering import Form
from .choices import choice
from .family_chart import chart
from .given import Given, Row
from .matching import with_parts
from .words import age, blank_day, meaning, one_line

_KEY = "consultation_date"
_UNREADABLE = "家族構成の写真は開けません"
_MISSING = "家族構成の写真は届いていません"
_CERTIFICATES = {"physical": "身障", "intellectual": "療育", "mental": "精神", "intractable_disease": "難病"}
_INCOMES = {
    "national_pension": "国民年金",
    "employee_pension": "厚生年金",
    "disability_pension": "障害年金",
    "public_assistance": "生活保護",
}
_HOUSES = ("自宅", "借家", "一戸建て", "集合住宅")
_CONTACTS = range(1, 5)


def fill(given: Given) -> Form:
    """The sheet of each consultation in the unit, most often one; an empty sheet where the unit has none.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["sheets"][0]["contacts"]
    []
    """
    consultations = with_parts(given, "UPKIHON", _KEY, "UPKIHON_SUB1", "UPKIHON_SUB2")
    sheets = [_sheet(row, given, parts["UPKIHON_SUB1"], parts["UPKIHON_SUB2"]) for row, parts in consultations]
    return Form("client-basics", {"sheets": sheets})


def _sheet(row: Row, given: Given, schedule: Iterable[Row], illnesses: Iterable[Row]) -> dict[str, Any]:
    return {
        "insurer": given.person[0],
        "insured": given.person[1],
        **_consultation(row),
        **_person(row, given),
        **_certification(row),
        **_living(row),
        **_people(row),
        **_family(row, given),
        **_life(row),
        "schedule": [_texts(one, time="time_text", own="own_activity", family="family_activity") for one in schedule],
        "illnesses": [_illness(one) for one in illnesses],
    }


def _texts(row: Row, **names: str) -> dict[str, str]:
    return {key: row.get(name, "") for key, name in names.items()}


def _one_of(codes: str, value: str) -> dict[str, Any]:
    return choice(tuple(code_lists()[codes].values()), meaning(codes, value))


def _consultation(row: Row) -> dict[str, Any]:
    return {
        **_texts(row, author="created_by_name", method_other="consultation_method_other"),
        "kinds": _one_of("prevention_plan_kind", row.get("prevention_plan_kind", "")),
        "outsourcing": _one_of("outsourcing", row.get("outsourcing", "")),
        "consulted": blank_day(row.get(_KEY, "")),
        "methods": _one_of("consultation_method", row.get("consultation_method", "")),
        "counts": _one_of("consultation_count_kind", row.get("consultation_count_kind", "")),
        "previous": blank_day(row.get("previous_consultation_date", "")),
        "situations": _one_of("client_situation", row.get("client_situation", "")),
        "situation_detail": row.get("client_situation_detail", ""),
    }


def _person(row: Row, given: Given) -> dict[str, Any]:
    born = row.get("client_birth_date", "")
    return {
        "name": one_line(row.get("client_name") or given.client[0]),
        "kana": one_line(wide_kana(row.get("client_name_kana") or given.client[1])),
        "sexes": choice(("男", "女"), meaning("sex", row.get("client_sex", "")).removesuffix("性")),
        "born": blank_day(born),
        "age": age(born, row.get(_KEY, "")),
        **_texts(row, address="client_address", phone="client_phone", fax="client_fax"),
    }


def _certification(row: Row) -> dict[str, Any]:
    return {
        "mobility": _one_of("disability_independence_level", row.get("disability_independence_level", "")),
        "dementia": _one_of("dementia_independence_level", row.get("dementia_independence_level", "")),
        "levels": _one_of("care_level_kihon", row.get("care_level", "")),
        "valid_from": blank_day(row.get("certification_valid_from", "")),
        "valid_to": blank_day(row.get("certification_valid_to", "")),
        "previous_level": meaning("care_level_kihon", row.get("previous_care_level", "")),
        "checklist": _one_of("checklist_result", row.get("checklist_result", "")),
        "checklist_date": blank_day(row.get("checklist_date", "")),
        "certificates": _flags(row, "disability_cert_", _CERTIFICATES),
        "certificate_remarks": row.get("disability_cert_remarks", ""),
    }


def _flags(row: Row, prefix: str, words: dict[str, str]) -> dict[str, Any]:
    """All the words, and those of which the record says 1; what is neither 0 nor 1 stands behind its word."""
    options, chosen = [], []
    for name, word in words.items():
        value = row.get(prefix + name, "")
        options.append(word if value in ("", "0", "1") else f"{word}（{value}）")
        if value not in ("", "0"):
            chosen.append(options[-1])
    return {"options": options, "chosen": chosen}


def _living(row: Row) -> dict[str, Any]:
    return {
        "houses": choice(_HOUSES, *meaning("housing_form", row.get("housing_form", "")).split("・")),
        "floor": row.get("own_room_floor", ""),
        "modification": _one_of("yes1_no2", row.get("home_modification", "")),
        "incomes": _flags(row, "income_", _INCOMES),
        "income_detail": row.get("income_detail", ""),
    }


def _people(row: Row) -> dict[str, Any]:
    contacts = [_contact(row, f"emergency_contact_{place}") for place in _CONTACTS]
    return {
        "visitor": _contact(row, "visitor"),
        "contacts": [one for one in contacts if any(one.values())],
    }


def _contact(row: Row, who: str) -> dict[str, str]:
    return _texts(
        row, name=f"{who}_name", relationship=f"{who}_relationship", address=f"{who}_address", phone=f"{who}_phone"
    )


def _family(row: Row, given: Given) -> dict[str, Any]:
    """The picture that the record names, or in its place why there is none."""
    name = row.get(PICTURE_ITEM, "")
    data = given.pictures.get(name.lower())
    picture = chart(data) if data is not None else None
    why = "" if picture or not name else f"{_MISSING if data is None else _UNREADABLE}（{name}）"
    return {"picture": picture, "no_picture": why, "family": row.get("family_situation", "")}


def _life(row: Row) -> dict[str, str]:
    return {
        **_texts(
            row,
            history="life_history",
            day="daily_life_overall",
            hobbies="hobbies",
            relations="community_relations",
            public="public_services_in_use",
            informal="informal_services_in_use",
            consenter="consenting_person_name",
        ),
        "consented": blank_day(row.get("consent_date", "")),
    }


def _illness(row: Row) -> dict[str, Any]:
    return {
        **_texts(
            row,
            since="onset_date_text",
            name="disease_name",
            doctor="medical_institution_doctor",
            phone="medical_institution_phone",
            treatment="treatment_detail",
        ),
        "attending": _attending(row.get("attending_doctor_flag", "")),
        "courses": _one_of("disease_course", row.get("disease_course", "")),
    }


def _attending(flag: str) -> str:
    """☆ marks the doctor who attends and writes the opinion; 2 is another one."""
    return {"1": "☆", "2": ""}.get(flag, flag)
