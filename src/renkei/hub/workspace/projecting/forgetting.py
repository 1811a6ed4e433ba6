"""What was read from copies goes with them: the names of a month at once, and its counts until it is compared anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from renkei.hub.core import jobs
from renkei.hub.core.bodies import keeping
from renkei.hub.core.writing import write
from renkei.hub.workspace.comparing.services import first_shown
from renkei.hub.workspace.models import Projected

JOB = "project"


def papers_gone(lost: Collection[tuple[int, str]]) -> None:
    """A copy of a paper of these months (office service, month) is gone; what is left of them is compared later.

    Call it inside the `write()` that erases, so that no name outlives the paper that it stood on.
    """
    services, months = {service for service, _ in lost}, {month for _, month in lost}
    rows = Projected.objects.filter(owner__in=services, month__in=months)
    found = [row for row in rows if (row.owner_id, row.month) in lost]
    if not found:
        return
    _drop(found)
    shown = [row for row in found if row.month >= first_shown()]
    jobs.enqueue_missing(
        JOB, {f"{row.owner_id}:{row.month}": {"service": row.owner_id, "month": row.month} for row in shown}
    )


def sweep(now: datetime, limit: int) -> bool:
    """Forget months whose first copies go now; whether there may be more."""
    over = list(Projected.objects.filter(until__lte=now).order_by("until")[:limit])
    with write():
        _drop(over)
    return len(over) == limit


def drop_roster(row: Projected) -> None:
    """Take the names of a month away. Call it inside `write()`."""
    if row.roster:
        keeping.drop([row.roster], row.holder)


def _drop(found: Collection[Projected]) -> None:
    for row in found:
        drop_roster(row)
    Projected.objects.filter(pk__in=[row.pk for row in found]).delete()
