"""By which items a record of each kind is known (standard 2.3, 3.3), and which file hangs on which."""

from __future__ import annotations

from typing import NamedTuple

PERSON = ("insurer_number", "insured_person_number")
_PLAN = (*PERSON, "care_plan_creation_or_change_date")
_MONTH = (*PERSON, "target_year_month")
_CONSULTATION = (*PERSON, "consultation_date")
_PREVENTION = (*PERSON, "plan_creation_or_change_date")

KEYS: dict[str, tuple[str, ...]] = {
    "UPHOSOKU": (*_PLAN, "target_year_month"),
    "UP1KYO": _PLAN,
    "UP2KYO": _PLAN,
    "UP3KYO": _PLAN,
    "DLT1KYO": _PLAN,
    "UPPLAN": _MONTH,
    "UPSIKYU": _MONTH,
    "DLTPLAN": (*PERSON, "delete_target_year_month"),
    "UPJSK": _MONTH,
    "DLTJSK": (*PERSON, "delete_target_year_month", "service_office_number", "service_type_code"),
    "UPKIHON": _CONSULTATION,
    "UPKIHON_SUB1": _CONSULTATION,
    "UPKIHON_SUB2": _CONSULTATION,
    "DLTKIHON": _CONSULTATION,
    "UPYOBO": _PREVENTION,
    "UPYOBO_SUB": _PREVENTION,
    "DLTYOBO": _PREVENTION,
}

# Kinds with one record a key; the others have several rows for one person.
SINGLE = frozenset({"UPHOSOKU", "UP1KYO", "DLT1KYO", "DLTPLAN", "DLTJSK", "UPKIHON", "DLTKIHON", "UPYOBO", "DLTYOBO"})


class Relation(NamedTuple):
    """`key` joins parent and child. `absent`: the code where a parent has no child, None where it need not."""

    parent: str
    child: str
    key: tuple[str, ...]
    absent: str | None


CARE_PLAN_RELATIONS = (
    Relation("UP1KYO", "UP2KYO", _PLAN, "E-CROSS-DEPENDENT"),
    Relation("UP1KYO", "UP3KYO", _PLAN, "W-CROSS-DEPENDENT"),
    Relation("UP1KYO", "UPHOSOKU", _PLAN, "E-CROSS-DEPENDENT"),
)
USE_TABLE_RELATIONS = (
    Relation("UPPLAN", "UPSIKYU", _MONTH, "E-CROSS-DEPENDENT"),
    Relation("UPPLAN", "UPHOSOKU", _MONTH, "E-CROSS-DEPENDENT"),
)
PREVENTION_RELATIONS = (
    Relation("UPKIHON", "UPKIHON_SUB1", _CONSULTATION, None),
    Relation("UPKIHON", "UPKIHON_SUB2", _CONSULTATION, None),
    Relation("UPYOBO", "UPYOBO_SUB", _PREVENTION, "W-CROSS-DEPENDENT"),
)
