"""予定とちがう実績を、受け入れる・聞く・そのままにする: what was decided holds for what was seen, and a note reaches the partner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from renkei.standard import records
from renkei.standard.units import UnitKind

from . import world
from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures
Enter = Callable[..., Client]
MONTH = "202612"


@pytest.fixture
def manager(full_street: Street, person: Enter) -> Client:
    return person(full_street.care_manager)


def changed(street: Street) -> tuple[str, str]:
    """A person with a difference, by the mark in addresses, and the service office at which it is."""
    one = next(iter(street.month.truth.differences))
    return subject_of(street.month, one.insured), one.office


def decisions(browser: Client, subject: str) -> list[Any]:
    return list(browser.get(f"/months/{MONTH}/{subject}/").context["decisions"])


def tell(browser: Client, subject: str, number: str, deed: str, **more: str) -> Any:
    mark = next(mark for one, mark, _, _ in decisions(browser, subject) if one.office == number)
    given = {"service": "43", "number": number, "mark": mark, "deed": deed} | more
    return browser.post(f"/months/{MONTH}/{subject}/decide/", given)


def test_who_was_accepted_is_folded_away_and_can_be_opened_again(full_street: Street, manager: Client) -> None:
    subject, _ = changed(full_street)
    before = manager.get(f"/months/{MONTH}/").context
    for one, *_ in decisions(manager, subject):
        assert tell(manager, subject, one.office, "accept").status_code == 302
    after = manager.get(f"/months/{MONTH}/").context
    assert subject in {each for each, *_ in before["changed"]} and subject not in {
        each for each, *_ in after["changed"]
    }
    assert [each for each, *_ in after["decided"]] == [subject]
    [(_, _, decision, holds), *_] = decisions(manager, subject)
    assert (decision.verdict, holds, decision.staff.login) == ("accepted", True, "suzuki")
    for one, *_ in decisions(manager, subject):
        tell(manager, subject, one.office, "leave")
    assert manager.get(f"/months/{MONTH}/").context["decided"] == []


def test_other_results_open_it_again(full_street: Street, manager: Client) -> None:
    from renkei.hub.workspace.models import Decision

    subject, number = changed(full_street)
    tell(manager, subject, number, "accept")
    Decision.objects.update(mark="f" * 64)  # as of the differences that were there before
    assert "もう一度、確かめてください" in manager.get(f"/months/{MONTH}/{subject}/").content.decode()
    assert manager.get(f"/months/{MONTH}/").context["decided"] == []


def test_a_note_reaches_the_partner(full_street: Street, manager: Client, person: Enter) -> None:
    from renkei.hub.exchange.models import Transmission

    subject, number = changed(full_street)
    unit = full_street.sent[number, full_street.care_manager.number, UnitKind.ACTUAL]
    answer = tell(manager, subject, number, "ask", note="11日は、時刻がちがいませんか。")
    assert answer.status_code == 409 and "まだ受け取っていない" in answer.content.decode()
    office = full_street.care_manager
    digest = world.digest(office.get(f"/transmissions/{unit}").json()["manifest"])
    office.post("/receipts", {"receipts": [office.receipt(unit, digest, "collected")]})
    assert tell(manager, subject, number, "ask", note="").status_code == 422
    assert tell(manager, subject, number, "ask", note="11日は、時刻がちがいませんか。").status_code == 302
    assert Transmission.objects.get(pk=unit).change == "by_recipient"
    [(_, _, decision, holds), *_] = [one for one in decisions(manager, subject) if one[0].office == number]
    assert (decision.verdict, str(decision.transmission_id), holds) == ("asked", unit, True)
    tell(manager, subject, number, "leave")
    assert tell(manager, subject, number, "ask", note="もう一度聞きます。").status_code == 409
    partner = person(full_street.hub.offices[number], login="sato")
    assert "返事をするもの" in partner.get(f"/overview/{MONTH}/").content.decode()
    said = full_street.hub.offices[number].get(f"/transmissions/{unit}").json()
    assert "11日は" not in str(said)  # the words are closed until somebody opens them


def test_each_decision_needs_its_duty_and_its_person(full_street: Street, manager: Client, person: Enter) -> None:
    from renkei.hub.parties.models import Membership

    subject, number = changed(full_street)
    mark = decisions(manager, subject)[0][1]
    given = {"service": "43", "number": number, "mark": mark, "deed": "accept"}
    assert manager.post(f"/months/{MONTH}/{'0' * 64}/decide/", given).status_code == 404
    assert manager.post(f"/months/{MONTH}/{subject}/decide/", given | {"number": "1370299998"}).status_code == 404
    partner = person(full_street.service_office, login="sato")
    own = given | {"service": full_street.service_office.service}
    assert partner.post(f"/months/{MONTH}/{subject}/decide/", own).status_code == 403
    Membership.objects.filter(staff__login="suzuki").update(duties="send", level="member")
    assert manager.post(f"/months/{MONTH}/{subject}/decide/", given).status_code == 403
    Membership.objects.filter(staff__login="suzuki").update(duties="check", level="member")
    assert manager.post(f"/months/{MONTH}/{subject}/decide/", given | {"deed": "ask"}).status_code == 403
    assert manager.post(f"/months/{MONTH}/{subject}/decide/", given).status_code == 302


def test_a_person_is_shown_month_by_month(full_street: Street, manager: Client, person: Enter) -> None:
    subject, _ = changed(full_street)
    assert manager.get(f"/months/people/{subject}/").status_code == 404  # nothing was compared yet
    manager.get(f"/months/{MONTH}/")
    page = manager.get(f"/months/people/{subject}/")
    [month] = page.context["history"].months
    assert (month.month, month.standing.value) == (MONTH, "changed")
    assert page.context["history"].client.name in page.content.decode()
    assert seen_subjects(looks()[-1]) == {subject}
    assert person(full_street.stranger, login="watanabe").get(f"/months/people/{'0' * 64}/").status_code == 404


def test_whom_an_office_left_out_of_its_results_is_decided_about_too(street: Street, person: Enter) -> None:
    """It has reported, and did nothing here: the list and the person's page say the same."""
    office = street.service_office
    unit, files = next(
        (unit, dict(own))
        for unit, own in world.units_of(street.month.files[office.number])
        if unit.kind is UnitKind.ACTUAL
    )
    [(name, data)] = files.items()
    left_out = min(row["insured_person_number"] for row in records.read(data, "UPJSK"))
    rows = [row for row in records.read(data, "UPJSK") if row["insured_person_number"] != left_out]
    sent = {name: records.write("UPJSK", rows)}
    assert office.post("/transmissions", office.envelope(unit, sent)).status_code == 201
    browser, subject = person(street.care_manager), subject_of(street.month, left_out)
    listed = {one: causes for one, _, causes in browser.get(f"/months/{MONTH}/").context["changed"]}
    count = sum(count for cause, count in listed[subject] if cause.value == "cancelled")
    [(one, *_)] = [each for each in decisions(browser, subject) if each[0].office == office.number]
    assert count == len(one.changes) > 0
    tell(browser, subject, office.number, "accept")
    assert subject in {one for one, *_ in browser.get(f"/months/{MONTH}/").context["decided"]}
