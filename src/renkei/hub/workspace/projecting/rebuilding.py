"""Comparing the months of every service, a few services at a time: what pages show can always be made again."""

from __future__ import annotations

from renkei.hub.core import jobs
from renkei.hub.core.jobs import Payload
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import months_of
from renkei.hub.workspace.models import Projected
from renkei.hub.workspace.projecting.forgetting import JOB

KIND = "project-all"
PORTION = 20  # services


def ask(*, anew: bool) -> None:
    """Have all months compared whose papers have changed; `anew`: those that have not as well."""
    with write():
        jobs.enqueue(KIND, {"after": 0, "anew": anew}, key="all")


def go_on(payload: Payload) -> Payload | None:
    """Ask for the months of some services; returns where to go on, None at the end.

    What was counted before stays on the pages until it is counted anew.
    """
    services = list(
        OfficeService.objects.filter(pk__gt=payload["after"]).select_related("party").order_by("pk")[:PORTION]
    )
    wanted = {
        f"{service.pk}:{month}": {"service": service.pk, "month": month}
        for service in services
        for month in months_of(service)
    }
    with write():
        if payload["anew"]:
            Projected.objects.filter(owner__in=services).update(mark="")
        jobs.enqueue_missing(JOB, wanted)
    return dict(payload) | {"after": services[-1].pk} if len(services) == PORTION else None
