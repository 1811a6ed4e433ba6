"""A small clean month of invented people: every kind of unit once, to be spoilt one fault at a time."""

from __future__ import annotations

from collections.abc import Mapping

from renkei.standard.records import write

PLANNER, HELPER, DAY_CARE, RENTAL = "1370100016", "1370200014", "1370200030", "1370200048"
MONTH = "202612"
TO_HELPER = f"{PLANNER}_43_{HELPER}_11"
FROM_HELPER = f"{HELPER}_11_{PLANNER}_43"
PLAN_SEQUENCE, TABLE_SEQUENCE, ACTUAL_SEQUENCE = "20261125090007", "20261125090014", "20270102090007"

Row = dict[str, str]

AKI = {"insurer_number": "132019", "insured_person_number": "0000000001"}
HARU = {"insurer_number": "132019", "insured_person_number": "H000000002"}
PLAN_DATE = {"care_plan_creation_or_change_date": "20261115"}
CONSULTED = {"consultation_date": "20261110"}
PREVENTION_DATE = {"plan_creation_or_change_date": "20261112"}

NAMES = {
    "UP1KYO": f"UP1KYO_{TO_HELPER}_{PLAN_SEQUENCE}.CSV",
    "UP2KYO": f"UP2KYO_{TO_HELPER}_{PLAN_SEQUENCE}.CSV",
    "UP3KYO": f"UP3KYO_{TO_HELPER}_{PLAN_SEQUENCE}.CSV",
    "UPHOSOKU_PLAN": f"UPHOSOKU_000000_{TO_HELPER}_{PLAN_SEQUENCE}.CSV",
    "UPPLAN": f"UPPLAN_{MONTH}_{TO_HELPER}_{TABLE_SEQUENCE}.CSV",
    "UPSIKYU": f"UPSIKYU_{MONTH}_{TO_HELPER}_{TABLE_SEQUENCE}.CSV",
    "UPHOSOKU": f"UPHOSOKU_{MONTH}_{TO_HELPER}_{TABLE_SEQUENCE}.CSV",
    "UPJSK": f"UPJSK_{MONTH}_{FROM_HELPER}_{ACTUAL_SEQUENCE}.CSV",
    "DLT1KYO": f"DLT1KYO_{TO_HELPER}_20261126090000.CSV",
    "DLTPLAN": f"DLTPLAN_{MONTH}_{TO_HELPER}_20261126090007.CSV",
    "DLTJSK": f"DLTJSK_{MONTH}_{FROM_HELPER}_20270103090000.CSV",
    "UPKIHON": f"UPKIHON_{TO_HELPER}_20261126090014.CSV",
    "UPKIHON_SUB1": f"UPKIHON_SUB1_{TO_HELPER}_20261126090014.CSV",
    "UPKIHON_SUB2": f"UPKIHON_SUB2_{TO_HELPER}_20261126090014.CSV",
    "DLTKIHON": f"DLTKIHON_{TO_HELPER}_20261126090021.CSV",
    "UPYOBO": f"UPYOBO_{TO_HELPER}_20261126090028.CSV",
    "UPYOBO_SUB": f"UPYOBO_SUB_{TO_HELPER}_20261126090028.CSV",
    "DLTYOBO": f"DLTYOBO_{TO_HELPER}_20261126090035.CSV",
}


def rows() -> dict[str, list[Row]]:
    """The records of every file, by the names' keys."""
    people = [_person(AKI, "小野寺　髙子", "2"), _person(HARU, "栁澤　春", "1")]
    return {
        "UP1KYO": [_first_sheet()],
        "UP2KYO": [_goal("1", "1"), _goal("1", "2"), _goal("2", "1")],
        "UP3KYO": [
            AKI | PLAN_DATE | {"weekly_plan_created_date": "20261115"} | row
            for row in (
                {
                    "weekly_service": "訪問介護",
                    "weekday": "1",
                    "weekly_service_start": "0930",
                    "weekly_service_end": "1000",
                },
                {"daily_activity": "起床", "daily_activity_start": "0700", "daily_activity_end": "0700"},
                {"non_weekly_service": "福祉用具貸与"},
            )
        ],
        "UPHOSOKU_PLAN": [people[0] | PLAN_DATE | {"target_year_month": "000000"}],
        "UPPLAN": _visits("20261125") + _rental(),
        "UPSIKYU": _benefit(),
        "UPHOSOKU": [
            row | {"care_plan_creation_or_change_date": "00000000", "target_year_month": MONTH} for row in people
        ],
        "UPJSK": [row for row in _visits("20270102") if row["service_office_number"] == HELPER],
        "DLT1KYO": [AKI | PLAN_DATE],
        "DLTPLAN": [AKI | {"delete_target_year_month": MONTH}],
        "DLTJSK": [
            AKI | {"delete_target_year_month": MONTH, "service_office_number": HELPER, "service_type_code": "11"}
        ],
        **_prevention(),
    }


def files(changed: Mapping[str, list[Row]] | None = None) -> dict[str, bytes]:
    """The month as bytes by file name; `changed` replaces the records of some files."""
    everything = {**rows(), **(changed or {})}
    return {NAMES[key]: write(kind_of(key), records) for key, records in everything.items()}


