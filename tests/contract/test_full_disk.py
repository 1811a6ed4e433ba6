"""The disk is full, or may not be written to: the hub and the office program say so, keep what they have, and go on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conftest import absent

from renkei.client import Office, SetupError
from renkei.conformance import Month
from renkei.hub.core import space

from . import world
from .conftest import Hub
from .running import connected, free_port, serving

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

SIZE = 48 * 1024 * 1024
Disk = Callable[[str], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """`disk(name)` mounts a small real file system; root alone can."""
    mounted: list[Path] = []

    def mount(name: str) -> Path:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(place)]
        if os.geteuid() != 0:
            pytest.skip("root でないので、小さなディスクを作れません")
        if subprocess.run(command, capture_output=True, check=False).returncode:
            absent("小さなディスク(tmpfs)を作る権限")
        mounted.append(place)
        return place

    yield mount
    for place in reversed(mounted):
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room that is left; deleting the file gives it back."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
    return filler


def read_only(place: Path, *, yes: bool) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(place)], check=True)


def health(port: int) -> httpx2.Response:
    return httpx2.get(f"http://127.0.0.1:{port}/v1/health", timeout=20)


def rows() -> dict[str, int]:
    from django.apps import apps
    from django.db import connections

    try:
        return {m.__name__: m._default_manager.count() for m in apps.get_models() if m.__name__ != "Job"}
    finally:
        connections.close_all()


def moved(town: Hub, place: Path) -> None:
    """The hub's data on this disk."""
    from django.db import connections

    connections.close_all()
    shutil.copytree(town.data, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("authority", "*.socket"))


def refused(answer: Any) -> None:
    assert answer.status_code == 503, answer.text
    problem = answer.json()
    assert problem["code"] == "E-HUB-STORAGE" and "記録できません" in problem["title"]
    assert answer.headers["Content-Type"] == "application/problem+json" and answer.headers["Retry-After"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("inline", [True, False], ids=["in the database", "in files"])
def test_a_full_disk_is_told_and_left_behind_without_a_restart(
    town: Hub, month: Month, disk: Disk, request: pytest.FixtureRequest, inline: bool
) -> None:
    if inline and request.getfixturevalue("database") != "sqlite":
        pytest.skip("PostgreSQL の本文は、ほかのディスクにあります")
    place, port = disk("data"), free_port()
    moved(town, place)
    sender = town.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    recipient = town.offices[units[0][0].recipient]
    with serving(place, port, INLINE_BYTES="1000000" if inline else "10", SEAL_SECONDS="600", JOB_SECONDS="600"):
        with connected(sender, port):
            id_ = sender.post("/transmissions", sender.envelope(*units[0])).json()["id"]
            filler = fill(place)
            for unit, files in units[1:4]:
                refused(sender.post("/transmissions", sender.envelope(unit, files)))
            told = health(port)
            assert (told.status_code, told.json()["code"]) == (503, "E-HUB-STORAGE")
            assert [event["transmission"]["id"] for event in feed(sender)] == [id_]
            assert not [path for path in (place / "blobs").rglob(".*") if path.is_file()]
            filler.unlink()
            assert health(port).status_code == 200
            for unit, files in units[1:4]:
                assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201
            assert [event["number"] for event in feed(sender)] == [1, 2, 3, 4]
        with connected(recipient, port):
            handed = recipient.get(f"/transmissions/{id_}/files").json()["files"]
            assert handed == {name: world.b64(data) for name, data in units[0][1].items()}


def feed(office: world.TestOffice) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = office.get("/events", service=office.service).json()["events"]
    return events


def test_a_read_only_disk_of_large_bodies_is_told_and_left_behind(town: Hub, month: Month, disk: Disk) -> None:
    place, port = disk("data"), free_port()
    moved(town, place)
    blobs = disk("data/blobs")
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    with serving(place, port, INLINE_BYTES="10"), connected(sender, port):
        read_only(blobs, yes=True)
        refused(sender.post("/transmissions", sender.envelope(unit, files)))
        assert health(port).json()["code"] == "E-HUB-STORAGE"
        read_only(blobs, yes=False)
        assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201


@pytest.mark.parametrize("full", [True, False], ids=["full", "read-only"])
def test_a_hub_that_cannot_write_does_not_start_and_says_why(town: Hub, disk: Disk, full: bool) -> None:
    place = disk("data")
    moved(town, place)
    (place / "hub.lock").unlink(missing_ok=True)
    if full:
        fill(place)
    else:
        read_only(place, yes=True)
    command = [sys.executable, "-m", "renkei", "serve", "--data", str(place), "--bind", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "ディスク" in done.stderr or "書けません" in done.stderr


def test_an_operator_is_warned_before_the_disk_is_full(town: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    monkeypatch.setattr(space, "_free", lambda _folder: space.WARN_FREE_BYTES - 1)
    told = Client().get("/v1/health").json()
    assert told["status"] == "ok" and "1,023 MiB" in told["warnings"][0]
    monkeypatch.setattr(space, "_free", lambda _folder: space.WARN_FREE_BYTES)
    assert Client().get("/v1/health").json()["warnings"] == []


def test_an_office_whose_disk_is_full_is_told_and_gets_everything_later(
    town: Hub, month: Month, disk: Disk, tmp_path: Path
) -> None:
    from django.db import connections

    sender = town.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    number = units[0][0].recipient
    own = [(unit, files) for unit, files in units if unit.recipient == number]
    for unit, files in own:
        assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201
    connections.close_all()
    port = free_port()
    with serving(town.data, port):
        office = open_office(town, number, port, tmp_path)
        filler = fill(disk("office/inbox"))
        with pytest.raises(SetupError, match="E-OFFICE-INBOX") as told:
            office.collect()
        assert "ディスクの空き" in str(told.value)
        filler.unlink()
        results = office.collect()
        assert [result.trouble for result in results] == [None] * len(own)
        got = {path.name: path.read_bytes() for path in office.folder.inbox.rglob("*.CSV")}
        assert got == {name: data for _, files in own for name, data in files.items()}


def open_office(town: Hub, number: str, port: int, tmp_path: Path) -> Office:
    """The office program of an office of the town, with a key of its own."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from django.db import connections

    known = town.offices[number]
    roots = [town.authority.folder / "root.pem"]
    url = f"http://127.0.0.1:{port}"
    office = Office.create(tmp_path / "office", url, number, known.service, known.name, roots=roots)
    csr = x509.load_pem_x509_csr(office.folder.request.read_bytes())
    issued = town.authority.issue(csr, number)
    pem = tmp_path / "office.pem"
    pem.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (issued, town.authority.issuing)))
    office.install_certificate(pem)
    from renkei.hub.config.asking import ask

    given = {"office": number, "name": known.name, "services": [known.service], "actor": "command:test"}
    ask(town.data, "admit", given | {"certificate": issued.public_bytes(Encoding.PEM).decode()})
    connections.close_all()
    return office
