"""Offices that speak the API over connections of their own, with no more work than is needed: they share the cores."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from hubs import HUB_ID, Hub
from renkei.trust import cms, keys, receipts
from units import b64


class Office:
    """One office program; each thread takes a `Line` of its own."""

    def __init__(self, hub: Hub, number: str, service: str) -> None:
        self.hub, self.number, self.service = hub, number, service
        self.key = keys.load_key(hub.home / f"{number}.key")
        self.certificate = x509.load_pem_x509_certificate((hub.home / f"{number}.pem").read_bytes())
        with Line(hub, "") as line:
            challenge = line.post("/v1/challenges", {"office": number})["challenge"]
            signature = b64(cms.sign(challenge.encode(), self.key, self.certificate))
            self.token = line.post("/v1/tokens", {"challenge": challenge, "signature": signature})["access_token"]

    def line(self) -> Line:
        """A new connection with this office's token."""
        return Line(self.hub, self.token)

    def receipt(self, id_: str, manifest: str) -> dict[str, Any]:
        """A signed word that a unit was collected; `manifest` as the API gives it."""
        body = receipts.build(
            hub=HUB_ID,
            transmission=id_,
            step="collected",
            manifest=hashlib.sha256(base64.b64decode(manifest)).hexdigest(),
            at=datetime.now(UTC),
            by={"office": self.number, "service": self.service},
            sealed_by="program",
            findings=0,
            attached=None,
        )
        return {"transmission": id_, "body": b64(body), "signature": b64(cms.sign(body, self.key, self.certificate))}


class Line:
    """One connection."""

    def __init__(self, hub: Hub, token: str, root: Path | None = None) -> None:
        if root is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=60)
        else:
            context = ssl.create_default_context(cafile=str(root))
            self._connection = http.client.HTTPSConnection("127.0.0.1", hub.port, timeout=60, context=context)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Any:
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any] | bytes) -> Any:
        """`body` may be JSON already."""
        return self._ask("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode())

    def put(self, path: str, body: bytes) -> None:
        self._bytes("PUT", path, body, {"Content-Type": "application/octet-stream"})

    def fetch(self, path: str) -> bytes:
        """Bytes as they are."""
        return self._bytes("GET", path, None, {})

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        return json.loads(self._bytes(method, path, body, {}))

    def _bytes(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self._connection.request(method, path, body, self._headers | headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201, 204):
            raise RuntimeError(f"{path}: {answer.status} {content.decode()[:300]}")
        return content


def all_taken(results: Sequence[Mapping[str, Any]]) -> None:
    """Raises RuntimeError unless each of a batch was taken for the first time."""
    for one in results:
        if one["status"] != 201:
            raise RuntimeError(str(one)[:300])
