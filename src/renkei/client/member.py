"""One office service as a program speaks for it: its hub, its key and certificate, and whom it believes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import keys
from renkei.trust.errors import KeyFileError, TrustError
from renkei.trust.keys import PrivateKey
from renkei.trust.policies import policies

from . import identity, settings
from .anchors import Anchors, unreadable
from .answers import Answer, b64
from .errors import HubAnswerError, SetupError
from .folder import write_secretly
from .identity import Identity
from .settings import Settings
from .trusting import Trust

FORMAT = "renkei-member/1"
_FORMAT = re.compile(FORMAT)
_MOST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Member:
    """Made by `new`, admitted by `Hub.join`, kept as text by `to_json` or in a file by `save`: the private key is in it.

    `certificate` is the office's own, its issuers behind it, empty until it was issued; `hub_certificates` are those that
    the hub signs receipts with; `revocation_lists` are DER by name; `policies` is a table of the operator's (tab-separated),
    where certificates of other authorities count.
    """

    settings: Settings
    key: PrivateKey = field(repr=False)
    certificate: tuple[x509.Certificate, ...] = ()
    anchors: Anchors = field(default=Anchors((), ()), repr=False)
    hub_certificates: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    revocation_lists: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    policies: str = field(default="", repr=False)

    @classmethod
    def new(
        cls, hub_url: str, office: str, service: str, name: str, *, tls_ca: str = "", key: PrivateKey | None = None
    ) -> Member:
        """Nothing has left yet. `tls_ca`: a PEM file where the hub's TLS is not of a public authority; `key`: P-256 or
        RSA, else a new one is made. Raises SetupError."""
        settings.check_office(office, service, name)
        given = Settings(settings.check_url(hub_url), "", "", office, service, name, tls_ca)
        return cls(given, key or keys.new_key())

    @property
    def identity(self) -> Identity:
        """Signs in the office's name. Raises SetupError E-OFFICE-CERTIFICATE while there is no certificate."""
        if not self.certificate:
            raise SetupError(
                "E-OFFICE-CERTIFICATE",
                "事業所の証明書が、まだ発行されていません。",
                "運営者が発行してから、もう一度実行してください (Hub.join か Hub.fetch_certificate)。",
            )
        return Identity(self.key, self.certificate[0])

    @property
    def trust(self) -> Trust:
        """Raises SetupError E-OFFICE-TRUST."""
        lists = self.revocation_lists.values()
        try:
            kinds = policies(self.policies)
            return Trust(self.settings.hub_id, self.hub_certificates, self.anchors, lists, kinds)
        except (TrustError, ValueError) as error:  # BadPolicies is one
            raise unreadable() from error

    def certified(self, chain: Iterable[x509.Certificate]) -> Member:
        """With the certificate that was issued for its key. Raises SetupError for one that does not fit."""
        certificates = tuple(chain)
        identity.check_fit(self.key, self.settings, certificates)
        return replace(self, certificate=certificates, anchors=self.anchors.vouch(certificates))

    def to_json(self) -> str:
        """Everything, the private key too: keep it where nobody else can read it."""
        own = {
            "format": FORMAT,
            "settings": asdict(self.settings),
            "key": keys.pem(self.key).decode(),
            "certificate": _pem(self.certificate),
            "roots": _pem(self.anchors.roots),
            "issuers": _pem(self.anchors.issuers),
            "hub_certificates": _pem(self.hub_certificates),
            "revocation_lists": {name: b64(data) for name, data in self.revocation_lists.items()},
            "policies": self.policies,
        }
        return json.dumps(own, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Member:
        """What `to_json` gave. Raises SetupError E-OFFICE-SETTINGS."""
        try:
            given = Answer(json.loads(text), "the member")
            given.text("format", _FORMAT)
            return cls(
                settings=settings.of(given.items("settings")),
                key=keys.from_pem(given.text("key", most=_MOST).encode()),
                certificate=_certificates(given, "certificate"),
                anchors=Anchors(_certificates(given, "roots"), _certificates(given, "issuers")),
                hub_certificates=_certificates(given, "hub_certificates"),
                revocation_lists=given.datas("revocation_lists"),
                policies=given.text("policies", most=_MOST) if given.has("policies") else "",
            )
        except (ValueError, KeyFileError, HubAnswerError, SetupError) as error:
            raise _unusable() from error

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it whole or not at all, readable by its owner alone. Raises OSError."""
        write_secretly(Path(path), self.to_json().encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Member:
        """What `save` wrote. Raises SetupError E-OFFICE-SETTINGS, or OSError."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))


def _pem(certificates: Iterable[x509.Certificate]) -> str:
    return "".join(item.public_bytes(Encoding.PEM).decode() for item in certificates)


def _certificates(given: Answer, key: str) -> tuple[x509.Certificate, ...]:
    text = given.text(key, most=_MOST)
    return tuple(x509.load_pem_x509_certificates(text.encode())) if text else ()


def _unusable() -> SetupError:
    return SetupError(
        "E-OFFICE-SETTINGS", "この事業所の設定と鍵 (Member) として読めません。", "保存した控えから戻してください。"
    )
