"""Many units at once, each on its own: the answer lists all of them, in the order in which they were sent."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from renkei.standard.units import Unit, UnitKind
from renkei.trust import receipts

from . import world
from .conftest import Hub
from .test_sending import sender as sender
from .test_sending import units as units

HUNDRED = 100
BAD = 41


@pytest.fixture
def hundred(town: Hub, units: Any) -> list[tuple[Unit, dict[str, bytes]]]:
    """One care plan to a hundred offices; to one of them it has come to harm."""
    from renkei.hub.parties import services

    plan, files = next((unit, files) for unit, files in units if unit.kind is UnitKind.CARE_PLAN)
    made = []
    for n in range(HUNDRED):
        number = f"14{n:08}"
        services.admit_office(number, "ひとつの事業所", [plan.recipient_service], None)
        own = {name.replace(plan.recipient, number): data + b"x" * (n == BAD) for name, data in files.items()}
        made.append((plan._replace(recipient=number, files=tuple(own)), own))
    return made


def test_one_bad_unit_among_a_hundred_to_as_many_offices_stops_no_other(
    sender: world.TestOffice, hundred: list[tuple[Unit, dict[str, bytes]]]
) -> None:
    from renkei.hub.exchange.models import Transmission

    batch = {"units": [sender.envelope(unit, files) for unit, files in hundred]}
    results = sender.post("/transmissions/batch", batch).json()["results"]
    assert [result["status"] for result in results] == [422 if n == BAD else 201 for n in range(HUNDRED)]
    assert results[BAD]["problem"]["code"] == "E-UNIT-CONTENT"
    taken = [n for n in range(HUNDRED) if n != BAD]
    for n in taken:
        receipt = receipts.parse(base64.b64decode(results[n]["transmission"]["receipt"]["body"]))
        assert receipt.manifest == world.digest(batch["units"][n]["manifest"])
        row = Transmission.objects.select_related("recipient__party").get(pk=results[n]["transmission"]["id"])
        assert (row.recipient.party.number, row.mailbox_number) == (hundred[n][0].recipient, 1)
    again = sender.post("/transmissions/batch", batch).json()["results"]
    assert [result["status"] for result in again] == [422 if n == BAD else 200 for n in range(HUNDRED)]
    assert Transmission.objects.count() == len(taken)
    numbers = [event["number"] for event in sender.get("/events", service=sender.service, limit=500).json()["events"]]
    assert numbers == list(range(1, len(taken) + 1))


def test_a_batch_may_name_a_unit_twice(sender: world.TestOffice, units: Any) -> None:
    (unit, files), (other, more) = units[:2]
    envelopes = [sender.envelope(unit, files), sender.envelope(other, more), sender.envelope(unit, files)]
    results = sender.post("/transmissions/batch", {"units": envelopes}).json()["results"]
    assert [result["status"] for result in results] == [201, 201, 200]
    assert results[2]["transmission"] | {"repeated": False} == results[0]["transmission"]
