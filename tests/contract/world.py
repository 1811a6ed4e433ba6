"""A hub with an authority and the offices of an invented month, for tests that need the real thing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.standard.units import Unit, group
from renkei.trust import cms, keys, manifest, receipts
from renkei.trust.authority import Authority
from renkei.trust.words import Words

HUB_ID = "renkei-test"


@dataclass
class TestOffice:
    """An office with its own key, speaking the public API."""

    __test__ = False
    number: str
    service: str
    name: str
    key: Any
    certificate: x509.Certificate
    client: Client = field(default_factory=Client)
    token: str = ""

    def sign(self, data: bytes) -> bytes:
        return cms.sign(data, self.key, self.certificate)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/v1{path}", query, headers=self._headers())

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(
            f"/v1{path}", json.dumps(body), content_type="application/json", headers=self._headers()
        )

    def sign_in(self) -> None:
        asked = self.post("/challenges", {"office": self.number})
        assert asked.status_code == 201, asked.content.decode()
        challenge = asked.json()["challenge"]
        answer = self.post("/tokens", {"challenge": challenge, "signature": b64(self.sign(challenge.encode()))})
        assert answer.status_code == 201, answer.content.decode()
        self.token = answer.json()["access_token"]

    def envelope(self, unit: Unit, files: Mapping[str, bytes], **changes: Any) -> dict[str, Any]:
        """A signed unit, as the API takes it; `changes` replace fields of the manifest before it is signed."""
        fields: dict[str, Any] = {
            "hub": HUB_ID,
            "sender": unit.sender,
            "sender_service": unit.sender_service,
            "recipient": unit.recipient,
            "recipient_service": unit.recipient_service,
            "kind": unit.kind.value,
            "months": [] if unit.month in (None, "000000") else [unit.month],
            "sequence": unit.sequence,
            "created_at": datetime(2026, 11, 25, tzinfo=UTC),
            "files": dict(files),
        }
        data, salts = manifest.build(**(fields | changes))
        return {
            "manifest": b64(data),
            "signature": b64(self.sign(data)),
            "salts": {name: salt.hex() for name, salt in salts.items()},
            "files": {name: b64(content) for name, content in files.items()},
        }

    def receipt(
        self,
        id_: str,
        manifest_digest: str,
        step: str,
        found: Sequence[Mapping[str, Any]] = (),
        text: str = "",
        **changes: Any,
    ) -> dict[str, Any]:
        """A signed receipt, as the API takes it, with what was found or a text."""
        said = json.dumps(found, ensure_ascii=False) if found else text
        words = Words.of(said) if said else None
        fields: dict[str, Any] = {
            "hub": HUB_ID,
            "transmission": id_,
            "step": step,
            "manifest": manifest_digest,
            "at": datetime.now(UTC),
            "by": {"office": self.number, "service": self.service},
            "sealed_by": "program",
            "findings": len(found),
            "attached": words.commitment if words else None,
        }
        body = receipts.build(**(fields | changes))
        given = {"transmission": id_, "body": b64(body), "signature": b64(self.sign(body))}
        return given | ({"words": {"salt": words.salt.hex(), "data": b64(words.data)}} if words else {})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def new_office(authority: Authority, number: str, service: str, name: str, **validity: Any) -> TestOffice:
    """An office with a key of its own and a certificate of `authority`."""
    key = keys.new_key()
    certificate = authority.issue(keys.request(key, number, name), number, **validity)
    return TestOffice(number, service, name, key, certificate)


def units_of(files: Mapping[str, bytes]) -> list[tuple[Unit, dict[str, bytes]]]:
    """The units that a folder of files makes, each with its files, in the order of their sequence numbers."""
    units, findings = group(files)
    assert not findings, findings
    return [(unit, {name: files[name] for name in unit.files}) for unit in sorted(units, key=lambda u: u.sequence)]


def trusted_files(authority: Authority) -> dict[str, dict[str, bytes]]:
    """An authority as the hub takes it: root, issuing certificate and revocation list."""
    return {
        "roots": {"root.pem": authority.root.public_bytes(Encoding.PEM)},
        "intermediates": {"issuing.pem": authority.issuing.public_bytes(Encoding.PEM)},
        "crls": {"list.crl": authority.crl()},
    }


def digest(encoded: str) -> str:
    """SHA-256 of base64 text's bytes, in hex: how receipts name a manifest."""
    return hashlib.sha256(base64.b64decode(encoded)).hexdigest()


def compact(value: Any) -> bytes:
    """JSON as manifests are written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pem_chain(pem: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode())
