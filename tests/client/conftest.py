"""A small hub that speaks API v1 in this process, built from renkei.trust; it can lose answers, and it can lie."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.client import CollectResult, Office
from renkei.conformance import Month, make_month
from renkei.trust import challenges, cms, keys, manifest, receipts
from renkei.trust.authority import Authority
from renkei.trust.chain import office_number
from renkei.trust.words import Words

HUB = "renkei-test"
URL = "http://127.0.0.1:8000"
Json = dict[str, Any]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Held:
    """A transmission in the fake hub."""

    id: str
    manifest: bytes
    signature: bytes
    salts: Json
    files: Json
    events: list[Json] = field(default_factory=list)

    @property
    def parsed(self) -> manifest.Manifest:
        return manifest.parse(self.manifest)

    @property
    def steps(self) -> list[str]:
        return [event["type"] for event in self.events]


# The hub's receipt key, its certificate, and who issued it.
Seal = tuple[ec.EllipticCurvePrivateKey, x509.Certificate, x509.Certificate]


def make_seal(authority: Authority) -> Seal:
    key = keys.new_key()
    return key, authority.issue_hub(keys.request(key, HUB, "試験のハブ"), HUB), authority.issuing


class FakeHub:
    """Keeps to the API; `tamper(path, answer)` may change what it says, `cut` loses that many answers."""

    def __init__(self, seal: Seal) -> None:
        self.key, self.certificate, self.issuing = seal
        self.held: list[Held] = []
        self.feeds: dict[tuple[str, str], list[Json]] = {}
        self.tokens: dict[str, str] = {}
        self.calls: list[str] = []
        self.epoch = "one"
        self.batches: list[int] = []
        self.collected: list[int] = []
        self.handed_at_once = 100
        self.issue = ""
        self.cut = 0
        self.gone = False
        self.down = False
        self.tamper: Callable[[str, Json], Json] = lambda _path, answer: answer
        self.refuse: Json | None = None
        self.limits = {
            "file_bytes": 10_000_000,
            "unit_bytes": 50_000_000,
            "unit_files": 100,
            "batch_units": 100,
            "receipts": 200,
            "collect": 100,
            "request_bytes": 80_000_000,
            "attachment_bytes": 10_000_000,
            "transmission_attachment_bytes": 50_000_000,
            "attachments": 100,
        }

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        if self.down:
            return response(503, problem("E-HUB-DOWN"))
        status, answer = self._answer(request, path)
        if self.cut and path not in ("/v1/hub", "/v1/challenges", "/v1/tokens"):
            self.cut -= 1
            raise httpx2.ReadError("the line is cut", request=request)
        if status < 300:
            answer = self.tamper(path, json.loads(json.dumps(answer)))
        return response(status, answer)

    def _answer(self, request: httpx2.Request, path: str) -> tuple[int, Json]:
        given = json.loads(request.content) if request.content else {}
        if path == "/v1/hub":
            chain = [self.certificate, self.issuing]
            pem = "".join(item.public_bytes(Encoding.PEM).decode() for item in chain)
            return 200, {
                "id": HUB,
                "name": "試験のハブ",
                "epoch": self.epoch,
                "certificate": pem,
                "limits": self.limits,
            }
        if path.startswith("/v1/certificate-requests/"):
            return 200, {"certificate": self.issue}
        if path == "/v1/challenges":
            return 201, {"challenge": challenges.build(HUB, given["office"], datetime(2030, 1, 1, tzinfo=UTC))}
        if path == "/v1/tokens":
            signed = cms.verify(given["challenge"].encode(), base64.b64decode(given["signature"]))
            token = f"token-{len(self.calls)}"
            self.tokens[token] = office_number(signed.certificate) or ""
            return 201, {"access_token": token, "services": []}
        office = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if office is None:
            return 401, problem("E-AUTH-TOKEN")
        if path == "/v1/transmissions/batch":
            self.batches.append(len(given["units"]))
            return 200, {"results": [self._accept(unit) for unit in given["units"]]}
        if path == "/v1/transmissions":
            return 200, {"transmissions": [], "next": ""}
        if path == "/v1/events":
            query = request.url.params
            return 200, self._events((office, query["service"]), int(query["after"]), int(query["limit"]))
        if path == "/v1/waiting":
            mine = [one for one in self.held if (one.parsed.recipient, one.steps[-1]) == (office, "accepted")]
            return 200, {"transmissions": [self._summary(one) for one in mine], "next": len(mine), "more": False}
        if path == "/v1/receipts":
            return 200, {"results": [self._acknowledge(one) for one in given["receipts"]]}
        if path == "/v1/transmissions/collect":
            return 200, self._collect(given["transmissions"])
        held = next(item for item in self.held if item.id in path)
        return 200, self._contents(held) if path.endswith("/files") else self._detail(held)

    def _collect(self, wanted: list[str]) -> Json:
        assert 0 < len(wanted) <= self.limits["collect"]
        held = {one.id: one for one in self.held}
        shown, left = wanted[: self.handed_at_once], wanted[self.handed_at_once :]
        self.collected.append(len(shown))
        if self.gone:
            results = [{"transmission": id_, "status": 410, "problem": problem("E-BODY-GONE")} for id_ in shown]
        else:
            results = [{"transmission": id_, "status": 200, "contents": self._contents(held[id_])} for id_ in shown]
        return {"results": results, "left": left}

    def _contents(self, held: Held) -> Json:
        names = ("manifest", "signature")
        said = {name: b64(getattr(held, name)) for name in names}
        return said | {"salts": held.salts, "files": held.files, "parts": []}

    def _accept(self, unit: Json) -> Json:
        if self.refuse:
            return {"status": 422, "problem": self.refuse}
        data = base64.b64decode(unit["manifest"])
        parsed = manifest.parse(data)
        salts = {name: bytes.fromhex(salt) for name, salt in unit["salts"].items()}
        files = {name: base64.b64decode(text) for name, text in unit["files"].items()}
        manifest.check_files(parsed, files, salts)
        cms.verify(data, base64.b64decode(unit["signature"]))
        for held in self.held:
            if _key(held.parsed) == _key(parsed):
                if held.files != unit["files"]:
                    return {"status": 409, "problem": problem("E-UNIT-SEQUENCE-USED")}
                return {"status": 200, "transmission": self._accepted(held, repeated=True)}
        held = Held(str(uuid.uuid4()), data, base64.b64decode(unit["signature"]), unit["salts"], unit["files"])
        self.held.append(held)
        self.note(held, "accepted")
        return {"status": 201, "transmission": self._accepted(held, repeated=False)}

    def note(self, held: Held, step: str) -> Json:
        """Put a step on record in both feeds; returns the hub's receipt."""
        signed = self.receipt(held, step)
        held.events.append({"type": step, "at": now(), "receipt": signed})
        parsed = held.parsed
        ends = (
            ("outgoing", parsed.sender, parsed.sender_service),
            ("incoming", parsed.recipient, parsed.recipient_service),
        )
        for direction, *address in ends:
            feed = self.feeds.setdefault((address[0], address[1]), [])
            event = {"type": step, "at": now(), "direction": direction, "receipt": signed}
            feed.append(event | {"number": len(feed) + 1, "transmission": self._summary(held)})
        return signed

    def receipt(self, held: Held, step: str, **other: Any) -> Json:
        said = {
            "hub": HUB,
            "transmission": held.id,
            "step": step,
            "manifest": hashlib.sha256(held.manifest).hexdigest(),
            "at": datetime.now(UTC),
            "by": {"hub": HUB},
            "sealed_by": "program",
        }
        body = receipts.build(**said | other)
        return {"body": b64(body), "signature": b64(cms.sign(body, self.key, self.certificate))}

    def of_step(self, step: str) -> list[Held]:
        return [held for held in self.held if step in held.steps]

    def _accepted(self, held: Held, repeated: bool) -> Json:
        receipt = held.events[0]["receipt"]
        return {"id": held.id, "state": "accepted", "repeated": repeated, "receipt": receipt, "findings": []}

    def _acknowledge(self, given: Json) -> Json:
        held = next(item for item in self.held if item.id == given["transmission"])
        said = receipts.parse(base64.b64decode(given["body"]))
        cms.verify(base64.b64decode(given["body"]), base64.b64decode(given["signature"]))
        words = given["words"] and Words(
            bytes.fromhex(given["words"]["salt"]), base64.b64decode(given["words"]["data"])
        )
        found = json.loads(words.data) if words else []
        assert (said.transmission, said.findings) == (held.id, len(found))
        assert said.attached == (words.commitment if words else None)
        assert said.manifest == hashlib.sha256(held.manifest).hexdigest()
        earlier = next((event["receipt"] for event in held.events if event["type"] == said.step), None)
        if earlier:
            return {"transmission": held.id, "status": 200, "receipt": earlier}
        return {"transmission": held.id, "status": 201, "receipt": self.note(held, said.step)}

    def _events(self, feed: tuple[str, str], after: int, limit: int) -> Json:
        waiting = [event for event in self.feeds.get(feed, []) if event["number"] > after]
        held = {one.id: one for one in self.held}
        shown = [
            event | {"transmission": self._summary(held[event["transmission"]["id"]])} for event in waiting[:limit]
        ]
        return {
            "events": shown,
            "next": shown[-1]["number"] if shown else after,
            "more": len(waiting) > limit,
            "epoch": self.epoch,
        }

    def _summary(self, held: Held) -> Json:
        parsed = held.parsed
        return {
            "id": held.id,
            "sender": {"office": parsed.sender, "service": parsed.sender_service},
            "recipient": {"office": parsed.recipient, "service": parsed.recipient_service},
            "kind": parsed.kind,
            "months": list(parsed.months),
            "sequence": parsed.sequence,
            "state": held.events[-1]["type"] if held.events else "accepted",
        }

    def _detail(self, held: Held) -> Json:
        signed = {"manifest": b64(held.manifest), "signature": b64(held.signature)}
        return self._summary(held) | signed | {"events": held.events}


