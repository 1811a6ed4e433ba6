"""The hub is killed in the middle of its work: what it answered is there, once; what it did not answer can be sent again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from renkei.conformance import make_month
from renkei.standard.units import Unit

from . import world
from .conftest import Hub
from .crashing import COLLECTING, ERASING, ERASING_IN_BUCKET, POINTS, SEALING, SENDING, SENDING_TO_BUCKET
from .mortal import Fate, Mortal, assert_whole, in_folder, mortal
from .running import all_events

Units = list[tuple[Unit, dict[str, bytes]]]
# One of each kind of place in the suite; all of them, again and again, in the long run.
SOME = [
    "after a blob is linked",
    "a unit's event written",
    "after the COMMIT of a unit",
    "before the COMMIT of a seal",
    "after a look is written",
    "after the COMMIT of a step",
    "after erasing is noted",
    "between erasing and its blobs",
]
RUNS = 100


@pytest.fixture
def hubs(hub: Hub) -> Iterator[Mortal]:
    (hub.data / "erasures.jsonl").unlink(missing_ok=True)
    with mortal(hub.data, INLINE_BYTES="1000") as some:
        yield some


def test_a_hub_killed_at_one_point_after_another_loses_nothing_and_doubles_nothing(hub: Hub, hubs: Mortal) -> None:
    fates = [(point, 1) for point in SOME]
    run(hub, hubs, fates)
    assert hubs.met == fates


@pytest.mark.long
def test_a_hub_killed_at_no_particular_point_loses_nothing_and_doubles_nothing(hub: Hub, hubs: Mortal) -> None:
    run(hub, hubs, [], killed_after=0.3)


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
def test_a_hub_killed_at_any_point_loses_nothing_and_doubles_nothing(hub: Hub, hubs: Mortal, point: str) -> None:
    run(hub, hubs, [(point, 1)])
    assert hubs.met == [(point, 1)]


@pytest.mark.long
@pytest.mark.parametrize("number", range(RUNS))
def test_a_hub_killed_anywhere_loses_nothing_and_doubles_nothing(hub: Hub, hubs: Mortal, number: int) -> None:
    chance = random.Random(number)
    fates = [(point, chance.choice([1, 1, 2, 3, 5])) for point in chance.sample(list(POINTS), 3)]
    run(hub, hubs, fates, killed_after=chance.uniform(0, 3))


def run(
    hub: Hub,
    hubs: Mortal,
    fates: list[Fate],
    killed_after: float | None = None,
    lying: Callable[[], set[str]] | None = None,
) -> None:
    """Send a month, collect and acknowledge it, erase all but one of it, dying meanwhile; then look at everything."""
    units = _move_in(hub)
    hubs.meet_fates(*(fate for fate in fates if fate[0] in SENDING | SENDING_TO_BUCKET | SEALING))
    if killed_after is not None:
        threading.Timer(killed_after, hubs.strike).start()
    ids = _send(hub, hubs, units)
    hubs.outlive_fates(seconds=3)
    hubs.meet_fates(*(fate for fate in fates if fate[0] in COLLECTING))
    _collect(hub, hubs, units, ids)
    hubs.outlive_fates(seconds=0)
    hubs.kill()
    if erasing := [fate for fate in fates if fate[0] in ERASING | ERASING_IN_BUCKET]:
        over = sorted(ids.values())[1:]
        _let_end(over)
        hubs.meet_fates(*erasing)
        hubs.outlive_fates(seconds=5)
        _wait_until_erased(over)
        hubs.kill()
    assert_whole(hub.data, len(units), lying or (lambda: in_folder(hub.data)))


def _move_in(hub: Hub) -> Units:
    from django.db import connections

    month = make_month(seed=3, service_offices=3, clients=4)
    for office in month.offices:
        hub.admit(world.new_office(hub.authority, office.number, office.service, office.name))
    connections.close_all()
    return world.units_of(month.files[month.offices[0].number])


def _send(hub: Hub, hubs: Mortal, units: Units) -> dict[str, str]:
    """Every unit, until it is answered; then once more, as a program that forgot. Ids by sequence number."""
    sender = hub.offices[units[0][0].sender]
    ids: dict[str, str] = {}
    for unit, files in units:
        envelope = sender.envelope(unit, files)

        def send(office: world.TestOffice, envelope: dict[str, Any] = envelope) -> Any:
            return office.post("/transmissions", envelope)

        for _ in range(2):
            answer = hubs.persist(sender, send)
            assert answer.status_code in (200, 201), answer.text
            assert ids.setdefault(unit.sequence, answer.json()["id"]) == answer.json()["id"]
    return ids


def _collect(hub: Hub, hubs: Mortal, units: Units, ids: dict[str, str]) -> None:
    """Each recipient finds exactly what was sent to it, gets every byte, and says so."""
    for number in sorted({unit.recipient for unit, _ in units}):
        recipient = hub.offices[number]
        events = [event for event in hubs.persist(recipient, all_events) if event["type"] == "accepted"]
        own = {unit.sequence: files for unit, files in units if unit.recipient == number}
        assert [event["transmission"]["id"] for event in events] == [ids[sequence] for sequence in own]
        for event, files in zip(events, own.values(), strict=True):
            id_ = event["transmission"]["id"]
            handed = hubs.persist(recipient, lambda office, id_=id_: office.get(f"/transmissions/{id_}/files").json())
            assert handed["files"] == {name: world.b64(data) for name, data in files.items()}
            said = recipient.receipt(id_, world.digest(handed["manifest"]), "collected")
            answers = [
                hubs.persist(recipient, lambda office, said=said: office.post("/receipts", {"receipts": [said]}))
                for _ in range(2)
            ]
            results = [answer.json()["results"][0] for answer in answers]
            assert results[0]["status"] in (200, 201) and results[1]["status"] == 200
            assert results[0]["receipt"] == results[1]["receipt"]


def _let_end(ids: list[str]) -> None:
    """The time of every copy of these units is over. The hub is down: nobody else writes."""
    from datetime import timedelta

    from django.db import connections
    from django.utils import timezone

    from renkei.hub.core.models import Job, Wrap
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.models import Transmission

    with write():
        bodies = Transmission.objects.filter(pk__in=ids).values_list("body", flat=True)
        Wrap.objects.filter(body__in=list(bodies)).update(erase_after=timezone.now() - timedelta(days=1))
        Job.objects.filter(kind="erase").update(due_at=timezone.now(), lease="")
    connections.close_all()


def _wait_until_erased(ids: list[str]) -> None:
    from django.db import connections

    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.models import Transmission

    bodies = list(Transmission.objects.filter(pk__in=ids).values_list("body", flat=True))
    deadline = time.monotonic() + 20
    while Wrap.objects.filter(body__in=bodies).exists():
        assert time.monotonic() < deadline, "nothing is erased"
        time.sleep(0.05)
    connections.close_all()
