"""What an operator does to a hub, as plain functions of JSON values: by a command, or asked of the running hub."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from cryptography import x509
from django.utils import timezone

from renkei.hub.config import keeping_deeds, party_deeds, preparing, program_deeds
from renkei.hub.config.options import BadOption
from renkei.hub.config.status import status
from renkei.hub.parties import services
from renkei.hub.parties.keys.trusted import trust_store
from renkei.trust.chain import fingerprint

Arguments = Mapping[str, Any]


def install_certificate(given: Arguments) -> str:
    """The receipt certificate, PEM with its chain."""
    preparing.install_receipt_certificate(given["pem"].encode())
    return "受領証の証明書を入れました。"


def trust(given: Arguments) -> str:
    """Certificates and revocation lists of trusted authorities: {kind: {file name: base64}}."""
    files = {kind: {name: base64.b64decode(data) for name, data in group.items()} for kind, group in given.items()}
    done = f"認証局のファイルを {preparing.trust(files)} つ登録しました。"
    return "\n".join([done, *trust_store().crl_warnings(timezone.now())])


def admit(given: Arguments) -> str:
    """An office: number, name, services, and the PEM of its certificate or None."""
    certificate = _certificate(given["certificate"]) if given["certificate"] else None
    party = services.admit_office(given["office"], given["name"], given["services"], certificate)
    return f"登録しました: {party.number} {party.name} (サービス種類 {'・'.join(given['services'])})"


def withdraw(given: Arguments) -> str:
    """A certificate that must not count here any more."""
    certificate = _certificate(given["certificate"])
    known = services.withdraw_certificate(fingerprint(certificate))
    return "この証明書を使えなくしました。" if known else "この証明書は登録されていないか、すでに使えません。"


def add_staff(given: Arguments) -> str:
    """A person who signs in for an office, with a first password."""
    services.add_staff(given["login"], given["name"], services.office(given["office"]), given["password"])
    return f"登録しました。ログイン名: {given['login']}"


def _certificate(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise BadOption("証明書を読めません。PEM 形式のファイルか確かめてください。") from error


DEEDS: dict[str, Callable[[Arguments], str]] = {
    "certificate": install_certificate,
    "trust": trust,
    "admit": admit,
    "withdraw": withdraw,
    "staff": add_staff,
    "status": status,
    **party_deeds.DEEDS,
    **program_deeds.DEEDS,
    **keeping_deeds.DEEDS,
}
