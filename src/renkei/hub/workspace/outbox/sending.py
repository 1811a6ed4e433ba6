"""Sending what is ready through the hub: somebody's word once, then unit by unit until all are on their way.

The word is kept: closing the page or stopping the hub stops nothing. A unit that was taken on before it could be marked is
taken on again as the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from renkei.hub.core import jobs
from renkei.hub.core.bodies.sealing import BodyDamaged
from renkei.hub.core.bodies.services import Fetched
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.sealing_units import accept_sealed
from renkei.hub.parties.members import active_places
from renkei.hub.parties.models import Duty, Membership, OfficeService
from renkei.hub.parties.reading_on import READER, with_support
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import (
    IN_HAND,
    Approval,
    Channel,
    Handling,
    Outgoing,
    OutgoingState,
    Sending,
    Step,
)
from renkei.hub.workspace.outbox import bodies, papers
from renkei.hub.workspace.outbox.acting import Acted, Seen, actor_of, judge, locked, mark_sent, note
from renkei.hub.workspace.outbox.rules import Deed, states_to_send
from renkei.hub.workspace.partners import services as partners

JOB = "outbox-send"
PORTION = 20
# Whoever gave the word sends the first portion in their own request; the job comes in after it.
_MEANWHILE = timedelta(seconds=30)
# A second factor was shown when the word was given: it does not count for ever.
_WORD_COUNTS = timedelta(days=1)
Result = tuple[Outgoing, Transmission | str]


def order(
    membership: Membership, owner: OfficeService, seen: Seen, *, is_confirmed: bool
) -> tuple[Sending | None, Acted]:
    """Have these units sent; None where none of them may be. `is_confirmed`: this person showed a second factor.

    Raises Refused (403) without one, and for an office that forbids the hub's seal.
    """
    _require_sealing(owner, is_confirmed=is_confirmed)
    wanted = Outgoing.objects.filter(owner=owner, pk__in=seen).only("number", "service")
    routes = partners.routes(owner, {(unit.number, unit.service) for unit in wanted})
    now = timezone.now()
    with write():
        judged = judge(Deed.SEND, membership, owner, locked(owner, seen), seen)
        elsewhere = {unit.pk for unit, _ in judged if routes[unit.number, unit.service].channel != Channel.HUB}
        judged = [(unit, _NOT_HERE if unit.pk in elsewhere and words is None else words) for unit, words in judged]
        acted = Acted([unit for unit, words in judged if words is None], [(u, w) for u, w in judged if w])
        sending = _ordered(membership, owner, acted.done, now) if acted.done else None
    return sending, acted


def go_on(sending: Sending, most: int = PORTION) -> bool:
    """Send up to `most` of its units; whether any are left. Safe to be done twice at once."""
    units = list(sending.units.select_related("owner__party").order_by("pk")[:most])
    if not units:
        return False
    now = timezone.now()
    membership, why_not = _sender(sending, units[0].owner, now)
    stored = bodies.fetch(units)
    allowed = _allowed(membership, units[0].owner)
    results: list[Result] = []
    for unit in units:
        words = why_not or ("まだ承認されていません。" if unit.state not in allowed else "")
        results.append((unit, words or _sent(unit, stored.get(unit.body), membership)))
    with write():
        rows = Outgoing.objects.select_for_update().filter(pk__in=[unit.pk for unit in units]).order_by("pk")
        held = {row.pk: row for row in rows}
        # What is on the hub has gone, also where somebody stopped the rest meanwhile, or another worker was first; not
        # where the unit holds something else by now.
        went = [(u, r) for u, r in results if isinstance(r, Transmission) and _is_the_same(u, held.get(u.pk))]
        mark_sent(went, sending.staff_id, now)
        kept = [(u, r) for u, r in results if isinstance(r, str) and _is_under_way(sending, held.get(u.pk))]
        _write_refused(sending, kept, now)
    return sending.units.exists()


def stop(sending: Sending, staff: int) -> None:
    """Leave what has not gone yet where it was."""
    now = timezone.now()
    with write():
        units = list(Outgoing.objects.select_for_update().filter(sending=sending))
        fresh = {"sending": None, "revision": F("revision") + 1, "changed_at": now}
        Outgoing.objects.filter(pk__in=[unit.pk for unit in units]).update(**fresh)
        Sending.objects.filter(pk=sending.pk).update(stopped=F("stopped") + len(units))
        note(units, Step.STOPPED, staff, now)


_NOT_HERE = "送り先は Renkei を使っていません。ファクスなど、別のやり方で渡してください。"


def _require_sealing(owner: OfficeService, *, is_confirmed: bool) -> None:
    if not owner.party.browser_seal:
        raise Refused(
            403,
            "E-SEAL-FORBIDDEN",
            "この事業所では、画面から送れません。",
            "承認すると「署名待ち」になり、事業所の鍵を持つプログラムが署名して送ります。",
        )
    if not is_confirmed:
        raise Refused.known(403, "E-SEAL-FACTOR")


def _ordered(membership: Membership, owner: OfficeService, units: Sequence[Outgoing], now: datetime) -> Sending:
    made = Sending.objects.create(owner=owner, staff_id=membership.staff_id, at=now, total=len(units))
    drafts = [unit for unit in units if unit.state == OutgoingState.DRAFT]
    note(drafts, Step.CHECKED, membership.staff_id, now)
    Outgoing.objects.filter(pk__in=[unit.pk for unit in drafts]).update(state=OutgoingState.CHECKED)
    fresh = {"sending": made, "revision": F("revision") + 1, "changed_at": now}
    Outgoing.objects.filter(pk__in=[unit.pk for unit in units]).update(**fresh)
    jobs.enqueue(JOB, {"sending": made.pk}, key=str(made.pk), due_at=now + _MEANWHILE)
    return made


def _sender(sending: Sending, owner: OfficeService, now: datetime) -> tuple[Membership | None, str]:
    """The place of whoever gave the word, or why it does not count any more: they may not send, or it was long ago."""
    if now - sending.at > _WORD_COUNTS:
        return None, "送るように言ってから時間がたちすぎました。もう一度「送る」を押してください。"
    places = active_places(sending.staff).filter(party=owner.party, staff__is_active=True)
    fits = [place for place in with_support(places) if place.relation != READER]
    fits = [place for place in fits if place.service_id in (None, owner.pk) and place.may(Duty.SEND)]
    return (fits[0], "") if fits else (None, "送るように言った人が、もう送れる人ではありません。")


def _allowed(membership: Membership | None, owner: OfficeService) -> frozenset[OutgoingState]:
    """From which states units may go as the office works now."""
    if membership is None:
        return frozenset()
    return states_to_send(Approval(habits_of(owner).approval), actor_of(membership))


def _is_the_same(unit: Outgoing, held: Outgoing | None) -> bool:
    """Whether the row still holds what was sent, and is not marked yet."""
    return held is not None and held.body == unit.body and held.state in IN_HAND and not held.transmission_id


def _is_under_way(sending: Sending, held: Outgoing | None) -> bool:
    return held is not None and held.sending_id == sending.pk


def _sent(unit: Outgoing, stored: Fetched | None, membership: Membership | None) -> Transmission | str:
    """The transmission that it became, or why not."""
    if stored is None or membership is None:
        return "中身が消えています。もう一度入れてください。"
    try:
        files = bodies.open_files(stored)
        if papers.is_paper(unit):
            return papers.send(unit, files, membership)
        return accept_sealed(unit.owner, membership, files, is_confirmed=True).transmission
    except Refused as refusal:
        return refusal.words
    except BodyDamaged:
        return "中身がこわれているため、送れません。もう一度入れてください。"


def _write_refused(sending: Sending, refused: Sequence[tuple[Outgoing, str]], now: datetime) -> None:
    fresh = {"sending": None, "revision": F("revision") + 1, "changed_at": now}
    Outgoing.objects.filter(pk__in=[unit.pk for unit, _ in refused]).update(**fresh)
    Handling.objects.bulk_create(
        Handling(outgoing=unit, step=Step.REFUSED, staff_id=sending.staff_id, at=now, words=words[:500])
        for unit, words in refused
    )
    Sending.objects.filter(pk=sending.pk).update(refused=F("refused") + len(refused))
