"""Several hubs on one PostgreSQL share nothing but it and a folder: whichever a program asks, it is the same hub."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from renkei.conformance import make_month
from renkei.standard import records
from renkei.standard.units import Unit, UnitKind

from . import world
from .conftest import Hub
from .running import Process, Wire, free_port, kill, serving

SHARED = ("keys", "trust", "blobs")


@dataclass
class Replicas:
    """Two running hubs and the offices of a month, each office as it speaks to the first and to the second."""

    hub: Hub
    folders: Sequence[Path]
    running: ExitStack
    wires: list[Wire]
    processes: list[Process]
    units: list[tuple[Unit, dict[str, bytes]]]

    def start(self) -> None:
        ports = [free_port() for _ in self.folders]
        settings = {"SEAL_SECONDS": "1", "JOB_SECONDS": "1", "INLINE_BYTES": "1500", "THREADS": "6"}
        self.processes = [
            self.running.enter_context(serving(data, port, **settings))
            for data, port in zip(self.folders, ports, strict=True)
        ]
        self.wires = [Wire(f"http://127.0.0.1:{port}") for port in ports]

    def stop(self) -> None:
        for wire in self.wires:
            wire.close()
        for process in self.processes:
            kill(process)

    def each(self, number: str) -> list[world.TestOffice]:
        """One office, signed in once, at each hub."""
        office = self.hub.offices[number]
        return [replace(office, client=wire) for wire in self.wires]  # type: ignore[arg-type]

    @property
    def sender(self) -> str:
        return self.units[0][0].sender


@pytest.fixture
def replicas(hub: Hub, tmp_path: Path) -> Iterator[Replicas]:
    from django.db import connection, connections

    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one hub")
    month = make_month(seed=3, service_offices=4, clients=6)
    for office in month.offices:
        hub.admit(world.new_office(hub.authority, office.number, office.service, office.name))
    connections.close_all()
    second = tmp_path / "second"
    second.mkdir()
    shutil.copy(hub.data / "hub.json", second)
    (hub.data / "blobs").mkdir(exist_ok=True)
    for name in SHARED:
        (second / name).symlink_to(hub.data / name)
    units = world.units_of(month.files[month.offices[0].number])
    with ExitStack() as running:
        made = Replicas(hub, (hub.data, second), running, [], [], units)
        made.start()
        yield made
        made.stop()


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(deeds)) as pool:
        return [running.result() for running in [pool.submit(deed) for deed in deeds]]


def sent(offices: Sequence[world.TestOffice], unit: Unit, contents: Sequence[dict[str, bytes]]) -> list[Any]:
    """The same unit sent to the hubs in turn, at one moment, each time with its own signature and content."""
    bodies = [offices[0].envelope(unit, files) for files in contents]
    return at_once([partial(offices[n % 2].post, "/transmissions", body) for n, body in enumerate(bodies)])


def other_policies(files: dict[str, bytes], count: int) -> list[dict[str, bytes]]:
    """A care plan with as many different contents."""
    name = next(name for name in files if name.startswith("UP1KYO"))
    rows = records.read(files[name], "UP1KYO")
    return [
        files | {name: records.write("UP1KYO", [rows[0] | {"overall_support_policy": f"方針{n}"}, *rows[1:]])}
        for n in range(count)
    ]


def feed_numbers(office: world.TestOffice) -> list[int]:
    events = office.get("/events", service=office.service, limit=500).json()["events"]
    return [event["number"] for event in events]


def test_two_hubs_on_one_database_are_one_hub(replicas: Replicas) -> None:
    sender = replicas.each(replicas.sender)
    firsts = _the_same_unit_at_both(replicas, sender)
    _different_units_under_one_key(replicas, sender)
    _steps_at_both(replicas, firsts)
    _numbers_without_gap_or_double(replicas)
    _each_event_is_sealed_once()
    replicas.stop()
    replicas.start()
    for office in replicas.each(replicas.sender):
        for (unit, files), first in zip(replicas.units, firsts, strict=True):
            if first:
                again = office.post("/transmissions", office.envelope(unit, files))
                assert (again.status_code, again.json()["receipt"]) == (200, first["receipt"])


def _the_same_unit_at_both(replicas: Replicas, sender: Sequence[world.TestOffice]) -> list[dict[str, Any] | None]:
    """The first answers; None for care plans, which are for the next test."""
    firsts: list[dict[str, Any] | None] = []
    for unit, files in replicas.units:
        if unit.kind is UnitKind.CARE_PLAN:
            firsts.append(None)
            continue
        answers = sent(sender, unit, [files] * 4)
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        told = [answer.json() for answer in answers]
        assert len({one["id"] for one in told}) == len({one["receipt"]["body"] for one in told}) == 1
        firsts.append(told[0])
    assert sum(first is not None for first in firsts) >= 4
    return firsts


def _different_units_under_one_key(replicas: Replicas, sender: Sequence[world.TestOffice]) -> None:
    plans = [(unit, files) for unit, files in replicas.units if unit.kind is UnitKind.CARE_PLAN]
    assert len(plans) >= 3
    for unit, files in plans:
        contents = other_policies(files, 4)
        answers = sent(sender, unit, contents)
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        winner = next(n for n, answer in enumerate(answers) if answer.status_code == 201)
        again = sent(sender, unit, contents)
        assert [answer.status_code for answer in again] == [200 if n == winner else 409 for n in range(4)]


def _steps_at_both(replicas: Replicas, firsts: Sequence[dict[str, Any] | None]) -> None:
    """Collected from one hub, acknowledged at both at once: one event, one receipt."""
    for (unit, files), first in zip(replicas.units, firsts, strict=True):
        if first is None:
            continue
        one, other = replicas.each(unit.recipient)
        handed = one.get(f"/transmissions/{first['id']}/files").json()
        assert handed == other.get(f"/transmissions/{first['id']}/files").json()
        assert handed["files"] == {name: world.b64(data) for name, data in files.items()}
        said = one.receipt(first["id"], world.digest(handed["manifest"]), "collected")
        deeds = [partial(office.post, "/receipts", {"receipts": [said]}) for office in (one, other) * 2]
        results = [answer.json()["results"][0] for answer in at_once(deeds)]
        assert sorted(result["status"] for result in results) == [200, 200, 200, 201]
        assert len({result["receipt"]["body"] for result in results}) == 1


def _numbers_without_gap_or_double(replicas: Replicas) -> None:
    from django.db import connections

    from renkei.hub.exchange.models import Transmission

    for number in replicas.hub.offices:
        one, other = replicas.each(number)
        numbers = feed_numbers(one)
        assert numbers == feed_numbers(other) == list(range(1, len(numbers) + 1))
    boxes: dict[int, list[int]] = {}
    for recipient, number in Transmission.objects.values_list("recipient", "mailbox_number"):
        boxes.setdefault(recipient, []).append(number)
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in boxes.values())
    connections.close_all()


def _each_event_is_sealed_once() -> None:
    from renkei.hub.core.models import Event, Seal, SealedEvent, UnsealedEvent

    deadline = time.monotonic() + 20
    while UnsealedEvent.objects.exists():
        assert time.monotonic() < deadline, "nobody seals"
        time.sleep(0.1)
    sealed = Counter(SealedEvent.objects.values_list("event", flat=True))
    assert set(sealed) == set(Event.objects.values_list("pk", flat=True)) and set(sealed.values()) == {1}
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_challenge_asked_at_one_hub_is_answered_at_the_other_once(replicas: Replicas) -> None:
    one, other = replicas.each(replicas.sender)
    challenge = one.post("/challenges", {"office": one.number}).json()["challenge"]
    answer = {"challenge": challenge, "signature": world.b64(one.sign(challenge.encode()))}
    deeds = [partial(office.post, "/tokens", answer) for office in (one, other) * 3]
    answers = at_once(deeds)
    assert sorted(given.status_code for given in answers) == [201, 401, 401, 401, 401, 401]
    token = next(given.json()["access_token"] for given in answers if given.status_code == 201)
    for office in (one, other):
        office.token = token
        assert office.get("/events", service=office.service).status_code == 200


def test_a_unit_that_replaces_another_comes_in_while_that_one_is_acknowledged(replicas: Replicas) -> None:
    """Each holds what the other needs next, if one is not careful: neither may be put off."""
    sender = replicas.each(replicas.sender)
    unit, files = next((unit, files) for unit, files in replicas.units if unit.kind is UnitKind.USE_TABLE)
    recipient = replicas.each(unit.recipient)
    before = sender[0].post("/transmissions", sender[0].envelope(unit, files)).json()["id"]
    for turn in range(1, 9):
        sequence = f"{int(unit.sequence) + turn:014}"
        newer = {name.replace(unit.sequence, sequence): data for name, data in files.items()}
        renumbered = unit._replace(sequence=sequence, files=tuple(newer))
        body = sender[0].envelope(renumbered, newer)
        manifest = recipient[0].get(f"/transmissions/{before}").json()["manifest"]
        said = recipient[0].receipt(before, world.digest(manifest), "collected")
        deeds = [
            partial(sender[0].post, "/transmissions", body),
            partial(recipient[1].post, "/receipts", {"receipts": [said]}),
        ]
        answer, acknowledged = at_once(deeds)
        assert (answer.status_code, acknowledged.status_code) == (201, 200), answer.text
        assert acknowledged.json()["results"][0]["status"] == 201
        before = answer.json()["id"]
