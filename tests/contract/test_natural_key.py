"""The same unit again is the same unit, whatever has become of it; another one under its number is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from renkei.standard import records
from renkei.standard.units import Unit

from . import world
from .conftest import Hub
from .test_sending import sender as sender
from .test_sending import units as units


def _collected_and_over(town: Hub, id_: str, unit: Unit, sender: world.TestOffice) -> None:
    recipient = town.offices[unit.recipient]
    digest = world.digest(recipient.get(f"/transmissions/{id_}").json()["manifest"])
    said = {"receipts": [recipient.receipt(id_, digest, "collected")]}
    assert recipient.post("/receipts", said).json()["results"][0]["status"] == 201


def _withdrawn(town: Hub, id_: str, unit: Unit, sender: world.TestOffice) -> None:
    digest = world.digest(sender.get(f"/transmissions/{id_}").json()["manifest"])
    said = {"receipts": [sender.receipt(id_, digest, "withdrawn")]}
    assert sender.post("/receipts", said).json()["results"][0]["status"] == 201


def _expired(town: Hub, id_: str, unit: Unit, sender: world.TestOffice) -> None:
    from django.utils import timezone

    from renkei.hub.exchange import tasks

    tasks.look_at_clocks(timezone.now() + timedelta(days=36), {})
    assert sender.get(f"/transmissions/{id_}").json()["state"] == "expired"


@pytest.mark.parametrize("end", [_collected_and_over, _withdrawn, _expired], ids=["collected", "withdrawn", "expired"])
def test_the_first_receipt_is_given_again_as_long_as_the_record_is_kept(
    town: Hub, sender: world.TestOffice, units: Any, end: Callable[..., None]
) -> None:
    """Also when nobody has the content any more: the same again is the same, something else is refused."""
    from django.utils import timezone

    from renkei.hub.core.models import Body
    from renkei.hub.exchange import tasks

    unit, files = units[0]
    first = sender.post("/transmissions", sender.envelope(unit, files)).json()
    end(town, first["id"], unit, sender)
    for years in (0, 6):
        tasks.erase_what_is_over(timezone.now() + timedelta(days=years * 366), {})
        assert Body.objects.exists() == (years == 0)
        again = sender.post("/transmissions", sender.envelope(unit, files))
        assert (again.status_code, again.json()["receipt"]) == (200, first["receipt"])
        assert again.json()["id"] == first["id"] and again.json()["repeated"]
        rows = records.read(files[unit.files[0]], "UP1KYO")
        rows[0]["overall_support_policy"] = "見直した方針"
        changed = files | {unit.files[0]: records.write("UP1KYO", rows)}
        answer = sender.post("/transmissions", sender.envelope(unit, changed))
        assert (answer.status_code, answer.json()["code"]) == (409, "E-UNIT-SEQUENCE-USED")
