"""Units a second that a hub accepts, beside what its machine could do at best.

Real `renkei serve` on SQLite, real HTTP on loopback, distinct signed use-table units; client and hub share the cores.
The floor in the same rounds: one durable SQLite commit of a unit's bytes, and one verified signature, in one process.

    .venv/bin/python bench/accept.py [--units N] [--rounds N]
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from rich.console import Console

from renkei.cli.demo.stage import HUB_ID, Stage, stage
from renkei.conformance import Month, make_month
from renkei.standard.names import FileName
from renkei.standard.units import Unit, UnitKind, group
from renkei.trust import cms, keys, manifest

CONNECTIONS = (1, 4)


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


def accept_rate(sender: Sender, envelopes: Sequence[str], connections: int) -> float:
    """Units a second over so many connections at once."""
    shares = [envelopes[start::connections] for start in range(connections)]

    def send(share: Sequence[str]) -> None:
        connection = sender.connect()
        for envelope in share:
            sender.post(connection, "/v1/transmissions", envelope, sender.token)
        connection.close()

    threads = [threading.Thread(target=send, args=(share,)) for share in shares]
    return _rate(len(envelopes), lambda: _run_all(threads))


def commit_rate(folder: Path, count: int, size: int) -> float:
    """Durable one-row SQLite commits a second, each of `size` bytes."""
    database = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS unit (body BLOB)")
    body = bytes(size)

    def commit() -> None:
        for _ in range(count):
            database.execute("INSERT INTO unit VALUES (?)", (body,))

    rate = _rate(count, commit)
    database.close()
    return rate


def verify_rate(sender: Sender, count: int) -> float:
    """Verified CMS signatures a second."""
    data = b"x" * 1000
    signature = cms.sign(data, sender.key, sender.certificate)

    def verify() -> None:
        for _ in range(count):
            cms.verify(data, signature)

    return _rate(count, verify)


def _rate(count: int, work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _run_all(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=150, help="units of one round and number of connections")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    supply = Supply(make_month(clients=12))
    rates: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        stage(Path(folder) / "demo", make_month(clients=12), _quiet()) as ready,
    ):
        sender = Sender(ready)
        for _ in range(options.rounds):
            for connections in CONNECTIONS:
                envelopes = [sender.envelope(*unit) for unit in supply.take(options.units)]
                rates.setdefault(f"accept, {connections} conn", []).append(accept_rate(sender, envelopes, connections))
            rates.setdefault("floor: commit", []).append(commit_rate(Path(folder), 500, supply.bytes_a_unit))
            rates.setdefault("floor: verify", []).append(verify_rate(sender, 500))
    _show(rates, options.rounds, supply.bytes_a_unit)


def _quiet() -> Console:
    return Console(file=sys.stderr, highlight=False)


def _show(rates: dict[str, list[float]], rounds: int, size: int) -> None:
    print(f"Python {sys.version.split()[0]}, {rounds} rounds, use-table units of {size:,} bytes in 3 files")
    print("| | a second | / commit floor |\n|---|---|---|")
    floor = rates["floor: commit"]
    for name, values in rates.items():
        ratios = [value / base for value, base in zip(values, floor, strict=True)]
        print(f"| {name} | {_spread(values, 0)} | {_spread(ratios, 3)} |")


def _spread(values: Sequence[float], digits: int) -> str:
    return f"{statistics.median(values):,.{digits}f} [{min(values):,.{digits}f}-{max(values):,.{digits}f}]"


if __name__ == "__main__":
    main()
