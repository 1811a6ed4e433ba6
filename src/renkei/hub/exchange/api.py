"""The machine calls: check, send, follow, collect, acknowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, Query, Router, Status

from renkei.hub.core.answers import ready
from renkei.hub.core.events import Signed
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused, each
from renkei.hub.core.schemas import PROBLEMS, Problem, Schema
from renkei.hub.exchange import accepting, collecting, json_form, queries, reading, schemas, stepping
from renkei.hub.exchange.attachments import attached, handing
from renkei.hub.exchange.attachments.attached import Source
from renkei.hub.exchange.collecting_api import files_of
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.exchange.envelopes import Arrival, arrival
from renkei.hub.exchange.queries import b64, transmission_of
from renkei.hub.exchange.step_writing import Recorded
from renkei.hub.exchange.stepping import Said
from renkei.hub.exchange.storing import Outcome
from renkei.hub.parties.machines.api import Token
from renkei.hub.parties.models import Certificate, Party
from renkei.hub.parties.register import service_types
from renkei.standard.checking import check
from renkei.standard.converting.single import is_document
from renkei.standard.findings import Role
from renkei.trust.words import Words

router = Router(tags=["やりとり"], auth=Token())
_BYTES = {
    "description": "",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class Collecting(Schema):
    """`program`: a word of this program's own, that tells it from another of the same office."""

    program: str = Field("", pattern="^[0-9A-Za-z-]{0,40}$")


@router.post("/checks", response={200: schemas.ChecksOut, **PROBLEMS}, summary="送る前に調べる")
def check_files(request: HttpRequest, given: schemas.ChecksIn) -> dict[str, Any]:
    _bounded(len(given.files), "LIMIT_UNIT_FILES", "ファイル")
    documents = {file.name: file.data for file in given.files if is_document(file.name)}
    standard, wrong = json_form.read_each(documents, is_new=True)
    files = [(file.name, file.data) for file in given.files if file.name not in documents] + [*standard.files.items()]
    report = check(files, Role(given.role), register=service_types(name for name, _ in files))
    return {
        "files": len(given.files),
        "records": report.records,
        "findings": _findings([*wrong, *map(standard.as_signed, report.findings)]),
    }


@router.post(
    "/transmissions",
    response={200: schemas.AcceptedOut, 201: schemas.AcceptedOut, 409: Problem, 429: Problem, **PROBLEMS},
    summary="1つの送信単位を送る",
)
def send(request: HttpRequest, given: schemas.UnitIn) -> Status[dict[str, Any]]:
    [outcome] = accepting.accept(_arrivals([given], _party(request)), _party(request))
    if isinstance(outcome, Refused):
        raise outcome
    return Status(200 if outcome.repeated else 201, _accepted(outcome))


@router.post("/transmissions/batch", response={200: schemas.BatchOut, **PROBLEMS}, summary="いくつかの送信単位を送る")
def send_batch(request: HttpRequest, given: schemas.BatchIn) -> dict[str, Any]:
    _bounded(len(given.units), "LIMIT_BATCH_UNITS", "送信単位")
    party = _party(request)
    return {"results": [_batch_result(one) for one in accepting.accept(_arrivals(given.units, party), party)]}


@router.get(
    "/transmissions/{id_}", response={200: schemas.DetailOut, 404: Problem, **PROBLEMS}, summary="1つの送信の記録"
)
def show(request: HttpRequest, id_: UUID) -> dict[str, Any]:
    party = _party(request)
    return queries.detail(transmission_of(party, id_), party)


@router.get(
    "/transmissions/{id_}/files",
    response={200: schemas.FilesOut, 404: Problem, 409: Problem, 410: Problem, **PROBLEMS},
    summary="中身を受け取る (閲覧として記録されます)",
)
def collect(request: HttpRequest, id_: UUID, query: Query[Collecting]) -> dict[str, Any]:
    transmission = transmission_of(_party(request), id_)
    handed = collecting.hand_out(transmission, _viewer(request), purpose="collect", program=query.program)
    return files_of(handed)


@router.get(
    "/transmissions/{id_}/files/{name}",
    response={404: Problem, 409: Problem, 410: Problem, 416: Problem, **PROBLEMS},
    summary="添付ファイルを受け取る (閲覧として記録されます)",
    openapi_extra={"responses": {200: _BYTES, 206: _BYTES}},
)
def collect_part(request: HttpRequest, id_: UUID, name: str, query: Query[Collecting]) -> StreamingHttpResponse:
    transmission = transmission_of(_party(request), id_)
    part, fetched = collecting.hand_out_part(transmission, _viewer(request), "collect", name, query.program)
    return handing.streamed(request, part, fetched)


