"""Many units collected with one call, each handed out or refused on its own, and every look on record."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from renkei.conformance import Month
from renkei.standard.units import UnitKind

from . import world
from .conftest import Hub


@pytest.fixture
def sent(town: Hub, month: Month) -> tuple[world.TestOffice, dict[str, dict[str, bytes]]]:
    """An office to which three units were sent, and their files by id."""
    sender = town.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    slip = next(unit for unit, _ in units if unit.kind is UnitKind.USE_TABLE)
    unit, files = next((unit, files) for unit, files in units if unit == slip)
    ids = {}
    for second in range(3):
        own = {name.replace(unit.sequence, f"2026112509000{second}"): data for name, data in files.items()}
        again = unit._replace(sequence=f"2026112509000{second}", files=tuple(own))
        answer = sender.post("/transmissions", sender.envelope(again, own))
        assert answer.status_code == 201, answer.content.decode()
        ids[answer.json()["id"]] = own
    return town.offices[unit.recipient], ids


def collect(office: world.TestOffice, ids: list[str], **more: Any) -> dict[str, Any]:
    answer = office.post("/transmissions/collect", {"transmissions": ids} | more)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def test_all_come_as_they_were_sent_and_each_look_is_on_record(sent: Any) -> None:
    from renkei.hub.core.models import Look, LookSubject

    office, units = sent
    answer = collect(office, list(units), program="pc-1")
    assert [one["status"] for one in answer["results"]] == [200] * 3
    for one in answer["results"]:
        single = office.get(f"/transmissions/{one['transmission']}/files", program="pc-1").json()
        assert one["contents"] == single
        files = {name: base64.b64decode(data) for name, data in one["contents"]["files"].items()}
        assert files == units[one["transmission"]]
    assert {look.about for look in Look.objects.all()} == {f"transmission:{id_}" for id_ in units}
    assert LookSubject.objects.values("look").distinct().count() == 2 * len(units)


def test_one_that_may_not_be_had_keeps_no_other_back(sent: Any) -> None:
    from renkei.hub.core.models import Look

    office, units = sent
    first, second, third = units
    collect(office, [second], program="pc-2")
    answer = collect(office, [first, second, str(uuid4()), third], program="pc-1")
    assert [one["status"] for one in answer["results"]] == [200, 409, 404, 200]
    assert answer["results"][1]["problem"]["code"] == "E-STATE-LEASED"
    assert Look.objects.count() == 3


def spoil_the_wrap(body: UUID) -> None:
    from renkei.hub.core.models import Wrap

    Wrap.objects.filter(body=body).update(wrapped=b"x" * 60)


def spoil_the_body(body: UUID) -> None:
    from renkei.hub.core.models import Body

    Body.objects.filter(pk=body).update(inline=b"x" * 60)


def lose_the_blob(body: UUID) -> None:
    from renkei.hub.core.models import Body

    Body.objects.filter(pk=body).update(inline=None)


@pytest.mark.parametrize(
    ("damage", "status"),
    [(spoil_the_wrap, 500), (spoil_the_body, 500), (lose_the_blob, 503)],
    ids=["wrap", "body", "blob"],
)
def test_one_that_cannot_be_opened_keeps_no_other_back_and_is_no_look(
    sent: Any, damage: Callable[[UUID], None], status: int
) -> None:
    from renkei.hub.core.models import Look
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.models import Transmission

    office, units = sent
    first, second, third = units
    with write():
        damage(Transmission.objects.get(pk=second).body)
    answer = collect(office, list(units), program="pc-1")
    assert [one["status"] for one in answer["results"]] == [200, status, 200]
    assert [one["contents"] is None for one in answer["results"]] == [False, True, False]
    single = office.get(f"/transmissions/{second}/files", program="pc-1")
    assert (single.status_code, single.json()) == (status, answer["results"][1]["problem"])
    assert {look.about for look in Look.objects.all()} == {f"transmission:{first}", f"transmission:{third}"}
    assert Transmission.objects.get(pk=second).lease_until is None


def test_the_answer_has_the_shape_that_is_promised(sent: Any) -> None:
    from renkei.hub.exchange.collecting_api import CollectOut

    office, units = sent
    answer = collect(office, [*units, str(uuid4())], program="pc-1")
    assert CollectOut.model_validate(answer).model_dump(mode="json") == answer


def test_a_large_answer_leaves_the_rest_for_the_next_one(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from renkei.hub.core.models import Look

    office, units = sent
    ids = list(units)
    monkeypatch.setitem(settings.RENKEI, "LIMIT_COLLECT_BYTES", 1)
    answer = collect(office, [*ids, ids[0]])
    assert ([one["transmission"] for one in answer["results"]], answer["left"]) == (ids[:1], ids[1:])
    assert Look.objects.count() == 1
    monkeypatch.setitem(settings.RENKEI, "LIMIT_COLLECT", 2)
    assert office.post("/transmissions/collect", {"transmissions": ids}).status_code == 413


def test_as_many_questions_for_three_as_for_one(sent: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office, units = sent
    ids = list(units)
    with CaptureQueriesContext(connection) as one:
        collect(office, ids[:1], program="pc-1")
    with CaptureQueriesContext(connection) as three:
        collect(office, ids, program="pc-1")
    assert len(three) == len(one) <= 13
