"""What every part of the hub stands on, on the real database."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from renkei.conformance import Month
from renkei.trust import challenges, cms, merkle, seals

from . import world
from .conftest import Hub


def send_all(town: Hub, month: Month) -> None:
    sender = town.offices[month.offices[0].number]
    for unit, files in world.units_of(month.files[sender.number]):
        assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201


def test_a_write_inside_a_write_is_an_error(hub: Hub) -> None:
    from renkei.hub.core.writing import NestedWrite, write

    with write(), pytest.raises(NestedWrite), write():
        pass


def test_a_write_that_fails_leaves_nothing(hub: Hub) -> None:
    from renkei.hub.core import counters
    from renkei.hub.core.models import Counter
    from renkei.hub.core.writing import write

    def fail() -> None:
        with write():
            counters.create(["feed:1"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Counter.objects.exists()
    with write():
        counters.create(["feed:1"])


def test_numbers_are_given_out_without_gap_or_double_to_many_writers(hub: Hub) -> None:
    from django.db import connections

    from renkei.hub.core import counters
    from renkei.hub.core.writing import write

    with write():
        counters.create(["feed:1", "mailbox:2"])
    got: list[tuple[int, int]] = []

    def take(names: list[str]) -> None:
        for _ in range(10):
            with write():
                numbers = counters.advance(names)
                got.append((next(numbers["feed:1"]), next(numbers["mailbox:2"])))
        connections.close_all()

    threads = [
        threading.Thread(target=take, args=(names,)) for names in (["feed:1", "mailbox:2"], ["mailbox:2", "feed:1"]) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [(n, n) for n in range(1, 61)]


def test_nobody_rewrites_what_happened(town: Hub, month: Month) -> None:
    from django.db import DatabaseError
    from django.utils import timezone

    from renkei.hub.core.models import APPEND_ONLY, Erasure, TimeStamp
    from renkei.hub.core.sealer import seal_once
    from renkei.hub.core.writing import write

    send_all(town, month)
    recipient = next(o for o in town.offices.values() if o.service != "43")
    waiting = recipient.get("/events", service=recipient.service).json()["events"]
    recipient.get(f"/transmissions/{waiting[0]['transmission']['id']}/files")
    seal = seal_once()
    with write():
        TimeStamp.objects.create(seal=seal, token=b"token", at=timezone.now())
        Erasure.objects.create(body=uuid.uuid4(), holder="mailbox:1", at=timezone.now())
    for model in APPEND_ONLY:
        row = model.objects.first()
        assert row is not None, model
        with pytest.raises(DatabaseError), write():
            model.objects.filter(pk=row.pk).update(**{model._meta.concrete_fields[1].name: None})
        with pytest.raises(DatabaseError), write():
            model.objects.filter(pk=row.pk).delete()
        assert model.objects.filter(pk=row.pk).exists()


def test_every_event_is_sealed_once_and_provable(town: Hub, month: Month) -> None:
    from renkei.hub.core.keyring import keyring
    from renkei.hub.core.models import Event, Seal, SealedEvent, UnsealedEvent
    from renkei.hub.core.sealer import seal_once
    from renkei.hub.exchange.models import Envelope

    send_all(town, month)
    first = seal_once()
    assert first is not None and seal_once() is None
    recipient = next(o for o in town.offices.values() if o.service != "43")
    event = recipient.get("/events", service=recipient.service).json()["events"][0]
    id_ = event["transmission"]["id"]
    digest = world.digest(recipient.get(f"/transmissions/{id_}").json()["manifest"])
    recipient.post("/receipts", {"receipts": [recipient.receipt(id_, digest, "collected")]})
    second = seal_once()
    assert second is not None and not UnsealedEvent.objects.exists()
    assert SealedEvent.objects.count() == Event.objects.count()

    for seal in Seal.objects.all():
        assert cms.verify(bytes(seal.statement), bytes(seal.signature)).certificate == keyring().receipt_chain[0]
        leaves = [bytes(row.leaf) for row in seal.leaves.order_by("position")]
        for row in seal.leaves.all():
            event = Event.objects.get(pk=row.event)
            said = Envelope.objects.get(transmission=event.about)
            word = (said.manifest, said.signature)
            if event.type != "accepted":
                assert event.counter_receipt is not None and event.counter_signature is not None
                word = (event.counter_receipt, event.counter_signature)
            leaf = merkle.leaf(seals.entry(*map(bytes, (event.receipt, event.signature, *word))))
            path = merkle.path(leaves, row.position)
            assert merkle.verify(leaf, row.position, seal.size, path, bytes(seal.root))
    assert hashlib.sha256(bytes(first.statement)).hexdigest() in bytes(second.statement).decode()


def test_a_sealer_that_failed_goes_on_sealing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import sealer

    tried = threading.Semaphore(0)

    def fail() -> None:
        tried.release()
        raise RuntimeError

    monkeypatch.setattr(sealer, "seal_once", fail)
    thread = sealer.Sealer(0.01)
    thread.start()
    try:
        assert tried.acquire(timeout=5) and tried.acquire(timeout=5)
    finally:
        thread.stop()
    assert not thread.is_alive()


def test_the_state_is_what_the_events_add_up_to(town: Hub, month: Month) -> None:
    from renkei.hub.core import events
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.exchange.rules import Side, Step, fold

    send_all(town, month)
    for recipient in (o for o in town.offices.values() if o.service != "43"):
        for event in recipient.get("/events", service=recipient.service).json()["events"][:1]:
            id_ = event["transmission"]["id"]
            digest = world.digest(recipient.get(f"/transmissions/{id_}").json()["manifest"])
            receipts = [recipient.receipt(id_, digest, step) for step in ("collected", "imported")]
            recipient.post("/receipts", {"receipts": receipts})
    for transmission in Transmission.objects.all():
        taken = ((Step(event.type), Side(event.side)) for event in events.of(transmission.pk))
        assert transmission.standing == fold(taken)


@pytest.mark.parametrize("size", [0, 1, 5000, 3_000_000])
def test_a_body_comes_back_for_each_holder_and_for_nobody_else(hub: Hub, size: int) -> None:
    from renkei.hub.core.bodies import services as bodies
    from renkei.hub.core.bodies.services import BodyGone
    from renkei.hub.core.models import Body
    from renkei.hub.core.writing import write

    plain = bytes(i * i % 251 for i in range(size % 100_000)) + os.urandom(size - size % 100_000)
    prepared = bodies.prepare([plain[:100], plain[100:]])
    with write():
        bodies.store(prepared, {"mailbox:1": None, "sender:2": None})
    for holder in ("mailbox:1", "sender:2"):
        assert b"".join(bodies.open_body(bodies.fetch(prepared.id, [holder]))) == plain
    with pytest.raises(BodyGone):
        bodies.fetch(prepared.id, ["mailbox:3"])
    row = Body.objects.get(pk=prepared.id)
    assert (row.format, row.size) == (1, size)
    # A byte or two stand in any ciphertext by chance.
    assert size < 50 or row.inline is None or plain[:50] not in bytes(row.inline)


def test_a_large_body_lies_in_the_folder_and_goes_when_it_is_discarded(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.core.bodies import services as bodies

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 100)
    prepared = bodies.prepare([os.urandom(800)])
    path = hub.data / "blobs" / prepared.id.hex[-2:] / prepared.id.hex
    assert prepared.inline is None and path.stat().st_size > 100
    bodies.discard(prepared)
    assert not path.exists()


def test_a_session_that_writes_waits_its_turn(hub: Hub) -> None:
    """A library's write, outside our door, must not slip in between."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from renkei.hub.core import counters
    from renkei.hub.core.writing import write

    saved = threading.Event()

    def save_session() -> None:
        session = SessionStore()
        session["a"] = 1
        session.save()
        saved.set()
        connections.close_all()

    with write():
        counters.create(["feed:9"])
        thread = threading.Thread(target=save_session)
        thread.start()
        time.sleep(0.2)
        waited = not saved.is_set()
    thread.join()
    assert saved.is_set()
    from django.db import connection

    assert waited or connection.vendor == "postgresql"


