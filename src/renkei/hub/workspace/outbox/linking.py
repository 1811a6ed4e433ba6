"""What a program of the office signed and sent, found again in the outbox: it is handed over, by that program."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from renkei.hub.core.writing import write
from renkei.hub.exchange import earlier
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import IN_HAND, Handling, Outgoing, Step
from renkei.hub.workspace.outbox.acting import locked, mark_sent, note
from renkei.hub.workspace.partners import services as partners

MOST = 2000
_SIGNED = "事業所のプログラムが署名して送りました。"
_OTHER = "プログラムが、同じ連番で、ここにあるものとちがう中身を送りました。"


def link(owner: OfficeService, limit: int) -> int:
    """Mark what is on the hub already, of up to `limit` units in hand, those that were brought last first; returns how many.

    Of other content under the same number nothing is marked: it is told once in the history. Four queries and one write.
    """
    units = list(Outgoing.objects.filter(owner=owner, state__in=IN_HAND, sending=None).order_by("-pk")[:limit])
    found = _on_the_hub(owner, units)
    same = [(unit, one) for unit, one in found if one.transmission.content_tag == unit.tag]
    other = [unit for unit, one in found if one.transmission.content_tag != unit.tag]
    if not found:
        return 0
    now = timezone.now()
    with write():
        held = {unit.pk: unit for unit in locked(owner, [unit.pk for unit, _ in same])}
        same = [(unit, one) for unit, one in same if unit.pk in held and held[unit.pk].revision == unit.revision]
        mark_sent([(unit, one.transmission) for unit, one in same], None, now, _SIGNED)
        told = set(Handling.objects.filter(outgoing__in=other, words=_OTHER).values_list("outgoing", flat=True))
        note([unit for unit in other if unit.pk not in told], Step.REFUSED, None, now, _OTHER)
    return len(same)


def _on_the_hub(owner: OfficeService, units: Sequence[Outgoing]) -> list[tuple[Outgoing, Accepted]]:
    routes = partners.routes(owner, {(unit.number, unit.service) for unit in units})
    keys = {}
    for unit in units:
        if joined := routes[unit.number, unit.service].joined:
            keys[owner.pk, joined.pk, unit.kind, unit.sequence] = unit
    return [(keys[key], accepted) for key, accepted in earlier.find(keys).items()]
