"""Looking after the people of a party: who they are, what they may do, who left. Each deed is on record.

Nobody looks after somebody of a higher level than their own, nor, where their own place is narrowed to a service, of
another one; and a party is never left without an administrator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.models import (
    Duty,
    EnrolmentCode,
    Invitation,
    Job,
    Level,
    Membership,
    OfficeService,
    Party,
    PartyState,
    Staff,
)
from renkei.hub.parties.staff import attempts, sessions

_RANK = {Level.MEMBER: 0, Level.ADMINISTRATOR: 1, Level.OFFICE: 2}
GIVEN_DUTIES = (Duty.PREPARE, Duty.CHECK, Duty.SEND)  # `administer` comes with the level


def rank(level: str) -> int:
    """How far a level reaches, 0 for a member."""
    return _RANK[Level(level)]


def levels_to_give(by: Membership) -> list[Level]:
    """Levels that this administrator may give."""
    return [level for level, rank_ in _RANK.items() if rank_ <= rank(by.level)]


def looked_after(by: Membership) -> QuerySet[Membership]:
    """The places that this administrator looks after, of people who left as well."""
    found = Membership.objects.filter(party=by.party_id).select_related("staff", "service", "party")
    return found.filter(service=by.service_id) if by.service_id is not None else found


def place(by: Membership, id_: int) -> Membership:
    """One of these places. Raises Refused (404), the same for one of others and of a higher level."""
    found = looked_after(by).filter(pk=id_).first()
    if found is None or rank(found.level) > rank(by.level):
        raise Refused(404, "E-NOT-FOUND", "この職員はいません。", "職員の一覧から選び直してください。")
    return found


def change(
    by: Membership, id_: int, *, level: Level, job: Job, duties: Iterable[Duty], service: OfficeService | None
) -> Membership:
    """What a person may do here, from their next request on. Raises Refused."""
    with write():
        row = place(by, id_)
        _require_allowed(by, level, service)
        if level == Level.MEMBER or service is not None:
            _require_another_administrator(row)
        before = {"level": row.level, "job": row.job, "duties": row.duties, "service": row.service_id}
        is_less = rank(level) < rank(row.level) or (service is not None and service.pk != row.service_id)
        row.level, row.job, row.service = level, job, service
        row.duties = ",".join(duty.value for duty in GIVEN_DUTIES if duty in set(duties))
        if _stands_already(row):
            raise Refused(
                409, "E-STAFF-PLACE", "この職員は、そのサービスにもう登録されています。", "一覧を見てください。"
            )
        row.save(update_fields=["level", "job", "duties", "service"])
        if is_less:
            _void_codes(row)
        after = {"level": row.level, "job": row.job, "duties": row.duties, "service": row.service_id}
        _record(by, "staff-changed", row, before=before, after=after)
    return row


def cut_off(by: Membership, id_: int, reason: str) -> Membership:
    """A person has left: their place ends, and every session of theirs, at once; so do their places at the offices that
    this one goes on for, and the codes that they made. Raises Refused."""
    with write():
        row = place(by, id_)
        _require_another_administrator(row)
        row.active = False
        row.save(update_fields=["active"])
        _end_at_predecessors(row)
        _void_codes(row)
        # Their other places stay; they sign in again for these.
        sessions.end_all(row.staff)
        _record(by, "staff-cut-off", row, reason=reason)
    return row


def take_back(by: Membership, id_: int) -> Membership:
    """A place that ended holds again: somebody came back, or is known again after a recovery elsewhere."""
    with write():
        row = place(by, id_)
        row.active = True
        row.save(update_fields=["active"])
        _record(by, "staff-taken-back", row)
    return row


def unlock(by: Membership, id_: int) -> Membership:
    """Forget a person's failures at the doors."""
    row = place(by, id_)
    for door in attempts.DOORS_OF_STAFF:
        attempts.succeeded(door, row.staff.login)
        attempts.succeeded(door, str(row.staff_id))
    with write():
        _record(by, "staff-unlocked", row)
    return row


def is_locked(staff: Staff) -> bool:
    """Whether a person is locked out at one of the doors."""
    return any(
        attempts.locked_until(door, who) for door in attempts.DOORS_OF_STAFF for who in (staff.login, str(staff.pk))
    )


def administrators(party: Party) -> QuerySet[Membership]:
    """Those who can look after all people of a party."""
    everywhere = Membership.objects.filter(party=party, active=True, service=None, staff__is_active=True)
    return everywhere.exclude(level=Level.MEMBER)


def _require_allowed(by: Membership, level: Level, service: OfficeService | None) -> None:
    is_ours = service is None or service.party_id == by.party_id
    is_within = by.service_id is None or (service is not None and service.pk == by.service_id)
    if level not in levels_to_give(by) or not is_ours or not is_within:
        raise Refused(
            403, "E-AUTH-DUTY", "この役割やサービスは、あなたには選べません。", "自分の役割までを選んでください。"
        )


def _require_another_administrator(row: Membership) -> None:
    Party.objects.select_for_update().get(pk=row.party_id)
    left = administrators(row.party).exclude(pk=row.pk)
    if row in administrators(row.party) and not left.exists():
        raise Refused(
            409,
            "E-STAFF-LAST",
            "最後の管理者なので、できません。",
            "先に、ほかの人を管理者にしてください。",
        )


def _void_codes(row: Membership) -> None:
    """What somebody made here for others must not let them in again, or higher than they are now: it counts no more."""
    now = timezone.now()
    made = Invitation.objects.filter(invited_by=row.staff_id, used_at=None, expires_at__gt=now)
    made = made.filter(Q(party=row.party_id) | Q(also=row.party_id)).distinct()
    Invitation.objects.filter(pk__in=list(made.values_list("pk", flat=True))).update(expires_at=now)
    EnrolmentCode.objects.filter(party=row.party_id, made_by=f"staff:{row.staff_id}", used_at=None).delete()


def _end_at_predecessors(row: Membership) -> None:
    if Membership.objects.filter(staff=row.staff_id, party=row.party_id, active=True).exists():
        return
    ended = [row.party_id]
    for party in ended:
        earlier = Party.objects.filter(successor=party, state=PartyState.CLOSED).exclude(pk__in=ended)
        ended += earlier.values_list("pk", flat=True)
    Membership.objects.filter(staff=row.staff_id, party__in=ended[1:]).update(active=False)


def _stands_already(row: Membership) -> bool:
    same = Membership.objects.filter(staff=row.staff_id, party=row.party_id, service=row.service)
    return same.exclude(pk=row.pk).exists()


def _record(by: Membership, kind: str, row: Membership, reason: str = "", **details: Any) -> None:
    about, actor = f"staff:{row.staff_id}", f"staff:{by.staff_id}"
    deeds.record(actor, kind, about, party=by.party_id, reason=reason, place=row.pk, **details)