def kind_of(key: str) -> str:
    """The file kind behind a key of NAMES."""
    return key.removesuffix("_PLAN") if key == "UPHOSOKU_PLAN" else key


def _person(person: Row, name: str, sex: str) -> Row:
    return person | {
        "client_name_kana": "ｵﾉﾃﾞﾗ タカコ",
        "client_name": name,
        "client_sex": sex,
        "client_birth_date": "19400229",
        "client_postal_code": "185-8501",
        "client_phone": "042-000-0000",
        "care_level": "21",
        "category_benefit_limit_units": "16765",
    }


def _first_sheet() -> Row:
    return (
        AKI
        | PLAN_DATE
        | {
            "document_created_date": "20261115",
            "care_manager_name": "介護　支援子",
            "care_management_office_name": "居宅介護支援　やまぶき①",
            "care_management_office_number": PLANNER,
            "first_care_plan_date": "20240401",
            "plan_category": "21",
            "overall_support_policy": '本人：「ずっと、家で」,\r\n家族："夜間"が心配。',
        }
    )


def _goal(need: str, support: str) -> Row:
    return (
        AKI
        | PLAN_DATE
        | {
            "document_created_date": "20261115",
            "need_no": need,
            "need": "転ばずに歩きたい",
            "goal_no": "1",
            "support_no": support,
            "service_content": "歩行の見守り",
            "insurance_coverage": "Y",
        }
    )


def _visit(person: Row, created: str, day: str, code: str, units: str, office: str) -> Row:
    has_time = not code.startswith("17")
    return person | {
        "document_created_date": created,
        "target_year_month": MONTH,
        "care_management_office_number": PLANNER,
        "care_manager_name": "介護　支援子",
        "unit_points": units,
        "service_date": MONTH + day,
        "service_start_time": "0930" if has_time else "9999",
        "service_end_time": "1000" if has_time else "9999",
        "service_count": "1",
        "service_code": code,
        "service_office_number": office,
        "service_office_name": "㈱訪問介護ひまわり" if office == HELPER else "デイサービス「ゆう・あい」",
        "over_30_days_flag": "0",
    }


def _visits(created: str) -> list[Row]:
    found = [_visit(AKI, created, day, "111111", "244", HELPER) for day in ("02", "09")]
    for code, units in (("152342", "673"), ("155301", "40")):
        found.append(_visit(AKI, created, "07", code, units, DAY_CARE))
    return [*found, _visit(HARU, created, "31", "111111", "244", HELPER)]


def _rental() -> list[Row]:
    rented = _visit(HARU, "20261125", "01", "171001", "500", RENTAL)
    return [rented | {"tais_code": "00001-000010", "equipment_name": '自走用"ライト"'}]


def _line(person: Row, office: str, code: str, units: str, **amounts: str) -> Row:
    return person | {
        "document_created_date": "20261125",
        "target_year_month": MONTH,
        "service_office_number": office,
        "service_code": code,
        "unit_points": units,
        "count_or_days": "1",
        "over_30_days_flag": "0",
        "office_code": "9999999999",
        "entered_by_code": "9999999999",
        **amounts,
    }


def _amounts(units: int, yen: int = 0) -> Row:
    return {
        "service_units_or_amount": str(units),
        "benefit_management_units": str(units),
        **({"total_cost_insured": str(yen)} if yen else {}),
    }


def _benefit() -> list[Row]:
    everything = "9999999999"
    return [
        _line(AKI, HELPER, "111111", "244", **_amounts(488, 5392), count_or_days="2"),
        _line(AKI, DAY_CARE, "152342", "673", **_amounts(673)),
        _line(AKI, DAY_CARE, "155301", "40", **_amounts(40)),
        _line(AKI, DAY_CARE, "15AAAA", "0", **_amounts(713, 7614)),
        _line(AKI, everything, "999999", "0", **_amounts(1201, 13006)),
        _line(HARU, HELPER, "111111", "244", **_amounts(244, 2696)),
        _line(HARU, RENTAL, "171001", "500", **_amounts(500, 5000), tais_code="00001-000010"),
        _line(HARU, everything, "999999", "0", **_amounts(744, 7696)),
    ]


def _prevention() -> dict[str, list[Row]]:
    basics = AKI | CONSULTED | {"prevention_plan_kind": "1", "outsourcing": "2"}
    person = {
        "client_name_kana": "ｵﾉﾃﾞﾗ",
        "client_name": "小野寺　髙子",
        "client_sex": "2",
        "client_birth_date": "19400229",
    }
    plan = AKI | PREVENTION_DATE
    numbers = {"issue_no": "1", "support_plan_no": "1", "used_service_no": "1"}
    return {
        "UPKIHON": [basics | person],
        "UPKIHON_SUB1": [AKI | CONSULTED | {"time_text": "6:00", "own_activity": "起床"}],
        "UPKIHON_SUB2": [AKI | CONSULTED | {"disease_name": "高血圧", "disease_course": "01"}],
        "DLTKIHON": [AKI | CONSULTED],
        "UPYOBO": [plan | {"prevention_plan_kind": "1", "outsourcing": "2", "client_name": "小野寺　髙子"}],
        "UPYOBO_SUB": [plan | numbers],
        "DLTYOBO": [plan],
    }
