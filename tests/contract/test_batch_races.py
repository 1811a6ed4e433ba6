"""What may come between the two halves of taking on a batch: each unit is judged on its own, and by what holds at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import Unit, UnitKind

from . import world
from .conftest import Hub
from .test_sending import sender as sender
from .test_sending import units as units

Batch = list[dict[str, Any]]


@pytest.fixture
def batch(sender: world.TestOffice, units: Any) -> Batch:
    """Units for several offices, signed."""
    return [sender.envelope(unit, files) for unit, files in units]


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Has something happen once after all is checked and before anything is written."""
    from renkei.hub.exchange import storing

    real = storing.store
    deeds: list[Callable[[], Any]] = []

    def store(ready: Any) -> Any:
        while deeds:
            deeds.pop()()
        return real(ready)

    monkeypatch.setattr(storing, "store", store)
    return deeds.append


def send(office: world.TestOffice, batch: Batch) -> list[dict[str, Any]]:
    answer = office.post("/transmissions/batch", {"units": batch})
    assert answer.status_code == 200, answer.content.decode()
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def codes(results: list[dict[str, Any]]) -> list[Any]:
    return [one["problem"]["code"] if one.get("problem") else one["status"] for one in results]


def rows() -> int:
    from renkei.hub.core.models import Body, Event, Wrap
    from renkei.hub.exchange.models import Transmission

    count = Transmission.objects.count()
    assert (Body.objects.count(), Wrap.objects.count(), Event.objects.count()) == (count, 2 * count, count)
    return count


def test_other_content_under_a_number_of_the_same_batch_is_refused(sender: world.TestOffice, units: Any) -> None:
    unit, files = next((unit, files) for unit, files in units if unit.kind is UnitKind.USE_TABLE)
    _, others = next((one, own) for one, own in units if one.kind is unit.kind and one.recipient != unit.recipient)
    renamed = dict(zip(sorted(files), (others[name] for name in sorted(others)), strict=True))
    results = send(sender, [sender.envelope(unit, files), sender.envelope(unit, renamed), sender.envelope(unit, files)])
    assert results[0]["status"] == 201
    assert results[1]["status"] in (409, 422)
    assert (results[2]["status"], results[2]["transmission"]["id"]) == (200, results[0]["transmission"]["id"])
    assert rows() == 1


def test_two_batches_at_once_with_the_same_units_take_each_on_once(sender: world.TestOffice, batch: Batch) -> None:
    from django.db import connections

    answers: list[list[dict[str, Any]]] = []

    def run(own: Batch) -> None:
        answers.append(send(replace(sender, client=Client()), own))
        connections.close_all()

    threads = [threading.Thread(target=run, args=(own,)) for own in (batch, batch[::-1], batch[1:] + batch[:1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = [one["status"] for results in answers for one in results]
    assert (statuses.count(201), statuses.count(200)) == (len(batch), 2 * len(batch))
    ids = [one["transmission"]["id"] for results in answers for one in results]
    receipts = {str(one["transmission"]["receipt"]) for results in answers for one in results}
    assert len(set(ids)) == len(receipts) == len(batch) == rows()


def test_a_certificate_withdrawn_after_the_check_takes_nothing_on(
    sender: world.TestOffice, batch: Batch, between: Any
) -> None:
    from django.utils import timezone

    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Certificate

    def withdraw() -> None:
        with write():
            Certificate.objects.filter(party__number=sender.number).update(revoked_at=timezone.now())

    between(withdraw)
    assert set(codes(send(sender, batch))) == {"E-CERT-REVOKED"}
    assert rows() == 0


def test_an_office_stopped_after_the_check_gets_nothing_and_keeps_no_other_back(
    sender: world.TestOffice, units: Any, batch: Batch, between: Any
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import OfficeService

    stopped = units[0][0].recipient

    def stop() -> None:
        with write():
            OfficeService.objects.filter(party__number=stopped).update(active=False)

    between(stop)
    found = codes(send(sender, batch))
    assert found == ["E-DEST-INACTIVE" if unit.recipient == stopped else 201 for unit, _ in units]
    assert rows() == found.count(201) > 0


def test_a_quota_that_runs_out_lets_the_first_ones_in(sender: world.TestOffice, batch: Batch) -> None:
    from renkei.hub.exchange import quotas
    from renkei.hub.parties import services

    party = services.office(sender.number)
    quotas.set_bound(party, 2, "staff:1", "試験")
    given = [batch[0], batch[0], *batch[1:], batch[-1]]
    assert codes(send(sender, given)) == [201, 200, 201, *["E-LIMIT-DAY"] * (len(given) - 3)]
    assert (rows(), quotas.of(party)) == (2, (2, 2))
    assert codes(send(sender, batch[1:2])) == [200]


def test_a_disk_that_is_full_in_the_middle_takes_nothing_on_and_the_next_try_all(
    sender: world.TestOffice, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from renkei.hub.core import rows as hot_rows

    real = hot_rows.insert

    def full(model: Any, *given: Any) -> None:
        if model.__name__ == "FeedEntry":
            raise OperationalError("database or disk is full")
        real(model, *given)

    with monkeypatch.context() as patched:
        patched.setattr(hot_rows, "insert", full)
        assert sender.post("/transmissions/batch", {"units": batch}).status_code == 503
    assert rows() == 0
    assert set(codes(send(sender, batch))) == {201}
    numbers = [event["number"] for event in sender.get("/events", service=sender.service).json()["events"]]
    assert numbers == list(range(1, len(batch) + 1))


def test_a_helper_that_dies_in_the_middle_is_not_missed(
    sender: world.TestOffice, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import apart

    class Gone:
        def ask(self, *_: Any) -> Any:
            raise EOFError

        def end(self) -> None:
            pass

    monkeypatch.setattr(apart._pool, "idle", Gone)
    monkeypatch.setattr(apart._pool, "give_back", lambda _: None)
    assert set(codes(send(sender, batch))) == {201}


def test_a_helper_answers_as_the_hub_itself(sender: world.TestOffice, units: Any) -> None:
    from renkei.hub.core.apart import Helper
    from renkei.hub.exchange.looking_into import Given, look

    helper = Helper()
    given = [Given(None, files, {}) for _, files in units]
    try:
        while not helper.is_ready():
            pass
        assert helper.ask(look, given) == [look(one) for one in given]
    finally:
        helper.end()


def test_a_batch_of_many_asks_the_database_no_more_than_one_of_two(
    town: Hub, sender: world.TestOffice, batch: Batch, units: list[tuple[Unit, Any]]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    few, many = batch[:2], batch[2:]
    assert len(many) > len(few)
    with CaptureQueriesContext(connection) as small:
        send(sender, few)
    with CaptureQueriesContext(connection) as large:
        send(sender, many)
    assert len(large) <= len(small) + 1  # two that replace something need one more question
