"""Those who do not apply are invited: municipalities, clinics, people and their proxies."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from .commands import here
from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

PASSWORD = "しずかな朝の提供票が届く"
BIRTH, INSURED = date(1944, 3, 5), "0000012345"


def account(login: str) -> dict[str, str]:
    return {"username": login, "name": "山田　太郎", "new_password": PASSWORD, "again": PASSWORD}


def municipality() -> Any:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import PartyKind

    return services.admit(PartyKind.MUNICIPALITY, "131136", "架空市")


def invite(by: Any, kind: str, name: str = "架空医院", **more: Any) -> Any:
    from renkei.hub.parties.joining import inviting
    from renkei.hub.parties.models import PartyKind

    return inviting.invite(by, "staff:1", PartyKind(kind), name, **more)


def someone() -> Any:
    from renkei.hub.parties.joining.inviting import Person

    return Person(BIRTH, INSURED)


def proxy(ends_on: date, relation: str = "長女") -> Any:
    from renkei.hub.parties.joining.inviting import Proxy

    return Proxy(relation, "登記事項証明書", ends_on)


def today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def typed(code: str) -> Client:
    """A browser in which the code of an invitation was typed."""
    browser = Client()
    assert browser.post("/invitation/", {"code": code}).status_code == 302
    return browser


def accept(browser: Client, login: str = "yamada") -> Any:
    from renkei.hub.parties.models import Staff

    browser.post("/invitation/accept/", account(login))
    return Staff.objects.filter(login=login).first()


def test_everybody_arrives_where_there_is_something_for_them(hub: Hub) -> None:
    from renkei.hub.parties.models import PartyKind

    town = municipality()
    arrived = {}
    for nth, (kind, more) in enumerate({"clinic": {"number": "1312345678"}, "person": {"person": someone()}}.items()):
        browser = typed(invite(town, kind, **more).code)
        browser.post("/invitation/identity/", {"birth": BIRTH, "insured": INSURED})
        accept(browser, f"somebody{nth}")
        arrived[kind] = browser.get("/", follow=True).content.decode()
    for kind, page in arrived.items():
        assert "登録は終わっています" in page and "受け取ったもの" not in page, kind
        assert "/me/" in page and "/settings/certificates/" not in page
    assert "/settings/staff/" in arrived[PartyKind.CLINIC] and "/settings/staff/" not in arrived[PartyKind.PERSON]


def test_who_may_invite_whom_is_one_table() -> None:
    from renkei.hub.parties.joining.rules import invitable
    from renkei.hub.parties.models import PartyKind

    asked = {kind.value: [one.value for one in invitable(kind)] for kind in PartyKind}
    assert {kind: few for kind, few in asked.items() if few} == {
        "operator": ["municipality", "prefecture", "vendor", "operator"],
        "municipality": ["clinic", "person"],
    }


def test_an_operator_invites_a_municipality_by_command(hub: Hub) -> None:
    from renkei.hub.parties.models import Membership

    said = here("hub", "invite", "--data", hub.data, "--kind", "municipality", "--number", "131136", "--name", "架空市")
    code = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", said)[0]
    staff = accept(typed(code))
    place = Membership.objects.get(staff=staff)
    assert (place.party.kind, place.party.number, place.level) == ("municipality", "131136", "administrator")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("municipality", {"number": "131130"}),
        ("vendor", {"number": "soft"}),
        ("clinic", {"number": "12"}),
        ("person", {}),
    ],
)
def test_what_a_municipality_may_not_or_cannot_invite_is_refused(hub: Hub, kind: str, more: dict[str, str]) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.models import Invitation

    with pytest.raises(Refused):
        invite(municipality(), kind, **more)
    assert not Invitation.objects.exists()


def test_a_clinic_that_has_people_gets_no_second_stranger(hub: Hub) -> None:
    from renkei.hub.core.problems import Refused

    city = municipality()
    accept(typed(invite(city, "clinic", number="1310123456").code))
    with pytest.raises(Refused, match="E-INVITATION"):
        invite(city, "clinic", number="1310123456")


def test_a_person_says_who_they_are_before_they_get_in(hub: Hub) -> None:
    from renkei.hub.parties.models import Invitation, Membership

    invited = invite(municipality(), "person", "山田　太郎", person=someone())
    browser = typed(invited.code)
    assert browser.get("/invitation/accept/").headers["Location"] == "/invitation/identity/"
    assert accept(browser) is None
    wrong = browser.post("/invitation/identity/", {"birth": "1944-03-06", "insured": INSURED})
    assert "合いません" in wrong.content.decode()
    assert accept(browser) is None
    browser.post("/invitation/identity/", {"birth": "1944-03-05", "insured": "００００-012345"})
    assert "合うことを確かめました" in browser.get("/invitation/accept/").content.decode()
    staff = accept(browser)
    place = Membership.objects.get(staff=staff)
    assert place.party.kind == "person" and re.fullmatch(r"p\d{12}", place.party.number)
    kept = str(Invitation.objects.values().get())
    assert INSURED not in kept and "1944" not in kept


def test_guessing_who_somebody_is_locks_out(hub: Hub) -> None:
    from django.conf import settings

    browser = typed(invite(municipality(), "person", "山田　太郎", person=someone()).code)
    for _ in range(settings.RENKEI["LOCKOUT_FAILURES"]):
        browser.post("/invitation/identity/", {"birth": "1950-01-01", "insured": INSURED})
    right = browser.post("/invitation/identity/", {"birth": BIRTH.isoformat(), "insured": INSURED})
    assert right.status_code == 429
    assert accept(browser) is None


def test_a_proxy_has_a_relation_an_evidence_and_an_end(hub: Hub) -> None:
    from renkei.hub.core.problems import Refused

    city = municipality()
    number = invite(city, "person", "山田　太郎", person=someone()).number
    for wrong in (proxy(today() - timedelta(days=1)), proxy(today(), relation=" ")):
        with pytest.raises(Refused):
            invite(city, "person", "山田　花子", number=number, person=someone(), proxy=wrong)
    with pytest.raises(Refused):
        invite(city, "person", "山田　花子", number="p000000000000", person=someone(), proxy=proxy(today()))


def test_a_proxy_is_in_on_the_last_day_and_out_on_the_next(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.parties import members
    from renkei.hub.parties.models import Membership

    city = municipality()
    number = invite(city, "person", "山田　太郎", person=someone()).number
    invited = invite(city, "person", "山田　花子", number=number, person=someone(), proxy=proxy(today()))
    browser = typed(invited.code)
    browser.post("/invitation/identity/", {"birth": BIRTH.isoformat(), "insured": INSURED})
    staff = accept(browser)
    place = Membership.objects.get(staff=staff)
    assert (place.relation, place.evidence, place.ends_on) == ("長女", "登記事項証明書", today())
    signed_in = Client()
    signed_in.force_login(staff)
    assert signed_in.get("/settings/").status_code == 200
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(members.timezone, "localdate", lambda *_: tomorrow)
    assert signed_in.get("/settings/").status_code == 403


def test_a_municipality_invites_and_decides_for_its_own_area_alone(hub: Hub) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Application, KnownOffice

    city = municipality()
    staff = services.add_staff("city", "市の職員", city, PASSWORD)
    browser = Client()
    browser.force_login(staff)
    for number, place in (("1379900010", "131130"), ("1379900028", "131041")):
        KnownOffice.objects.create(
            number=number,
            kind="訪問介護",
            name=f"事業所{number}",
            municipality=place,
            address="中央1",
            fax="03",
            as_of=today(),
        )
        Application.objects.create(
            number=number,
            name="申し込み",
            services="11",
            address="x",
            phone="x",
            contact="x",
            agreement="x",
            follow=number,
        )
    ours, theirs = Application.objects.order_by("pk")
    page = browser.get("/applications/").content.decode()
    assert ours.number in page and theirs.number not in page
    assert browser.get(f"/applications/{theirs.pk}/").status_code == 404
    assert browser.post(f"/applications/{theirs.pk}/confirm/", {"reason": "電話"}).status_code == 404
    letter = browser.post(f"/applications/{ours.pk}/letter/", {"way": "post"})
    assert "中央1" in letter.content.decode() and 'class="code"' in letter.content.decode()
    assert browser.post(f"/applications/{ours.pk}/confirm/", {"reason": ""}).status_code == 422
    assert browser.post(f"/applications/{ours.pk}/confirm/", {"reason": "公表の番号に電話"}).status_code == 302
    ours.refresh_from_db()
    assert (ours.state, ours.proof) == ("proved", "municipality")
    invited = browser.post("/invitations/", {"kind": "clinic", "name": "架空医院", "number": "1310123456"})
    assert 'class="code"' in invited.content.decode()
    # Who reads a letter has never seen the hub: it says where that is.
    assert "http://testserver/join/" in letter.content.decode()
    assert "http://testserver/invitation/" in invited.content.decode()


def test_an_operator_who_invites_no_people_is_not_asked_for_birth_dates(hub: Hub) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import PartyKind

    browser = Client()
    browser.force_login(
        services.add_staff("unei", "高橋", services.admit(PartyKind.OPERATOR, "operator", "運営"), PASSWORD)
    )
    page = browser.get("/invitations/").content.decode()
    assert "生年月日" not in page and "代わりの人" not in page
    invited = browser.post("/invitations/", {"kind": "municipality", "name": "架空市", "number": "131136"})
    assert 'class="code"' in invited.content.decode()


def test_pages_and_letters_say_how_to_reach_the_operator(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from renkei.hub.parties.joining import letters

    invited = invite(municipality(), "clinic", number="1312345678")
    assert "運営者の連絡先" not in Client().get("/sign-in/").content.decode()
    monkeypatch.setitem(settings.RENKEI, "CONTACT", "架空県介護協会 03-0000-0000")
    for page in (Client().get("/sign-in/").content.decode(), letters.of_invitation(invited)):
        assert "運営者の連絡先: 架空県介護協会 03-0000-0000" in page


def test_the_desk_is_no_page_for_an_office(hub: Hub) -> None:
    from renkei.hub.parties import services

    party = services.admit_office("1379900010", "すずらん", ["11"], None)
    browser = Client()
    browser.force_login(services.add_staff("office", "佐藤", party, PASSWORD))
    for path in ("/applications/", "/invitations/"):
        assert browser.get(path).status_code == 404
