"""The public API v1, put together."""

from __future__ import annotations

from typing import Any

import structlog
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from renkei import __version__
from renkei.hub.core import mail, partitions, space, stamping
from renkei.hub.core.keyring import KeyMissing, keyring
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import queries
from renkei.hub.exchange.api import router as exchange
from renkei.hub.exchange.evidence_api import router as evidence
from renkei.hub.parties.keys.api import router as certificates
from renkei.hub.parties.machines.api import router as parties
from renkei.hub.parties.staff.attempts import LockedOut

_log = structlog.get_logger(__name__)
api = NinjaAPI(
    title="Renkei",
    version=__version__,
    description="ケアプランと提供票・実績をやりとりするハブの公開API。署名の作り方は docs/api/signing.md。"
    "答えの項目、できごとの種類、コードは増えることがあります。知らないものは読みとばしてください。",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="v1",
)
api.add_router("", parties)
api.add_router("", certificates)
api.add_router("", exchange)
api.add_router("", evidence)


@api.get("/hub", auth=None, tags=["ハブ"], summary="このハブについて")
def hub(request: HttpRequest) -> dict[str, Any]:
    chain = "".join(c.public_bytes(Encoding.PEM).decode() for c in keyring().receipt_chain)
    return {
        "id": settings.HUB_ID,
        "name": settings.HUB_NAME,
        "epoch": settings.HUB_EPOCH,
        "certificate": chain,
        "time": timezone.now(),
        "limits": queries.limits(),
    }


@api.get("/health", auth=None, tags=["ハブ"], summary="動いているか")
def health(request: HttpRequest) -> dict[str, Any]:
    """Ready to take units: the database answers and the keys are there. `warnings` is what an operator should see to."""
    try:
        keyring()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        warnings = [*stamping.warnings(timezone.now()), *partitions.warnings(), *space.warnings(), *mail.warnings()]
        writable = space.is_writable()
    except (DatabaseError, KeyMissing, OSError) as error:
        raise Refused(
            503, "E-HUB-DOWN", "ハブは今、使えません。", "しばらく待ってから、もう一度試してください。"
        ) from error
    if not writable:
        raise Refused(
            503, "E-HUB-STORAGE", "ハブのデータを置くディスクに書けません。", "空きと、書く権限を確かめてください。"
        )
    return {"status": "ok", **({"warnings": warnings} if warnings else {})}


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    answer = api.create_response(request, refusal.as_dict(settings.RENKEI["LIMIT_FINDINGS"]), status=refusal.status)
    answer["Content-Type"] = "application/problem+json"
    if refusal.status == 503:
        answer["Retry-After"] = str(settings.RENKEI["POLL_SECONDS"])
    if isinstance(refusal, LockedOut):
        answer["Retry-After"] = str(max(1, int((refusal.until - timezone.now()).total_seconds())))
    return answer


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # Places alone, never the values: they may be a person's.
    places = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors})[:5]
    return _refused(
        request,
        Refused(400, "E-REQUEST", "要求の形が正しくありません。", f"次の項目を確かめてください: {', '.join(places)}"),
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _refused(
        request,
        Refused(
            401, "E-AUTH-TOKEN", "サインインが必要です。", "新しいトークンを受け取ってください (POST /v1/challenges)。"
        ),
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refused(
        request,
        Refused(error.status_code, "E-REQUEST", "要求の形が正しくありません。", "APIの説明を確かめてください。"),
    )


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refused(request, Refused(404, "E-NOT-FOUND", "見つかりません。", "番号を確かめてください。"))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    limit = settings.RENKEI["LIMIT_REQUEST_BYTES"]
    return _refused(
        request,
        Refused(
            413,
            "E-LIMIT",
            "大きすぎるため受け取れません。",
            f"一度に送れるのは {limit:,} バイトまでです。分けて送ってください。",
        ),
    )


@api.exception_handler(UnreadablePostError)
def _gone(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return _refused(
        request, Refused(400, "E-REQUEST", "要求が途中で切れました。", "同じものをもう一度送ってください。")
    )


@api.exception_handler(DatabaseError)
@api.exception_handler(OSError)  # a large body's own file: the disk is full
def _storage(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("storage failed", exc_info=error)
    return _refused(
        request,
        Refused(
            503,
            "E-HUB-STORAGE",
            "ハブが今、記録できません。何も受け付けていません。",
            "しばらく待ってから、同じものをもう一度送ってください。",
        ),
    )


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("fault", exc_info=error)
    return _refused(
        request,
        Refused(
            500,
            "E-HUB-FAULT",
            "ハブの中でうまくいきませんでした。",
            "同じものをもう一度送ってください。続くときは運営者に知らせてください。",
        ),
    )
