"""Recovery on the spot: who cannot sign in asks, an administrator who has them in front of them approves and hands over a
one-time code, with which they set a new password.

Whoever approves could use the code themselves. So it opens no more than what they look after: places elsewhere rest until
their own administrators take them back, unless the operator approved.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.models import Duty, Membership, PartyKind, Recovery, RecoveryState, Staff
from renkei.hub.parties.staff import attempts, codes, factors, managing, sessions

ASKED_FOR = timedelta(hours=24)
CODE_FOR = timedelta(minutes=10)
_PURPOSE = "recovery"
_OPEN = (RecoveryState.ASKED, RecoveryState.APPROVED)


def ask(login: str, *, second_factor: bool, address: str) -> None:
    """Note that somebody cannot sign in; the same way for a name that nobody has. Raises LockedOut."""
    attempts.check("ask-recovery", login, address)
    attempts.failed("ask-recovery", login, address)  # each one: a request costs an administrator's time
    now = timezone.now()
    with write():
        staff = Staff.objects.select_for_update().filter(login=login, is_active=True).first()
        if staff is None:
            return
        Recovery.objects.filter(staff=staff, state__in=_OPEN, expires_at__lt=now).update(state=RecoveryState.REFUSED)
        Recovery.objects.filter(staff=staff, state=RecoveryState.ASKED).delete()
        if not Recovery.objects.filter(staff=staff, state=RecoveryState.APPROVED).exists():
            Recovery.objects.create(staff=staff, second_factor=second_factor, expires_at=now + ASKED_FOR)


def waiting(by: Membership) -> QuerySet[Recovery]:
    """Requests that this administrator may approve: of others whom they look after, none of a higher level."""
    levels = managing.levels_to_give(by)
    mine = managing.looked_after(by).filter(active=True, level__in=levels).exclude(staff=by.staff_id)
    asked = Recovery.objects.filter(state=RecoveryState.ASKED, expires_at__gt=timezone.now())
    return asked.filter(staff__in=mine.values("staff")).select_related("staff").order_by("pk")


def waiting_for_operator() -> QuerySet[Recovery]:
    """Requests of people whom nobody else can let in again: the only administrators of their parties."""
    asked = Recovery.objects.filter(state=RecoveryState.ASKED, expires_at__gt=timezone.now()).select_related("staff")
    return asked.filter(pk__in=[one.pk for one in asked if _is_alone(one.staff)]).order_by("pk")


def approve(id_: int, by: Membership, reason: str = "", *, second_factor: bool) -> str:
    """Approve as an administrator of a party or of the operator; returns the code to hand over, for ten minutes.

    `reason` is how they know that it is this person; `second_factor`: their second factors are dropped too. Raises Refused.
    """
    code, now = codes.new_code(), timezone.now()
    with write():
        row = _open_to(by, id_)
        row.state, row.approved_by, row.second_factor = RecoveryState.APPROVED, by.staff, second_factor
        row.code, row.expires_at = _keyed(row.staff, code), now + CODE_FOR
        row.save()
        about, actor = f"staff:{row.staff_id}", f"staff:{by.staff_id}"
        deeds.record(actor, "recovery-approved", about, party=by.party_id, reason=reason, second_factor=second_factor)
    return code


def refuse(id_: int, by: Membership, reason: str = "") -> None:
    """Nobody is there, or it is not them. Raises Refused."""
    with write():
        row = _open_to(by, id_)
        row.state = RecoveryState.REFUSED
        row.save(update_fields=["state"])
        about, actor = f"staff:{row.staff_id}", f"staff:{by.staff_id}"
        deeds.record(actor, "recovery-refused", about, party=by.party_id, reason=reason)


def recover(login: str, code: str, password: str, address: str) -> Staff | None:
    """Set a new password with the code that was handed over; None for whatever is wrong. Raises LockedOut.

    Every session ends. The code counts once.
    """
    attempts.check(attempts.RECOVERY, login, address)
    found = Staff.objects.filter(login=login, is_active=True).first() or Staff(login=login)
    found.set_password(password)  # slow, so before the write, and for a name that nobody has as well
    with write():
        row = _approved(found, code)
        if row is not None:
            row.state = RecoveryState.USED
            row.save(update_fields=["state"])
            found.save(update_fields=["password"])
            sessions.end_all(found)
            if row.second_factor:
                _forget_factors(found)
            _rest_elsewhere(found, row.approved_by)
            deeds.record(f"staff:{found.pk}", "recovered", f"staff:{found.pk}", second_factor=row.second_factor)
    if row is None:
        attempts.failed(attempts.RECOVERY, login, address)
        return None
    for door in attempts.DOORS_OF_STAFF:
        attempts.succeeded(door, login)
        attempts.succeeded(door, str(found.pk))
    return found


def _approved(staff: Staff, code: str) -> Recovery | None:
    rows = Recovery.objects.select_for_update().filter(
        staff=staff.pk, state=RecoveryState.APPROVED, expires_at__gt=timezone.now(), code=_keyed(staff, code)
    )
    return rows.first()


def _forget_factors(staff: Staff) -> None:
    factors.forget_all(staff)
    staff.email = ""
    staff.save(update_fields=["email"])


def _open_to(by: Membership, id_: int) -> Recovery:
    alone = by.party.kind == PartyKind.OPERATOR
    may = waiting_for_operator().exclude(staff=by.staff_id) if alone else waiting(by)
    if by.may(Duty.ADMINISTER) and (found := may.filter(pk=id_).first()):
        return found
    raise Refused(404, "E-NOT-FOUND", "この願いは、もうありません。", "本人に、もう一度願い出てもらってください。")


def _rest_elsewhere(staff: Staff, approved_by: Staff | None) -> None:
    """End for now what the person who approved does not look after themselves."""
    looks_after = Membership.objects.filter(staff=approved_by, active=True).select_related("party")
    mine = [place for place in looks_after if place.may(Duty.ADMINISTER)]
    if any(place.party.kind == PartyKind.OPERATOR for place in mine) and _is_alone(staff):
        return
    # The operator has no word about people who are not alone, nor has one of its own about a colleague.
    mine = [place for place in mine if place.party.kind != PartyKind.OPERATOR]
    known = {
        row.pk
        for place in mine
        for row in managing.looked_after(place).filter(staff=staff, level__in=managing.levels_to_give(place))
    }
    for place in Membership.objects.filter(staff=staff, active=True).exclude(pk__in=known):
        place.active = False
        place.save(update_fields=["active"])
        deeds.record("hub", "staff-rests", f"staff:{staff.pk}", party=place.party_id, place=place.pk, after="recovery")


def _is_alone(staff: Staff) -> bool:
    """Whether no other administrator is there at any party where this person is."""
    places = Membership.objects.filter(staff=staff, active=True).select_related("party")
    return not any(managing.administrators(place.party).exclude(staff=staff).exists() for place in places)


def _keyed(staff: Staff, code: str) -> str:
    return codes.keyed(_PURPOSE, f"{staff.pk}{code}")
