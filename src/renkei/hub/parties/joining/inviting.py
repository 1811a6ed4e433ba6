"""Bringing in those who do not apply: the inviter makes the party and a one-time code; who brings the code gets the place.

The code is typed on the page of all invitations (`parties.staff.inviting.accept`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties import numbers, services
from renkei.hub.parties.joining import identity, rules
from renkei.hub.parties.models import Invitation, Job, Level, Membership, Party, PartyKind
from renkei.hub.parties.staff import codes
from renkei.hub.parties.staff.inviting import PURPOSE

_JOBS = {
    PartyKind.OPERATOR: Job.OPERATOR,
    PartyKind.MUNICIPALITY: Job.MUNICIPAL,
    PartyKind.CLINIC: Job.DOCTOR,
    PartyKind.PERSON: Job.PERSON,
}


@dataclass(frozen=True)
class Person:
    """By what an invited person is known: birth date and insured number."""

    birth: date
    insured: str


@dataclass(frozen=True)
class Proxy:
    """Somebody who acts for a person: what they are to them, what showed it, and the last day in Tokyo."""

    relation: str
    evidence: str
    ends_on: date


@dataclass(frozen=True)
class Invited:
    """What the inviter hands over or posts, shown once. `number` is the party's."""

    code: str
    number: str
    name: str
    by: str
    relation: str
    ends_on: date | None
    has_identity: bool
    expires_at: datetime


def invite(
    by: Party | None,
    actor: str,
    kind: PartyKind,
    name: str,
    *,
    number: str = "",
    person: Person | None = None,
    proxy: Proxy | None = None,
) -> Invited:
    """Invite the first person of a party, or the proxy of a person whose number is given. Raises Refused.

    `by` is the inviting party; None: the operator's command. `name` is the party's, of a proxy the proxy's own.
    """
    _check(by, kind, name, person, proxy)
    number = numbers.drawn() if kind is PartyKind.PERSON and not proxy else number
    services.check_address(kind, number)
    code, expires_at = codes.new_code(), timezone.now() + timedelta(days=settings.RENKEI["JOIN_CODE_DAYS"])
    with write():
        party = _party(by, actor, kind, number, name, proxy)
        row = Invitation.objects.create(
            code=codes.keyed(PURPOSE, code),
            invited_by_party=by,
            party=party,
            level=Level.MEMBER if proxy else Level.ADMINISTRATOR,
            job=_JOBS.get(kind, Job.OTHER),
            duties="" if kind is PartyKind.PERSON else "prepare,check,send",
            identity=identity.keyed(party.number, person.birth, person.insured) if person else "",
            relation=proxy.relation if proxy else "",
            evidence=proxy.evidence if proxy else "",
            ends_on=proxy.ends_on if proxy else None,
            expires_at=expires_at,
        )
        deeds.record(actor, "invited", f"invitation:{row.pk}", party=by.pk if by else None, invited=kind.value)
    ends_on = proxy.ends_on if proxy else None
    inviter = by.name if by else ""
    return Invited(code, party.number, name, inviter, row.relation, ends_on, person is not None, expires_at)


def _check(by: Party | None, kind: PartyKind, name: str, person: Person | None, proxy: Proxy | None) -> None:
    inviter = PartyKind(by.kind) if by else PartyKind.OPERATOR
    wrong = (
        (not rules.may_invite(inviter, kind), f"{kind.label}は、ここからは招待できません。"),
        (not name.strip(), "名前を書いてください。"),
        (kind is PartyKind.PERSON and person is None, "本人の生年月日と被保険者番号を書いてください。"),
        (person is not None and not identity.is_insured_number(person.insured), "被保険者番号は10桁です。"),
        (proxy is not None and kind is not PartyKind.PERSON, "代わりの人は、本人についてだけ招待します。"),
        (proxy is not None and not proxy.relation.strip(), "本人との関係を書いてください。"),
        (proxy is not None and not proxy.evidence.strip(), "何で確かめたかを書いてください。"),
        (proxy is not None and proxy.ends_on < timezone.localdate(), "終わりの日は、今日か、これからの日です。"),
    )
    for is_wrong, words in wrong:
        if is_wrong:
            raise _refused(words)


def _party(by: Party | None, actor: str, kind: PartyKind, number: str, name: str, proxy: Proxy | None) -> Party:
    there = Party.objects.select_for_update().filter(kind=kind, number=number).first()
    if proxy:
        own = Invitation.objects.filter(party=there, invited_by_party=by) if there else Invitation.objects.none()
        if there is None or not own.exists():
            raise _refused("この番号の本人は、ここから招待されていません。")
        return there
    if there is None:
        return services.enter(kind, number, name, actor=actor)
    # Else a second code would let a stranger into a party that has people of its own.
    if Membership.objects.filter(party=there, active=True).exists():
        raise _refused("もう登録されています。新しい人は、その管理者が招待します。")
    return there


def _refused(words: str) -> Refused:
    return Refused(422, "E-INVITATION", "この招待はできません。", words)
