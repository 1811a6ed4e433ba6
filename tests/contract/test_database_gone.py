"""The database goes away and comes back, and the clock is wrong: nobody sees a traceback, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from renkei.conformance import Month
from renkei.standard.units import Unit

from . import postgres, world
from .conftest import Hub
from .running import all_events, connected, free_port, serving
from .waiting import DAY, Sent, send

ClockSet = Callable[[timedelta], None]


@pytest.fixture
def stoppable(database: str, request: pytest.FixtureRequest) -> Iterator[postgres.Server]:
    """The PostgreSQL of this run. Whatever a test does with it: those after it need it."""
    if database != "postgresql":
        pytest.skip("SQLite のデータベースは、ハブのプロセスの中にあります")
    server: postgres.Server = request.getfixturevalue("server")
    yield server
    if not server.answers():
        server.go_on()


def test_a_database_that_went_away_is_told_and_used_again_when_it_is_back(
    town: Hub, month: Month, stoppable: postgres.Server
) -> None:
    sender, units, port = _sender(town, month)
    with serving(town.data, port, SEAL_SECONDS="1", JOB_SECONDS="1"), connected(sender, port):
        first = sender.post("/transmissions", sender.envelope(*units[0]))
        stoppable.pause()
        for path in ("/events?service=43", f"/transmissions/{first.json()['id']}", "/health"):
            _told(httpx2.get(f"http://127.0.0.1:{port}/v1{path}", headers=sender._headers()))
        _told(sender.post("/transmissions", sender.envelope(*units[1])))
        challenge = sender.post("/challenges", {"office": sender.number}).json()["challenge"]  # asks no database
        given = {"challenge": challenge, "signature": world.b64(sender.sign(challenge.encode()))}
        _told(sender.post("/tokens", given))
        page = httpx2.get(f"http://127.0.0.1:{port}/", cookies={"sessionid": "a" * 32}, timeout=20)
        assert page.status_code == 503 and page.headers["Retry-After"] and "Traceback" not in page.text
        time.sleep(1.5)  # sealer and worker try in vain
        stoppable.go_on()
        # Each thread of the hub has a connection that is dead; none of them is seen.
        answers = [sender.post("/transmissions", sender.envelope(unit, files)) for unit, files in units]
        assert [answer.status_code for answer in answers] == [200] + [201] * (len(units) - 1)
        assert [event["number"] for event in all_events(sender)] == list(range(1, len(units) + 1))
        _wait_until_sealed(len(units))


def _sender(town: Hub, month: Month) -> tuple[world.TestOffice, list[tuple[Unit, dict[str, bytes]]], int]:
    """Who sends, what, and a port for the hub; this process has let the database go."""
    from django.db import connections

    connections.close_all()
    sender = town.offices[month.offices[0].number]
    return sender, world.units_of(month.files[sender.number]), free_port()


def _told(answer: Any) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json" and answer.headers["Retry-After"]
    problem = answer.json()
    assert problem["code"] in ("E-HUB-STORAGE", "E-HUB-DOWN") and problem["title"] and problem["detail"]


def _wait_until_sealed(many: int) -> None:
    from django.db import connections

    from renkei.hub.core.models import SealedEvent

    deadline = time.monotonic() + 15
    while SealedEvent.objects.count() < many:
        assert time.monotonic() < deadline, "the sealer did not go on"
        time.sleep(0.1)
    connections.close_all()


def test_a_restart_in_the_middle_of_sending_loses_nothing_and_doubles_nothing(
    town: Hub, month: Month, stoppable: postgres.Server
) -> None:
    sender, units, port = _sender(town, month)
    with serving(town.data, port), connected(sender, port):

        def restart() -> None:
            stoppable.pause()
            stoppable.go_on()

        restarting = threading.Timer(0.1, restart)
        restarting.start()
        ids = [_send_until_taken(sender, sender.envelope(unit, files)) for unit, files in units]
        restarting.join()
        again = [_send_until_taken(sender, sender.envelope(unit, files)) for unit, files in units]
        assert ids == again == [event["transmission"]["id"] for event in all_events(sender)]


def _send_until_taken(sender: world.TestOffice, envelope: dict[str, Any]) -> str:
    for _ in range(200):
        answer = sender.post("/transmissions", envelope)
        if answer.status_code in (200, 201):
            id_: str = answer.json()["id"]
            return id_
        _told(answer)
        time.sleep(0.05)
    raise AssertionError("never taken")


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> ClockSet:
    """`set_clock(-DAY)`: the hub's clock is a day behind."""
    from django.utils import timezone

    from renkei.hub.parties.keys import signers

    real, check = timezone.now, signers.check_chain
    # In life certificates are older than these minutes; that they begin today is the test's doing.
    monkeypatch.setattr(signers, "check_chain", lambda certificate, _at: check(certificate, real()))

    def set_by(difference: timedelta) -> None:
        def now() -> datetime:
            return real() + difference

        monkeypatch.setattr(timezone, "now", now)

    return set_by


