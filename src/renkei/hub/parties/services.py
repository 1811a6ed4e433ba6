"""Admitting parties: the office and its services, its certificates, its staff."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cryptography import x509
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from renkei.hub.core import counters, deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties import numbers
from renkei.hub.parties.keys import registering, revoking
from renkei.hub.parties.models import (
    Certificate,
    Job,
    Level,
    Membership,
    OfficeService,
    Party,
    PartyKind,
    Satellite,
    Staff,
)
from renkei.trust.manifest import SERVICE

OPERATOR = "operator"  # the number of the party that runs the hub
_BRANCH = re.compile(r"[0-9]{2}")


@dataclass(frozen=True)
class Particulars:
    """Where a party is reached."""

    address: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""


NOWHERE = Particulars()


def admit(
    kind: PartyKind,
    number: str,
    name: str,
    *,
    services: Iterable[str] = (),
    certificate: x509.Certificate | None = None,
    particulars: Particulars = NOWHERE,
    actor: str = "hub",
    reason: str = "",
) -> Party:
    """Admit a party, or give the name and services that it has now to one that is here, stopped or not.

    A person's number is drawn by lot: give an empty one. Raises Refused for what is no number or service type, and for a
    wrong certificate.
    """
    number = number or (numbers.drawn() if kind is PartyKind.PERSON else "")
    check_address(kind, number, services := tuple(services))
    kind_of_certificate = registering.kind_of(certificate, number) if certificate is not None else ""
    with write():
        party = enter(kind, number, name, services, particulars, actor=actor, reason=reason)
        if certificate is not None:
            registering.register(certificate, party, kind_of_certificate)
    return party


def enter(
    kind: PartyKind,
    number: str,
    name: str,
    services: Iterable[str] = (),
    particulars: Particulars = NOWHERE,
    *,
    actor: str,
    reason: str = "",
) -> Party:
    """The rows of a party whose number was looked at (`check_address`), and the deed. Call it inside `write()`."""
    known = {field: value for field, value in asdict(particulars).items() if value}
    party, is_new = Party.objects.update_or_create(kind=kind, number=number, defaults={"name": name, **known})
    added = [service for service in services if _add_service(party, service)]
    deeds.record(
        actor, "party-admitted" if is_new else "party-entered", f"party:{party.pk}", reason=reason, services=added
    )
    return party


def _add_service(party: Party, service: str) -> bool:
    row, is_new = OfficeService.objects.get_or_create(party=party, service=service)
    counters.create([row.feed, row.mailbox])
    return is_new


def admit_office(
    number: str, name: str, services: Iterable[str], certificate: x509.Certificate | None, actor: str = "hub"
) -> Party:
    """`admit` of an office."""
    return admit(PartyKind.OFFICE, number, name, services=services, certificate=certificate, actor=actor)


def set_satellite(service: OfficeService, branch: str, name: str, actor: str) -> None:
    """A branch of a service under the same number and type, listed with the office. Raises Refused."""
    if not _BRANCH.fullmatch(branch):
        raise Refused(422, "E-PARTY-ADDRESS", "サテライトの枝番の形がちがいます。", "枝番は2桁の数字です。例: 01")
    with write():
        Satellite.objects.update_or_create(service=service, branch=branch, defaults={"name": name})
        deeds.record(actor, "satellite", f"service:{service.pk}", party=service.party_id, branch=branch)


def withdraw_certificate(fingerprint: str, reason: str = "unspecified", actor: str = "command", why: str = "") -> bool:
    """Stop a certificate from counting here, at once; whether it was known and counted. Raises Refused."""
    found = Certificate.objects.filter(fingerprint=fingerprint).first()
    return found is not None and revoking.revoke(found, reason, actor, why)


def add_staff(
    login: str,
    name: str,
    party: Party,
    password: str,
    level: Level = Level.ADMINISTRATOR,
    *,
    job: Job = Job.OTHER,
    actor: str = "hub",
) -> Staff:
    """A person who signs in for a party; an existing login gets the new password. Raises Refused for a weak one."""
    staff = Staff.objects.filter(login=login).first() or Staff(login=login)
    staff.name = name
    _check_password(password, staff)
    staff.set_password(password)
    with write():
        staff.save()
        given = {"level": level, "job": job, "active": True}
        Membership.objects.update_or_create(staff=staff, party=party, service=None, defaults=given)
        deeds.record(actor, "staff-entered", f"staff:{staff.pk}", party=party.pk, level=level)
    return staff


def save_new(person: Staff) -> None:
    """Save a person who is new. Call it inside `write()`; two of one name at one moment are an IntegrityError there.

    Raises Refused (409) for a name that somebody has.
    """
    if Staff.objects.filter(login=person.login).exists():
        raise login_taken()
    person.save()


def login_taken() -> Refused:
    """The same words for a name that somebody has, and has got just now."""
    return Refused(409, "E-STAFF-LOGIN", "このログイン名は使えません。", "別の名前にしてください。")


def check_address(kind: PartyKind, number: str, services: Iterable[str] = ()) -> None:
    """Raises Refused for what cannot be a number of this kind, or no service type."""
    words = numbers.shape_problem(kind, number)
    if not words and not all(SERVICE.fullmatch(service) for service in services):
        words = "サービス種類は2桁です。"
    if words:
        raise Refused(422, "E-PARTY-ADDRESS", "番号かサービス種類の形がちがいます。", words)


def _check_password(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise Refused(422, "E-STAFF-PASSWORD", "このパスワードは使えません。", "".join(error.messages)) from error


def office(number: str) -> Party:
    """An admitted office. Raises Refused."""
    found = Party.objects.filter(kind=PartyKind.OFFICE, number=number).first()
    if found is None:
        raise Refused(404, "E-NOT-FOUND", "この事業所は登録されていません。", "事業所番号を確かめてください。")
    return found
