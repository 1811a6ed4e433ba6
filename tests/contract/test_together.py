"""Units that come in by different requests at the same time: one write for all, each judged on its own."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client

from renkei.standard.units import UnitKind

from . import world
from .test_batch_races import rows
from .test_sending import sender as sender
from .test_sending import units as units

_SECONDS = 60


@pytest.fixture
def tables(sender: world.TestOffice, units: Any) -> list[dict[str, Any]]:
    """Use tables, signed: none replaces another."""
    return [sender.envelope(unit, files) for unit, files in units if unit.kind is UnitKind.USE_TABLE]


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


class Held:
    """Holds the first round up before it is written, until all others wait; `rounds` is how many came in each."""

    def __init__(self, real: Callable[[Any], Any]) -> None:
        self._real = real
        self.rounds: list[int] = []
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, ready: Any) -> Any:
        self.rounds.append(len(ready))
        self.has_begun.set()
        assert self.may_go_on.wait(_SECONDS)
        return self._real(ready)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    from renkei.hub.exchange import storing

    held = Held(storing.store)
    monkeypatch.setattr(storing, "store", held)
    return held


def send(office: world.TestOffice, given: dict[str, Any]) -> Any:
    """One request, from a thread of its own."""
    try:
        return replace(office, client=Client()).post("/transmissions", given)
    finally:
        connections.close_all()


def all_at_once(
    threads: ThreadPoolExecutor, held: Held, office: world.TestOffice, given: list[dict[str, Any]]
) -> list[Any]:
    """The answers to all of these: the first goes alone, the others wait for the next round."""
    from renkei.hub.exchange import accepting

    under_way: list[Future[Any]] = [threads.submit(send, office, given[0])]
    assert held.has_begun.wait(_SECONDS)
    under_way += [threads.submit(send, office, one) for one in given[1:]]
    deadline = time.monotonic() + _SECONDS
    while len(accepting._STORING._waiting) < len(given) - 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    held.may_go_on.set()
    return [one.result(_SECONDS) for one in under_way]


def test_those_who_wait_share_one_write(
    sender: world.TestOffice, tables: Any, threads: Any, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import writing
    from renkei.hub.exchange import storing

    writes: list[None] = []

    def counted() -> Any:
        writes.append(None)
        return writing.write()

    monkeypatch.setattr(storing, "write", counted)
    answers = all_at_once(threads, held, sender, tables)
    assert len(tables) > 2
    assert [one.status_code for one in answers] == [201] * len(tables)
    assert (held.rounds, len(writes)) == ([1, len(tables) - 1], 2)
    assert len({one.json()["id"] for one in answers}) == rows() == len(tables)
    numbers = [event["number"] for event in sender.get("/events", service=sender.service).json()["events"]]
    assert numbers == list(range(1, len(tables) + 1))


def test_a_refused_one_among_them_keeps_none_back(
    sender: world.TestOffice, units: Any, threads: Any, held: Held
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import OfficeService

    chosen = [(unit, files) for unit, files in units if unit.kind is UnitKind.USE_TABLE]
    stopped = chosen[-1][0].recipient
    given = [sender.envelope(unit, files) for unit, files in chosen]

    def stop_and_go_on(ready: Any, real: Callable[[Any], Any] = held._real) -> Any:
        with write():
            OfficeService.objects.filter(party__number=stopped).update(active=False)
        return real(ready)

    held._real = stop_and_go_on
    answers = all_at_once(threads, held, sender, given)
    assert held.rounds == [1, len(given) - 1]
    for (unit, _), answer in zip(chosen, answers, strict=True):
        assert answer.json().get("code") == ("E-DEST-INACTIVE" if unit.recipient == stopped else None)
    assert rows() == sum(unit.recipient != stopped for unit, _ in chosen) > 0


def test_a_fault_of_the_database_takes_none_of_them_on_and_the_next_try_all(
    sender: world.TestOffice, tables: Any, threads: Any, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import rows as hot_rows

    real = hot_rows.insert

    def full(model: Any, *given: Any) -> None:
        if model.__name__ == "FeedEntry" and len(held.rounds) == 2:
            raise OperationalError("database or disk is full")
        real(model, *given)

    with monkeypatch.context() as patched:
        patched.setattr(hot_rows, "insert", full)
        answers = all_at_once(threads, held, sender, tables)
    assert [one.status_code for one in answers] == [201, *[503] * (len(tables) - 1)]
    assert rows() == 1
    again = [send(sender, one) for one in tables]
    assert [one.status_code for one in again] == [200, *[201] * (len(tables) - 1)]


def test_one_that_nobody_foresaw_is_no_others_trouble(
    sender: world.TestOffice, tables: Any, threads: Any, held: Held
) -> None:
    real = held._real

    def strange(ready: Any) -> Any:
        if any(unit.arrival.manifest_bytes == manifest for unit in ready):
            raise TypeError
        return real(ready)

    manifest = base64.b64decode(tables[-1]["manifest"])
    held._real = strange
    answers = all_at_once(threads, held, sender, tables)
    assert [one.status_code for one in answers] == [*[201] * (len(tables) - 1), 500]
    assert rows() == len(tables) - 1


def test_many_with_the_same_unit_get_the_same_receipt(
    sender: world.TestOffice, tables: Any, threads: Any, held: Held
) -> None:
    answers = all_at_once(threads, held, sender, [tables[0]] * 8)
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len({one.json()["id"] for one in answers}) == len({str(one.json()["receipt"]) for one in answers}) == 1
    assert rows() == 1


def test_what_is_large_keeps_nothing_small_waiting(
    sender: world.TestOffice, tables: Any, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange import accepting

    real = accepting._looked_into
    has_begun, may_go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(accepting, "_SMALL_BYTES", 0)  # so the first counts as large

    def slow_for_one(given: Any) -> Any:
        if not has_begun.is_set():
            has_begun.set()
            assert may_go_on.wait(_SECONDS)
        return real(given)

    monkeypatch.setattr(accepting, "_looked_into", slow_for_one)
    large = threads.submit(send, sender, tables[0])
    assert has_begun.wait(_SECONDS)
    monkeypatch.undo()
    assert [send(sender, one).status_code for one in tables[1:]] == [201] * (len(tables) - 1)
    assert not large.done()
    may_go_on.set()
    assert large.result(_SECONDS).status_code == 201
