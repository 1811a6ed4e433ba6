"""The demo's care-management office, for benchmarks that run on its stage: fresh units of a month, signed and posted."""

from __future__ import annotations

import base64
import http.client
import json
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from renkei.cli.demo.stage import HUB_ID, Stage
from renkei.conformance import Month
from renkei.standard.names import FileName
from renkei.standard.units import Unit, UnitKind, group
from renkei.trust import cms, keys, manifest


class Sender:
    """The care-management office: signs units and posts them over its own connections."""

    def __init__(self, set_up: Stage) -> None:
        home = set_up.folder / "offices" / set_up.month.offices[0].number / "keys"
        self.key = keys.load_key(home / "private.key")
        self.certificate = x509.load_pem_x509_certificate((home / "certificate.pem").read_bytes())
        self.address = urlsplit(set_up.url).netloc
        number = set_up.month.offices[0].number
        challenge = self.post(self.connect(), "/v1/challenges", {"office": number}, "")["challenge"]
        signature = b64(cms.sign(challenge.encode(), self.key, self.certificate))
        answer = self.post(self.connect(), "/v1/tokens", {"challenge": challenge, "signature": signature}, "")
        self.token = answer["access_token"]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.address, timeout=60)

    def envelope(self, unit: Unit, files: dict[str, bytes]) -> str:
        """A signed unit, ready to post."""
        data, salts = manifest.build(
            hub=HUB_ID,
            sender=unit.sender,
            sender_service=unit.sender_service,
            recipient=unit.recipient,
            recipient_service=unit.recipient_service,
            kind=unit.kind.value,
            months=[str(unit.month)],
            sequence=unit.sequence,
            created_at=datetime.now(UTC),
            files=files,
        )
        return json.dumps(
            {
                "manifest": b64(data),
                "signature": b64(cms.sign(data, self.key, self.certificate)),
                "salts": {name: salt.hex() for name, salt in salts.items()},
                "files": {name: b64(content) for name, content in files.items()},
            }
        )

    def post(self, connection: http.client.HTTPConnection, path: str, body: Any, token: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        connection.request("POST", path, text.encode(), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise SystemExit(f"{path}: {answer.status} {content.decode()[:300]}")
        return json.loads(content)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


class Supply:
    """Fresh units without end: the month's use tables again and again under new sequence numbers."""

    def __init__(self, month: Month) -> None:
        files = month.files[month.offices[0].number]
        units = [unit for unit in group(files)[0] if unit.kind is UnitKind.USE_TABLE]
        self._units = [(unit, {name: files[name] for name in unit.files}) for unit in units]
        self._clock = datetime(2027, 1, 1)  # noqa: DTZ001  (a sequence number, no moment)
        self.bytes_a_unit = round(statistics.mean(sum(map(len, files.values())) for _, files in self._units))

    def take(self, count: int) -> list[tuple[Unit, dict[str, bytes]]]:
        return [self._next(number) for number in range(count)]

    def _next(self, number: int) -> tuple[Unit, dict[str, bytes]]:
        self._clock += timedelta(seconds=1)
        _, files = self._units[number % len(self._units)]
        renamed = {self._renamed(name): data for name, data in files.items()}
        return group(renamed)[0][0], renamed

    def _renamed(self, name: str) -> str:
        parts = FileName.parse(name)
        return str(parts._replace(sequence=f"{self._clock:%Y%m%d%H%M%S}"))
