"""The machine calls of the outbox: what people have approved here, for a program that holds the office's key.

It signs exactly these bytes and sends them as it sends everything: what the hub takes on then is matched by `linking`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router

from renkei.attachments import index
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.schemas import PROBLEMS, Problem, Schema, Service
from renkei.hub.exchange.queries import b64
from renkei.hub.parties.machines.api import Token, own_service
from renkei.hub.parties.models import Certificate
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Approval, Channel, Outgoing
from renkei.hub.workspace.outbox import listing, showing
from renkei.hub.workspace.outbox.listing import Group

router = Router(tags=["送るもの"], auth=Token())
MOST = 200


class OutboxQuery(Schema):
    """`after` is the `next` of the page before."""

    service: Service
    after: UUID | None = None


class ApprovedOut(Schema):
    """A unit that waits for its signature. `people` is how many it is about."""

    id: UUID
    recipient: dict[str, str] = Field(examples=[{"office": "1370200014", "service": "11"}])
    kind: str
    months: list[str]
    sequence: str
    people: int


class OutboxOut(Schema):
    """`next` is the `after` of the next page, null at the end."""

    units: list[ApprovedOut]
    next: UUID | None


class ApprovedFilesOut(Schema):
    """File names and their contents (Base64)."""

    files: dict[str, str]


@router.get("/outbox", response={200: OutboxOut, **PROBLEMS}, summary="署名を待っているもの")
def approved(request: HttpRequest, query: Query[OutboxQuery]) -> dict[str, Any]:
    owner = own_service(_certificate(request), query.service)
    rows = listing.units_of(owner, Group.READY, Approval(habits_of(owner).approval))
    # Papers are attached by the program itself: they have parts that go up on their own.
    rows = rows.filter(listing.going_by(owner, Channel.HUB)).exclude(kind=index.KIND).order_by("pk")
    if query.after:
        rows = rows.filter(pk__gt=query.after)
    found = list(rows[: MOST + 1])
    return {"units": [_unit(unit) for unit in found[:MOST]], "next": found[MOST - 1].pk if len(found) > MOST else None}


@router.get(
    "/outbox/{id_}/files",
    response={200: ApprovedFilesOut, 404: Problem, 410: Problem, **PROBLEMS},
    summary="署名を待っているものの中身 (閲覧として記録されます)",
)
def approved_files(request: HttpRequest, id_: UUID) -> dict[str, Any]:
    certificate = _certificate(request)
    rows = Outgoing.objects.select_related("owner__party").filter(owner__party=certificate.party_id, pk=id_)
    unit = rows.first()
    if unit is None or not listing.is_ready(unit):
        raise Refused.known(404, "E-NOT-FOUND")
    viewer = Viewer(actor=certificate.actor, party=certificate.party_id, request=request.renkei_request)  # type: ignore[attr-defined]
    files = showing.open_one(unit, viewer, "sign")
    return {"files": {name: b64(data) for name, data in files.items()}}


def _unit(unit: Outgoing) -> dict[str, Any]:
    return {
        "id": unit.pk,
        "recipient": {"office": unit.number, "service": unit.service},
        "kind": unit.kind,
        "months": unit.months.split(",") if unit.months else [],
        "sequence": unit.sequence,
        "people": unit.people,
    }


def _certificate(request: HttpRequest) -> Certificate:
    certificate: Certificate = request.auth  # type: ignore[attr-defined]
    return certificate
