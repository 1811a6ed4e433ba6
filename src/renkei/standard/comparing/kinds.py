"""How the records of each file kind are compared: what says nothing, what makes two records the same one, what is in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..layouts import Field
from ..showing.words import wide_kana
from .visits import Row

# They say who wrote the file and when, not what it is about; they differ in every new version.
NOT_COMPARED = frozenset(
    {
        "csv_version",
        "insurer_number",
        "insured_person_number",
        "document_created_date",
        "weekly_plan_created_date",
        "updated_by_office_number",
        "office_code",
        "entered_by_code",
        "record_identifier_unused",
    }
)
VISIT_KINDS = ("UPPLAN", "UPJSK")
_NUMBER = re.compile(r"0*(\d+?)(?:\.(\d*?)0*)?", re.ASCII)


@dataclass(frozen=True)
class Sameness:
    """`versions`: what a later file replaces, beside sender and person. `passes`: records that agree in these items,
    not all of them empty, are the same record; the first pass that finds a partner decides. () pairs what is left.
    `numbers` are print order. In a tree an empty text repeats the one above under the same `tree` numbers; those of
    `top` under the first of these numbers.
    """

    versions: tuple[str, ...]
    passes: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()
    tree: tuple[str, ...] = ()
    top: tuple[str, ...] = ()


_PLAN_DATE = "care_plan_creation_or_change_date"
_GOODS = ("tais_code", "equipment_notification_code")
_LINE = ("service_office_number", "service_code")
_BRANCH = ("issue_no", "support_plan_no", "used_service_no")
KINDS: Mapping[str, Sameness] = {
    "UPPLAN": Sameness(("target_year_month",)),
    "UPJSK": Sameness(("target_year_month", "service_office_number")),
    "UP1KYO": Sameness((_PLAN_DATE,), ((_PLAN_DATE,), ())),
    "UP2KYO": Sameness(
        (_PLAN_DATE,),
        (
            ("need", "short_term_goal", "service_content", "service_office_number"),
            ("need", "service_content"),
            ("need_no", "goal_no", "support_no"),
        ),
        ("need_no", "goal_no", "support_no"),
        ("need_no", "goal_no"),
        ("need",),
    ),
    "UP3KYO": Sameness(
        (_PLAN_DATE,),
        (
            ("weekday", "weekly_service"),
            ("weekday", "weekly_service_start"),
            ("daily_activity",),
            ("daily_activity_start",),
            ("non_weekly_service",),
        ),
    ),
    "UPHOSOKU": Sameness(
        ("target_year_month", _PLAN_DATE), (("target_year_month", _PLAN_DATE), ("target_year_month",))
    ),
    "UPSIKYU": Sameness(
        ("target_year_month",), ((*_LINE, *_GOODS, "over_30_days_flag", "unit_points"), (*_LINE, *_GOODS), _LINE)
    ),
    "UPKIHON": Sameness(("consultation_date",), (("consultation_date",), ())),
    "UPKIHON_SUB1": Sameness(("consultation_date",), (("time_text",), ("own_activity",))),
    "UPKIHON_SUB2": Sameness(("consultation_date",), (("disease_name", "onset_date_text"), ("disease_name",))),
    "UPYOBO": Sameness(("plan_creation_or_change_date",), (("plan_creation_or_change_date",), ())),
    "UPYOBO_SUB": Sameness(
        ("plan_creation_or_change_date",),
        (("overall_issue", "goal", "insured_or_community_service", "used_service_type_name"), _BRANCH),
        _BRANCH,
        _BRANCH[:2],
        ("overall_issue", "goal_and_measure_proposal", "client_family_intention", "goal"),
    ),
    "DLT1KYO": Sameness((_PLAN_DATE,)),
    "DLTPLAN": Sameness(("delete_target_year_month",)),
    "DLTJSK": Sameness(("delete_target_year_month", "service_office_number", "service_type_code")),
    "DLTKIHON": Sameness(("consultation_date",)),
    "DLTYOBO": Sameness(("plan_creation_or_change_date",)),
}


def folded(field: Field, value: str) -> str:
    """The value without what is only form: width of kana, line ends, padding of numbers (conventions B6, B10, C6).

    >>> from ..layouts import layout
    >>> folded(layout("UPPLAN").field("unit_points"), "0244"), folded(layout("UPHOSOKU").field("client_name"), "ﾖｼ")
    ('244', 'ヨシ')
    """
    if field.type == "text":
        return wide_kana(value.replace("\r\n", "\n").replace("\r", "\n"))
    found = _NUMBER.fullmatch(value) if field.type in ("integer", "decimal", "percent") else None
    if found:
        return found[1] + (f".{found[2]}" if found[2] else "")
    return value


def without_blanks(kind: str, rows: Iterable[Row], texts: Iterable[str]) -> list[dict[str, str]]:
    """Rows of a tree sorted by their numbers, each empty text filled from the row above of the same branch.

    Both ways of writing are legal: the form's image, where a text equal to the one above is blank, or every text on
    every row.
    """
    how = KINDS[kind]
    if not how.tree:
        return [dict(row) for row in rows]
    filled: list[dict[str, str]] = []
    texts = list(texts)
    for row in sorted(rows, key=lambda row: [row[name].rjust(4, "0") for name in how.numbers]):
        above = filled[-1] if filled else {}
        same_branch = all(above.get(name) == row[name] for name in how.tree)
        same_top = above.get(how.tree[0]) == row[how.tree[0]]
        own = dict(row)
        for name in texts:
            if not own[name] and (same_branch or (same_top and name in how.top)):
                own[name] = above[name]
        filled.append(own)
    return filled
