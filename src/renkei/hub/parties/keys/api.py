"""Certificates for programs: ask with a code, renew with the key in use, fetch the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Status
from pydantic import StringConstraints

from renkei.hub.core import load
from renkei.hub.core.problems import Refused
from renkei.hub.core.schemas import Bytes, Office, Problem, Schema
from renkei.hub.parties.keys import checking, enrolling, registering, trusted
from renkei.hub.parties.models import CertificateRequest, RequestState
from renkei.hub.parties.staff.attempts import address_of

router = Router(tags=["証明書"])
RequestId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AskIn(Schema):
    office: Office
    code: str = Field(max_length=60, description="事業所の画面か運営者からもらう、一度だけのコード")
    request: Bytes = Field(description="申請書 (PKCS#10、DER)")


class RenewIn(Schema):
    request: Bytes = Field(description="新しい鍵の申請書 (PKCS#10、DER)")
    signature: Bytes = Field(description="そのバイト列への、いまの鍵の署名 (CMS)")


class RequestOut(Schema):
    """`id` is the SHA-256 of the key that was asked for; `certificate` PEM, leaf first, once it is issued."""

    id: str
    state: str
    certificate: str | None = None


class TrustOut(Schema):
    """PEM; the lists are at `/crl/<name>`."""

    roots: str
    issuers: str
    revocation_lists: list[str]


class CheckIn(Schema):
    certificate: Bytes = Field(description="証明書 (PEM か DER)。秘密の鍵の入ったファイルは送らないこと")


class CheckOut(Schema):
    works: bool
    title: str
    detail: str
    kind: str
    is_guess: bool
    issuer: str
    subject: str
    office: str
    begins: datetime
    ends: datetime
    revoked: str
    is_registered: bool


_ANSWERS: Any = {201: RequestOut, 202: RequestOut, 400: Problem, 401: Problem, 422: Problem, 429: Problem}


@router.post("/certificate-requests", response=_ANSWERS, summary="コードで、はじめての証明書を申し込む")
def ask(request: HttpRequest, response: HttpResponse, given: AskIn) -> Status[dict[str, Any]]:
    row = enrolling.ask(given.office, given.code, given.request, address_of(request))
    return _answer(row, response, issued=201)


@router.get("/trust", response=TrustOut, summary="このハブが信頼する認証局と、失効リストの名前")
def trust(request: HttpRequest) -> dict[str, Any]:
    """Public: an office compares the roots' fingerprints with what it was told another way."""
    return trusted.published()


@router.post(
    "/certificate-checks", response={200: CheckOut, 400: Problem, 422: Problem}, summary="この証明書は使えますか"
)
def check(request: HttpRequest, given: CheckIn) -> dict[str, Any]:
    """Public; nothing is kept."""
    checked = checking.check(checking.read(given.certificate), timezone.now())
    return {field: getattr(checked, field) for field in CheckOut.model_fields}


@router.get(
    "/certificate-requests/{id_}",
    response={200: RequestOut, 202: RequestOut, 404: Problem, 422: Problem},
    summary="申し込みの答えを受け取る",
)
def fetch(request: HttpRequest, response: HttpResponse, id_: Path[RequestId]) -> Status[dict[str, Any]]:
    row = enrolling.find(id_)
    if row is None:
        raise Refused(404, "E-NOT-FOUND", "この申し込みはありません。", "申し込みからやり直してください。")
    return _answer(row, response, issued=200)


@router.post("/renewals", response=_ANSWERS, summary="いまの鍵で、新しい証明書を申し込む")
def renew(request: HttpRequest, response: HttpResponse, given: RenewIn) -> Status[dict[str, Any]]:
    return _answer(enrolling.renew(given.request, given.signature), response, issued=201)


def _answer(row: CertificateRequest, response: HttpResponse, issued: int) -> Status[dict[str, Any]]:
    if row.state == RequestState.REFUSED:
        raise Refused(
            422, "E-CERT-REQUEST", f"証明書は発行されませんでした。{row.reason}", "新しい鍵で申し込み直してください。"
        )
    if row.issued is None:
        response["Retry-After"] = str(load.poll_seconds())
        return Status(202, {"id": row.key, "state": row.state, "certificate": None})
    return Status(issued, {"id": row.key, "state": row.state, "certificate": registering.chain_pem(row.issued)})
