"""Papers beside a person's month: a report, a monitoring, whatever was attached and names this person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Part, Subject, Transmission
from renkei.hub.exchange.reading import about_month, attached_of, fetch_units
from renkei.hub.exchange.rules import Recall, State
from renkei.hub.parties.models import OfficeService

RULE = "own-clients"
_MOST = 20


@dataclass(frozen=True)
class Beside:
    """One paper; `name` is what the unit calls it, `partner` who sent or got it."""

    transmission: uuid.UUID
    name: str
    title: str
    type: str
    partner: str
    at: datetime
    is_sent: bool


def of_person(service: OfficeService, month: str, subject: str, viewer: Viewer) -> list[Beside]:
    """The papers about a person that went or came with a month, the newest first; of some twenty units at most.

    A look where there are any.
    """
    about = Subject.objects.filter(subject=subject).values("transmission")
    rows = Transmission.objects.select_related("sender__party", "recipient__party", "envelope")
    rows = rows.filter(Q(sender=service) | Q(recipient=service), pk__in=about, months__contains=month)
    rows = rows.filter(pk__in=Part.objects.filter(transmission__in=rows.values("pk")).values("transmission"))
    units = list(rows.exclude(state=State.WITHDRAWN).exclude(recall=Recall.CONFIRMED).order_by("-accepted_at")[:_MOST])
    if not units:
        return []
    with write():
        looks.record(viewer, purpose="view", rule=RULE, about=about_month(service.pk, month), subjects=[subject])
        stored = fetch_units(units, service)
    found = []
    for unit, fetched in stored:
        partner = unit.recipient if unit.sender_id == service.pk else unit.sender
        for one in attached_of(unit, fetched):
            if one.person is None or looks.subject(one.person.insurer, one.person.insured) == subject:
                found.append(
                    Beside(
                        unit.pk,
                        one.name,
                        one.title,
                        one.type.label,
                        partner.party.name,
                        unit.accepted_at,
                        unit.sender_id == service.pk,
                    )
                )
    return found
