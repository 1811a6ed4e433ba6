"""Comparing months that nobody has opened, a few at a time: search knows the people of what was compared.

All of it is one job that asks for itself again, so that what people wait for comes in between.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from renkei.hub.core import jobs
from renkei.hub.core.ids import first_id_of
from renkei.hub.core.jobs import Payload
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.rules import ACTUAL_KINDS, PLAN_KINDS
from renkei.hub.workspace.comparing.services import months_of
from renkei.hub.workspace.models import Projected
from renkei.hub.workspace.projecting.services import project

KIND = "project-all"
MONTHS = 3
UNITS = 20
_ONE_MONTH = len("YYYYMM")
# More than a day, after which it is done again: a worker may have been late.
_LOOK_BACK = timedelta(days=3)


def ask(*, anew: bool) -> None:
    """Have all months compared whose papers have changed; `anew`: those that have not as well."""
    with write():
        jobs.enqueue(KIND, {"after": 0, "before": "", "anew": anew}, key="all")


def go_on(payload: Payload) -> Payload | None:
    """Compare some months of a service; returns where to go on, None at the end.

    What was counted before stays on the pages until it is counted anew.
    """
    ahead = OfficeService.objects.filter(pk__gt=payload["after"]).select_related("party")
    service = ahead.order_by("pk").first()
    if service is None:
        return None
    months = [month for month in months_of(service) if not payload["before"] or month < payload["before"]]
    for month in months[:MONTHS]:
        if payload["anew"]:
            with write():
                Projected.objects.filter(owner=service, month=month).update(mark="")
        project(service, month)
    is_done = len(months) <= MONTHS
    return dict(payload) | ({"after": service.pk, "before": ""} if is_done else {"before": months[MONTHS - 1]})


def keep_up(now: datetime, payload: Payload) -> Payload | None:
    """Compare the months of what came in the last days, whether anybody has opened them or not; returns as `go_on`."""
    after = uuid.UUID(payload["after"]) if payload else first_id_of(now - _LOOK_BACK)
    new = Transmission.objects.filter(pk__gt=after, kind__in=(*PLAN_KINDS, *ACTUAL_KINDS)).order_by("pk")
    rows = list(new.values_list("pk", "sender", "recipient", "months")[:UNITS])
    touched = {(end, months) for _, *ends, months in rows for end in ends if len(months) == _ONE_MONTH}
    services = OfficeService.objects.select_related("party").in_bulk({end for end, _ in touched})
    for end, month in sorted(touched):
        project(services[end], month)
    return {"after": str(rows[-1][0])} if len(rows) == UNITS else None
