"""The office for practice answers by itself; the page of first steps follows what is there."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import UnitKind

from . import world
from .conftest import Hub
from .streets import Street, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures
Person = Callable[..., Client]


@pytest.fixture
def practice(street: Street) -> Street:
    """A street with the office for practice on it."""
    from renkei.hub.config import preparing

    preparing.make_echo()
    return street


def sent_for_practice(street: Street) -> Any:
    """The month's use table, readdressed to the office for practice as care software would write it."""
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.echo import NUMBER

    office, partner = street.care_manager, street.service_office.number
    for unit, own in world.units_of(street.month.files[office.number]):
        if (unit.recipient, unit.kind) == (partner, UnitKind.USE_TABLE):
            files = {
                name.replace(partner, NUMBER): data.replace(partner.encode(), NUMBER.encode())
                for name, data in own.items()
            }
            envelope = office.envelope(unit, files, recipient=NUMBER)
            answer = office.post("/transmissions", envelope)
            assert answer.status_code == 201, answer.content.decode()
            return Transmission.objects.get(pk=answer.json()["id"])
    raise LookupError


def work(later: timedelta = timedelta()) -> None:
    """Do what is due, as the hub's worker does."""
    from django.utils import timezone

    from renkei.hub.core import jobs

    while jobs.run_due(timezone.now() + later):
        pass


def test_what_is_sent_for_practice_is_collected_and_imported_by_itself(practice: Street) -> None:
    sent = sent_for_practice(practice)
    work()
    sent.refresh_from_db()
    assert sent.state == "imported"
    types = [event["type"] for event in practice.care_manager.get(f"/transmissions/{sent.pk}").json()["events"]]
    assert types == ["accepted", "collected", "imported"]


def test_what_the_standard_forbids_is_explained(practice: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.exchange import echoing
    from renkei.standard.checking import Report, check
    from renkei.standard.findings import Role, finding

    def strict(*given: Any, **more: Any) -> Report:
        report = check(*given, **more)
        report.findings.append(finding("E-CSV-COLUMNS", Role.SENDER, "a.CSV", record=3, value="24", columns=25))
        return report

    monkeypatch.setattr(echoing, "check", strict)
    sent = sent_for_practice(practice)
    work()
    sent.refresh_from_db()
    assert sent.state == "import_failed"
    told = practice.care_manager.get(f"/transmissions/{sent.pk}/findings").json()["findings"]
    assert [one["code"] for one in told] == ["E-CSV-COLUMNS"]


def test_the_office_for_practice_keeps_nothing_after_a_day(practice: Street) -> None:
    from django.utils import timezone

    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.tasks import erase_what_is_over

    sent = sent_for_practice(practice)
    work()
    now = timezone.now()
    erase_what_is_over(now + timedelta(hours=23), {})
    assert Wrap.objects.filter(body=sent.body).count() == 3
    erase_what_is_over(now + timedelta(hours=25), {})
    assert [wrap.holder for wrap in Wrap.objects.filter(body=sent.body)] == [sent.sender.sent_copy]


def test_a_unit_that_was_withdrawn_first_gets_no_answer(practice: Street) -> None:
    sent = sent_for_practice(practice)
    office = practice.care_manager
    detail = office.get(f"/transmissions/{sent.pk}").json()
    receipt = office.receipt(str(sent.pk), world.digest(detail["manifest"]), "withdrawn")
    assert office.post("/receipts", {"receipts": [receipt]}).json()["results"][0]["status"] == 201
    work()
    sent.refresh_from_db()
    assert sent.state == "withdrawn"


def test_the_number_for_practice_can_be_no_real_office(hub: Hub) -> None:
    from renkei.hub.parties.echo import NUMBER
    from renkei.hub.parties.models import PartyKind
    from renkei.hub.parties.numbers import hint

    assert int(NUMBER[:2]) > 47 and hint(PartyKind.OFFICE, NUMBER) == ""


def test_making_it_again_changes_nothing(hub: Hub) -> None:
    from renkei.hub.config import preparing
    from renkei.hub.parties.models import OfficeService, Party

    preparing.make_echo()
    before = list(Party.objects.values()), OfficeService.objects.count()
    preparing.make_echo()
    assert (list(Party.objects.values()), OfficeService.objects.count()) == before


def marks(browser: Client) -> list[bool]:
    page = browser.get("/welcome/").content.decode()
    return ["first-step--done" in words for words in re.findall(r'<li class="(card first-step[^"]*)"', page)]


def test_the_first_steps_are_marked_by_what_is_there(practice: Street, person: Person) -> None:
    browser = person(practice.stranger)
    assert marks(browser)[1:] == [True, True, False, False]
    browser = person(practice.care_manager, "mori")
    assert marks(browser)[3:] == [False, True]
    sent_for_practice(practice)
    assert "数秒で答えが来ます" in browser.get("/welcome/").content.decode()
    work()
    assert marks(browser)[3:] == [True, True]


def test_practice_is_no_first_partner(practice: Street, person: Person) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.models import OfficeService

    sent = sent_for_practice(practice)
    own = practice.hub.offices[practice.month.offices[3].number]
    party = OfficeService.objects.get(party__number=own.number)
    Transmission.objects.filter(pk=sent.pk).update(sender=party)
    browser = person(own)
    work()
    assert marks(browser)[3:] == [True, False]


def test_a_use_table_is_answered_with_actuals_as_planned(practice: Street, issuing: Hub) -> None:
    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.models import Transmission
    from renkei.standard.comparing import reconcile

    sent = sent_for_practice(practice)
    work()
    answer = Transmission.objects.get(sender=sent.recipient)
    assert (answer.recipient, answer.kind, answer.sealed_by, answer.state) == (
        sent.sender,
        "actual",
        "hub",
        "accepted",
    )
    office = practice.care_manager
    got = office.get(f"/transmissions/{answer.pk}/files").json()["files"]
    plans = office.get(f"/transmissions/{sent.pk}/files").json()["files"]
    plan = [row for name, data in plans.items() if name.startswith("UPPLAN") for row in rows(data, "UPPLAN")]
    actual = [row for data in got.values() for row in rows(data, "UPJSK")]
    results = reconcile(plan, actual, sent.recipient.party.number)
    assert results and not any(person.differences for person in results)
    assert Wrap.objects.filter(body=answer.body, holder=sent.recipient.sent_copy, erase_after__isnull=False).exists()


def test_an_answer_that_is_tried_again_arrives_once(practice: Street, issuing: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.exchange import echoing
    from renkei.hub.exchange.models import Transmission

    sent = sent_for_practice(practice)
    work()
    echoing.answer(str(sent.pk), timezone.now())
    assert Transmission.objects.filter(sender=sent.recipient).count() == 1


def rows(encoded: str, kind: str) -> list[dict[str, str]]:
    """The records of a file as the API carries it."""
    from renkei.standard import records

    return records.read(base64.b64decode(encoded), kind)