@pytest.fixture
def sent(town: Hub, month: Month) -> Sent:
    return send(town, month)


def test_a_clock_set_back_by_a_day_changes_neither_order_nor_numbers(
    town: Hub, month: Month, sent: Sent, set_clock: ClockSet
) -> None:
    set_clock(-DAY)
    later = send(town, month, which=1)
    sent.say("collected")
    events = all_events(sent.sender)
    assert [event["number"] for event in events] == [1, 2, 3]
    assert [event["transmission"]["id"] for event in events] == [sent.id, later.id, sent.id]
    assert sent.row.clock_at is None and sent.steps() == ["accepted", "collected"]
    assert later.row.accepted_at < sent.row.accepted_at
    from renkei.hub.core import sealer
    from renkei.hub.core.models import SealedEvent

    assert sealer.seal_once() and SealedEvent.objects.count() == 3


def test_a_clock_set_back_by_a_day_lets_a_program_sign_in_once_for_each_challenge(
    town: Hub, month: Month, set_clock: ClockSet
) -> None:
    office = town.offices[month.offices[0].number]
    challenge = office.post("/challenges", {"office": office.number}).json()["challenge"]
    set_clock(-DAY / 24)
    given = {"challenge": challenge, "signature": world.b64(office.sign(challenge.encode()))}
    answers = [office.post("/tokens", given) for _ in range(2)]
    assert answers[1].status_code == 401


def test_a_lease_of_before_the_clock_was_set_back_blocks_nobody(sent: Sent, set_clock: ClockSet) -> None:
    collect = f"/transmissions/{sent.id}/files"
    assert sent.recipient.get(collect, program="pc-1").status_code == 200
    assert sent.recipient.get(collect, program="pc-2").status_code == 409
    set_clock(-timedelta(minutes=30))
    assert sent.recipient.get(collect, program="pc-2").status_code == 200
    assert sent.recipient.get(collect, program="pc-1").status_code == 409


def test_a_clock_set_back_and_forth_reminds_and_ends_once(sent: Sent, set_clock: ClockSet) -> None:
    from django.utils import timezone

    from renkei.hub.exchange import tasks

    for days in (3, 2, 3, 7, 6, 7, 35, 34, 36):
        set_clock(days * DAY + timedelta(minutes=1))
        tasks.look_at_clocks(timezone.now(), {})
    assert sent.steps() == ["accepted", "reminded", "reminded", "expired"]


def test_a_clock_set_back_by_a_day_does_not_stop_recurring_work(town: Hub, set_clock: ClockSet) -> None:
    from django.utils import timezone

    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    jobs.keep_recurring(timezone.now())
    while jobs.run_due(timezone.now()):
        pass
    set_clock(-DAY)
    now = timezone.now()
    assert not jobs.run_due(now)
    jobs.keep_recurring(now)
    assert Job.objects.filter(due_at__lte=now).count() == Job.objects.count()
    assert jobs.run_due(now)
