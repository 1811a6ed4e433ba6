"""Reading what is stored: units for pages, many at once, and the words that were said with a step."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from renkei.hub.core import events, looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import BodyGone, Fetched
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.collecting import holders
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import Step
from renkei.hub.exchange.words import stored
from renkei.trust import manifest as manifests
from renkei.trust.words import Words


def fetch_units(units: Iterable[Transmission], party: int) -> list[tuple[Transmission, Fetched]]:
    """The stored form of those units whose copy `party` still has and may see. Call it inside `write()`, after the look.

    Two queries, however many units.
    """
    units = [unit for unit in units if unit.sender.party_id == party or unit.standing.can_be_read]
    fetched = bodies.fetch_many({unit.body: holders(unit, party) for unit in units})
    return [(unit, fetched[unit.body]) for unit in units if unit.body in fetched]


def open_unit(unit: Transmission, fetched: Fetched) -> dict[str, bytes]:
    """The files of a unit by name. Call it after the write has ended: decrypting is slow."""
    manifest = manifests.parse(bytes(unit.envelope.manifest))
    _salts, files = split_body(manifest, b"".join(bodies.open_body(fetched)))
    return files


def words_of(transmission: Transmission, viewer: Viewer, number: int) -> Words:
    """What was said with event `number` of a transmission; a look. Raises Refused (404, 410)."""
    body = events.of(transmission.pk).filter(number=number).values_list("words", flat=True).first()
    if body is None:
        raise Refused(404, "E-NOT-FOUND", "言葉はついていません。", "送信の記録を確かめてください。")
    try:
        with write():
            looks.record(
                viewer,
                purpose="words",
                rule="party-of-transmission",
                about=f"transmission:{transmission.pk}",
                subjects=transmission.subjects.values_list("subject", flat=True),
            )
            fetched = bodies.fetch(body, holders(transmission, viewer.party))
    except BodyGone as error:
        raise Refused(
            410, "E-BODY-GONE", "この言葉は、保存の期限が過ぎて消されています。", "相手に確かめてください。"
        ) from error
    return stored(b"".join(bodies.open_body(fetched)))


def findings_of(transmission: Transmission, viewer: Viewer) -> list[dict[str, Any]]:
    """Why the import failed, in the words of the recipient's program; a look. Raises Refused (404, 410)."""
    told = events.of(transmission.pk).filter(type=Step.IMPORT_FAILED.value).exclude(words=None).last()
    if told is None:
        raise Refused(404, "E-NOT-FOUND", "指摘はありません。", "送信の記録を確かめてください。")
    # They were checked to be a list of objects when they came in, but not what the objects hold.
    found: list[dict[str, Any]] = json.loads(words_of(transmission, viewer, told.number).data)
    return found