def _key(parsed: manifest.Manifest) -> tuple[str, ...]:
    ends = (parsed.sender, parsed.sender_service, parsed.recipient, parsed.recipient_service)
    return (*ends, parsed.kind, parsed.sequence)


def handing(change: Callable[[str, Json], Json]) -> Callable[[str, Json], Json]:
    """To tamper with what is handed out: `change` gets the number and the contents of each unit."""

    def tamper(path: str, answer: Json) -> Json:
        for one in answer["results"] if path == "/v1/transmissions/collect" else ():
            one["contents"] = change(one["transmission"], one["contents"])
        return answer

    return tamper


def response(status: int, answer: Json) -> httpx2.Response:
    """As it comes off a line: not read yet."""
    return httpx2.Response(status, stream=httpx2.ByteStream(json.dumps(answer).encode()))


def problem(code: str) -> Json:
    return {
        "type": "x",
        "title": "だめです。",
        "status": 400,
        "detail": "直してください。",
        "code": code,
        "findings": [],
    }


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut is played by raising: what was written stays written, and the disk would take half of the time."""
    monkeypatch.setattr("renkei.client.ledger.SYNCHRONOUS", "OFF")
    monkeypatch.setattr("os.fsync", lambda _handle: None)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca") / "ca", "試験の認証局")


@pytest.fixture(scope="session")
def month() -> Month:
    return make_month(clients=2)


@pytest.fixture(scope="session")
def seal(authority: Authority) -> Seal:
    return make_seal(authority)


@pytest.fixture
def hub(seal: Seal) -> FakeHub:
    return FakeHub(seal)


Template = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, authority: Authority, seal: Seal) -> Template:
    """`template(number, service, name)` is a folder ready to send, made once and copied for each test."""
    base = tmp_path_factory.mktemp("offices")

    def made(number: str, service: str, name: str) -> Path:
        place = base / name
        if not place.exists():
            transport = httpx2.MockTransport(FakeHub(seal).handle)
            root = authority.folder / "root.pem"
            office = Office.create(place, URL, number, service, "試験の事業所", roots=[root], transport=transport)
            csr = x509.load_pem_x509_csr(office.folder.request.read_bytes())
            chain = [authority.issue(csr, number), authority.issuing]
            pem = base / f"{name}.pem"
            pem.write_bytes(b"".join(item.public_bytes(Encoding.PEM) for item in chain))
            office.install_certificate(pem)
        return place

    return made


Join = Callable[..., Office]


@pytest.fixture
def join(tmp_path: Path, hub: FakeHub, template: Template) -> Join:
    """`join(number, service)` gives an office that is ready to send; `folder` names a second computer of one."""

    def joined(number: str, service: str, folder: str = "") -> Office:
        name = folder or f"office-{number}-{service}"
        shutil.copytree(template(number, service, name), tmp_path / name)
        transport = httpx2.MockTransport(hub.handle)
        return Office.open(tmp_path / name, transport=transport, sleep=lambda _seconds: None)

    return joined


@dataclass
class Pair:
    """A care-management office with its outbox filled, and a service office that gets some of it."""

    sender: Office
    recipient: Office
    files: dict[str, bytes]

    @property
    def for_recipient(self) -> dict[str, bytes]:
        return {name: data for name, data in self.files.items() if self.recipient.settings.office in name}


@pytest.fixture
def pair(join: Join, month: Month) -> Pair:
    care, *services = month.offices
    recipient = services[0]
    files = month.files[care.number]
    sender = join(care.number, care.service)
    fill(sender, files)
    return Pair(sender, join(recipient.number, recipient.service), files)


def fill(office: Office, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (office.folder.outbox / name).write_bytes(data)


@pytest.fixture
def sent(pair: Pair) -> Pair:
    """The sender's units are at the hub."""
    pair.sender.send()
    return pair


def inbox(pair: Pair) -> dict[str, bytes]:
    """Every file in the inbox, hidden ones too."""
    found = [path for path in pair.recipient.folder.inbox.rglob("*") if path.is_file()]
    assert len({path.name for path in found}) == len(found)
    return {path.name: path.read_bytes() for path in found}


def codes(results: list[CollectResult]) -> set[str]:
    return {result.trouble.code for result in results if result.trouble}