def test_a_program_signs_in_once_for_each_challenge(town: Hub, month: Month) -> None:
    office = town.offices[month.offices[0].number]
    challenge = office.post("/challenges", {"office": office.number}).json()["challenge"]
    answer = {"challenge": challenge, "signature": world.b64(office.sign(challenge.encode()))}
    assert office.post("/tokens", answer).status_code == 201
    assert office.post("/tokens", answer).status_code == 401


def test_a_challenge_of_one_office_does_not_serve_another(town: Hub) -> None:
    one, other = list(town.offices.values())[:2]
    challenge = one.post("/challenges", {"office": one.number}).json()["challenge"]
    forged = {"challenge": challenge, "signature": world.b64(other.sign(challenge.encode()))}
    assert one.post("/tokens", forged).status_code == 401
    made_up = challenges.build(world.HUB_ID, one.number, datetime.now(UTC) + timedelta(minutes=1))
    assert (
        one.post("/tokens", {"challenge": made_up, "signature": world.b64(one.sign(made_up.encode()))}).status_code
        == 401
    )


def test_a_challenge_names_its_hub_and_serves_at_no_other(town: Hub) -> None:
    """A false hub that relays our challenge under its own name gets a signature that is worth nothing here."""
    office = next(iter(town.offices.values()))
    challenge = office.post("/challenges", {"office": office.number}).json()["challenge"]
    assert challenges.is_for(challenge, world.HUB_ID, office.number)
    relayed = challenge.replace(world.HUB_ID, "renkei-elsewhere")
    answer = office.post("/tokens", {"challenge": relayed, "signature": world.b64(office.sign(relayed.encode()))})
    assert (answer.status_code, answer.json()["code"]) == (401, "E-AUTH-CHALLENGE")


