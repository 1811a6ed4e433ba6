"""Everything on paper about one client in the month, as CSV: written once, copied to every office that gets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from random import Random

from renkei.standard import records

from .model import Client, ServiceMonth, Visit
from .plan_sheets import Row, first_sheet, second_sheet, supplement, third_sheet
from .use_table import annex, use_table
from .visits import COURSES, Change, actual_visits, planned_visits, what_happened

Bodies = dict[str, bytes]  # file kind → CSV, in the standard's order


@dataclass(frozen=True)
class Papers:
    """The client's care plan (None when it did not change), use table, and actuals by service office number."""

    client: Client
    care_plan: Bodies | None
    use_table: Bodies
    actuals: dict[str, Bodies]
    changes: list[Change]


def make_papers(rng: Random, nth: int, client: Client, month: ServiceMonth) -> Papers:
    """Plan, use table and actuals of the `nth` client; `nth` decides whether anything went otherwise than planned."""
    planned = planned_visits(client.services, month)
    changes = what_happened(rng, planned, month, COURSES[nth % len(COURSES)])
    return Papers(
        client=client,
        care_plan=_care_plan(client, month) if client.plan_changed else None,
        use_table=_use_table(client, month, planned),
        actuals=_actuals(client, month, actual_visits(planned, changes)),
        changes=changes,
    )


def _care_plan(client: Client, month: ServiceMonth) -> Bodies:
    return _written(
        {
            "UP1KYO": first_sheet(client, month),
            "UP2KYO": second_sheet(client, month),
            "UP3KYO": third_sheet(client, month),
            "UPHOSOKU": supplement(client, month, with_plan=True),
        }
    )


def _use_table(client: Client, month: ServiceMonth, planned: list[Visit]) -> Bodies:
    return _written(
        {
            "UPPLAN": use_table(client, month, planned, made_on=month.sent_on, by=client.care_manager),
            "UPSIKYU": annex(client, month, planned),
            "UPHOSOKU": supplement(client, month, with_plan=False),
        }
    )


def _actuals(client: Client, month: ServiceMonth, visits: Iterable[Visit]) -> dict[str, Bodies]:
    return {
        office.number: _written({"UPJSK": use_table(client, month, made, made_on=month.reported_on, by=office)})
        for office, made in groupby(visits, key=lambda visit: visit.office)
    }


def _written(sheets: dict[str, list[Row]]) -> Bodies:
    return {kind: records.write(kind, rows) for kind, rows in sheets.items()}
