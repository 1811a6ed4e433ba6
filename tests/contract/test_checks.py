"""The check before sending knows the parties of the hub."""

from __future__ import annotations

from typing import Any

import pytest

from renkei.conformance import Month

from . import world
from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

OLD = b"202208,132019,0000000001,202612\r\n"


@pytest.fixture
def sender(town: Hub, month: Month) -> world.TestOffice:
    return town.offices[month.offices[0].number]


def _third(sender: world.TestOffice, recipient: str, second: int = 0) -> dict[str, str]:
    name = f"DLTPLAN_202612_{sender.number}_{recipient}_202611260900{second:02}.CSV"
    return {"name": name, "data": world.b64(OLD)}


def _codes(sender: world.TestOffice, *files: dict[str, str]) -> set[str]:
    found: list[dict[str, Any]] = sender.post("/checks", {"files": list(files), "role": "sender"}).json()["findings"]
    return {one["code"] for one in found}


def test_a_service_type_that_an_old_name_lacks_comes_from_the_register_of_parties(
    town: Hub, sender: world.TestOffice, month: Month
) -> None:
    known = next(office for office in month.offices if office.service not in {"43", sender.service})
    assert _codes(sender, _third(sender, known.number)) == {"E-NAME-VERSION"}
    assert _codes(sender, _third(sender, "1370299990")) == {"E-NAME-VERSION", "E-NAME-TYPES"}


def test_a_service_that_was_stopped_does_not_count(town: Hub, sender: world.TestOffice, month: Month) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import OfficeService

    known = next(office for office in month.offices if office.service not in {"43", sender.service})
    with write():
        OfficeService.objects.filter(party__number=known.number).update(active=False)
    assert "E-NAME-TYPES" in _codes(sender, _third(sender, known.number))


def test_the_register_is_asked_once_and_for_the_named_offices_alone(
    town: Hub, sender: world.TestOffice, month: Month
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.parties.register import service_types

    others = [office.number for office in month.offices[1:3]]
    old = [_third(sender, number, second)["name"] for second, number in enumerate(others)]
    with CaptureQueriesContext(connection) as asked:
        assert service_types([f"out/{old[0]}", old[1], "メモ.txt"]).keys() == {sender.number, *others}
    assert len(asked) == 1
    new = f"DLTPLAN_202612_{sender.number}_43_{others[0]}_11_20261126090000.CSV"
    with CaptureQueriesContext(connection) as asked:
        assert service_types([new, "メモ.txt"]) == {}
    assert len(asked) == 0
