"""From a letter to its files: names in the standard's order and bytes in canonical form."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.standard import records
from renkei.standard.layouts import V3_VERSION, layout
from renkei.standard.names import IMAGE, MONTH_KINDS, NO_MONTH, Edition, FileName
from renkei.standard.units import UnitKind

from . import annex, plans, sheets
from .model import MONTH, Actuals, Basics, CarePlan, Content, Deletion, Letter, PreventionPlan, Row, UseTable

_DELETIONS = {
    UnitKind.CARE_PLAN_DELETION: ("DLT1KYO", "care_plan_creation_or_change_date"),
    UnitKind.USE_TABLE_DELETION: ("DLTPLAN", "delete_target_year_month"),
    UnitKind.ACTUAL_DELETION: ("DLTJSK", "delete_target_year_month"),
    UnitKind.CLIENT_BASICS_DELETION: ("DLTKIHON", "consultation_date"),
    UnitKind.PREVENTION_PLAN_DELETION: ("DLTYOBO", "plan_creation_or_change_date"),
}


def files(letter: Letter) -> dict[str, bytes]:
    """The files of a unit by name."""
    tables: dict[str, list[Row]] = {}
    for content in letter.contents:
        for kind, rows in _sheets(letter, content).items():
            tables.setdefault(kind, []).extend(rows)
    made = {name(letter, kind): _written(kind, rows, letter.version) for kind, rows in tables.items() if rows}
    return made | dict(_pictures(letter))


def name(letter: Letter, kind: str, branch: str | None = None) -> str:
    """The name of the letter's file of one kind; `branch` is the number of a picture."""
    of_month = NO_MONTH if letter.kind is UnitKind.CARE_PLAN else MONTH
    file_name = FileName(
        kind=kind,
        month=of_month if kind in MONTH_KINDS else None,
        sender=letter.sender.number,
        sender_service=letter.sender.service,
        recipient=letter.recipient.number,
        recipient_service=letter.recipient.service,
        sequence=letter.sequence,
        branch=branch,
        extension="jpg" if branch else "CSV",
        edition=Edition.V3 if letter.version == V3_VERSION else Edition.V4_1,
    )
    return str(file_name)


def _sheets(letter: Letter, content: Content) -> dict[str, list[Row]]:
    """Rows by file kind, in the standard's order."""
    by = letter.sender.number
    if isinstance(content, UseTable):
        return {
            "UPPLAN": sheets.planned_rows(content, by),
            "UPSIKYU": annex.annex(content, by),
            "UPHOSOKU": sheets.supplement_of_month(content, by),
        }
    if isinstance(content, Actuals):
        return {"UPJSK": sheets.actual_rows(content, by)}
    if isinstance(content, CarePlan):
        return _care_plan(letter, content)
    if isinstance(content, PreventionPlan):
        return {"UPYOBO": [plans.prevention_row(content)], "UPYOBO_SUB": plans.support_rows(content)}
    if isinstance(content, Basics):
        picture = name(letter, IMAGE, _branch(letter, content)) if content.picture else ""
        return {
            "UPKIHON": [plans.basics_row(content, picture)],
            "UPKIHON_SUB1": plans.day_rows(content),
            "UPKIHON_SUB2": plans.illness_rows(content),
        }
    return _deletion(letter.kind, content)


def _care_plan(letter: Letter, plan: CarePlan) -> dict[str, list[Row]]:
    by = letter.sender.number
    third = {} if letter.version == V3_VERSION else {"UP3KYO": plans.third_sheet(plan)}
    return {
        "UP1KYO": plans.first_sheet(plan, by),
        "UP2KYO": plans.second_sheet(plan, by),
        **third,
        "UPHOSOKU": sheets.supplement_of_plan(plan, by),
    }


def _deletion(kind: UnitKind, deletion: Deletion) -> dict[str, list[Row]]:
    file_kind, item = _DELETIONS[kind]
    row = {**sheets.person(deletion.person), item: deletion.date or MONTH}
    if deletion.office:
        row["service_office_number"] = deletion.office.number
        row["service_type_code"] = deletion.office.service
    return {file_kind: [row]}


def _written(kind: str, rows: Iterable[Row], version: str) -> bytes:
    known = {field.name for field in layout(kind, version).fields}
    # An older version lacks items; whoever writes it cannot say them.
    return records.write(kind, ({key: value for key, value in row.items() if key in known} for row in rows), version)


def _branch(letter: Letter, basics: Basics) -> str:
    with_picture = [one for one in letter.contents if isinstance(one, Basics) and one.picture]
    return f"{with_picture.index(basics) + 1:04}"


def _pictures(letter: Letter) -> Iterable[tuple[str, bytes]]:
    for content in letter.contents:
        if isinstance(content, Basics) and content.picture:
            yield name(letter, IMAGE, _branch(letter, content)), content.picture
