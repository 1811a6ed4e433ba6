"""What is measured of our hub by itself: accepting, answer times under a steady load, TLS, attached files; the floor."""

from __future__ import annotations

import argparse
import hashlib
import io
import secrets
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from exchanges.common import SESSIONS
from exchanges.renkei import BATCH, BATCH_SESSIONS, Renkei
from hubs import HUB_ID, RECIPIENT, SENDER, Hub, hub
from measuring import rounds as rounds_of
from measuring import spread, table
from offices import Line, Office
from renkei.attachments import index
from renkei.trust import cms, keys, manifest
from renkei.trust.authority import Authority
from units import SIZES, Supply, b64

RATE, SECONDS = 200, 15  # of the steady load, in units
PORTIONS = (1, 5, 10, 25)  # units of one request
MEGABYTES = 10  # of an attached file


def run(folder: Path, started: Mapping[str, Hub], options: argparse.Namespace) -> None:
    """The parts that were asked for."""
    if "accept" in options.parts:
        accepts(started, options)
    if "latency" in options.parts:
        latency(started["SQLite"])
    if "tls" in options.parts:
        new_connections(folder)
    if "attachments" in options.parts:
        attachments(started["SQLite"], options)
    if "floor" in options.parts:
        floor(folder, options.rounds)


def accepts(started: Mapping[str, Hub], options: argparse.Namespace) -> None:
    """Units a second: one by one over one and several connections, and in batches."""
    print("## 受け付ける(1秒に何送信単位か)\n")
    ways = {
        "1件ずつ、接続1本": (1, 1),
        f"1件ずつ、接続{SESSIONS}本": (1, SESSIONS),
        f"{BATCH}件ずつ、接続{BATCH_SESSIONS}本": (BATCH, BATCH_SESSIONS),
    }
    lines = []
    for size in SIZES:
        supply = Supply(size)
        rates: dict[tuple[str, str], list[float]] = {}
        for _ in range(options.rounds):
            for name, one in started.items():
                for way, (batch, sessions) in ways.items():
                    renkei = Renkei(one, supply, batch)
                    count = options.units // (3 if batch == 1 else 1)
                    requests = renkei.prepare(count)
                    begun = time.perf_counter()
                    renkei.send(requests, sessions)
                    rates.setdefault((name, way), []).append(count / (time.perf_counter() - begun))
        lines += [[f"{supply.bytes_a_unit:,}", name, way, spread(own, 0)] for (name, way), own in rates.items()]
    table(["バイト", "データベース", "", "1秒に"], lines)


def latency(one: Hub) -> None:
    """Answer times of requests with some units each that come in at a steady rate, whether the hub keeps up or not."""
    print(f"## 1秒に{RATE}送信単位、{SECONDS}秒(決まった間隔で): 答えまでのミリ秒\n")
    lines = []
    for portion in PORTIONS:
        took = [1000 * seconds for seconds in _steady(Renkei(one, Supply(SIZES[0]), portion), portion)]
        cuts = statistics.quantiles(took, n=100)
        lines.append([f"{portion}件ずつ", f"{cuts[49]:.0f}", f"{cuts[98]:.0f}", f"{max(took):.0f}"])
    table(["", "中央値", "99%", "最大"], lines)


def _steady(renkei: Renkei, portion: int) -> list[float]:
    """Seconds from the moment when each request was due to its answer."""
    requests = renkei.prepare(RATE * SECONDS)
    places = iter(range(len(requests)))
    took: list[float] = []
    lock, begin = threading.Lock(), time.perf_counter() + 0.5

    def work() -> None:
        with renkei.sender.line() as line:
            while True:
                with lock:
                    place = next(places, None)
                if place is None:
                    return
                due = begin + place * portion / RATE
                time.sleep(max(0.0, due - time.perf_counter()))
                renkei.hand_over(line, requests[place])
                took.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def new_connections(folder: Path) -> None:
    """Calls a second, each over a TLS connection of its own."""
    certificate, key = _own_certificate(folder)
    with hub(folder / "hub-tls", {}, TLS_CERT=str(certificate), TLS_KEY=str(key)) as one:
        rates = []
        for _ in range(3):
            begun, count = time.perf_counter(), 100
            for _ in range(count):
                with Line(one, "", root=certificate) as line:
                    line.get("/v1/hub")
            rates.append(count / (time.perf_counter() - begun))
    print("## 新しい TLS の接続\n")
    table(["", "1秒に"], [["GET /v1/hub、1回ごとに新しい接続", spread(rates, 0)]])


