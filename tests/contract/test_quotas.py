"""How many units an office may send in a day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from . import world
from .streets import Street, street

__all__ = ["street"]  # fixtures

EVENING = datetime(2026, 11, 22, 14, 59, tzinfo=UTC)  # 23:59 in Tokyo


def used(street: Street) -> tuple[int, int | None]:
    from renkei.hub.exchange import quotas
    from renkei.hub.parties import services

    return quotas.of(services.office(street.care_manager.number))


def next_units(street: Street) -> list[dict[str, Any]]:
    office = street.care_manager
    return [office.envelope(unit, own) for unit, own in world.units_of(street.month.files[office.number])]


def test_the_unit_over_the_bound_is_refused_whole_and_can_be_sent_the_next_day(street: Street) -> None:
    from renkei.hub.exchange import quotas
    from renkei.hub.exchange.models import Quota
    from renkei.hub.parties import services

    party = services.office(street.care_manager.number)
    quotas.set_bound(party, 2, "staff:1", "試験")
    answers = [street.care_manager.post("/transmissions", unit) for unit in next_units(street)]
    new = [answer for answer in answers if answer.status_code != 200]  # the street's own slip comes again
    assert [answer.status_code for answer in new] == [201] + [429] * (len(new) - 1)
    assert new[1].json()["code"] == "E-LIMIT-DAY"
    assert 0 < int(new[1]["Retry-After"]) <= 24 * 3600 + 1
    assert used(street) == (2, 2)
    Quota.objects.filter(party=party).update(day="2026-11-01")
    assert used(street) == (0, 2)
    refused = next_units(street)[-1]
    assert street.care_manager.post("/transmissions", refused).status_code == 201
    assert used(street) == (1, 2)


def test_a_unit_that_comes_again_is_not_counted_again(street: Street) -> None:
    before = used(street)
    street.send(
        lambda unit: (unit.sender, unit.recipient) == (street.care_manager.number, street.service_office.number)
    )
    first = used(street)[0]
    street.send(
        lambda unit: (unit.sender, unit.recipient) == (street.care_manager.number, street.service_office.number)
    )
    assert before[0] < first == used(street)[0]


def test_the_day_is_that_of_tokyo(street: Street) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import quotas
    from renkei.hub.exchange.models import Quota
    from renkei.hub.parties import services

    party = services.office(street.stranger.number)
    for at, units in ((EVENING, 1), (EVENING, 2), (EVENING.replace(hour=15, minute=0), 1)):
        with write():
            quotas.count(party, at)
        assert Quota.objects.get(party=party).units == units


def test_without_a_bound_of_its_own_the_hubs_counts(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_UNITS_A_DAY", 1)
    codes = {street.care_manager.post("/transmissions", unit).status_code for unit in next_units(street)}
    assert codes == {200, 429}
