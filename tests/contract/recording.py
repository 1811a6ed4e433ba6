"""Playing through every call of the API with the invented month, and keeping what was asked and answered."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.standard.units import UnitKind
from renkei.trust import keys

from . import world
from .papers import Paper, bring_in, pdf
from .streets import Street
from .test_attached_units import envelope
from .test_enrolling import der, offer

_PATTERNS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "an id"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)"), "a time"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "a day"),
    (re.compile(r"[0-9a-f]{32,}"), "hexadecimal"),
    (re.compile(r"\d{15,}"), "a place in a list"),
    (re.compile(r"-----BEGIN .*", re.DOTALL), "PEM"),
    (re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}"), "base64"),
)
# What depends on the day or on the rest of the test alone.
_CHANGING = frozenset(("number", "epoch", "challenge", "warnings", "id", "office", "code", "time_stamp", "password"))


@dataclass
class Tape:
    """By operation: `request`, and `answers` by status, each as it came first."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, method: str, path: str, asked: bytes, answer: Any) -> None:
        """One call that went well."""
        id_ = operation_at(method, path)
        if id_ is None or answer.status_code >= 300:
            return
        kept = self.kept.setdefault(id_, {"answers": {}})
        if asked[:2] in (b'{"', b"{ ") and "request" not in kept:
            kept["request"] = json.loads(asked)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            kept["answers"].setdefault(str(answer.status_code), json.loads(answer.content))


class Recording(Client):
    """A client whose calls are on tape."""

    def __init__(self, tape: Tape, **defaults: Any) -> None:
        super().__init__(**defaults)
        self._tape = tape

    def generic(self, method: str, path: str, data: Any = b"", *given: Any, **named: Any) -> Any:
        """Every call goes through here."""
        answer = super().generic(method, path, data, *given, **named)
        asked = data if isinstance(data, bytes) else str(data).encode()
        self._tape.keep(method, path, asked, answer)
        return answer


def operation_at(method: str, path: str) -> str | None:
    """The operation that a path belongs to; a word before an id."""
    from renkei.hub.config.describing.table import promises

    bare = path.partition("?")[0]
    for call, promise in sorted(promises().items(), key=lambda one: one[0].count("{")):
        its_method, _, its_path = call.partition(" ")
        if its_method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", its_path), bare):
            return promise.id
    return None


def masked(value: Any, name: str = "") -> Any:
    """The same with all that differs from one run to the next taken out."""
    if isinstance(value, dict):
        return {masked(key): masked(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one, name) for one in value]
    if name in _CHANGING and isinstance(value, str | int | list):
        return "…"
    if not isinstance(value, str):
        return value
    for pattern, word in _PATTERNS:
        value = pattern.sub(word, value)
    return value


def play(street: Street, tape: Tape) -> None:
    """Every call of the API once or more, by the offices of the month."""
    offices = [replace(office, client=Recording(tape)) for office in (street.care_manager, street.service_office)]
    sender, recipient = offices
    look_around(sender)
    sign_in(street, sender, tape)
    ids = send(street, sender, recipient)
    collect(recipient, ids)
    report(sender, recipient, ids[0])
    attach(sender, recipient)
    wait_for_signature(street, sender)
    be_called(sender)
    read(sender, ids[0])


def look_around(sender: world.TestOffice) -> None:
    for path in ("/hub", "/health", "/trust"):
        sender.get(path)
    pem = sender.certificate.public_bytes(Encoding.PEM)
    sender.post("/certificate-checks", {"certificate": world.b64(pem)})
    sender.get("/office")
    headers = {"Authorization": f"Bearer {sender.token}"}
    form = f"/v1/office/services/{sender.service}/form"
    sender.client.put(form, {"form": "csv"}, content_type="application/json", headers=headers)
    sender.get("/directory", text=sender.number)


def sign_in(street: Street, sender: world.TestOffice, tape: Tape) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    replace(sender, token="").sign_in()
    made = accounts.make(services.office(sender.number), "command:test")
    shown: dict[str, Any] = {"renkei.client_certificate": sender.certificate.public_bytes(Encoding.DER)}
    program = Recording(tape, **shown)
    given = {"id": made.account.login, "password": made.password}
    granted = program.post("/v1/login", given, content_type="application/json").json()
    refreshed = program.post(
        "/v1/refresh", {"refresh_token": granted["refresh_token"]}, content_type="application/json"
    ).json()
    program.post("/v1/logout", headers={"Authorization": f"Bearer {refreshed['access_token']}"})


def enrol(street: Street, tape: Tape) -> None:
    """A first certificate and its renewal."""
    from renkei.hub.parties import services

    office, program = street.care_manager, Recording(tape)
    code, key = offer(services.office(office.number)), keys.new_key()
    given = {"office": office.number, "code": code, "request": world.b64(der(key, office.number))}
    asked = program.post("/v1/certificate-requests", given, content_type="application/json")
    program.get(f"/v1/certificate-requests/{asked.json()['id']}")
    request = der(keys.new_key(), office.number)
    signed = {"request": world.b64(request), "signature": world.b64(office.sign(request))}
    program.post("/v1/renewals", signed, content_type="application/json")


