"""When slips or results last went to a partner and last came from it, on whichever way. Care plans have no month: not these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Incoming, Outgoing, OutgoingState, Partner
from renkei.hub.workspace.partners.book import recent


@dataclass(frozen=True)
class Last:
    """None: not lately."""

    sent: datetime | None
    received: datetime | None


def of(partner: Partner, today: date) -> Last:
    """Among the units of the last months: older ones are not asked for, the cost must not grow with what is stored.

    Five queries.
    """
    months = recent(today)
    ours = {"owner": partner.owner_id, "months__in": months, "number": partner.number, "service": partner.service}
    sent = [_max(Outgoing.objects.filter(state=OutgoingState.HANDED_OVER, **ours), "changed_at")]
    received = [_max(Incoming.objects.filter(**ours), "brought_at")]
    there = OfficeService.objects.filter(party__number=partner.number, service=partner.service).first()
    if there is not None:
        units = Transmission.objects.filter(months__in=months)
        sent.append(_max(units.filter(sender=partner.owner_id, recipient=there), "accepted_at"))
        received.append(_max(units.filter(sender=there, recipient=partner.owner_id), "accepted_at"))
    return Last(_latest(sent), _latest(received))


def _max(rows: QuerySet[Any], name: str) -> datetime | None:
    # Not `Max`: for that the database may walk a whole mailbox, newest first, until it meets one of these.
    return max(rows.values_list(name, flat=True), default=None)


def _latest(found: list[datetime | None]) -> datetime | None:
    return max((at for at in found if at), default=None)
