"""Collecting many units with one call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router

from renkei.hub.core.answers import ready
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.schemas import PROBLEMS, Problem, Schema
from renkei.hub.exchange import collecting
from renkei.hub.exchange.attachments.handing import HandedPart
from renkei.hub.exchange.collecting import HandedOut
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.parts import CONVERTED, read_all
from renkei.hub.exchange.queries import b64, not_found, transmissions_of
from renkei.hub.exchange.schemas import FIRST_FAULT_ENDS, FilesOut
from renkei.hub.parties.machines.api import Token
from renkei.hub.parties.models import Certificate

router = Router(tags=["やりとり"], auth=Token())


class CollectIn(Schema):
    """`program`: a word of this program's own, that tells it from another of the same office."""

    transmissions: list[UUID] = FIRST_FAULT_ENDS
    program: str = Field("", pattern="^[0-9A-Za-z-]{0,40}$")


class CollectedOut(Schema):
    transmission: UUID
    status: int
    contents: FilesOut | None = None
    problem: Problem | None = None


class CollectOut(Schema):
    """`left`: those that were not looked at because the answer was large enough; ask for them again."""

    results: list[CollectedOut]
    left: list[UUID]


@router.post("/transmissions/collect", response={200: CollectOut, **PROBLEMS}, summary="いくつかの送信の中身を受け取る")
def collect_many(request: HttpRequest, given: CollectIn) -> HttpResponse:
    wanted = list(dict.fromkeys(given.transmissions))
    if len(wanted) > (most := settings.RENKEI["LIMIT_COLLECT"]):
        raise Refused(413, "E-LIMIT", f"一度に受け取れる送信は {most} 件までです。", "分けて受け取ってください。")
    certificate: Certificate = request.auth  # type: ignore[attr-defined]
    rows = transmissions_of(certificate.party, wanted)
    read_all(rows.values())
    shown = wanted[: _fitting([rows.get(id_) for id_ in wanted])]
    viewer = Viewer(certificate.actor, certificate.party_id, request.renkei_request)  # type: ignore[attr-defined]
    found = [id_ for id_ in shown if id_ in rows]
    outcomes = collecting.hand_out_many([rows[id_] for id_ in found], viewer, "collect", given.program) if found else []
    handed = dict(zip(found, outcomes, strict=True))
    results = [_result(id_, handed.get(id_) or not_found()) for id_ in shown]
    return ready({"results": results, "left": wanted[len(shown) :]})


def files_of(handed: HandedOut) -> dict[str, Any]:
    """A unit as the API gives it."""
    inline = {one.part.name: one for one in handed.parts if one.data is not None}
    salts = handed.salts | {name: one.salt for name, one in inline.items()}
    files = handed.files | {name: one.data or b"" for name, one in inline.items()}
    return {
        "manifest": b64(handed.manifest),
        "signature": b64(handed.signature),
        "salts": {name: salt.hex() for name, salt in salts.items()},
        "files": {name: b64(data) for name, data in files.items()},
        "parts": [_part(one) for one in handed.parts],
    }


def _part(one: HandedPart) -> dict[str, Any]:
    part, about = one.part, one.about
    return {
        "name": part.name,
        "size": part.size,
        "made": part.made,
        "of": part.of,
        "commitment": part.commitment,
        "salt": one.salt.hex(),
        "title": about and about.title,
        "type": about and about.type.value,
        "media": about and about.media,
    }


def _fitting(rows: list[Transmission | None]) -> int:
    """How many of these go into one answer, by the sizes in their manifests and of the copies with them; at least one."""
    size, most = 0, settings.RENKEI["LIMIT_COLLECT_BYTES"]
    for place, row in enumerate(rows):
        if row is None:
            continue
        size += sum(entry.size for entry in row.envelope.files)
        size += sum(part.size for part in row.apart if part.made == CONVERTED)
        if size > most and place:
            return place
    return len(rows)


def _result(id_: UUID, outcome: HandedOut | Refused) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"transmission": id_, "status": outcome.status, "contents": None, "problem": outcome.as_dict()}
    return {"transmission": id_, "status": 200, "contents": files_of(outcome), "problem": None}
