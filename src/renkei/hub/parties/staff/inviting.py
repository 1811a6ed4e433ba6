"""Inviting a person to a party: the administrator makes a one-time code and hands it over; who brings it gets the place.

One code may hold for several offices that the administrator looks after. A person who signs in already adds the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties import services
from renkei.hub.parties.models import Duty, Invitation, Job, Level, Membership, OfficeService, Party, Staff
from renkei.hub.parties.staff import attempts, codes, managing

GOOD_FOR = timedelta(days=7)
PURPOSE = "invitation"


@dataclass(frozen=True)
class Place:
    """What the invited person will be."""

    level: Level
    job: Job
    duties: tuple[Duty, ...]
    service: OfficeService | None = None


def offices_of(by: Membership) -> list[Membership]:
    """The administrator's own places from which they may invite, this one first: one corporation has many offices.
    Whoever is narrowed to one service here invites to that alone."""
    if by.service_id is not None:
        return [by]
    mine = Membership.objects.filter(staff=by.staff_id, active=True, service=None).select_related("party")
    others = [place for place in mine.order_by("party__number") if place.pk != by.pk and place.may(Duty.ADMINISTER)]
    return [by, *(place for place in others if place.party.kind == by.party.kind)]


def invite(by: Membership, place: Place, also: Iterable[Membership] = ()) -> str:
    """Make an invitation; returns the code to hand over, good for seven days. Raises Refused."""
    others = list(also)
    allowed = {one.pk for one in offices_of(by)}
    levels = [managing.levels_to_give(one) for one in (by, *others)]
    is_within = by.service_id is None or (place.service is not None and place.service.pk == by.service_id)
    if any(place.level not in few for few in levels) or any(one.pk not in allowed for one in others) or not is_within:
        raise Refused(
            403, "E-AUTH-DUTY", "この役割や事業所は、あなたには選べません。", "自分の役割までを選んでください。"
        )
    if others and place.service is not None:
        raise Refused(
            422,
            "E-INVITATION",
            "1つのサービスだけの招待は、ほかの事業所と一緒にはできません。",
            "事業所ごとに招待してください。",
        )
    code = codes.new_code()
    with write():
        row = Invitation.objects.create(
            code=codes.keyed(PURPOSE, code),
            invited_by=by.staff,
            invited_by_party=by.party,
            party=by.party,
            service=place.service,
            level=place.level,
            job=place.job,
            duties=",".join(duty.value for duty in place.duties),
            expires_at=timezone.now() + GOOD_FOR,
        )
        row.also.set([one.party for one in others])
        about, offices = f"invitation:{row.pk}", [one.party_id for one in others]
        deeds.record(f"staff:{by.staff_id}", "staff-invited", about, party=by.party_id, also=offices, level=place.level)
    return code


def open_ones(by: Membership) -> QuerySet[Invitation]:
    """Invitations of this party that wait for their person."""
    mine = Invitation.objects.filter(invited_by_party=by.party_id, party=by.party_id, used_at=None)
    mine = mine.filter(expires_at__gt=timezone.now()).order_by("pk")
    return mine.filter(service=by.service_id) if by.service_id is not None else mine


def take_back(by: Membership, id_: int) -> bool:
    """An invitation that nobody shall use any more; whether it was there."""
    with write():
        row = open_ones(by).filter(pk=id_).first()
        if row is None:
            return False
        row.expires_at = timezone.now()
        row.save(update_fields=["expires_at"])
        deeds.record(f"staff:{by.staff_id}", "invitation-taken-back", f"invitation:{row.pk}", party=by.party_id)
    return True


def find(code: str, address: str) -> Invitation | None:
    """The invitation that this code opens; None for a wrong, used or late one. Raises LockedOut."""
    attempts.check(attempts.INVITATION, f"code:{codes.keyed(PURPOSE, code)}", address)
    found = _usable().filter(code=codes.keyed(PURPOSE, code)).select_related("party", "service").first()
    if found is None:
        attempts.failed(attempts.INVITATION, f"code:{codes.keyed(PURPOSE, code)}", address)
    return found


def parties_of(row: Invitation) -> Sequence[Party]:
    """All parties for which an invitation holds."""
    return [row.party, *row.also.order_by("number")]


def accept(id_: int, person: Staff) -> list[Membership]:
    """Give the places of an invitation to a person, once. `person` may be new: then they are saved. Raises Refused."""
    try:
        with write():
            return _accept(id_, person)
    except IntegrityError as error:  # two of the same name at one moment
        raise services.login_taken() from error


def _accept(id_: int, person: Staff) -> list[Membership]:
    row = _usable().select_for_update(of=("self",)).filter(pk=id_).first()
    if row is None:
        raise Refused(409, "E-INVITATION", "この招待は、もう使えません。", "管理者に、新しい招待を頼んでください。")
    if person.pk is None:
        services.save_new(person)
    row.used_at, row.staff = timezone.now(), person
    row.save(update_fields=["used_at", "staff"])
    places = [_place(row, party, person) for party in parties_of(row)]
    deeds.record(f"staff:{person.pk}", "invitation-accepted", f"invitation:{row.pk}", party=row.party_id)
    return places


def _usable() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now())


def _place(row: Invitation, party: Party, person: Staff) -> Membership:
    given = {
        "active": True,
        "level": row.level,
        "job": row.job,
        "duties": row.duties,
        "relation": row.relation,
        "evidence": row.evidence,
        "ends_on": row.ends_on,
    }
    before = Membership.objects.filter(staff=person, party=party, service=row.service, active=True).first()
    if before and managing.rank(before.level) > managing.rank(row.level):
        return before  # an invitation takes nothing away
    place, _ = Membership.objects.update_or_create(staff=person, party=party, service=row.service, defaults=given)
    return place
