"""A hub that dies in the middle of its work and is started again, and what must be true of it afterwards."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import httpx2

from . import crashing, world
from .running import Wire, free_port, wait_until_well

Result = TypeVar("Result")


Fate = tuple[str, int]
NONE: Fate = ("", 0)


class Mortal:
    """Hubs on one data folder, one after the other; each start takes the next of `fates`, a point and a turn."""

    def __init__(self, data: Path, starter: subprocess.Popen[str], port: int) -> None:
        self._data, self._starter, self._port = data, starter, port
        self._process, self._wire = 0, Wire(f"http://127.0.0.1:{port}")
        self._greeted: set[str] = set()
        self._fate = NONE
        self._struck = False
        self.fates: list[Fate] = []
        self.met: list[Fate] = []

    def start(self) -> None:
        """The next hub. It may be dead already: what it does by itself, it may do before it is asked anything."""
        self._wait_for_the_last_one()
        assert self._starter.stdin and self._starter.stdout
        self._fate = self.fates.pop(0) if self.fates else NONE
        self._starter.stdin.write(json.dumps(self._fate) + "\n")
        self._starter.stdin.flush()
        self._process = int(self._starter.stdout.readline())
        try:
            wait_until_well(self._port, self.lives)
        except AssertionError:
            assert not self.lives() and (self._fate != NONE or self._struck)
            if self._fate == NONE:
                self._struck = False
                self.start()

    def lives(self) -> bool:
        if not self._process:
            return False
        try:
            os.kill(self._process, 0)
        except ProcessLookupError:
            return False
        return True

    def strike(self) -> None:
        """kill -9 out of the blue, from another thread."""
        self._struck = True
        if self.lives():
            os.killpg(self._process, signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of the hub, master and worker."""
        if self.lives():
            os.killpg(self._process, signal.SIGKILL)
        self._wait_for_the_last_one()

    def meet_fates(self, *fates: Fate) -> None:
        """A new hub that dies at the first of these, one that dies at the second, …"""
        self.kill()
        self.fates = list(fates)
        self.start()

    def outlive_fates(self, seconds: float) -> None:
        """Until no fate is left; so long for each that needs nothing but the hub's own work."""
        while self._fate != NONE:
            deadline = time.monotonic() + seconds
            while self.lives() and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.lives():
                self.kill()
            else:
                self.met.append(self._fate)
            self.start()

    def close(self) -> None:
        self.kill()
        self._wire.close()

    def persist(self, office: world.TestOffice, deed: Callable[[world.TestOffice], Result]) -> Result:
        """Have an office do it until it is done, as its program would: after every death with a new hub."""
        while True:
            try:
                self._greet(office)
                return deed(office)
            except httpx2.TransportError:
                self._wait_for_death()
                if self._fate != NONE:
                    self.met.append(self._fate)
                self.start()

    def _greet(self, office: world.TestOffice) -> None:
        """Its token outlives the hub that gave it."""
        if office.number not in self._greeted:
            office.client, office.token = self._wire, ""  # type: ignore[assignment]
            office.sign_in()
            self._greeted.add(office.number)

    def _wait_for_death(self) -> None:
        deadline = time.monotonic() + 10
        while self.lives():
            assert time.monotonic() < deadline, "the hub lives, but does not answer"
            time.sleep(0.01)

    def _wait_for_the_last_one(self) -> None:
        """Master and worker share the lock: it is free when both are gone."""
        with (self._data / "hub.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def mortal(data: Path, **settings: str) -> Iterator[Mortal]:
    """Hubs with these settings, not yet started."""
    port = free_port()
    values = {"DATA": str(data), "BIND": f"127.0.0.1:{port}", "SEAL_SECONDS": "1", "JOB_SECONDS": "1"} | settings
    starter = subprocess.Popen(
        [sys.executable, str(Path(crashing.__file__)), str(data), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "renkei.hub.config.settings"}
        | {f"RENKEI_{name}": value for name, value in values.items()},
    )
    try:
        with closing(Mortal(data, starter, port)) as hubs:
            yield hubs
    finally:
        starter.communicate()


def in_folder(data: Path) -> set[str]:
    """The names of the blobs that lie in a data folder."""
    return {path.name for path in (data / "blobs").rglob("*") if path.is_file()}


def assert_whole(data: Path, expected: int, lying: Callable[[], set[str]]) -> None:
    """Nothing lost, torn or doubled: so many units, each the sum of its events, each event sealed once, each body there.

    `lying` says which blobs there are.
    """
    from renkei.hub.core import events
    from renkei.hub.core.models import Counter, FeedEntry
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.exchange.rules import Side, Step, fold

    units = list(Transmission.objects.all())
    assert len(units) == expected
    for unit in units:
        taken = list(events.of(unit.pk))
        assert unit.standing == fold((Step(event.type), Side(event.side)) for event in taken)
        assert [event.number for event in taken] == list(range(1, len(taken) + 1))
        assert len({event.type for event in taken}) == len(taken)
    feeds: dict[str, list[int]] = {}
    for entry in FeedEntry.objects.order_by("number"):
        feeds.setdefault(entry.feed, []).append(entry.number)
    for counter in Counter.objects.filter(name__startswith="feed:"):
        assert feeds.get(counter.name, []) == list(range(1, counter.value + 1))
    _assert_sealed()
    _assert_bodies(data, lying)


def _assert_sealed() -> None:
    from renkei.hub.core.models import Event, Seal, SealedEvent, UnsealedEvent
    from renkei.hub.core.sealer import seal_once
    from renkei.trust import merkle

    while seal_once():
        pass
    assert not UnsealedEvent.objects.exists()
    sealed = list(SealedEvent.objects.values_list("event", flat=True))
    assert len(sealed) == len(set(sealed)) and set(sealed) == set(Event.objects.values_list("pk", flat=True))
    seals = list(Seal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    for seal in seals:
        leaves = [bytes(row.leaf) for row in seal.leaves.order_by("position")]
        assert len(leaves) == seal.size and merkle.root(leaves) == bytes(seal.root)


def _assert_bodies(data: Path, lying: Callable[[], set[str]]) -> None:
    """Every copy opens, and after the sweep no blob lies there that no row names."""
    from datetime import timedelta

    from django.utils import timezone

    from renkei.hub.core.bodies import erasures, services, sweeping
    from renkei.hub.core.bodies.blobs import SHELVES
    from renkei.hub.core.files import ERASURES
    from renkei.hub.core.models import Body, Erasure, Wrap

    for wrap in Wrap.objects.all():
        assert b"".join(services.open_body(services.fetch(wrap.body, [wrap.holder])))
    # Nobody's row is missing, and nobody's wrap is left alone.
    assert set(Wrap.objects.values_list("body", flat=True)) == set(Body.objects.values_list("pk", flat=True))
    for shelf in SHELVES:
        sweeping.sweep(shelf, timezone.now() + timedelta(days=2))
    assert lying() == {body.hex for body in Body.objects.filter(inline=None).values_list("pk", flat=True)}
    erased = set(Erasure.objects.values_list("body", "holder"))
    assert not erased & set(Wrap.objects.values_list("body", "holder"))
    listed = erasures.read(data / ERASURES)[0] if erased else []
    assert erased <= {(one.body, one.holder) for one in listed}
