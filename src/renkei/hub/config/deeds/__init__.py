"""What an operator does to a hub, as plain functions of JSON values: by a command, or asked of the running hub.

A file for each topic, as in `renkei/cli/hub`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from renkei.hub.config import preparing
from renkei.hub.config.deeds import certificates, joining, keeping, licences, parties, programs, staff
from renkei.hub.config.deeds.certificates import certificate_of
from renkei.hub.config.status import status
from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties import services
from renkei.hub.parties.keys.trusted import trust_store

Arguments = Mapping[str, Any]


def install_certificate(given: Arguments) -> str:
    """The receipt certificate, PEM with its chain."""
    preparing.install_receipt_certificate(given["pem"].encode())
    return "受領証の証明書を入れました。"


def trust(given: Arguments) -> str:
    """Certificates and revocation lists of trusted authorities, as `files`: {kind: {file name: base64}}."""
    groups = given["files"].items()
    files = {kind: {name: base64.b64decode(data) for name, data in group.items()} for kind, group in groups}
    done = f"認証局のファイルを {preparing.trust(files)} つ登録しました。"
    authorities = sorted(name for kind in ("roots", "intermediates") for name in files.get(kind, {}))
    if authorities:
        with write():
            deeds.record(given["actor"], "authorities-trusted", "hub", files=authorities)
    return "\n".join([done, *trust_store().crl_warnings(timezone.now())])


def admit(given: Arguments) -> str:
    """An office: number, name, services, and the PEM of its certificate or None."""
    certificate = certificate_of(given["certificate"]) if given["certificate"] else None
    party = services.admit_office(given["office"], given["name"], given["services"], certificate, given["actor"])
    return f"登録しました: {party.number} {party.name} (サービス種類 {'・'.join(given['services'])})"


DEEDS: dict[str, Callable[[Arguments], str]] = {
    "certificate": install_certificate,
    "trust": trust,
    "admit": admit,
    "status": status,
    **staff.DEEDS,
    **joining.DEEDS,
    **parties.DEEDS,
    **certificates.DEEDS,
    **programs.DEEDS,
    **licences.DEEDS,
    **keeping.DEEDS,
}
