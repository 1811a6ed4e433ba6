"""Whether a hub that holds years of mail is as quick as an empty one.

Three hubs of the same kind (real `renkei serve`, SQLite, loopback): one empty, one with ten million rows of finished mail,
one with 100,000 units that wait in one mailbox. In interleaved rounds each accepts, lists, hands out and takes receipts.

    .venv/bin/python bench/backlog.py [--rows N] [--waiting N] [--rounds N] [--each N]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from rich.console import Console

from filling import Template, fill
from measuring import ratios, spread, table
from renkei.cli.demo.stage import HUB_ID, Stage, stage
from renkei.conformance import make_month
from renkei.trust import cms, keys, receipts
from stage_sender import Sender, Supply, b64

DEEDS = ("受け付ける", "一覧を読む", "受け渡す", "受領の知らせ")


class Lane:
    """One hub under measurement: its sender, the office that receives, and what waits to be handed out."""

    def __init__(self, ready: Stage) -> None:
        self.stage, self.sender = ready, Sender(ready)
        self.supply = Supply(make_month(clients=12))
        self.connection = self.sender.connect()
        self.tokens: dict[str, str] = {}
        self.cursor = 0

    @property
    def database(self) -> Path:
        """The hub's file."""
        return self.stage.folder / "hub" / "hub.sqlite3"

    def send(self, count: int) -> list[dict[str, Any]]:
        """Accept so many units for the first service office; the answers with what is needed to receipt them."""
        wanted = self.stage.month.offices[1].number
        units = [unit for unit in self.supply.take(count * 5) if unit[0].recipient == wanted][:count]
        bodies = [self.sender.envelope(*unit) for unit in units]
        started = time.perf_counter()
        sent = [self.sender.post(self.connection, "/v1/transmissions", body, self.sender.token) for body in bodies]
        self.seconds = (time.perf_counter() - started) / len(units)
        return [one | {"digest": _digest(json.loads(body)["manifest"])} for one, body in zip(sent, bodies, strict=True)]

    def get(self, path: str) -> Any:
        self.connection.request("GET", path, headers={"Authorization": f"Bearer {self._token()}"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {content.decode()[:300]}")
        return json.loads(content)

    def acknowledge(self, sent: dict[str, Any], steps: tuple[str, ...] = ("collected",)) -> None:
        office, (key, certificate) = self.stage.month.offices[1], self._keys()
        given = []
        for step in steps:
            body = receipts.build(
                hub=HUB_ID,
                transmission=sent["id"],
                step=step,
                manifest=sent["digest"],
                at=datetime.now(UTC),
                by={"office": office.number, "service": office.service},
                sealed_by="program",
            )
            given.append(
                {"transmission": sent["id"], "body": b64(body), "signature": b64(cms.sign(body, key, certificate))}
            )
        self.connection.request(
            "POST",
            "/v1/receipts",
            json.dumps({"receipts": given}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._token()}"},
        )
        answer = json.loads(self.connection.getresponse().read())
        if any(result["status"] != 201 for result in answer["results"]):
            raise SystemExit(str(answer)[:300])

    def listing(self) -> None:
        """The feed from where this office stands, as its program reads it."""
        service = self.stage.month.offices[1].service
        page = self.get(f"/v1/events?service={service}&after={self.cursor}&limit=100")
        self.cursor = page["next"]

    def go_to_end(self) -> None:
        """Stand where a program stands that has followed the feed so far."""
        with sqlite3.connect(self.database) as database:
            feeds = (
                "SELECT 'feed:' || service.id FROM parties_officeservice service"
                " JOIN parties_party party ON party.id = service.party_id WHERE party.number = ?"
            )
            newest = f"SELECT max(number) FROM core_feedentry WHERE feed IN ({feeds})"  # noqa: S608
            last = database.execute(newest, [self.stage.month.offices[1].number]).fetchone()[0]
        self.cursor = last or 0

    def round(self, count: int) -> dict[str, float]:
        """Seconds of one call by deed."""
        self.connection.close()  # the hub ends one that was silent for long; it is opened again by itself
        sent = self.send(count)
        seconds = {"受け付ける": self.seconds}
        for name, work in (
            ("一覧を読む", lambda _one: self.listing()),
            ("受け渡す", lambda one: self.get(f"/v1/transmissions/{one['id']}/files")),
            ("受領の知らせ", self.acknowledge),
        ):
            started = time.perf_counter()
            for one in sent:
                work(one)
            seconds[name] = (time.perf_counter() - started) / len(sent)
        return seconds

    def _keys(self) -> tuple[Any, x509.Certificate]:
        home = self.stage.folder / "offices" / self.stage.month.offices[1].number / "keys"
        return keys.load_key(home / "private.key"), x509.load_pem_x509_certificate(
            (home / "certificate.pem").read_bytes()
        )

    def _token(self) -> str:
        number = self.stage.month.offices[1].number
        if number not in self.tokens:
            key, certificate = self._keys()
            connection = self.sender.connect()
            challenge = self.sender.post(connection, "/v1/challenges", {"office": number}, "")["challenge"]
            answer = {"challenge": challenge, "signature": b64(cms.sign(challenge.encode(), key, certificate))}
            self.tokens[number] = self.sender.post(connection, "/v1/tokens", answer, "")["access_token"]
            connection.close()
        return self.tokens[number]


def _digest(encoded: str) -> str:
    return hashlib.sha256(base64.b64decode(encoded)).hexdigest()


def _filled(lane: Lane, *, units: int = 0, rows: int = 0, waiting: bool = False) -> int:
    """Fill a lane's hub: with finished mail, or with units that wait. Returns the rows."""
    (sent,) = lane.send(1)
    if not waiting:
        lane.get(f"/v1/transmissions/{sent['id']}/files")
        lane.acknowledge(sent, ("collected", "imported"))
    time.sleep(12)  # until its events are sealed
    if rows:
        with sqlite3.connect(lane.database) as database:
            units = rows // Template(database, sent["id"].replace("-", "")).size
    return fill(lane.database, sent["id"], units)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=10, help="calls of each deed a round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        lanes = {}
        for name in ("空", "たまった", "待っている"):
            ready = stack.enter_context(
                stage(Path(folder) / name, make_month(clients=12), Console(stderr=True, quiet=True))
            )
            lanes[name] = Lane(ready)
        started = time.perf_counter()
        rows = _filled(lanes["たまった"], rows=options.rows)
        waiting = _filled(lanes["待っている"], units=options.waiting, waiting=True)
        print(f"入れるのに {time.perf_counter() - started:.0f} 秒", file=sys.stderr)
        size = lanes["たまった"].database.stat().st_size
        print(
            f"{rows:,} 行({size / 1e9:.1f} GB)、待っている送信 {options.waiting:,}({waiting:,} 行)、{options.rounds} 回ずつ\n"
        )
        for lane in lanes.values():
            lane.go_to_end()
            lane.round(2)
        seconds: dict[tuple[str, str], list[float]] = {}
        for _ in range(options.rounds):
            for name, lane in lanes.items():
                for deed, value in lane.round(options.each).items():
                    seconds.setdefault((name, deed), []).append(value)
    lines = []
    for deed in DEEDS:
        empty = seconds["空", deed]
        cells = [deed, spread([value * 1000 for value in empty], 0)]
        cells += [spread(ratios(seconds[name, deed], empty)) for name in ("たまった", "待っている")]
        lines.append(cells)
    table(["", "空のハブ、ミリ秒", "たまったハブの時間 / 空", "待っているハブの時間 / 空"], lines)


if __name__ == "__main__":
    main()
