"""The lists of what came and what went: newest first, a bounded page, never a total.

Nothing here names a person: a list shows partners, kinds and months, so it is no look.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.presenting import Direction, StateWords, kind_label, state_words
from renkei.hub.parties.models import OfficeService

PAGE_ROWS = 20


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. `before` is the last transmission of the page before; `partner` an office service."""

    before: uuid.UUID | None = None
    month: str = ""
    partner: int | None = None


@dataclass(frozen=True)
class Row:
    """One transmission in a list. `people` is how many it is about."""

    transmission: Transmission
    partner: OfficeService
    kind: str
    state: StateWords
    people: int


@dataclass(frozen=True)
class Page:
    """A piece of a list; `older` is the cursor for the next one, None at the end."""

    rows: tuple[Row, ...]
    older: uuid.UUID | None


def own_transmission(services: Sequence[OfficeService], id_: uuid.UUID) -> Transmission:
    """A transmission to or from one of these services. Raises Http404, the same for one of others."""
    mine = Transmission.objects.filter(Q(sender__in=services) | Q(recipient__in=services))
    found = mine.select_related("sender__party", "recipient__party", "envelope", "certificate").filter(pk=id_).first()
    if found is None:
        raise Http404
    return found


def direction_of(transmission: Transmission, services: Sequence[OfficeService]) -> Direction:
    """Received when both ends are one's own: what is still to be done is done by the receiving end."""
    mine = {service.pk for service in services}
    return Direction.RECEIVED if transmission.recipient_id in mine else Direction.SENT


def page(service: OfficeService, direction: Direction, wanted: Wanted) -> Page:
    """One page of a service's mail: three queries, whatever is stored.

    A filter costs what matches it; the month page of an office is the place to find one person's papers.
    """
    found = _ordered(service, direction, wanted)
    rows = list(found.select_related("sender__party", "recipient__party")[: PAGE_ROWS + 1])
    shown = rows[:PAGE_ROWS]
    people = Counter(Subject.objects.filter(transmission__in=shown).values_list("transmission", flat=True))
    return Page(
        tuple(_row(transmission, direction, people[transmission.pk]) for transmission in shown),
        shown[-1].pk if len(rows) > PAGE_ROWS else None,
    )


def months_to_choose(today: date, chosen: str) -> list[str]:
    """Next month and the five before it, newest first, and the chosen one: YYYYMM."""
    count = today.year * 12 + today.month
    months = [f"{(count - back) // 12}{(count - back) % 12 + 1:02}" for back in range(6)]
    return months if chosen in months or not chosen else sorted([*months, chosen], reverse=True)


def _ordered(service: OfficeService, direction: Direction, wanted: Wanted) -> QuerySet[Transmission]:
    received = direction is Direction.RECEIVED
    mine = Transmission.objects.filter(**{"recipient" if received else "sender": service})
    last = mine.filter(pk=wanted.before).first() if wanted.before else None
    found = mine
    if wanted.month:
        found = found.filter(months=wanted.month)
    if wanted.partner is not None:
        found = found.filter(**{"sender" if received else "recipient": wanted.partner})
    if received:
        return (found.filter(mailbox_number__lt=last.mailbox_number) if last else found).order_by("-mailbox_number")
    if last:
        # Two units may be accepted at one moment; the id decides between them.
        found = found.filter(Q(accepted_at__lt=last.accepted_at) | Q(accepted_at=last.accepted_at, pk__lt=last.pk))
    return found.order_by("-accepted_at", "-pk")


def _row(transmission: Transmission, direction: Direction, people: int) -> Row:
    return Row(
        transmission=transmission,
        partner=transmission.sender if direction is Direction.RECEIVED else transmission.recipient,
        kind=kind_label(transmission.kind),
        state=state_words(direction, transmission.standing),
        people=people,
    )
