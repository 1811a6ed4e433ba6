"""Admitting parties: the office and its services, its certificates, its staff."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from renkei.hub.core import counters
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import signers
from renkei.hub.parties.models import Certificate, Level, Membership, OfficeService, Party, PartyKind, Staff
from renkei.trust import chain
from renkei.trust.manifest import OFFICE, SERVICE


def admit_office(number: str, name: str, services: Iterable[str], certificate: x509.Certificate | None) -> Party:
    """Admit an office, or add services and a certificate to one that is here, stopped or not.

    Raises Refused for what is no number or service type, and for a wrong certificate.
    """
    _check_address(number, services := tuple(services))
    if certificate is not None:
        _check_certificate(certificate, number)
    with write():
        party, _ = Party.objects.update_or_create(kind=PartyKind.OFFICE, number=number, defaults={"name": name})
        for service in services:
            row, _ = OfficeService.objects.get_or_create(party=party, service=service)
            counters.create([row.feed, row.mailbox])
        if certificate is not None:
            _register(certificate, party)
    return party


def withdraw_certificate(fingerprint: str) -> bool:
    """Stop a certificate from counting here, at once; whether it was known."""
    with write():
        return bool(
            Certificate.objects.filter(fingerprint=fingerprint, revoked_at=None).update(revoked_at=timezone.now())
        )


def add_staff(login: str, name: str, party: Party, password: str, level: Level = Level.ADMINISTRATOR) -> Staff:
    """A person who signs in for a party; an existing login gets the new password. Raises Refused for a weak one."""
    staff = Staff.objects.filter(login=login).first() or Staff(login=login)
    staff.name = name
    _check_password(password, staff)
    staff.set_password(password)
    with write():
        staff.save()
        Membership.objects.update_or_create(staff=staff, party=party, service=None, defaults={"level": level})
    return staff


def _check_address(number: str, services: Iterable[str]) -> None:
    if not OFFICE.fullmatch(number) or not all(SERVICE.fullmatch(service) for service in services):
        raise Refused(
            422,
            "E-PARTY-ADDRESS",
            "事業所番号かサービス種類の形がちがいます。",
            "番号は半角の数字・英大文字10桁、サービス種類は2桁です。",
        )


def _check_password(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise Refused(422, "E-STAFF-PASSWORD", "このパスワードは使えません。", "".join(error.messages)) from error


def _check_certificate(certificate: x509.Certificate, number: str) -> None:
    signers.check_chain(certificate, timezone.now())
    if chain.office_number(certificate) != number:
        raise Refused(
            422, "E-CERT-OFFICE", "ほかの事業所の証明書です。", "この事業所番号で発行された証明書を使ってください。"
        )


def _register(certificate: x509.Certificate, party: Party) -> None:
    found, _ = Certificate.objects.get_or_create(
        fingerprint=chain.fingerprint(certificate),
        defaults={
            "party": party,
            "der": certificate.public_bytes(Encoding.DER),
            "not_after": certificate.not_valid_after_utc,
        },
    )
    if found.party_id != party.pk:
        raise Refused(422, "E-CERT-OFFICE", "ほかの事業所の証明書です。", "事業所番号を確かめてください。")


def office(number: str) -> Party:
    """An admitted office. Raises Refused."""
    found = Party.objects.filter(kind=PartyKind.OFFICE, number=number).first()
    if found is None:
        raise Refused(404, "E-NOT-FOUND", "この事業所は登録されていません。", "事業所番号を確かめてください。")
    return found
