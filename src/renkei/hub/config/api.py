"""The public API v1, put together."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from renkei.hub.config.describing.document import VERSION, described
from renkei.hub.config.edge.faults import malformed
from renkei.hub.core import mail, partitions, space, stamping
from renkei.hub.core.bodies import blobs
from renkei.hub.core.keyring import KeyMissing, keyring
from renkei.hub.core.problems import Refused, answer
from renkei.hub.core.schemas import Schema
from renkei.hub.exchange import queries
from renkei.hub.exchange.attachments import looking
from renkei.hub.exchange.attachments.api import router as attachments
from renkei.hub.exchange.collecting_api import router as collecting
from renkei.hub.exchange.evidence_api import router as evidence
from renkei.hub.exchange.following_api import router as exchange
from renkei.hub.exchange.webhooks.api import router as webhooks
from renkei.hub.membership.api import router as office
from renkei.hub.parties.directory_api import router as directory
from renkei.hub.parties.keys.api import router as certificates
from renkei.hub.parties.machines.api import router as parties
from renkei.hub.workspace.outbox.api import router as outbox
from renkei.hub.workspace.reminding.api import router as reminding

_log = structlog.get_logger(__name__)


class _Document(OpenAPISchema):
    """ninja's, which asks once for what many operations answer alike: their problems are most of all answers."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self._known: dict[Any, Any] = {}
        super().__init__(api, path_prefix)

    def _create_schema_from_model(
        self, model: Any, by_alias: bool = True, remove_level: bool = True, mode: Any = "validation"
    ) -> Any:
        # Each answer of each operation is a model of its own around the one that was declared.
        answered = model.model_fields["response"].annotation if "response" in model.model_fields else model
        asked = (by_alias, remove_level, mode)
        if (answered, asked) not in self._known:
            self._known[answered, asked] = super()._create_schema_from_model(model, *asked)
        return copy.deepcopy(self._known[answered, asked])


class Api(NinjaAPI):
    """ninja's, telling of itself what `config.describing` completes."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """The OpenAPI document, every time made anew: see `document` for the one of this process."""
        return described(_Document(self, given.get("path_prefix") or "/v1/"))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """None of ours is named after a function: the table of operations has the names."""
        return f"{operation.view_func.__module__}.{operation.view_func.__name__}"


api = Api(
    title="Renkei",
    version=VERSION,
    description="ケアプランと提供票・実績をやりとりするハブの公開API。署名の作り方は docs/api/signing.md。"
    "答えの項目、できごとの種類、コードは増えることがあります。知らないものは読みとばしてください。",
    docs_url=None,
    openapi_url=None,
    urls_namespace="v1",
)
api.add_router("", parties)
api.add_router("", certificates)
api.add_router("", directory)
api.add_router("", office)
# Before the one whose addresses have an id where this one has a word.
api.add_router("", collecting)
api.add_router("", exchange)
api.add_router("", attachments)
api.add_router("", evidence)
api.add_router("", webhooks)
api.add_router("", outbox)
api.add_router("", reminding)


class AttachingOut(Schema):
    """Which media types may be attached, and whether the hub has them looked through for viruses."""

    media: list[str]
    scanned: bool


class HubOut(Schema):
    """`certificate`: PEM, the signer of receipts first, then its authority. `limits` by name."""

    id: str
    name: str
    epoch: str
    certificate: str
    limits: dict[str, int]
    attachments: AttachingOut


class HealthOut(Schema):
    status: str
    warnings: list[str] = []


@api.get("/openapi.json", auth=None, include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """The document itself; always the same bytes from one version of the hub."""
    return HttpResponse(openapi_text(), content_type="application/json")


@api.get("/hub", auth=None, response=HubOut, tags=["ハブ"], summary="このハブについて")
def hub(request: HttpRequest) -> dict[str, Any]:
    return {
        "id": settings.HUB_ID,
        "name": settings.HUB_NAME,
        "epoch": settings.HUB_EPOCH,
        "certificate": keyring().receipt_pem,
        "limits": queries.limits(),
        "attachments": {"media": looking.media(), "scanned": looking.is_scanning()},
    }


@api.get("/health", auth=None, response=HealthOut, tags=["ハブ"], summary="動いているか")
def health(request: HttpRequest) -> dict[str, Any]:
    """Ready to take units: the database answers and the keys are there. `warnings` is what an operator should see to."""
    try:
        keyring()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        warnings = [*stamping.warnings(timezone.now()), *partitions.warnings(), *space.warnings(), *mail.warnings()]
        warnings += [*looking.warnings(), *blobs.warnings()]
        writable = space.is_writable()
    except (DatabaseError, KeyMissing, OSError) as error:
        raise Refused(
            503, "E-HUB-DOWN", "ハブは今、使えません。", "しばらく待ってから、もう一度試してください。"
        ) from error
    if not writable:
        raise Refused(
            503, "E-HUB-STORAGE", "ハブのデータを置くディスクに書けません。", "空きと、書く権限を確かめてください。"
        )
    return {"status": "ok", "warnings": warnings}


@functools.cache
def document() -> Any:
    """The OpenAPI document, made once in a process."""
    return api.get_openapi_schema()


@functools.cache
def openapi_text() -> str:
    """The OpenAPI document as it goes out and as docs/api/openapi.json holds it."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return answer(refusal)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = malformed(error.errors)
    places = ", ".join(finding.field or "" for finding in found)
    return answer(
        Refused(400, "E-REQUEST", "要求の形が正しくありません。", f"次の項目を確かめてください: {places}", found)
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    refused = answer(Refused.known(401, "E-AUTH-TOKEN"))
    refused["WWW-Authenticate"] = "Bearer"
    return refused


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(
        Refused(
            400, "E-REQUEST", "要求の形が正しくありません。", "JSON として読めません。API の説明を確かめてください。"
        )
    )


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(Refused.known(404, "E-NOT-FOUND"))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    limit = settings.RENKEI["LIMIT_REQUEST_BYTES"]
    detail = f"一度に送れるのは {limit:,} バイトまでです。分けて送ってください。"
    return answer(Refused(413, "E-LIMIT", "大きすぎるため受け取れません。", detail))


@api.exception_handler(UnreadablePostError)
def _gone(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return answer(Refused(400, "E-REQUEST", "要求が途中で切れました。", "同じものをもう一度送ってください。"))


@api.exception_handler(DatabaseError)
@api.exception_handler(OSError)  # a large body's own file: the disk is full
def _storage(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("storage failed", exc_info=error)
    return answer(Refused.known(503, "E-HUB-STORAGE"))


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("fault", exc_info=error)
    return answer(Refused.known(500, "E-HUB-FAULT"))
