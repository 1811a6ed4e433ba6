"""Offices close, merge, change their number or name, each on its day in Tokyo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from . import world
from .conftest import Hub
from .streets import Street, person, street

__all__ = ["person", "street"]  # fixtures
TOKYO = ZoneInfo("Asia/Tokyo")
Person = Callable[..., Client]


def party(office: world.TestOffice) -> Any:
    from renkei.hub.parties import services

    return services.office(office.number)


def today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def plan(office: world.TestOffice, kind: str, day: date | None = None, **more: Any) -> Any:
    from renkei.hub.parties import changes
    from renkei.hub.parties.models import PartyChangeKind

    return changes.plan(
        party(office), PartyChangeKind(kind), day or today(), "command:test", "法人の合併のため", **more
    )


def sent_by(street: Street) -> tuple[world.TestOffice, dict[str, Any]]:
    """A unit to the service office that has not been sent yet."""
    office = street.care_manager
    for unit, own in world.units_of(street.month.files[office.number]):
        if unit.recipient == street.service_office.number and unit.kind != "use_table":
            return office, office.envelope(unit, own)
    raise LookupError


def test_a_change_happens_on_its_day_in_tokyo_and_not_a_minute_before(town: Hub) -> None:
    from renkei.hub.parties import changes

    office = next(iter(town.offices.values()))
    day = today() + timedelta(days=40)
    plan(office, "renamed", day, value="すずらん新館")
    midnight = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    assert changes.apply_due(midnight - timedelta(seconds=1)) == 0
    assert party(office).name == office.name
    assert changes.apply_due(midnight) == 1
    assert party(office).name == "すずらん新館"
    assert changes.apply_due(midnight + timedelta(days=1)) == 0


def test_a_change_is_taken_back_before_its_day_and_not_after(town: Hub) -> None:
    from renkei.hub.core.models import Deed
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties import changes

    office = next(iter(town.offices.values()))
    planned = plan(office, "closed", today() + timedelta(days=1))
    changes.cancel(planned.pk, "command:test", "取りやめ")
    assert not changes.to_come().exists()
    done = plan(office, "renamed", value="新しい名")
    with pytest.raises(Refused, match="E-CHANGE"):
        changes.cancel(done.pk, "command:test", "取りやめ")
    assert {"change-planned", "change-cancelled", "change-applied"} <= set(Deed.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("merged", {}),
        ("renumbered", {}),
        ("renamed", {}),
        ("closed", {"day": date(2020, 1, 1)}),
        ("merged", {"successor": "self"}),
        ("renamed", {"value": "名", "successor": "other"}),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_words(town: Hub, kind: str, more: dict[str, Any]) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.models import PartyChange

    one, other = list(town.offices.values())[:2]
    if "successor" in more:
        more = more | {"successor": party(one if more["successor"] == "self" else other)}
    with pytest.raises(Refused, match="E-CHANGE") as refused:
        plan(one, kind, **more)
    assert refused.value.detail
    assert not PartyChange.objects.exists()


def test_two_offices_cannot_go_on_for_each_other(town: Hub) -> None:
    from renkei.hub.core.problems import Refused

    one, other = list(town.offices.values())[:2]
    plan(one, "merged", today() + timedelta(days=3), successor=party(other))
    with pytest.raises(Refused, match="E-CHANGE"):
        plan(other, "merged", today() + timedelta(days=3), successor=party(one))


@pytest.mark.parametrize("kind", ["renumbered", "merged", "closed"])
def test_mail_to_an_office_that_moved_is_refused_with_the_name_of_its_successor(street: Street, kind: str) -> None:
    plan(street.service_office, kind, successor=party(street.stranger))
    office, envelope = sent_by(street)
    answer = office.post("/transmissions", envelope)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "E-DEST-MOVED"
    assert street.stranger.number in problem["detail"] and street.stranger.name in problem["detail"]


def test_the_way_leads_through_later_mergers(street: Street) -> None:
    from renkei.hub.parties.standing import heir

    plan(street.service_office, "merged", successor=party(street.stranger))
    plan(street.stranger, "merged", successor=party(street.care_manager))
    assert heir(party(street.service_office)) == party(street.care_manager)


def test_an_office_that_closed_for_good_takes_no_mail(street: Street) -> None:
    plan(street.service_office, "closed")
    office, envelope = sent_by(street)
    answer = office.post("/transmissions", envelope)
    assert answer.json()["code"] == "E-DEST-INACTIVE" and "廃止" in answer.json()["title"]


def test_mail_that_waits_is_still_collected_by_the_program_of_a_closed_office(street: Street) -> None:
    plan(street.service_office, "closed")
    office = street.service_office
    office.sign_in()
    detail = office.get(f"/transmissions/{street.slip}").json()
    assert office.get(f"/transmissions/{street.slip}/files").status_code == 200
    receipt = office.receipt(street.slip, world.digest(detail["manifest"]), "collected")
    told = office.post("/receipts", {"receipts": [receipt]}).json()["results"][0]
    assert told["status"] == 201 and told["state"] == "collected"


def test_a_closed_office_sends_nothing_any_more_but_a_lost_answer_comes_again(street: Street) -> None:
    office, envelope = sent_by(street)
    unit, own = next(
        (unit, own)
        for unit, own in world.units_of(street.month.files[office.number])
        if (unit.recipient, unit.kind) == (street.service_office.number, "use_table")
    )
    plan(office, "closed")
    answer = office.post("/transmissions", envelope)
    assert (answer.status_code, answer.json()["code"]) == (422, "E-AUTH-PARTY")
    again = office.post("/transmissions", office.envelope(unit, own))
    assert again.status_code == 200 and again.json()["repeated"]


def test_staff_of_a_closed_office_read_what_came_until_its_time_is_over(
    street: Street, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    browser = person(street.service_office)
    plan(street.service_office, "closed")
    assert browser.get("/received/").status_code == 200
    assert browser.get(f"/transmissions/{street.slip}/contents/").status_code == 200
    monkeypatch.setitem(settings.RENKEI, "CLOSED_DAYS", 0)
    page = browser.get("/received/")
    assert page.status_code == 403 and "廃止" in page.content.decode()
    assert street.service_office.get("/events", service=street.service_office.service).status_code == 401


def test_staff_of_the_successor_read_what_the_predecessor_had_and_take_no_step(street: Street, person: Person) -> None:
    from renkei.hub.parties.models import Membership

    browser = person(street.stranger, "yamada")
    plan(street.service_office, "merged", successor=party(street.stranger))
    place = Membership.objects.get(party=party(street.service_office))
    browser.post("/switch/", {"membership": place.pk})
    assert browser.get(f"/transmissions/{street.slip}/contents/").status_code == 200
    assert browser.post(f"/transmissions/{street.slip}/steps/collected/").status_code == 403

    Membership.objects.filter(party=party(street.stranger)).update(active=False)
    assert browser.get(f"/transmissions/{street.slip}/").status_code == 403


def test_whoever_joins_the_successor_later_reads_on_as_well(street: Street, person: Person) -> None:
    from django.utils import timezone

    from renkei.hub.parties.models import Membership
    from renkei.hub.parties.tasks import apply_changes

    plan(street.service_office, "merged", successor=party(street.stranger))
    person(street.stranger, "late")
    apply_changes(timezone.now(), {})
    assert Membership.objects.filter(party=party(street.service_office), staff__login="late", duties="").exists()


def test_staff_work_on_under_the_new_number(street: Street, person: Person) -> None:
    person(street.service_office, "tanaka")
    plan(street.service_office, "renumbered", successor=party(street.stranger))
    from renkei.hub.parties.models import Membership

    place = Membership.objects.get(party=party(street.stranger), staff__login="tanaka")
    assert place.level == "administrator" and place.active


def test_a_suspended_office_neither_sends_nor_receives_and_its_staff_read_why(street: Street, person: Person) -> None:
    browser = person(street.service_office)
    plan(street.service_office, "suspended")
    office, envelope = sent_by(street)
    assert office.post("/transmissions", envelope).json()["code"] == "E-DEST-INACTIVE"
    assert street.service_office.get(f"/transmissions/{street.slip}").status_code == 401
    page = browser.get("/received/")
    assert page.status_code == 403 and "法人の合併のため" in page.content.decode()
    plan(street.service_office, "resumed")
    assert browser.get("/received/").status_code == 200
