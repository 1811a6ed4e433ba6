"""Reading one month of a service: its units and what it has in hand. Partners and kinds, no person, so it is no look.

Each query goes by the index of a service and month, however much is stored; one month of a large office is some hundreds
of rows.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Count, Q

from renkei.hub.core.ids import month_of
from renkei.hub.core.models import Event
from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import Change, Recall, Standing, State, Step
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import IN_HAND, Channel, Outgoing, OutgoingState
from renkei.hub.workspace.overview.rules import Card, Mail
from renkei.hub.workspace.partners.services import Address

_ENDS = {Direction.SENT: ("sender", "recipient"), Direction.RECEIVED: ("recipient", "sender")}
_FIELDS = ("pk", "kind", "state", "change", "recall", "accepted_at", "replaces")


def mail_of(service: OfficeService, month: str) -> list[Mail]:
    """All units of a month on this hub, sent and received, the oldest first. Four queries at most."""
    rows = [(direction, row) for direction in Direction for row in _rows(service, month, direction)]
    replaced = _replaced([row for _, row in rows])
    opened = _opened(row[0] for _, row in rows if row[2] == State.ACCEPTED)
    found = [_mail(direction, row, row[0] in opened, row[0] in replaced) for direction, row in rows]
    return sorted(found, key=lambda mail: mail.accepted_at)


def in_hand(service: OfficeService, month: str) -> dict[Card, dict[Address, int]]:
    """Units of a month that wait in the outbox, and those handed over on another way than this hub, by partner. One query."""
    rows = Outgoing.objects.filter(owner=service, months=month, state__in=[*IN_HAND, OutgoingState.HANDED_OVER])
    found: dict[Card, dict[Address, int]] = {Card.TO_SEND: {}, Card.ELSEWHERE: {}}
    grouped = rows.values_list("number", "service", "state", "channel").annotate(units=Count("pk"))
    for number, type_, state, channel, units in grouped.order_by("number", "service", "state", "channel"):
        if state in IN_HAND:
            card = Card.TO_SEND
        elif channel != Channel.HUB:
            card = Card.ELSEWHERE
        else:
            continue  # it is a transmission by now
        found[card][number, type_] = found[card].get((number, type_), 0) + units
    return found


def outgoing_of(service: OfficeService, month: str, card: Card, partners: Collection[Address]) -> list[Outgoing]:
    """The units of a month under TO_SEND or ELSEWHERE for these partners, by their numbers. One query."""
    rows = Outgoing.objects.filter(owner=service, months=month, number__in={number for number, _ in partners})
    gone = Q(state=OutgoingState.HANDED_OVER) & ~Q(channel=Channel.HUB)
    found = rows.filter(Q(state__in=IN_HAND) if card is Card.TO_SEND else gone)
    wanted = set(partners)
    return [unit for unit in found.order_by("number", "service", "pk") if (unit.number, unit.service) in wanted]


def in_hand_besides(service: OfficeService, month: str) -> list[tuple[str, int]]:
    """How many units of other months, and without one, wait in the outbox: (months, units). One query."""
    rows = Outgoing.objects.filter(owner=service, state__in=IN_HAND).exclude(months=month)
    return list(rows.values_list("months").annotate(units=Count("pk")).order_by("-months"))


def _rows(service: OfficeService, month: str, direction: Direction) -> Iterable[tuple[Any, ...]]:
    ours, theirs = _ENDS[direction]
    partner = (f"{theirs}__party__number", f"{theirs}__service")
    return Transmission.objects.filter(**{ours: service}, months=month).values_list(*_FIELDS, *partner)


def _opened(accepted: Iterable[Any]) -> set[Any]:
    """Those of these units that somebody at the recipient has looked into."""
    ids = list(accepted)
    if not ids:
        return set()
    looked = Event.objects.filter(about__in=ids, type=Step.OPENED, month__gte=month_of(min(ids)))
    return set(looked.values_list("about", flat=True))


def _replaced(rows: Sequence[tuple[Any, ...]]) -> set[uuid.UUID]:
    """Those of these units whose people are all in newer ones that took their place."""
    newer = {row[0]: row[6] for row in rows if row[6]}
    if not newer:
        return set()
    about: dict[uuid.UUID, set[str]] = defaultdict(set)
    ids = {*newer, *newer.values()}
    for id_, subject in Subject.objects.filter(transmission__in=ids).values_list("transmission", "subject"):
        about[id_].add(subject)
    taken: dict[uuid.UUID, set[str]] = defaultdict(set)
    for id_, older in newer.items():
        taken[older] |= about[id_]
    return {older for older, people in taken.items() if about[older] <= people}


def _mail(direction: Direction, row: tuple[Any, ...], is_opened: bool, is_replaced: bool) -> Mail:
    id_, kind, state, change, recall, at, _replaces, number, service = row
    standing = Standing(State(state), Change(change), Recall(recall))
    return Mail(id_, direction, (number, service), kind, standing, at, is_opened, is_replaced)
