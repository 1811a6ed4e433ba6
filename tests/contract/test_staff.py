"""Looking after people: inviting, changing, cutting off, helping those who cannot sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from . import people
from .people import NEW_PASSWORD, code_on, letterbox, office, place_of, sign_in, signed_in
from .streets import PASSWORD, Street, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["letterbox", "office", "person", "street"]  # fixtures


@pytest.fixture
def chief(office: Any) -> Client:
    """The browser of the office's administrator."""
    people.add(office, "chief")
    return signed_in("chief")


def deeds() -> list[str]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.order_by("id").values_list("kind", flat=True))


def second_office() -> Any:
    from renkei.hub.parties import services

    return services.admit_office("1379200015", "訪問介護もみじ", ["11"], None)


# Inviting -------------------------------------------------------------------------------------------------------------


INVITED = {"level": "member", "job": "clerk", "duties": ["prepare", "send"]}
ACCOUNT = {"username": "tanaka", "name": "田中　二", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}


def accept(code: str, **account: Any) -> Client:
    browser = Client()
    assert browser.post("/invitation/", {"code": code.lower()})["Location"] == "/invitation/accept/"
    browser.post("/invitation/accept/", ACCOUNT | account)
    return browser


def test_an_invited_person_chooses_name_and_password_and_is_there(chief: Client) -> None:
    browser = accept(code_on(chief.post("/settings/staff/invite/", INVITED)))
    place = place_of("tanaka")
    assert (place.level, place.job, place.duties) == ("member", "clerk", "prepare,send")
    assert people.is_inside(browser)
    assert browser.get("/settings/staff/").status_code == 403
    assert "田中" in chief.get("/settings/staff/").content.decode()
    assert {"staff-invited", "invitation-accepted"} <= set(deeds())


def test_an_invitation_counts_once_for_seven_days_and_until_it_is_taken_back(chief: Client) -> None:
    from renkei.hub.parties.models import Invitation, Staff

    used, late, taken_back = (code_on(chief.post("/settings/staff/invite/", INVITED)) for _ in range(3))
    accept(used)
    rows = list(Invitation.objects.order_by("pk"))
    Invitation.objects.filter(pk=rows[1].pk).update(expires_at=rows[1].expires_at - timedelta(days=7, seconds=1))
    chief.post(f"/settings/staff/invitations/{rows[2].pk}/take-back/")
    for code in (used, late, taken_back, "AAAA-AAAA-AAAA"):
        assert "番号がちがうか" in Client().post("/invitation/", {"code": code}).content.decode()
    assert Staff.objects.count() == 2


def test_two_browsers_with_one_code_make_one_account(chief: Client) -> None:
    from renkei.hub.parties.models import Staff

    code = code_on(chief.post("/settings/staff/invite/", INVITED))
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post("/invitation/", {"code": code})
    for number, browser in enumerate(browsers):
        browser.post("/invitation/accept/", ACCOUNT | {"username": f"tanaka{number}"})
    assert list(Staff.objects.filter(login__startswith="tanaka").values_list("login", flat=True)) == ["tanaka0"]


def test_who_works_elsewhere_already_adds_the_place_to_the_same_account(chief: Client) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    services.add_staff("yamada", "山田　三", second_office(), PASSWORD)
    browser = signed_in("yamada")
    browser.post("/invitation/", {"code": code_on(chief.post("/settings/staff/invite/", INVITED))})
    browser.post("/invitation/add/")
    places = Membership.objects.filter(staff__login="yamada").order_by("pk")
    assert [(place.party.number, place.level) for place in places] == [
        ("1379200015", "administrator"),
        (place_of("chief").party.number, "member"),
    ]