@router.get(
    "/transmissions/{id_}/findings",
    response={200: schemas.FindingsOut, 404: Problem, 410: Problem, **PROBLEMS},
    summary="読み込めなかったわけ (閲覧として記録されます)",
)
def explain(request: HttpRequest, id_: UUID) -> dict[str, Any]:
    return {"findings": reading.findings_of(transmission_of(_party(request), id_), _viewer(request))}


@router.get(
    "/transmissions/{id_}/events/{number}/words",
    response={200: schemas.WordsOut, 404: Problem, 410: Problem, **PROBLEMS},
    summary="段階についた言葉 (閲覧として記録されます)",
)
def read_words(request: HttpRequest, id_: UUID, number: int) -> dict[str, Any]:
    words = reading.words_of(transmission_of(_party(request), id_), _viewer(request), number)
    return {"salt": words.salt.hex(), "data": b64(words.data)}


@router.post(
    "/receipts", response={200: schemas.ReceiptsOut, **PROBLEMS}, summary="受け取り・読み込みの結果などを知らせる"
)
def acknowledge(request: HttpRequest, given: schemas.ReceiptsIn) -> HttpResponse:
    _bounded(len(given.receipts), "LIMIT_RECEIPTS", "知らせ")
    outcomes = stepping.by_program(_party(request), [_said(one) for one in given.receipts])
    return ready({"results": [_receipt_result(*pair) for pair in zip(given.receipts, outcomes, strict=True)]})


def _arrivals(given: Sequence[schemas.UnitIn], party: Party) -> list[Arrival | Refused]:
    sources = attached.find(party, {upload for unit in given for upload in unit.uploads.values()})
    return each(given, lambda unit: _arrival(unit, sources))


def _arrival(given: schemas.UnitIn, sources: Mapping[UUID, Source]) -> Arrival:
    salts = {name: bytes.fromhex(salt) for name, salt in given.salts.items()}
    brought_in = attached.named(given.uploads, sources)
    return arrival(given.manifest, given.signature, salts, given.files, brought_in)


def _accepted(accepted: Accepted) -> dict[str, Any]:
    return {
        "id": accepted.transmission.pk,
        "state": accepted.transmission.state,
        "repeated": accepted.repeated,
        "receipt": _signed(accepted.receipt),
        "findings": _findings(accepted.findings),
    }


def _batch_result(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"status": outcome.status, "problem": outcome.as_dict()}
    return {"status": 200 if outcome.repeated else 201, "transmission": _accepted(outcome)}


def _said(given: schemas.ReceiptIn) -> Said:
    words = Words(bytes.fromhex(given.words.salt), given.words.data) if given.words else None
    return Said(given.transmission, Signed(given.body, given.signature), words)


def _receipt_result(given: schemas.ReceiptIn, recorded: Recorded | Refused) -> dict[str, Any]:
    said = {"transmission": given.transmission}
    if isinstance(recorded, Refused):
        nothing: dict[str, Any] = {"state": None, "waiting_before": [], "receipt": None}
        return said | {"status": recorded.status, **nothing, "problem": recorded.as_dict()}
    return said | {
        "status": 200 if recorded.repeated else 201,
        "state": recorded.state,
        "waiting_before": recorded.waiting_before,
        "receipt": _signed(recorded.receipt),
        "problem": None,
    }


def _findings(findings: Any) -> list[dict[str, Any]]:
    return [finding.as_dict() for finding in findings[: settings.RENKEI["LIMIT_FINDINGS"]]]


def _signed(signed: Signed) -> dict[str, str]:
    return {"body": b64(signed.body), "signature": b64(signed.signature)}


def _certificate(request: HttpRequest) -> Certificate:
    certificate: Certificate = request.auth  # type: ignore[attr-defined]
    return certificate


def _party(request: HttpRequest) -> Party:
    return _certificate(request).party


def _viewer(request: HttpRequest) -> Viewer:
    certificate = _certificate(request)
    return Viewer(
        actor=certificate.actor,
        party=certificate.party_id,
        request=request.renkei_request,  # type: ignore[attr-defined]
    )


def _bounded(count: int, limit: str, noun: str) -> None:
    if count > settings.RENKEI[limit]:
        raise Refused(
            413, "E-LIMIT", f"一度に送れる{noun}は {settings.RENKEI[limit]} 件までです。", "分けて送ってください。"
        )
