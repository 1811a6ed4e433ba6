"""The machine calls that bring in files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from renkei.hub.core.schemas import PROBLEMS, Problem
from renkei.hub.exchange.attachments import completing, uploads
from renkei.hub.exchange.attachments.schemas import UploadIn, UploadOut
from renkei.hub.exchange.attachments.uploads import Announced
from renkei.hub.exchange.models import Upload
from renkei.hub.parties.machines.api import Token
from renkei.hub.parties.models import Party

router = Router(tags=["添付ファイル"], auth=Token())
_BYTES = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.post(
    "/uploads",
    response={200: UploadOut, 201: UploadOut, 409: Problem, 429: Problem, **PROBLEMS},
    summary="添付ファイルを送りはじめる",
)
def begin(request: HttpRequest, given: UploadIn) -> Status[dict[str, Any]]:
    announced = Announced(given.size, given.commitment, bytes.fromhex(given.salt), given.media)
    upload, is_new = uploads.begin(_party(request), announced)
    return Status(201 if is_new else 200, told(upload))


@router.get("/uploads/{id_}", response={200: UploadOut, 404: Problem, **PROBLEMS}, summary="どこまで届いたか")
def show(request: HttpRequest, id_: UUID) -> dict[str, Any]:
    return told(uploads.of(_party(request), id_))


@router.put(
    "/uploads/{id_}/chunks/{number}",
    response={204: None, 404: Problem, 409: Problem, **PROBLEMS},
    summary="添付ファイルの一部を送る",
    openapi_extra={"requestBody": _BYTES},
)
def put_chunk(request: HttpRequest, id_: UUID, number: int) -> Status[None]:
    uploads.put(uploads.of(_party(request), id_), number, request.body)
    return Status(204, None)


@router.post(
    "/uploads/{id_}/complete",
    response={200: UploadOut, 404: Problem, 409: Problem, **PROBLEMS},
    summary="すべて送ったので、調べてもらう",
)
def complete(request: HttpRequest, id_: UUID) -> dict[str, Any]:
    return told(completing.complete(uploads.of(_party(request), id_)))


@router.delete("/uploads/{id_}", response={204: None, 404: Problem, **PROBLEMS}, summary="送る前の添付ファイルを消す")
def drop(request: HttpRequest, id_: UUID) -> Status[None]:
    uploads.drop(uploads.of(_party(request), id_))
    return Status(204, None)


def told(upload: Upload) -> dict[str, Any]:
    """An upload as the API tells it."""
    cleaned = {"size": upload.cleaned_size, "commitment": upload.cleaned_commitment} if upload.cleaned_body else None
    return {
        "id": upload.pk,
        "state": upload.state,
        "size": upload.size,
        "media": upload.media,
        "chunk_bytes": upload.chunk_bytes,
        "missing": uploads.missing(upload),
        "findings": upload.findings,
        "cleaned": cleaned,
        "expires_at": upload.expires_at,
    }


def _party(request: HttpRequest) -> Party:
    party: Party = request.auth.party  # type: ignore[attr-defined]
    return party
