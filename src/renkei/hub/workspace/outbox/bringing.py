"""Bringing files in: a pile becomes units in the outbox, papers that came on another way, and files that wait to be mended.

Nothing of what was dropped is lost, and the same brought twice is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Kept, Prepared
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.clocks import copy_until
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.models import (
    Channel,
    Incoming,
    IncomingSubject,
    Leftover,
    Outgoing,
    OutgoingState,
    OutgoingSubject,
    Step,
)
from renkei.hub.workspace.models.outbox import holder_of
from renkei.hub.workspace.outbox import bodies as packed
from renkei.hub.workspace.outbox.acting import note
from renkei.hub.workspace.outbox.pile import Named, Pile, TooMuch, gather
from renkei.hub.workspace.outbox.planning import Plan, new_incoming, plan
from renkei.hub.workspace.outbox.sorting import Sorted, sort, sort_again
from renkei.hub.workspace.partners import services as partners


@dataclass(frozen=True)
class Brought:
    """What became of a pile. `came` are units that were booked as received; `left` waits to be mended, None where every
    file found its place."""

    plan: Plan
    came: Sequence[Sorted]
    left: Leftover | None

    @property
    def faulty(self) -> int:
        """How many units cannot go yet."""
        return sum(bool(one.errors) for one in [*self.plan.new, *(one for _, one in self.plan.changed)])


def bring(membership: Membership, given: Sequence[Named]) -> Brought:
    """Take in what a member dropped.

    Raises Refused: 403 for a member without a service, 409 when others bring the same at this moment, 413 for too much.
    """
    services = own_services(membership)
    if not services:
        raise Refused.known(403, "E-AUTH-DUTY")
    pile = _gathered(given)
    found = sort(pile.files, services)
    decided, came = plan(found.outgoing), new_incoming(found.incoming)
    left = [*found.left, *pile.unopened]
    left += [file for one in decided.clashing for file in one.files.items()]
    try:
        return _written(membership, services[0], decided, came, left)
    except IntegrityError as error:
        raise Refused(
            409,
            "E-BUSY",
            "ほかの人が、同じファイルをいま入れています。",
            "「送るもの」のページを見てから、もう一度入れてください。",
        ) from error


def exchange_files(unit: Outgoing, files: Mapping[str, bytes], staff: int) -> None:
    """Put the mended files in the place of those of a unit in hand.

    Raises Refused (409) where they are no longer that one unit, or somebody changed it meanwhile.
    """
    again = sort_again(unit, files)
    if again is None:
        raise Refused.known(409, "E-BUSY")
    prepared = packed.prepare(again.files)
    try:
        with write():
            _write_changed([(unit, again, prepared)], staff, timezone.now(), Step.REPAIRED)
    except BaseException as error:
        bodies.discard(prepared)
        if isinstance(error, IntegrityError):
            raise Refused.known(409, "E-BUSY") from error
        raise


def _gathered(given: Iterable[Named]) -> Pile:
    most_files, most_bytes = settings.RENKEI["LIMIT_PILE_FILES"], settings.RENKEI["LIMIT_PILE_BYTES"]
    try:
        return gather(given, most_files, most_bytes)
    except TooMuch as error:
        words = f"{most_files:,}ファイル、{most_bytes:,}バイトまでです。何回かに分けて入れてください。"
        raise Refused(413, "E-LIMIT", "一度に入れるには多すぎます。", words) from error


def _written(
    membership: Membership, first: OfficeService, decided: Plan, came: Sequence[Sorted], left: Sequence[Named]
) -> Brought:
    """Seal everything, then write it at once. Raises IntegrityError where somebody else was first."""
    now = timezone.now()
    new = [(_outgoing(one, now), one, packed.prepare(one.files)) for one in decided.new]
    changed = [(unit, one, packed.prepare(one.files)) for unit, one in decided.changed]
    booked = [(_incoming(one, membership, now), one, packed.prepare(one.files)) for one in came]
    # Named by place as well: two files of one name may be among them.
    waiting = packed.prepare({f"{place}/{name}": data for place, (name, data) in enumerate(left)}) if left else None
    try:
        with write():
            _make_partners([one for _, one, _ in (*new, *booked)])
            _write_new(new, membership.staff_id, now)
            _write_changed(changed, membership.staff_id, now)
            _write_incoming(booked)
            drop_superseded(decided.superseded, now)
            leftover = _write_left(waiting, len(left), first, membership, now)
    except BaseException:
        for prepared in [*(three[2] for three in (*new, *changed, *booked)), *([waiting] if waiting else [])]:
            bodies.discard(prepared)
        raise
    return Brought(decided, came, leftover)


def _outgoing(one: Sorted, now: datetime) -> Outgoing:
    return Outgoing(**_told(one, now), errors=one.errors, changed_at=now)


def _incoming(one: Sorted, membership: Membership, now: datetime) -> Incoming:
    until = copy_until(one.owner, now)
    return Incoming(**_told(one, now), channel=Channel.NATIONAL, brought_by_id=membership.staff_id, until=until)


def _told(one: Sorted, now: datetime) -> dict[str, Any]:
    """What the tables have in common."""
    return {
        "owner": one.owner,
        "number": one.number,
        "service": one.service,
        "kind": one.kind.value,
        "sequence": one.sequence,
        "months": one.months,
        "people": len(one.subjects),
        "warnings": one.warnings,
        "tag": one.tag,
        "brought_at": now,
    }


def _make_partners(units: Iterable[Sorted]) -> None:
    by_owner: dict[OfficeService, set[tuple[str, str]]] = {}
    for one in units:
        by_owner.setdefault(one.owner, set()).add((one.number, one.service))
    for owner, addresses in by_owner.items():
        partners.ensure(owner, addresses)


def _write_new(new: Sequence[tuple[Outgoing, Sorted, Prepared]], staff: int, now: datetime) -> None:
    for unit, _, prepared in new:
        unit.body = prepared.id
    bodies.store_many([Kept(prepared, {unit.holder: None}) for unit, _, prepared in new])
    Outgoing.objects.bulk_create(unit for unit, _, _ in new)
    _write_subjects((unit, one) for unit, one, _ in new)
    note([unit for unit, _, _ in new], Step.BROUGHT, staff, now)


def _write_changed(
    changed: Sequence[tuple[Outgoing, Sorted, Prepared]], staff: int, now: datetime, step: Step = Step.CHANGED
) -> None:
    """Other files in units that are in hand: what was approved was something else, so they are drafts again."""
    for unit, one, prepared in changed:
        fresh = {"body": prepared.id, "tag": one.tag, "errors": one.errors, "warnings": one.warnings}
        same = Outgoing.objects.filter(pk=unit.pk, revision=unit.revision, sending=None)
        state = {"state": OutgoingState.DRAFT, "people": len(one.subjects), "changed_at": now}
        if not same.update(**fresh, **state, revision=unit.revision + 1):
            raise IntegrityError("somebody else changed it meanwhile")
        OutgoingSubject.objects.filter(outgoing=unit).delete()
    for unit, _, _ in changed:
        keeping.drop([unit.body] if unit.body else [], unit.holder)
    bodies.store_many([Kept(prepared, {unit.holder: None}) for unit, _, prepared in changed])
    _write_subjects((unit, one) for unit, one, _ in changed)
    note([unit for unit, _, _ in changed], step, staff, now)


def _write_incoming(booked: Sequence[tuple[Incoming, Sorted, Prepared]]) -> None:
    for unit, _, prepared in booked:
        unit.body = prepared.id
    bodies.store_many([Kept(prepared, {unit.holder: None}) for unit, _, prepared in booked])
    Incoming.objects.bulk_create(unit for unit, _, _ in booked)
    IncomingSubject.objects.bulk_create(
        IncomingSubject(incoming=unit, subject=subject) for unit, one, _ in booked for subject in sorted(one.subjects)
    )


def _write_subjects(units: Iterable[tuple[Outgoing, Sorted]]) -> None:
    OutgoingSubject.objects.bulk_create(
        OutgoingSubject(outgoing=unit, subject=subject) for unit, one in units for subject in sorted(one.subjects)
    )


def drop_superseded(units: Sequence[Outgoing], now: datetime) -> None:
    """Drop those that nobody has touched since they were looked at: new ones took their place. Call it inside `write()`."""
    until = now + timedelta(days=settings.RENKEI["OUTBOX_DAYS"])
    for unit in units:
        same = Outgoing.objects.filter(pk=unit.pk, revision=unit.revision, sending=None)
        if same.update(state=OutgoingState.DROPPED, changed_at=now, until=until, revision=unit.revision + 1):
            note([unit], Step.DROPPED, None, now, "新しく入れたものに替わりました。")


def _write_left(
    prepared: Prepared | None, files: int, owner: OfficeService, membership: Membership, now: datetime
) -> Leftover | None:
    if prepared is None:
        return None
    bodies.store(prepared, {holder_of(owner.pk): None})
    return Leftover.objects.create(owner=owner, staff_id=membership.staff_id, at=now, files=files, body=prepared.id)
