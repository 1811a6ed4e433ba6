"""Reading stored units for pages: many at once, and what a recipient's program said of a failed import."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from renkei.hub.core import looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import BodyGone, Fetched
from renkei.hub.core.looks import Viewer
from renkei.hub.core.models import Event
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.collecting import holder_of
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Transmission
from renkei.trust import manifest as manifests


def fetch_units(units: Iterable[Transmission], party: int) -> list[tuple[Transmission, Fetched]]:
    """The stored form of those units whose copy `party` still has. Call it inside `write()`, after the look.

    Two queries, however many units.
    """
    units = list(units)
    fetched = bodies.fetch_many({unit.body: holder_of(unit, party) for unit in units})
    return [(unit, fetched[unit.body]) for unit in units if unit.body in fetched]


def open_unit(unit: Transmission, fetched: Fetched) -> dict[str, bytes]:
    """The files of a unit by name. Call it after the write has ended: decrypting is slow."""
    manifest = manifests.parse(bytes(unit.envelope.manifest))
    _salts, files = split_body(manifest, b"".join(bodies.open_body(fetched)))
    return files


def findings_of(transmission: Transmission, viewer: Viewer) -> list[dict[str, Any]]:
    """Why the import failed, in the words of the recipient's program; a look. Raises Refused (404, 410)."""
    told = Event.objects.filter(about=transmission.pk).exclude(findings=None)
    body = told.order_by("number").values_list("findings", flat=True).last()
    if body is None:
        raise Refused(404, "E-NOT-FOUND", "指摘はありません。", "送信の記録を確かめてください。")
    try:
        with write():
            looks.record(
                viewer,
                purpose="findings",
                rule="party-of-transmission",
                about=f"transmission:{transmission.pk}",
                subjects=transmission.subjects.values_list("subject", flat=True),
            )
            fetched = bodies.fetch(body, holder_of(transmission, viewer.party))
    except BodyGone as error:
        raise Refused(
            410, "E-BODY-GONE", "この指摘は、保存の期限が過ぎて消されています。", "相手に確かめてください。"
        ) from error
    # They were checked to be a list of objects when they came in, but not what the objects hold.
    found: list[dict[str, Any]] = json.loads(b"".join(bodies.open_body(fetched)))
    return found