def attachments(one: Hub, options: argparse.Namespace) -> None:
    """Attached files: brought in by chunks, looked into, sealed, sent with a unit, and fetched by the recipient."""
    sender, recipient = Office(one, *SENDER), Office(one, *RECIPIENT)
    seconds: dict[str, list[float]] = {"持ち込む(調べて封をするまで)": [], "送る": [], "受け取る": []}
    for number in range(options.rounds):
        data = _pdf()
        steps = _attached(sender, recipient, data, f"2027{number:010}")
        for name, took in zip(seconds, steps, strict=True):
            seconds[name].append(took)
    print(f"## 添付ファイル({MEGABYTES} MB の PDF、1つずつ)\n")
    table(["", "1秒に MB"], [[name, spread([MEGABYTES / one for one in own], 0)] for name, own in seconds.items()])


def _attached(sender: Office, recipient: Office, data: bytes, sequence: str) -> Iterator[float]:
    """Seconds of each step."""
    salt = secrets.token_bytes(32)
    entry = manifest.FileEntry("01.pdf", len(data), manifest.commitment(salt, data))
    with sender.line() as line, recipient.line() as other:
        begun = time.perf_counter()
        asked = {"size": entry.size, "commitment": entry.commitment, "salt": salt.hex(), "media": "application/pdf"}
        upload = line.post("/v1/uploads", asked)
        for number, start in enumerate(range(0, len(data), upload["chunk_bytes"])):
            line.put(f"/v1/uploads/{upload['id']}/chunks/{number}", data[start : start + upload["chunk_bytes"]])
        done = line.post(f"/v1/uploads/{upload['id']}/complete", {})
        if done["state"] != "ready":
            raise RuntimeError(str(done)[:500])
        yield time.perf_counter() - begun
        begun = time.perf_counter()
        id_ = line.post("/v1/transmissions", _unit(sender, entry, upload["id"], sequence))["id"]
        yield time.perf_counter() - begun
        begun = time.perf_counter()
        if (
            hashlib.sha256(other.fetch(f"/v1/transmissions/{id_}/files/01.pdf")).digest()
            != hashlib.sha256(data).digest()
        ):
            raise RuntimeError("another file came out")
        yield time.perf_counter() - begun


def _pdf() -> bytes:
    """One page, and noise that no program shows."""
    made, file = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.Root.BenchNoise = pikepdf.Stream(made, secrets.token_bytes(MEGABYTES * 1_000_000 - 2000))
    made.save(file)
    return file.getvalue()


def _unit(sender: Office, entry: manifest.FileEntry, upload: str, sequence: str) -> dict[str, Any]:
    listed = index.build([index.Attached("01.pdf", "報告.pdf", index.Type.PLAN, "application/pdf")])
    data, salts = manifest.build(
        hub=HUB_ID,
        sender=SENDER[0],
        sender_service=SENDER[1],
        recipient=RECIPIENT[0],
        recipient_service=RECIPIENT[1],
        kind=index.KIND,
        months=[],
        sequence=sequence,
        created_at=datetime.now(UTC),
        files={index.FILE: listed},
        attached=[entry],
    )
    return {
        "manifest": b64(data),
        "signature": b64(cms.sign(data, sender.key, sender.certificate)),
        "salts": {name: salt.hex() for name, salt in salts.items()},
        "files": {index.FILE: b64(listed)},
        "uploads": {"01.pdf": upload},
    }


def floor(folder: Path, rounds: int) -> None:
    """What this machine does at best, one after the other in one thread."""
    key = keys.new_key()
    certificate = Authority.create(folder / "floor-authority", "床").issue(
        keys.request(key, SENDER[0], "床"), SENDER[0]
    )
    data = secrets.token_bytes(1000)
    signature = cms.sign(data, key, certificate)
    database = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE unit (body BLOB)")
    works: dict[str, Callable[[], object]] = {
        "SQLite のコミット、2 KB": lambda: database.execute("INSERT INTO unit VALUES (?)", (bytes(2000),)),
        "署名する (CMS、P-256)": lambda: cms.sign(data, key, certificate),
        "署名を確かめる": lambda: cms.verify(data, signature),
    }
    seconds = rounds_of(works, rounds, 500)
    print("## この機械の床(1つのプロセス)\n")
    table(["", "1秒に"], [[name, spread([1 / one for one in own], 0)] for name, own in seconds.items()])


def _own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, as PEM files."""
    key = keys.new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    keys.save_key(folder / "tls.key", key)
    return folder / "tls.pem", folder / "tls.key"
