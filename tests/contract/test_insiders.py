"""People of an office or of the operator who try to reach further than they may, and those who have left."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from . import people
from .conftest import Hub
from .people import NEW_PASSWORD, code_on, office, place_of, signed_in
from .streets import PASSWORD
from .test_joining import ACCOUNT, A, applied, listed
from .test_staff import INVITED, accept, second_office

__all__ = ["listed", "office"]  # fixtures


def party_of(office: Any) -> Any:
    from renkei.hub.parties import services

    return services.office(office.number)


def narrowed(office: Any, login: str = "semai", **place: Any) -> Client:
    """An administrator of one of the two services of this office."""
    from renkei.hub.parties import services

    services.admit_office(office.number, office.name, [office.service, "11"], None)
    people.add(office, login, service=party_of(office).services.get(service="11"), **place)
    return signed_in(login)


def operators(*logins: str) -> Any:
    """The operator's party, with these administrators."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Party, PartyKind

    party = Party.objects.create(kind=PartyKind.OPERATOR, number="operator", name="運営者")
    for login in logins:
        services.add_staff(login, f"運営　{login}", party, PASSWORD)
    return party


def asked(login: str) -> Any:
    from renkei.hub.parties.models import Recovery

    Client().post("/sign-in/help/", {"username": login})
    return Recovery.objects.get(staff__login=login, state="asked")


