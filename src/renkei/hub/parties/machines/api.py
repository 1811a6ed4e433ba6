"""Signing in for programs: challenge, token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.security import HttpBearer

from renkei.hub.core.problems import Refused
from renkei.hub.core.schemas import Bytes, Office, Problem
from renkei.hub.parties.machines import tokens
from renkei.hub.parties.models import Certificate

router = Router(tags=["サインイン"])


class Token(HttpBearer):
    """`Authorization: Bearer …`; the handler gets the certificate behind it as `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Certificate | None:
        return tokens.certificate_of(token)


class ChallengeIn(Schema):
    office: Office


class ChallengeOut(Schema):
    challenge: str
    expires_at: datetime


class TokenIn(Schema):
    challenge: str = Field(max_length=1000)
    signature: Bytes


class TokenOut(Schema):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105  (a kind, not a token)
    expires_at: datetime
    office: str
    services: list[str]


@router.post("/challenges", response={201: ChallengeOut, 400: Problem}, summary="署名する問いかけを受け取る")
def ask(request: HttpRequest, given: ChallengeIn) -> Status[dict[str, Any]]:
    issued = tokens.challenge(given.office)
    return Status(201, {"challenge": issued.text, "expires_at": issued.expires_at})


@router.post("/tokens", response={201: TokenOut, 400: Problem, 401: Problem}, summary="署名を返してトークンを受け取る")
def answer(request: HttpRequest, given: TokenIn) -> Status[dict[str, Any]]:
    issued, party = tokens.answer(given.challenge, given.signature)
    services = list(party.services.filter(active=True).order_by("service").values_list("service", flat=True))
    granted = {
        "access_token": issued.text,
        "expires_at": issued.expires_at,
        "office": party.number,
        "services": services,
    }
    return Status(201, granted)


def own_service(certificate: Certificate, service: str) -> Any:
    """The office service of the token's office. Raises Refused (403)."""
    found = certificate.party.services.filter(service=service).first()
    if found is None:
        raise Refused(
            403, "E-AUTH-SERVICE", "この事業所のサービス種類ではありません。", "サービス種類を確かめてください。"
        )
    return found
