"""Signing in for programs: signed challenge, or client certificate with ID and password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Status
from ninja.security import HttpBearer

from renkei.hub.core import ratelimits
from renkei.hub.core.fronting import client_certificate
from renkei.hub.core.lookups import Lookup
from renkei.hub.core.problems import Refused
from renkei.hub.core.schemas import Bytes, Office, Problem, Schema
from renkei.hub.parties.machines import logins, tokens
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.hub.parties.staff.attempts import address_of

router = Router(tags=["サインイン"])
_services = Lookup(OfficeService, "party")
_REFUSALS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 429: Problem, 503: Problem}


class Token(HttpBearer):
    """`Authorization: Bearer …`; the handler gets the certificate behind it as `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Certificate | None:
        certificate = tokens.certificate_of(token, client_certificate(request))
        if certificate is not None:
            ratelimits.by_party(request, certificate.party_id)
        return certificate


class LoggingOut(HttpBearer):
    """The token itself, whatever it is worth: ending what has ended is no error."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        return token


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


class LoginIn(Schema):
    id: str = Field(max_length=40)
    password: str = Field(max_length=200)


class RefreshIn(Schema):
    refresh_token: str = Field(max_length=tokens.MAX_TOKEN_CHARACTERS)


class LoginOut(TokenOut):
    refresh_token: str
    refresh_expires_at: datetime


@router.post("/challenges", response={201: ChallengeOut, 400: Problem}, summary="署名する問いかけを受け取る")
def ask(request: HttpRequest, given: ChallengeIn) -> Status[dict[str, Any]]:
    issued = tokens.challenge(given.office)
    return Status(201, {"challenge": issued.text, "expires_at": issued.expires_at})


@router.post("/tokens", response={201: TokenOut, 400: Problem, 401: Problem}, summary="署名を返してトークンを受け取る")
def answer(request: HttpRequest, given: TokenIn) -> Status[dict[str, Any]]:
    issued, party = tokens.answer(given.challenge, given.signature)
    return Status(201, _granted(issued, party))


@router.post(
    "/login", response={201: LoginOut, **_REFUSALS}, summary="クライアント証明書と ID とパスワードでサインインする"
)
def login(request: HttpRequest, given: LoginIn) -> Status[dict[str, Any]]:
    granted = logins.login(given.id, given.password, client_certificate(request), address_of(request))
    return Status(201, _renewable(granted))


@router.post("/refresh", response={201: LoginOut, **_REFUSALS}, summary="リフレッシュトークンを新しいトークンにかえる")
def refresh(request: HttpRequest, given: RefreshIn) -> Status[dict[str, Any]]:
    return Status(201, _renewable(logins.refresh(given.refresh_token, client_certificate(request))))


@router.post("/logout", auth=LoggingOut(), response={204: None}, summary="サインアウトする")
def logout(request: HttpRequest) -> Status[None]:
    logins.logout(request.auth)  # type: ignore[attr-defined]  # ninja puts there what `LoggingOut` returned
    return Status(204, None)


def _granted(issued: tokens.Issued, party: Party) -> dict[str, Any]:
    services = list(party.services.filter(active=True).order_by("service").values_list("service", flat=True))
    return {
        "access_token": issued.text,
        "expires_at": issued.expires_at,
        "office": party.number,
        "services": services,
    }


def _renewable(granted: logins.Granted) -> dict[str, Any]:
    return _granted(granted.access, granted.party) | {
        "refresh_token": granted.refresh.text,
        "refresh_expires_at": granted.refresh.expires_at,
    }


def own_service(certificate: Certificate, service: str) -> OfficeService:
    """The office service of the token's office. Raises Refused (403)."""
    found = next((one for one in _services.of([certificate.party_id]) if one.service == service), None)
    if found is None:
        raise Refused(
            403, "E-AUTH-SERVICE", "この事業所のサービス種類ではありません。", "サービス種類を確かめてください。"
        )
    found.party = certificate.party
    return found
