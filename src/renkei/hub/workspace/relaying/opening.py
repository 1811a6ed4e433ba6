"""Opening units of both tables, under one look."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.reading import fetch_units, open_unit
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import Incoming, Outgoing
from renkei.hub.workspace.outbox import bodies
from renkei.hub.workspace.relaying.rewriting import Opened
from renkei.hub.workspace.relaying.rules import Seen

PURPOSE = "relay"


def opened(
    service: OfficeService, units: Collection[Seen], people: Iterable[str], viewer: Viewer, about: str
) -> Mapping[uuid.UUID, Opened]:
    """These units by id, once the look at these people is on record; without those whose copy is gone or may not be read."""
    wanted = {unit.id: unit for unit in units}
    ends = ("sender__party", "recipient__party", "envelope")
    sent = list(Transmission.objects.select_related(*ends).filter(pk__in=[u.id for u in units if u.on_hub]))
    held = list(Outgoing.objects.filter(owner=service, pk__in=[u.id for u in units if not u.on_hub and u.is_ours]))
    came = list(Incoming.objects.filter(owner=service, pk__in=[u.id for u in units if not u.on_hub and not u.is_ours]))
    with write():
        looks.record(viewer, purpose=PURPOSE, rule=RULE, about=about, subjects=people)
        fetched = fetch_units(sent, service)
        others = bodies.fetch([*held, *came])
    files = {unit.pk: open_unit(unit, one) for unit, one in fetched}
    files |= {one.pk: bodies.opened(others[one.body]) for one in (*held, *came) if one.body in others}
    own = service.party.number
    return {id_: _opened(wanted[id_], own, data) for id_, data in files.items()}


def _opened(unit: Seen, own: str, files: Mapping[str, bytes]) -> Opened:
    ends = (own, unit.partner[0]) if unit.is_ours else (unit.partner[0], own)
    return Opened(*ends, unit.sequence, unit.kind, files)
