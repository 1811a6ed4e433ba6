"""One office number with two services: mail between them, and staff who see only one of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import UnitKind

from . import world
from .streets import PASSWORD, Street, looks, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["street"]  # fixtures


@pytest.fixture
def house(street: Street) -> tuple[Street, str]:
    """A use table that a care-management office sent to the service of its own number; its id."""
    from renkei.hub.parties import services

    office, partner = street.care_manager, street.service_office
    services.admit_office(office.number, office.name, [office.service, partner.service], None)
    for unit, own in world.units_of(street.month.files[office.number]):
        if (unit.recipient, unit.kind) == (partner.number, UnitKind.USE_TABLE):
            old, new = partner.number, office.number
            files = {name.replace(old, new): data.replace(old.encode(), new.encode()) for name, data in own.items()}
            answer = office.post("/transmissions", office.envelope(unit, files, recipient=new))
            assert answer.status_code == 201, answer.content.decode()
            return street, answer.json()["id"]
    raise LookupError


def narrowed(street: Street, service: str, login: str) -> Client:
    """A member who sees one service of the office."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    party = services.office(street.care_manager.number)
    staff = services.add_staff(login, "鈴木　一", party, PASSWORD)
    Membership.objects.filter(staff=staff).update(service=party.services.get(service=service))
    browser = Client()
    browser.force_login(staff)
    return browser


def test_a_unit_goes_from_one_service_of_a_number_to_the_other(house: tuple[Street, str]) -> None:
    street, id_ = house
    office, service = street.care_manager, street.service_office.service
    arrived = office.get("/events", service=service).json()["events"]
    assert [(event["direction"], event["transmission"]["id"]) for event in arrived] == [("incoming", id_)]
    manifest = office.get(f"/transmissions/{id_}/files").json()["manifest"]
    by = {"office": office.number, "service": service}
    for step in ("collected", "imported"):
        receipt = office.receipt(id_, world.digest(manifest), step, by=by)
        told = office.post("/receipts", {"receipts": [receipt]}).json()["results"][0]
        assert told["status"] == 201, told
    assert office.get(f"/transmissions/{id_}").json()["state"] == "imported"


def test_a_program_that_collects_for_one_service_gets_nothing_of_the_other(house: tuple[Street, str]) -> None:
    street, id_ = house
    office = street.care_manager
    own = office.get("/events", service=office.service).json()["events"]
    assert {event["direction"] for event in own if event["transmission"]["id"] == id_} == {"outgoing"}
    receipt = office.receipt(id_, world.digest(office.get(f"/transmissions/{id_}").json()["manifest"]), "collected")
    told: Any = office.post("/receipts", {"receipts": [receipt]}).json()["results"][0]
    assert told["status"] == 403 and told["problem"]["code"] == "E-AUTH-SIDE"


def test_staff_of_one_service_see_the_mail_of_that_service_alone(house: tuple[Street, str]) -> None:
    street, id_ = house
    sender, recipient = street.care_manager.service, street.service_office.service
    carer = narrowed(street, recipient, "carer")
    assert id_ in carer.get("/received/").content.decode()
    assert id_ not in carer.get("/sent/").content.decode()
    manager = narrowed(street, sender, "manager")
    assert id_ in manager.get("/sent/").content.decode()
    assert id_ not in manager.get("/received/").content.decode()


def test_the_sending_service_reads_its_own_copy_without_opening_the_others_mail(house: tuple[Street, str]) -> None:
    from renkei.hub.core import events
    from renkei.hub.exchange.models import Transmission

    street, id_ = house
    sent = Transmission.objects.get(pk=id_)
    manager = narrowed(street, street.care_manager.service, "manager")
    assert manager.get(f"/transmissions/{id_}/contents/").status_code == 200
    assert len(looks()) == 1
    assert [event.type for event in events.of(sent.pk)] == ["accepted"]
    assert manager.post(f"/transmissions/{id_}/steps/collected/").status_code == 302
    sent.refresh_from_db()
    assert sent.state == "accepted"
    narrowed(street, street.service_office.service, "carer").get(f"/transmissions/{id_}/contents/")
    assert [event.type for event in events.of(sent.pk)] == ["accepted", "opened"]


def test_staff_of_a_third_service_find_nothing(house: tuple[Street, str]) -> None:
    from renkei.hub.parties import services

    street, id_ = house
    services.admit_office(street.care_manager.number, street.care_manager.name, ["78"], None)
    other = narrowed(street, "78", "other")
    assert other.get(f"/transmissions/{id_}/").status_code == 404
    assert other.get(f"/transmissions/{id_}/contents/").status_code == 404
