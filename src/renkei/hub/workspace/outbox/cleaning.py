"""What goes by itself from the outbox: what nobody wants any more, and copies whose time is over."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from renkei.hub.core.bodies import keeping
from renkei.hub.core.writing import write
from renkei.hub.workspace.models import (
    Incoming,
    IncomingSubject,
    Leftover,
    Outgoing,
    OutgoingState,
    OutgoingSubject,
    Sending,
)
from renkei.hub.workspace.models.outbox import holder_of
from renkei.hub.workspace.projecting.forgetting import papers_gone


def sweep(now: datetime, limit: int) -> bool:
    """Clean up a portion; whether there may be more.

    What was dropped goes as a whole, as leftovers do after OUTBOX_DAYS. Of what was handed over or came in another way the
    row stays, so that it is known that it went; its copy goes, and whom it was about.
    """
    since = now - timedelta(days=settings.RENKEI["OUTBOX_DAYS"])
    with write():
        # Locked: what somebody brings back at this moment stays.
        out = list(Outgoing.objects.select_for_update().filter(until__lte=now).order_by("until")[:limit])
        came = list(Incoming.objects.select_for_update().filter(until__lte=now).order_by("until")[:limit])
        left = list(Leftover.objects.select_for_update().filter(at__lt=since).order_by("at")[:limit])
        dropped = [one for one in out if one.state == OutgoingState.DROPPED]
        over = [one for one in out if one.state != OutgoingState.DROPPED]
        keeping.erase({(one.body, one.holder) for one in (*over, *came) if one.body}, now)
        papers_gone({(one.owner_id, one.months) for one in (*over, *came) if one.body})
        _drop([(one.body, one.owner_id) for one in dropped] + [(one.body, one.owner_id) for one in left])
        Outgoing.objects.filter(pk__in=[one.pk for one in dropped], state=OutgoingState.DROPPED).delete()
        Leftover.objects.filter(pk__in=[one.pk for one in left]).delete()
        OutgoingSubject.objects.filter(outgoing__in=over).delete()
        Outgoing.objects.filter(pk__in=[one.pk for one in over]).update(body=None, until=None)
        IncomingSubject.objects.filter(incoming__in=came).delete()
        Incoming.objects.filter(pk__in=[one.pk for one in came]).update(body=None, until=None)
        Sending.objects.filter(at__lt=since, units=None).delete()
    return limit in (len(out), len(came), len(left))


def _drop(bodies: Iterable[tuple[uuid.UUID | None, int]]) -> None:
    by_owner: dict[int, list[uuid.UUID]] = {}
    for body, owner in bodies:
        if body is not None:
            by_owner.setdefault(owner, []).append(body)
    for owner, own in by_owner.items():
        keeping.drop(own, holder_of(owner))