def test_a_challenge_of_another_hub_is_refused_even_if_it_is_on_record(
    town: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hubs over one restored database: the name decides, not the record."""
    from django.conf import settings

    office = next(iter(town.offices.values()))
    monkeypatch.setattr(settings, "HUB_ID", "renkei-elsewhere")
    foreign = office.post("/challenges", {"office": office.number}).json()["challenge"]
    monkeypatch.setattr(settings, "HUB_ID", world.HUB_ID)
    answer = office.post("/tokens", {"challenge": foreign, "signature": world.b64(office.sign(foreign.encode()))})
    assert (answer.status_code, answer.json()["code"]) == (401, "E-AUTH-CHALLENGE")


def test_a_token_ends_with_its_certificate(town: Hub) -> None:
    from renkei.hub.parties import services
    from renkei.trust.chain import fingerprint

    office = next(iter(town.offices.values()))
    assert office.get("/events", service=office.service).status_code == 200
    services.withdraw_certificate(fingerprint(office.certificate))
    answer = office.get("/events", service=office.service)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-AUTH-TOKEN")


def test_a_token_ends_when_the_authority_revokes_its_certificate(town: Hub) -> None:
    from renkei.hub.config import preparing

    # One of its own: the town's are kept for the tests that follow, and a revocation is for good.
    office = town.admit(world.new_office(town.authority, "1379300021", "11", "架空事業所"))
    assert office.get("/events", service=office.service).status_code == 200
    town.authority.revoke(office.certificate.serial_number, "keyCompromise")
    preparing.trust({"crls": {"list.crl": town.authority.crl()}})
    assert office.get("/events", service=office.service).status_code == 401


def test_tables_of_another_version_are_noticed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    from renkei.hub.config import preparing

    assert preparing.tables_are_current()
    applied = MigrationRecorder.applied_migrations
    monkeypatch.setattr(
        MigrationRecorder,
        "applied_migrations",
        lambda self: {k: v for k, v in applied(self).items() if k[0] != "exchange"},
    )
    assert not preparing.tables_are_current()


@pytest.mark.parametrize("token", ["", "x", "ü", "x" * 5000])
def test_without_a_token_nothing_is_told(town: Hub, token: str) -> None:
    office = next(iter(town.offices.values()))
    office.token = token
    for path in ("/events?service=43", f"/transmissions/{uuid.uuid4()}"):
        answer = office.get(path)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_the_hub_says_who_it_is_and_that_it_is_well(hub: Hub) -> None:
    from django.test import Client

    about: Any = Client().get("/v1/hub").json()
    assert about["id"] == world.HUB_ID and about["limits"]["unit_files"] == 100
    assert Client().get("/v1/health").json() == {"status": "ok", "warnings": []}
    schema = Client().get("/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for path in ("/v1/checks", "/v1/transmissions", "/v1/transmissions/batch", "/v1/events", "/v1/receipts"):
        assert path in schema["paths"]
