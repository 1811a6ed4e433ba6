"""Reading what is stored: units for pages, many at once, and the words that were said with a step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from renkei.attachments import index
from renkei.attachments.index import Attached
from renkei.hub.core import events, looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import BodyGone, Fetched
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import json_form
from renkei.hub.exchange.collecting import holders, is_at, require_readable
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.parts import names_apart, read_all
from renkei.hub.exchange.queries import lock
from renkei.hub.exchange.rules import Recall, Step
from renkei.hub.exchange.words import stored
from renkei.hub.parties.models import OfficeService
from renkei.trust.words import Words

# What is said about a recall itself; all else that was said may quote the contents, and is closed with them.
_OF_RECALL = {Step.RECALL_REQUESTED, Step.RECALL_DECLINED}


def fetch_units(units: Sequence[Transmission], service: OfficeService) -> list[tuple[Transmission, Fetched]]:
    """The stored form of those units whose copy a service still has and may see. Call it inside `write()`, after the look.

    Three queries, however many units; one more where some have parts.
    """
    # As they stand now: a recall may have come in since they were looked for.
    now = Transmission.objects.only("state", "change", "recall").in_bulk([unit.pk for unit in units])
    units = [unit for unit in units if unit.sender_id == service.pk or now[unit.pk].standing.can_be_read]
    read_all(units)
    fetched = bodies.fetch_many({unit.body: holders(unit, service.party_id, service.pk) for unit in units})
    return [(unit, fetched[unit.body]) for unit in units if unit.body in fetched]


def about_month(service: int, month: str) -> str:
    """What a look at a page is about that shows the units of an office service and month YYYYMM together."""
    return f"month:{service}:{month}"


def open_unit(unit: Transmission, fetched: Fetched) -> dict[str, bytes]:
    """The standard's files of a unit by name, as CSV. Call it after the write has ended: decrypting is slow."""
    _salts, files = split_body(unit.envelope.files, b"".join(bodies.open_body(fetched)), names_apart(unit))
    return dict(json_form.read(files).files)


def attached_of(unit: Transmission, fetched: Fetched) -> tuple[Attached, ...]:
    """What the attached files of a unit are called, and about whom they are; none of a unit without any. As `open_unit`."""
    _salts, files = split_body(unit.envelope.files, b"".join(bodies.open_body(fetched)), names_apart(unit))
    return index.parse(files[index.FILE]).files if index.FILE in files else ()


def words_of(transmission: Transmission, viewer: Viewer, number: int) -> Words:
    """What was said with event `number` of a transmission; a look. Raises Refused (404, 409, 410)."""
    event = events.of(transmission.pk).filter(number=number).exclude(words=None).first()
    if event is None or event.words is None:
        raise Refused(404, "E-NOT-FOUND", "言葉はついていません。", "送信の記録を確かめてください。")
    try:
        with write():
            at_recipient = is_at(transmission.recipient, viewer.party, viewer.service)
            if at_recipient and event.type not in _OF_RECALL:
                _require_not_recalled(transmission)
            looks.record(
                viewer,
                purpose="words",
                rule="party-of-transmission",
                about=f"transmission:{transmission.pk}",
                subjects=transmission.subjects.values_list("subject", flat=True),
            )
            fetched = bodies.fetch(event.words, holders(transmission, viewer.party, viewer.service))
    except BodyGone as error:
        raise Refused(
            410, "E-BODY-GONE", "この言葉は、保存の期限が過ぎて消されています。", "相手に確かめてください。"
        ) from error
    return stored(b"".join(bodies.open_body(fetched)))


def _require_not_recalled(transmission: Transmission) -> None:
    lock([transmission])
    if transmission.standing.recall is Recall.REQUESTED:
        require_readable(transmission)


def findings_of(transmission: Transmission, viewer: Viewer) -> list[dict[str, Any]]:
    """Why the import failed, in the words of the recipient's program; a look. Raises Refused (404, 409, 410)."""
    told = events.of(transmission.pk).filter(type=Step.IMPORT_FAILED.value).exclude(words=None).last()
    if told is None:
        raise Refused(404, "E-NOT-FOUND", "指摘はありません。", "送信の記録を確かめてください。")
    # They were checked to be a list of objects when they came in, but not what the objects hold.
    found: list[dict[str, Any]] = json.loads(words_of(transmission, viewer, told.number).data)
    return found
