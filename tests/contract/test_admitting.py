"""Admitting offices and the people who sign in for them."""

from __future__ import annotations

import pytest

from .conftest import Hub


@pytest.mark.parametrize(("number", "service"), [("137910001", "43"), ("1379100017\n", "43"), ("1379100017", "4３")])
def test_what_is_no_address_is_not_admitted(hub: Hub, number: str, service: str) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Party

    with pytest.raises(Refused, match="E-PARTY-ADDRESS"):
        services.admit_office(number, "すずらん", [service], None)
    assert not Party.objects.exists()


def test_who_gave_the_command_to_admit_is_on_record(hub: Hub) -> None:
    from renkei.hub.config.deeds import DEEDS
    from renkei.hub.core.models import Deed

    given = {"office": "1379100017", "name": "すずらん", "services": ["43"], "certificate": None}
    DEEDS["admit"](given | {"actor": "command:test"})
    assert Deed.objects.get(kind="party-admitted").actor == "command:test"


def test_another_service_for_a_stopped_office_does_not_start_it_again(town: Hub) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Party, PartyState

    office = next(iter(town.offices.values()))
    Party.objects.filter(number=office.number).update(state=PartyState.SUSPENDED)
    party = services.admit_office(office.number, office.name, ["12"], None)
    assert party.state == PartyState.SUSPENDED
    assert set(party.services.values_list("service", flat=True)) == {office.service, "12"}


@pytest.mark.parametrize("password", ["short", "hanako-hanako"])
def test_a_weak_password_is_refused_with_words(town: Hub, password: str) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Staff

    office = next(iter(town.offices.values()))
    with pytest.raises(Refused) as refused:
        services.add_staff("hanako-hanako", "佐藤　花子", services.office(office.number), password)
    assert refused.value.code == "E-STAFF-PASSWORD" and "パスワード" in refused.value.detail
    assert not Staff.objects.exists()
