"""The machine calls for evidence: what proves a transmission, the chain of seals, whom the hub trusts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router

from renkei.hub.core.schemas import PROBLEMS, Problem, Schema, SignedBytes
from renkei.hub.exchange import evidence
from renkei.hub.exchange.queries import transmission_of
from renkei.hub.parties.machines.api import Token

router = Router(tags=["証拠"], auth=Token())


class Events(Schema):
    """`after`: the number of the last event that the answer before this one gave."""

    after: int = Field(0, ge=0, le=2**15)


class Seals(Schema):
    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(evidence.MAX_SEALS, ge=1, le=evidence.MAX_SEALS)


class ProofOut(Schema):
    """Leaf `index` of seal `seal`, and the hashes (hex) from it to the root, lowest first. `stamped_by` is the first
    seal from this one on that bears a time-stamp."""

    seal: int
    index: int
    path: list[str]
    stamped_by: int | None


class ProvedEventOut(Schema):
    number: int
    type: str
    at: datetime
    receipt: SignedBytes
    counter_receipt: SignedBytes | None
    proof: ProofOut | None


class SealOut(Schema):
    """All base64: the statement as signed, the signature, the RFC 3161 token over the statement."""

    number: int
    statement: str
    signature: str
    time_stamp: str | None


class SealsOut(Schema):
    seals: list[SealOut]
    more: bool


class CertificatesOut(Schema):
    """PEM texts."""

    hub_certificates: str
    roots: str
    issuing: str
    time_stamp_roots: str


class AuthoritiesOut(CertificatesOut):
    revocation_lists: list[str]


class EvidenceOut(CertificatesOut):
    id: UUID
    hub: str
    manifest: str
    signature: str
    events: list[ProvedEventOut]
    seals: list[SealOut]
    more: bool


@router.get(
    "/transmissions/{id_}/evidence",
    response={200: EvidenceOut, 404: Problem, **PROBLEMS},
    summary="1つの送信を証明するもの",
)
def prove(request: HttpRequest, id_: UUID, query: Query[Events]) -> dict[str, Any]:
    return evidence.of_transmission(transmission_of(request.auth.party, id_), query.after)  # type: ignore[attr-defined]


@router.get("/seals", response={200: SealsOut, **PROBLEMS}, summary="封印の鎖を順に読む")
def seals(request: HttpRequest, query: Query[Seals]) -> dict[str, Any]:
    return evidence.seals_after(query.after, query.limit)


@router.get("/authorities", response={200: AuthoritiesOut, **PROBLEMS}, summary="このハブが信頼する認証局と失効リスト")
def authorities(request: HttpRequest) -> dict[str, Any]:
    return evidence.authorities()
