"""Doing something with units in hand, many at once: each is done or stays as it is, with the reason in words."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from renkei.hub.core.bodies import keeping
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.clocks import copy_until
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import Duty, Membership, OfficeService
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Approval, Channel, Handling, Outgoing, OutgoingState, OutgoingSubject, Step
from renkei.hub.workspace.outbox.rules import MOVES, Actor, Deed, why_not
from renkei.hub.workspace.partners import services as partners

# Units by id, each with the revision that the person saw.
Seen = Mapping[uuid.UUID, int]
Channels = Mapping[uuid.UUID, Channel]


@dataclass(frozen=True)
class Acted:
    """What was done, and what was not and why."""

    done: Sequence[Outgoing]
    refused: Sequence[tuple[Outgoing, str]]


def actor_of(membership: Membership) -> Actor:
    """The person with the duties that they have here."""
    return Actor(membership.staff_id, frozenset(duty for duty in Duty if membership.may(duty)))


def act(deed: Deed, membership: Membership, owner: OfficeService, seen: Seen) -> Acted:
    """Do it with all of these that may be; all in one write. What somebody changed since it was seen stays as it is.

    Handing over is by the channel of each unit's partner; what can go through the hub is not handed over by hand.
    Raises Refused (409) when units that are brought back are in hand again already.
    """
    channels = _channels(owner, seen) if deed is Deed.HAND_OVER else {}
    now = timezone.now()
    try:
        with write():
            judged = judge(deed, membership, owner, locked(owner, seen), seen)
            judged = [(unit, words or _on_the_hub(unit, channels)) for unit, words in judged]
            acted = Acted([unit for unit, words in judged if not words], [(u, words) for u, words in judged if words])
            if deed is Deed.HAND_OVER:
                _hand_over(acted.done, membership.staff_id, now, channels)
            else:
                _move(deed, acted.done, membership.staff_id, now)
    except IntegrityError as error:
        words = "「送るもの」のページで、いまあるものを見てください。"
        raise Refused(409, "E-BUSY", "同じ連番のものが、もう入っています。", words) from error
    return acted


def judge(
    deed: Deed, membership: Membership, owner: OfficeService, units: Iterable[Outgoing], seen: Seen
) -> list[tuple[Outgoing, str | None]]:
    """Each with what keeps this person from doing it, or None. Call it inside `write()`, the units locked."""
    actor, approval = actor_of(membership), Approval(habits_of(owner).approval)
    units = list(units)
    checkers = _last(units, Step.CHECKED) if deed is Deed.APPROVE and approval is Approval.OTHER else {}
    judged = [(unit, why_not(deed, unit, actor, approval, checkers.get(unit.pk))) for unit in units]
    changed = [unit for unit in units if unit.revision != seen[unit.pk]]
    who = _who_was_last(changed)
    return [(unit, who.get(unit.pk, words)) for unit, words in judged]


def locked(owner: OfficeService, ids: Collection[uuid.UUID]) -> list[Outgoing]:
    """The units of a service with these ids, locked; without those of others. Call it inside `write()`."""
    rows = Outgoing.objects.select_for_update().filter(owner=owner, pk__in=ids).order_by("pk")
    return list(rows)


def note(units: Iterable[Outgoing], step: Step, staff: int | None, now: datetime, words: str = "") -> None:
    """Write into the history of units who did what. Call it inside `write()`."""
    Handling.objects.bulk_create(
        Handling(outgoing=unit, step=step, staff_id=staff, at=now, words=words) for unit in units
    )


def mark_sent(
    sent: Sequence[tuple[Outgoing, Transmission]], staff: int | None, now: datetime, words: str = Channel.HUB.label
) -> None:
    """These are on the hub now. Call it inside `write()`, the units locked.

    Their bodies go: the sender's copy of the transmission holds the same, and has the subjects on record.
    """
    for unit, transmission in sent:
        Outgoing.objects.filter(pk=unit.pk).update(
            state=OutgoingState.HANDED_OVER,
            channel=Channel.HUB,
            transmission=transmission,
            sending=None,
            body=None,
            revision=F("revision") + 1,
            changed_at=now,
        )
    units = [unit for unit, _ in sent]
    for holder in {unit.holder for unit in units}:
        keeping.drop([unit.body for unit in units if unit.body and unit.holder == holder], holder)
    OutgoingSubject.objects.filter(outgoing__in=units).delete()
    note(units, Step.HANDED_OVER, staff, now, words)


def _channels(owner: OfficeService, seen: Seen) -> Channels:
    """By which way each unit goes now."""
    units = Outgoing.objects.filter(owner=owner, pk__in=seen).only("number", "service")
    routes = partners.routes(owner, {(unit.number, unit.service) for unit in units})
    return {unit.pk: routes[unit.number, unit.service].channel for unit in units}


def _on_the_hub(unit: Outgoing, channels: Channels) -> str | None:
    if channels.get(unit.pk) is Channel.HUB:
        return "相手が Renkei を使っているので、手で渡さずに「送る」で送れます。"
    return None


def _move(deed: Deed, units: Sequence[Outgoing], staff: int, now: datetime) -> None:
    """To where this deed leads. What is no longer handed over went by no way."""
    move = MOVES[deed]
    until = now + timedelta(days=settings.RENKEI["OUTBOX_DAYS"]) if deed is Deed.DROP else None
    rows = Outgoing.objects.filter(pk__in=[unit.pk for unit in units])
    rows.update(state=move.to, channel="", until=until, revision=F("revision") + 1, changed_at=now)
    note(units, move.step, staff, now)


def _hand_over(units: Sequence[Outgoing], staff: int, now: datetime, channels: Channels) -> None:
    """Remembered with the way by which they went; the copy stays as long as one of what went through the hub."""
    note((unit for unit in units if unit.state == OutgoingState.DRAFT), Step.CHECKED, staff, now)
    for channel in sorted({channels[unit.pk] for unit in units}):
        own = [unit for unit in units if channels[unit.pk] == channel]
        until = copy_until(own[0].owner, now)
        rows = Outgoing.objects.filter(pk__in=[unit.pk for unit in own])
        rows.update(
            state=MOVES[Deed.HAND_OVER].to, channel=channel, until=until, revision=F("revision") + 1, changed_at=now
        )
        note(own, Step.HANDED_OVER, staff, now, channel.label)


def _last(units: Collection[Outgoing], step: Step) -> dict[uuid.UUID, int | None]:
    """By unit, who took this step last."""
    rows = Handling.objects.filter(outgoing__in=units, step=step).order_by("at", "pk")
    return dict(rows.values_list("outgoing", "staff"))


def _who_was_last(units: Collection[Outgoing]) -> dict[uuid.UUID, str]:
    rows = Handling.objects.filter(outgoing__in=units).select_related("staff").order_by("at", "pk")
    return {
        row.outgoing_id: f"{row.staff.name if row.staff else 'プログラム'} さんが先に「{row.get_step_display()}」。"
        "何も変えていません。いまの様子を見てから、もう一度選んでください。"
        for row in rows
    }
