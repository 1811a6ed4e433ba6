"""The machine calls for webhooks: one for each service of one's own office."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Status

from renkei.hub.core.schemas import PROBLEMS, Problem, Schema, Service
from renkei.hub.exchange.webhooks import services
from renkei.hub.exchange.webhooks.addresses import MOST_CHARACTERS
from renkei.hub.parties.machines.api import Token, own_service
from renkei.hub.parties.models import OfficeService, Webhook

router = Router(tags=["Webhook"], auth=Token())


class WebhookIn(Schema):
    url: str = Field(max_length=MOST_CHARACTERS, examples=["https://example.jp/renkei"])


class WebhookOut(Schema):
    """`state` is on, gone (the server answered 410) or given_up. `told` is the feed number that the server was told last.

    `result` of the last call is an HTTP status, or name, forbidden, connection, certificate, timeout or answer.
    """

    service: str
    url: str
    state: str
    told: int
    failing_since: datetime | None
    called_at: datetime | None
    result: str


class WebhookMadeOut(WebhookOut):
    """`secret` is shown in this answer and never again; null where the one of before goes on counting."""

    secret: str | None


class WebhooksOut(Schema):
    webhooks: list[WebhookOut]


ServicePath = Annotated[Service, Path()]
_ONE: dict[int, Any] = {404: Problem, **PROBLEMS}


@router.get("/webhooks", response={200: WebhooksOut, **PROBLEMS}, summary="Webhook の様子")
def list_all(request: HttpRequest) -> dict[str, Any]:
    rows = Webhook.objects.filter(service__party=request.auth.party)  # type: ignore[attr-defined]
    return {"webhooks": [told(row) for row in rows.select_related("service").order_by("service__service")]}


@router.put(
    "/webhooks/{service}", response={200: WebhookMadeOut, 201: WebhookMadeOut, **_ONE}, summary="Webhook の宛先を決める"
)
def put(request: HttpRequest, service: ServicePath, given: WebhookIn) -> Status[dict[str, Any]]:
    made = services.put(_own(request, service), given.url, request.auth.actor)  # type: ignore[attr-defined]
    return Status(201 if made.secret else 200, told(made.webhook) | {"secret": made.secret})


@router.post("/webhooks/{service}/secret", response={201: WebhookMadeOut, **_ONE}, summary="Webhook の合言葉を替える")
def rotate(request: HttpRequest, service: ServicePath) -> Status[dict[str, Any]]:
    made = services.rotate(_own(request, service), request.auth.actor)  # type: ignore[attr-defined]
    return Status(201, told(made.webhook) | {"secret": made.secret})


@router.post("/webhooks/{service}/test", response={202: WebhookOut, **_ONE}, summary="Webhook を一度ためしに呼ぶ")
def test(request: HttpRequest, response: HttpResponse, service: ServicePath) -> Status[dict[str, Any]]:
    own = _own(request, service)
    services.test(own)
    response["Retry-After"] = str(settings.RENKEI["JOB_SECONDS"])
    return Status(202, told(services.of(own)))


@router.delete("/webhooks/{service}", response={204: None, **_ONE}, summary="Webhook をやめる")
def remove(request: HttpRequest, service: ServicePath) -> Status[None]:
    services.remove(_own(request, service), request.auth.actor)  # type: ignore[attr-defined]
    return Status(204, None)


def told(webhook: Webhook) -> dict[str, Any]:
    """As the API tells it; never with a secret."""
    return {
        "service": webhook.service.service,
        "url": webhook.url,
        "state": webhook.state,
        "told": webhook.told,
        "failing_since": webhook.failing_since,
        "called_at": webhook.called_at,
        "result": webhook.result,
    }


def _own(request: HttpRequest, service: str) -> OfficeService:
    found: OfficeService = own_service(request.auth, service)  # type: ignore[attr-defined]
    return found
