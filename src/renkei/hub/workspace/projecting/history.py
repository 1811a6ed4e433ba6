"""One person month by month, as the months were compared last: no body but the roster's is opened."""

from __future__ import annotations

from dataclasses import dataclass

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.rules import Standing
from renkei.hub.workspace.comparing.services import RULE, first_shown
from renkei.hub.workspace.models import Progress
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.projecting.searching import known_people
from renkei.hub.workspace.projecting.services import Client


@dataclass(frozen=True)
class AtPartner:
    """How a month went at one other office: how many things differ, and whether its results are there."""

    name: str
    differences: int
    is_reported: bool


@dataclass(frozen=True)
class PastMonth:
    """One month YYYYMM of a person."""

    month: str
    partners: tuple[AtPartner, ...]

    @property
    def standing(self) -> Standing:
        if any(one.differences for one in self.partners):
            return Standing.CHANGED
        return Standing.UNCHANGED if all(one.is_reported for one in self.partners) else Standing.WAITING


@dataclass(frozen=True)
class History:
    """A person and their months, the newest first."""

    client: Client | None
    months: tuple[PastMonth, ...]


def of_person(service: OfficeService, subject: str, viewer: Viewer) -> History | None:
    """The months of a person of the last two years; None, and no look, where there is none. A handful of queries."""
    rows = Progress.objects.filter(projected__owner=service, projected__month__gte=first_shown(), subject=subject)
    fields = ("projected__month", "number", "service", "differences", "is_reported")
    found = list(rows.order_by("-projected__month", "number", "service").values_list(*fields))
    if not found:
        return None
    with write():
        looks.record(viewer, purpose="view", rule=RULE, about=f"service:{service.pk}", subjects=[subject])
    routes = partners.routes(service, {(number, type_ or _PLANNER) for _, number, type_, _, _ in found})
    months: dict[str, list[AtPartner]] = {}
    for month, number, type_, differences, is_reported in found:
        name = routes[number, type_ or _PLANNER].name
        months.setdefault(month, []).append(AtPartner(name, differences, is_reported))
    client = known_people(service).get(subject)
    return History(client, tuple(PastMonth(month, tuple(own)) for month, own in months.items()))


_PLANNER = "43"  # of a care-management office the projection knows the number alone