def send(street: Street, sender: world.TestOffice, recipient: world.TestOffice) -> list[str]:
    files = street.month.files[sender.number]
    units = [
        (unit, own)
        for unit, own in world.units_of(files)
        if unit.recipient == recipient.number and unit.kind is not UnitKind.USE_TABLE
    ]
    unit, own = min(units, key=lambda one: sum(map(len, one[1].values())))
    sender.post("/checks", {"files": [{"name": name, "data": world.b64(data)} for name, data in own.items()]})
    first = sender.post("/transmissions", sender.envelope(unit, own)).json()["id"]
    sender.post("/transmissions", sender.envelope(unit, own))
    sender.post("/transmissions/batch", {"units": [sender.envelope(unit, own)]})
    recipient.get("/waiting", service=recipient.service)
    return [first, street.slip]


def collect(recipient: world.TestOffice, ids: list[str]) -> None:
    recipient.get("/events", service=recipient.service, limit=2)
    recipient.get(f"/transmissions/{ids[0]}/files", program="pc-1")
    recipient.post("/transmissions/collect", {"transmissions": ids[:1], "program": "pc-1"})


def report(sender: world.TestOffice, recipient: world.TestOffice, id_: str) -> None:
    digest = world.digest(sender.get(f"/transmissions/{id_}").json()["manifest"])
    found = [{"code": "X-12", "message": "利用者が登録されていません。"}]
    said = [recipient.receipt(id_, digest, "collected"), recipient.receipt(id_, digest, "import_failed", found)]
    recipient.post("/receipts", {"receipts": said})
    sender.get(f"/transmissions/{id_}/findings")
    asked = recipient.receipt(id_, digest, "change_requested", text="12月3日の時間を確かめてください。")
    recipient.post("/receipts", {"receipts": [asked]})
    steps = sender.get(f"/transmissions/{id_}").json()["events"]
    number = next(step["number"] for step in steps if step["type"] == "change_requested")
    sender.get(f"/transmissions/{id_}/events/{number}/words")


def attach(sender: world.TestOffice, recipient: world.TestOffice) -> None:
    paper, dropped = Paper(pdf("月次報告")), Paper(pdf("まちがい"))
    bring_in(sender, paper)
    bring_in(sender, paper)
    sender.get(f"/uploads/{paper.id}")
    sent = sender.post("/transmissions", envelope(sender, recipient, {"01.pdf": paper})).json()
    answer = recipient.client.get(
        f"/v1/transmissions/{sent['id']}/files/01.pdf", headers={"Authorization": f"Bearer {recipient.token}"}
    )
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    bring_in(sender, dropped)
    sender.client.delete(f"/v1/uploads/{dropped.id}", headers={"Authorization": f"Bearer {sender.token}"})


def wait_for_signature(street: Street, sender: world.TestOffice) -> None:
    """A unit that somebody finished on the page, and that a program is to sign."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership
    from renkei.hub.workspace.outbox import acting, bringing
    from renkei.hub.workspace.outbox.rules import Deed

    staff = services.add_staff("outbox", "鈴木　一", services.office(sender.number), "しずかな朝の提供票が届く")
    place = Membership.objects.select_related("party", "staff").get(staff=staff)
    units = world.units_of(street.month.files[sender.number])
    # The smallest that did not go yet: its answer is kept as an example.
    files = min(
        (own for unit, own in units if unit.kind is UnitKind.USE_TABLE), key=lambda own: sum(map(len, own.values()))
    )
    later = {name.replace(name[-18:-4], "20261231000000"): data for name, data in files.items()}
    [new] = bringing.bring(place, list(later.items())).plan.new
    unit = new.owner.outgoing.get()
    acting.act(Deed.CHECK, place, new.owner, {unit.pk: unit.revision})
    sender.get("/outbox", service=sender.service)
    sender.get(f"/outbox/{unit.pk}/files")
    sender.get("/reminders", service=sender.service)


def be_called(sender: world.TestOffice) -> None:
    """Nobody runs the calls here."""
    path, headers = f"/v1/webhooks/{sender.service}", {"Authorization": f"Bearer {sender.token}"}
    for url in ("https://example.jp/old", "https://example.jp/renkei"):
        sender.client.put(path, {"url": url}, content_type="application/json", headers=headers)
    sender.post(f"/webhooks/{sender.service}/secret", {})
    sender.post(f"/webhooks/{sender.service}/test", {})
    sender.get("/webhooks")
    sender.client.delete(path, headers=headers)


def read(sender: world.TestOffice, id_: str) -> None:
    from renkei.hub.core import sealer

    sealer.seal_once()
    sender.get("/transmissions", service=sender.service, limit=2, **{"from": "2026-11-01", "to": "2040-12-31"})
    sender.get(f"/transmissions/{id_}/evidence")
    sender.get("/seals")
    sender.get("/authorities")
