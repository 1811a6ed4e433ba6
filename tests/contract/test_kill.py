"""The hub is killed in the middle of its work: what it answered is there, once; what it did not answer can be sent again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import httpx2
import pytest

from renkei.conformance import make_month

from . import world
from .conftest import Hub


class Wire:
    """Stands in for Django's test client: the same calls, over real HTTP to a real process."""

    def __init__(self, base: str) -> None:
        self._http = httpx2.Client(base_url=base, timeout=10)
        self.close = self._http.close

    def get(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> httpx2.Response:
        return self._http.get(path, params=dict(query), headers=dict(headers))

    def post(self, path: str, body: str, content_type: str, headers: Mapping[str, str]) -> httpx2.Response:
        return self._http.post(path, content=body, headers={"Content-Type": content_type, **headers})


@contextmanager
def serving(hub: Hub, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The real `renkei serve` on the hub's data, in a process group of its own."""
    command = [sys.executable, "-m", "renkei", "serve", "--data", str(hub.data), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_well(process, port)
        yield process
    finally:
        _kill(process)


def _wait_until_well(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the hub ended by itself"
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/v1/health", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("the hub did not start")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the master and its worker."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def connected(office: world.TestOffice, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """The office speaks to this process over the wire."""
    port = int(str(process.args[-1]).rsplit(":", 1)[1])  # type: ignore[index]
    with closing(Wire(f"http://127.0.0.1:{port}")) as wire:
        office.client = wire  # type: ignore[assignment]
        office.sign_in()
        yield


@pytest.mark.parametrize("after", [0.05, 0.5])
def test_a_killed_hub_loses_nothing_and_doubles_nothing(hub: Hub, after: float) -> None:
    kill_and_look(hub, after)


@pytest.mark.long
@pytest.mark.parametrize("after", [run / 50 for run in range(1, 51)])
def test_a_hub_killed_at_any_moment_loses_nothing_and_doubles_nothing(hub: Hub, after: float) -> None:
    kill_and_look(hub, after)


def kill_and_look(hub: Hub, after: float) -> None:
    """Send a month, kill the hub after so many seconds, start it again, send what was not answered, collect all."""
    from django.db import connections

    month = make_month(seed=3, service_offices=6, clients=12)
    for office in month.offices:
        hub.admit(world.new_office(hub.authority, office.number, office.service, office.name))
    connections.close_all()
    sender = hub.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    envelopes = [sender.envelope(unit, files) for unit, files in units]
    answered: dict[str, str] = {}

    with serving(hub, _free_port()) as process, connected(sender, process):
        threading.Timer(after, _kill, [process]).start()
        for unit, envelope in zip(units, envelopes, strict=True):
            try:
                answer = sender.post("/transmissions", envelope)
            except httpx2.TransportError:
                break
            answered[unit[0].sequence] = answer.json()["id"]

    with serving(hub, _free_port()) as process, connected(sender, process):
        events = _all_events(sender)
        kept = {event["transmission"]["sequence"]: event["transmission"]["id"] for event in events}
        assert answered.items() <= kept.items()
        # At most the one unit that was on its way when the hub died is there without an answer.
        assert len(kept) - len(answered) <= 1
        for envelope in envelopes:
            assert sender.post("/transmissions", envelope).status_code in (200, 201)
        events = _all_events(sender)
        assert sorted(event["transmission"]["sequence"] for event in events) == sorted(u.sequence for u, _ in units)
        assert [event["number"] for event in events] == list(range(1, len(units) + 1))
        _collect_everything(hub, units, process)


def _collect_everything(hub: Hub, units: list[tuple[Any, dict[str, bytes]]], process: subprocess.Popen[bytes]) -> None:
    sent = {unit.sequence: files for unit, files in units}
    for recipient in (hub.offices[number] for number in {unit.recipient for unit, _ in units}):
        with connected(recipient, process):
            for event in _all_events(recipient):
                handed = recipient.get(f"/transmissions/{event['transmission']['id']}/files").json()
                expected = sent[event["transmission"]["sequence"]]
                assert handed["files"] == {name: world.b64(data) for name, data in expected.items()}


def _all_events(office: world.TestOffice) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = office.get("/events", service=office.service, limit=500).json()["events"]
    return events