def recovered(login: str, code: str) -> None:
    given = {"username": login, "code": code, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert Client().post("/sign-in/help/code/", given)["Location"] == "/sign-in/"


# One service of several -----------------------------------------------------------------------------------------------


def test_an_administrator_of_one_service_gets_no_key_that_opens_the_others_mail(office: Any) -> None:
    from renkei.hub.parties.models import Account, EnrolmentCode

    browser = narrowed(office)
    assert browser.get("/settings/staff/").status_code == 200
    posts = ("settings/certificates/code/", "settings/certificates/browser-seal/", "settings/programs/")
    assert {browser.post(f"/{path}").status_code for path in posts} == {403}
    assert (EnrolmentCode.objects.count(), Account.objects.count()) == (0, 0)
    assert "/settings/programs/" not in browser.get("/settings/").content.decode()


def test_an_administrator_of_one_service_invites_nobody_to_all_by_way_of_another_office(office: Any) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Invitation, Membership

    browser, own = narrowed(office), second_office()
    staff = place_of("semai").staff
    services.add_staff(staff.login, staff.name, own, PASSWORD)
    browser = signed_in("semai")
    here, there = (Membership.objects.get(staff=staff, party__number=one.number) for one in (office, own))
    browser.post("/switch/", {"membership": here.pk})
    wish = INVITED | {"level": "administrator", "service": here.service_id, "also": [there.pk]}
    browser.post("/settings/staff/invite/", wish)
    [made] = Invitation.objects.all()
    assert (made.party_id, made.service_id, made.also.count()) == (here.party_id, here.service_id, 0)


def test_an_invitation_to_one_service_is_never_widened_to_all(office: Any) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.models import Job, Level
    from renkei.hub.parties.staff import inviting

    people.add(office, "chief")
    own = place_of("chief")
    place = inviting.Place(Level.MEMBER, Job.OTHER, (), party_of(office).services.get())
    with pytest.raises(Refused):
        inviting.invite(own, place, also=[own])


def test_a_recovery_opens_no_place_above_that_of_who_approved_it(office: Any) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    people.add(office, "chief")
    services.admit_office(office.number, office.name, [office.service, "11"], None)
    people.add(office, "root", level="office")
    root = place_of("root").staff
    Membership.objects.create(staff=root, party=party_of(office), service=party_of(office).services.get(service="11"))
    row = asked("root")
    address = f"/settings/staff/recoveries/{row.pk}/"
    recovered("root", code_on(signed_in("chief").post(address, {"deed": "approve"})))
    assert [place.level for place in Membership.objects.filter(staff=root, active=True)] == ["member"]


# Who has left ---------------------------------------------------------------------------------------------------------


def test_codes_that_somebody_made_count_no_more_once_they_have_left(office: Any) -> None:
    from renkei.hub.parties.models import EnrolmentCode, Staff

    people.add(office, "chief")
    people.add(office, "leaving")
    chief, leaving = signed_in("chief"), signed_in("leaving")
    kept = code_on(leaving.post("/settings/staff/invite/", INVITED | {"level": "administrator"}))
    leaving.post("/settings/certificates/code/")
    others = code_on(chief.post("/settings/staff/invite/", INVITED))
    assert EnrolmentCode.objects.count() == 1
    chief.post(f"/settings/staff/{place_of('leaving').pk}/cut-off/", {"reason": "退職"})
    assert "番号がちがうか" in Client().post("/invitation/", {"code": kept}).content.decode()
    assert EnrolmentCode.objects.count() == 0
    accept(others)
    assert Staff.objects.filter(login="tanaka").exists()


def test_an_invitation_in_hand_does_not_lift_who_was_lowered(office: Any) -> None:
    people.add(office, "chief")
    people.add(office, "lowered")
    chief, lowered = signed_in("chief"), signed_in("lowered")
    code = code_on(lowered.post("/settings/staff/invite/", INVITED | {"level": "administrator"}))
    chief.post(f"/settings/staff/{place_of('lowered').pk}/", INVITED)
    lowered.post("/invitation/", {"code": code})
    lowered.post("/invitation/add/")
    assert place_of("lowered").level == "member"


@pytest.fixture
def merged(office: Any) -> list[Any]:
    """Three offices, each of which went on for the one before; the last one's people read what the others had."""
    from django.utils import timezone

    from renkei.hub.parties import changes, reading_on, services
    from renkei.hub.parties.models import PartyChangeKind

    numbers = ("1379200015", "1379300013", "1379400011")
    parties = [services.admit_office(number, f"事業所{number}", ["11", "15"], None) for number in numbers]
    for one, following in pairwise(parties):
        why = ("command:test", "合併")
        changes.plan(one, PartyChangeKind.MERGED, timezone.localdate(), *why, successor=following)
    for login in ("chief", "suzuki"):
        services.add_staff(login, "鈴木　一", parties[-1], PASSWORD)
    while reading_on.follow_staff():
        pass
    return parties


def test_who_left_the_last_of_several_merged_offices_reads_at_none_of_them(merged: list[Any]) -> None:
    from renkei.hub.parties.models import Membership

    chief, browser = signed_in("chief"), signed_in("suzuki")
    for party in merged:
        place = Membership.objects.get(staff__login="suzuki", party=party)
        assert browser.post("/switch/", {"membership": place.pk}).status_code == 302
    chief.post(f"/settings/staff/{place.pk}/cut-off/", {"reason": "退職"})
    assert signed_in("suzuki").get("/received/").status_code == 403


def test_who_was_narrowed_at_the_successor_reads_no_more_services_of_those_before(merged: list[Any]) -> None:
    from renkei.hub.parties import members
    from renkei.hub.parties.models import Membership

    own = merged[-1].services.get(service="15")
    Membership.objects.filter(staff__login="suzuki", party=merged[-1]).update(service=own)
    request: Any = signed_in("suzuki").get("/received/").wsgi_request
    shown = {
        (place.party_id, one.service)
        for place in members.active_memberships(request)
        for one in members.own_services(place)
    }
    assert shown == {(party.pk, "15") for party in merged}


def test_who_left_is_out_at_the_number_that_the_office_had_before(office: Any) -> None:
    from django.utils import timezone

    from renkei.hub.parties import changes
    from renkei.hub.parties.models import Membership, PartyChangeKind

    for login in ("chief", "suzuki"):
        people.add(office, login)
    now, why = second_office(), ("command:test", "番号が変わる")
    party_of(now).services.update(service=office.service)
    changes.plan(party_of(office), PartyChangeKind.RENUMBERED, timezone.localdate(), *why, successor=now)
    chief = signed_in("chief")
    for place in Membership.objects.filter(staff__login="chief", party=now):
        chief.post("/switch/", {"membership": place.pk})
    place = Membership.objects.get(staff__login="suzuki", party=now)
    assert chief.post(f"/settings/staff/{place.pk}/cut-off/", {"reason": "退職"}).status_code == 302
    assert signed_in("suzuki").get("/received/").status_code == 403


# The operator ---------------------------------------------------------------------------------------------------------


def test_nobody_approves_their_own_recovery(office: Any) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.staff import recovering

    operators("unei")
    row, own = asked("unei"), place_of("unei")
    with pytest.raises(Refused):
        recovering.approve(row.pk, own, second_factor=True)
    row.refresh_from_db()
    assert row.state == "asked"


def test_an_operator_opens_no_colleagues_place_as_administrator_of_an_office(office: Any) -> None:
    """Else one of the two whom the operator's deeds take could be both."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    party = operators("unei", "doryo")
    for login in ("unei", "doryo"):
        services.add_staff(login, f"運営　{login}", party_of(office), PASSWORD)
    browser = signed_in("unei")
    browser.post("/switch/", {"membership": Membership.objects.get(staff__login="unei", party=party_of(office)).pk})
    row = asked("doryo")
    recovered("doryo", code_on(browser.post(f"/settings/staff/recoveries/{row.pk}/", {"deed": "approve"})))
    places = {place.party_id: place.active for place in Membership.objects.filter(staff__login="doryo")}
    assert places == {party.pk: False, party_of(office).pk: True}


def test_an_application_that_one_person_confirmed_lets_nobody_into_an_office_that_has_joined_since(
    listed: Hub,
) -> None:
    from renkei.hub.parties.joining import proving
    from renkei.hub.parties.models import Membership, Proof

    dormant, honest = applied(), applied()
    for application, _link in (dormant, honest):
        proving.confirm(application.pk, A, Proof.OPERATOR, "電話で確かめた")
    assert Client().post(honest[1], ACCOUNT).status_code == 302
    answer = Client().post(dormant[1], ACCOUNT | {"username": "other"})
    assert answer.status_code == 409 and "もう登録されています" in answer.content.decode()
    assert Membership.objects.count() == 1
