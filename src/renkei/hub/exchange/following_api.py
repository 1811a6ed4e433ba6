"""The machine calls for looking around without opening anything: the feed, a period, what waits."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from renkei.hub.core import load
from renkei.hub.core.answers import ready
from renkei.hub.core.schemas import PROBLEMS, Schema, Service
from renkei.hub.exchange import listing, queries, schemas
from renkei.hub.exchange.api import router
from renkei.hub.exchange.listing import Wanted
from renkei.hub.exchange.rules import State
from renkei.hub.parties.machines.api import own_service
from renkei.standard.units import UnitKind

# The calls join those of `exchange.api`: at one address, one router answers.
__all__ = ["router"]
MOST = 500
_TYPES = "^([a-z_]{1,40}(,[a-z_]{1,40}){0,19})?$"
# One that is not there yet finds nothing: no reason to refuse a program that is newer than the hub.
_WORD = "^[a-z_]{0,40}$"


class FeedQuery(Schema):
    """`type`: only events of these types, comma separated; an answer may then be empty though `more` is true."""

    service: Service
    after: int = Field(0, ge=0, le=2**62)
    type: str = Field("", pattern=_TYPES, examples=["collected,imported"])
    limit: int = Field(100, ge=1, le=MOST)


class PeriodQuery(Schema):
    """Days in Japan, both included; `partner` is the other office's number; `cursor` the `next` of the page before."""

    service: Service
    from_: date = Field(alias="from")
    to: date
    direction: Literal["", "incoming", "outgoing"] = ""
    partner: str = Field("", pattern="^([0-9A-Z]{10})?$")
    kind: str = Field("", pattern=_WORD, examples=[UnitKind.USE_TABLE.value])
    state: str = Field("", pattern=_WORD, examples=[State.ACCEPTED.value])
    month: str = Field("", pattern="^([0-9]{6})?$", examples=["202612"])
    cursor: str = Field("", max_length=60)
    limit: int = Field(100, ge=1, le=MOST)


class WaitingQuery(Schema):
    """`after` is the `next` of the page before: a number of this mailbox."""

    service: Service
    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(100, ge=1, le=MOST)


@router.get("/events", response={200: schemas.EventsOut, **PROBLEMS}, summary="できごとを順に読む")
def follow(request: HttpRequest, query: Query[FeedQuery]) -> HttpResponse:
    types = frozenset(query.type.split(",")) if query.type else None
    page = queries.feed_page(_service(request, query.service), query.after, query.limit, types)
    response = ready({"events": page.entries, "next": page.next, "more": page.more, "epoch": settings.HUB_EPOCH})
    response["Retry-After"] = "0" if page.more else str(load.poll_seconds())
    return response


@router.get(
    "/transmissions", response={200: schemas.ListingOut, **PROBLEMS}, summary="ある期間に送った・受け取ったもの"
)
def list_period(request: HttpRequest, query: Query[PeriodQuery]) -> dict[str, Any]:
    wanted = Wanted(
        query.from_,
        query.to,
        query.partner,
        query.cursor,
        direction=query.direction,
        kind=query.kind,
        state=query.state,
        month=query.month,
    )
    return listing.page(_service(request, query.service), wanted, query.limit)


@router.get("/waiting", response={200: schemas.WaitingOut, **PROBLEMS}, summary="まだ受け取っていないもの")
def waiting(request: HttpRequest, query: Query[WaitingQuery]) -> dict[str, Any]:
    return listing.waiting(_service(request, query.service), query.after, query.limit)


def _service(request: HttpRequest, service: str) -> Any:
    return own_service(request.auth, service)  # type: ignore[attr-defined]