def test_one_corporation_invites_a_person_to_all_its_offices_at_once(chief: Client, office: Any) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    own, foreign = second_office(), services.admit_office("1379300013", "通所介護かえで", ["15"], None)
    services.add_staff("chief", "鈴木　一", own, PASSWORD)
    chief = signed_in("chief")
    services.add_staff("other", "木村　四", foreign, PASSWORD)
    also = [Membership.objects.get(party=own).pk]
    accept(code_on(chief.post("/settings/staff/invite/", INVITED | {"also": also})))
    numbers = Membership.objects.filter(staff__login="tanaka").values_list("party__number", flat=True)
    assert set(numbers) == {office.number, own.number}
    stolen = {"also": [Membership.objects.get(party=foreign).pk]}
    assert "<code>" not in chief.post("/settings/staff/invite/", INVITED | stolen).content.decode()


def test_codes_of_invitations_cannot_be_tried_without_end(chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LOCKOUT_ADDRESS_FAILURES", 3)
    for number in range(3):
        assert Client().post("/invitation/", {"code": f"AAAA-AAAA-{number:04}"}).status_code == 200
    assert Client().post("/invitation/", {"code": "AAAA-BBBB-CCCC"}).status_code == 429


# Changing, and leaving ------------------------------------------------------------------------------------------------


def test_an_administrator_changes_what_a_person_may_do_from_the_next_request_on(chief: Client, office: Any) -> None:
    people.add(office)
    browser = signed_in()
    assert browser.get("/settings/staff/").status_code == 200
    place = place_of("suzuki")
    chief.post(f"/settings/staff/{place.pk}/", {"level": "member", "job": "carer", "duties": ["check"]})
    assert browser.get("/settings/staff/").status_code == 403
    assert place_of("suzuki").duties == "check"
    assert "staff-changed" in deeds()


def test_changing_something_else_does_not_widen_what_a_person_sees(chief: Client, office: Any) -> None:
    from renkei.hub.parties.models import OfficeService

    own = OfficeService.objects.get(party__number=office.number)
    people.add(office, service=own)
    address = f"/settings/staff/{place_of('suzuki').pk}/"
    assert f'value="{own.pk}" selected' in chief.get(address).content.decode()
    chief.post(address, INVITED | {"service": own.pk})
    assert place_of("suzuki").service == own and place_of("suzuki").job == "clerk"


def test_nobody_reaches_above_themselves(chief: Client, office: Any) -> None:
    people.add(office, "root", level="office")
    above, own = place_of("root"), place_of("chief")
    assert chief.get(f"/settings/staff/{above.pk}/").status_code == 404
    assert chief.post(f"/settings/staff/{above.pk}/cut-off/", {"reason": "x"}).status_code == 404
    chief.post(f"/settings/staff/{own.pk}/", {"level": "office", "job": "other", "duties": []})
    assert place_of("chief").level == "administrator" and place_of("root").active


def test_staff_of_other_offices_is_not_there(chief: Client) -> None:
    from renkei.hub.parties import services

    services.add_staff("yamada", "山田　三", second_office(), PASSWORD)
    theirs = place_of("yamada")
    for deed in ("", "cut-off/", "unlock/", "take-back/"):
        assert chief.post(f"/settings/staff/{theirs.pk}/{deed}", INVITED).status_code == 404
    assert place_of("yamada").level == "administrator"


def test_who_leaves_is_out_with_the_next_request_everywhere(chief: Client, office: Any) -> None:
    people.add(office)
    browsers = [signed_in(), signed_in()]
    chief.post(f"/settings/staff/{place_of('suzuki').pk}/cut-off/", {"reason": "退職"})
    for browser in browsers:
        assert browser.get("/received/")["Location"].startswith("/sign-in/")
    assert "事業所に登録されていません" in signed_in().get("/received/").content.decode()
    chief.post(f"/settings/staff/{place_of('suzuki').pk}/take-back/")
    assert signed_in().get("/received/").status_code == 200


def test_the_last_administrator_stays(chief: Client, office: Any) -> None:
    own = place_of("chief")
    assert chief.post(f"/settings/staff/{own.pk}/cut-off/", {"reason": "x"}).status_code == 409
    answer = chief.post(f"/settings/staff/{own.pk}/", {"level": "member", "job": "other", "duties": []})
    assert "最後の管理者" in answer.content.decode()
    assert place_of("chief").active and place_of("chief").level == "administrator"
    people.add(office)
    assert chief.post(f"/settings/staff/{own.pk}/cut-off/", {"reason": "x"}).status_code == 302


def test_an_administrator_unlocks_who_mistyped(chief: Client, office: Any) -> None:
    people.add(office)
    for _ in range(5):
        sign_in(password="ちがうパスワードです")
    assert sign_in().status_code == 429
    assert "待っています" in chief.get("/settings/staff/").content.decode()
    chief.post(f"/settings/staff/{place_of('suzuki').pk}/unlock/")
    assert sign_in().status_code == 302


# Recovery -------------------------------------------------------------------------------------------------------------


def asked(login: str, **more: Any) -> Any:
    return Client().post("/sign-in/help/", {"username": login, **more})


def recover(code: str, login: str = "suzuki") -> Any:
    given = {"username": login, "code": code, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    return Client().post("/sign-in/help/code/", given)


def approved(chief: Client, **more: Any) -> str:
    from renkei.hub.parties.models import Recovery

    row = Recovery.objects.get(state="asked")
    assert "本人が目の前に" in chief.get(f"/settings/staff/recoveries/{row.pk}/").content.decode()
    return code_on(chief.post(f"/settings/staff/recoveries/{row.pk}/", {"deed": "approve", **more}))


def test_who_lost_everything_comes_back_with_the_code_of_the_administrator_once(chief: Client, office: Any) -> None:
    people.give_app(people.add(office))
    still_open = Client()
    still_open.force_login(place_of("suzuki").staff)
    asked("suzuki", second_factor="on")
    code = approved(chief, second_factor="on")
    assert recover(code)["Location"] == "/sign-in/"
    assert people.is_inside(signed_in(password=NEW_PASSWORD))
    assert not people.is_inside(still_open)
    assert "番号がちがうか" in recover(code).content.decode()
    assert deeds()[-2:] == ["recovery-approved", "recovered"]


def test_without_saying_so_the_second_factor_stays(chief: Client, office: Any) -> None:
    people.give_app(people.add(office))
    asked("suzuki")
    recover(approved(chief))
    assert sign_in(password=NEW_PASSWORD)["Location"] == "/sign-in/second/"


def test_asking_reads_the_same_for_everybody(office: Any) -> None:
    people.add(office)
    gone = people.add(office, "gone")
    gone.is_active = False
    gone.save()
    pages = {people.words_of(asked(login), login) for login in ("suzuki", "gone", "nobody")}
    assert len(pages) == 1 and "願い出を受け付けました" in pages.pop()
    wrong = {recover("AAAA-AAAA-AAAA", login).status_code for login in ("suzuki", "gone", "nobody")}
    assert wrong == {200}


def test_a_code_holds_ten_minutes_for_its_person_alone(chief: Client, office: Any) -> None:
    from renkei.hub.parties.models import Recovery

    people.add(office)
    people.add(office, "tanaka")
    asked("suzuki")
    code = approved(chief)
    asked("tanaka")
    approved(chief)
    assert recover(code, "tanaka").status_code == 200
    row = Recovery.objects.get(staff__login="suzuki")
    row.expires_at -= timedelta(minutes=10, seconds=1)
    row.save()
    assert recover(code).status_code == 200
    assert sign_in().status_code == 302


def test_codes_of_a_recovery_are_locked_out_after_five(chief: Client, office: Any) -> None:
    people.add(office)
    asked("suzuki")
    code = approved(chief)
    for _ in range(5):
        assert recover("AAAA-AAAA-AAAA").status_code == 200
    assert recover(code).status_code == 429


def test_whoever_approves_opens_no_place_elsewhere(chief: Client, office: Any) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    people.add(office)
    elsewhere = second_office()
    services.add_staff("suzuki", "鈴木　一", elsewhere, PASSWORD)
    services.add_staff("theirs", "木村　四", elsewhere, PASSWORD)
    asked("suzuki")
    recover(approved(chief))
    places = {place.party.number: place.active for place in Membership.objects.filter(staff__login="suzuki")}
    assert places == {office.number: True, elsewhere.number: False}
    theirs = signed_in("theirs")
    assert "利用を止めた人" in theirs.get("/settings/staff/").content.decode()


def test_the_only_administrator_is_let_in_by_the_operator(chief: Client, office: Any) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.models import Job, Level, Membership, Party, PartyKind, Recovery, Staff
    from renkei.hub.parties.staff import recovering

    asked("chief")
    row = Recovery.objects.get()
    assert recovering.waiting(place_of("chief")).count() == 0
    party = Party.objects.create(kind=PartyKind.OPERATOR, number="operator", name="運営者")
    staff = Staff.objects.create(login="operator", name="運営　五")
    operator = Membership.objects.create(staff=staff, party=party, level=Level.ADMINISTRATOR, job=Job.OPERATOR)
    assert [one.pk for one in recovering.waiting_for_operator()] == [row.pk]
    code = recovering.approve(row.pk, operator, second_factor=False)
    assert recover(code, "chief").status_code == 302
    assert place_of("chief").active
    with pytest.raises(Refused):
        recovering.approve(row.pk, operator, second_factor=False)


def test_an_approval_needs_a_fresh_proof_of_who_approves(chief: Client, office: Any) -> None:
    people.add(office)
    asked("suzuki")
    from renkei.hub.parties.models import Recovery

    session = chief.session
    session["proved"] -= 601
    session.save()
    address = f"/settings/staff/recoveries/{Recovery.objects.get().pk}/"
    assert chief.get(address)["Location"].startswith("/unlock/?")
    assert chief.post(address, {"deed": "approve"}).status_code == 403
    assert Recovery.objects.get().state == "asked"


# Duties ---------------------------------------------------------------------------------------------------------------


def test_who_may_not_send_reads_but_takes_no_step_and_no_file(street: Street, person: Callable[..., Client]) -> None:
    from renkei.hub.parties.models import Membership

    browser = person(street.service_office)
    Membership.objects.update(level="member", duties="prepare,check")
    base = f"/transmissions/{street.slip}/"
    page = browser.get(base)
    assert page.status_code == 200 and "files.zip" not in page.content.decode()
    name = street.slip_unit.files[0]
    for address in (f"{base}steps/collected/", f"{base}files.zip", f"{base}files/{name}"):
        assert browser.get(address).status_code == 403, address
    assert browser.post(f"{base}steps/collected/").status_code == 403
    assert browser.get(f"{base}contents/").status_code == 200
    Membership.objects.update(duties="send")
    assert browser.get(f"{base}files.zip").status_code == 200


def test_who_sees_one_service_sees_nothing_of_another_and_one_person_may_have_two(
    street: Street, person: Callable[..., Client]
) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership, OfficeService

    office = street.service_office
    services.admit_office(office.number, office.name, [office.service, "12"], None)
    browser = person(office)
    place = Membership.objects.get()
    Membership.objects.update(service=OfficeService.objects.get(party__number=office.number, service="12"))
    base = f"/transmissions/{street.slip}/"
    for page in ("", "contents/", "findings/", "files.zip", "steps/collected/", "manifest.json", "recall/"):
        assert browser.get(f"{base}{page}").status_code == 404, page
    assert browser.get("/months/202612/").status_code == 404
    own = OfficeService.objects.get(party__number=office.number, service=office.service)
    both = Membership.objects.create(staff=place.staff, party=place.party, service=own)
    assert "訪問入浴介護" in browser.get("/switch/").content.decode()
    browser.post("/switch/", {"membership": both.pk})
    assert browser.get(base).status_code == 200
