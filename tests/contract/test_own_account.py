"""自分の設定, a locked screen, and several people at one PC."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from . import people
from .people import NEW_PASSWORD, letterbox, office, sign_in, signed_in
from .streets import PASSWORD

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["letterbox", "office"]  # fixtures


def idle(browser: Client, minutes: float) -> None:
    session = browser.session
    session["seen"] -= minutes * 60
    session.save()


# Own settings ---------------------------------------------------------------------------------------------------------


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(office: Any) -> None:
    people.add(office)
    here, there = signed_in(), signed_in()
    given = {"password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert "パスワードがちがいます" in here.post("/me/password/", given | {"password": "ちがうもの"}).content.decode()
    assert (
        "12 文字以上" in here.post("/me/password/", given | {"new_password": "短い", "again": "短い"}).content.decode()
    )
    key = here.session.session_key
    assert here.post("/me/password/", given).status_code == 302
    assert people.is_inside(here) and not people.is_inside(there)
    assert here.session.session_key != key
    assert sign_in().status_code == 200 and people.is_inside(signed_in(password=NEW_PASSWORD))


def test_sessions_are_listed_and_ended_one_by_one_or_all(office: Any) -> None:
    from renkei.hub.core.session_store import kept_as
    from renkei.hub.parties.models import SignIn

    people.add(office)
    here, there, third = (signed_in() for _ in range(3))
    assert here.get("/me/").content.decode().count("終わらせる<span") == 2
    row = SignIn.objects.get(session=kept_as(there.session.session_key))
    here.post(f"/me/sessions/{row.pk}/end/")
    assert not people.is_inside(there) and people.is_inside(third)
    here.post("/me/sessions/end/")
    assert not people.is_inside(here) and not people.is_inside(third)


def test_a_session_of_another_person_cannot_be_ended(office: Any) -> None:
    from renkei.hub.parties.models import SignIn

    people.add(office)
    people.add(office, "tanaka")
    here, theirs = signed_in(), signed_in("tanaka")
    row = SignIn.objects.get(staff__login="tanaka")
    assert here.post(f"/me/sessions/{row.pk}/end/").status_code == 404
    assert people.is_inside(theirs)


def test_an_app_is_added_by_its_first_code_and_asked_from_then_on(office: Any, letterbox: list[Any]) -> None:
    from allauth.mfa.models import Authenticator

    staff = people.add(office)
    browser = signed_in()
    page = browser.get("/me/factors/app/").content.decode()
    secret = browser.session["app-secret"]
    assert "<svg" in page and "<?xml" not in page
    assert "番号がちがいます" in browser.post("/me/factors/app/", {"code": "000000"}).content.decode()
    assert browser.post("/me/factors/app/", {"code": people.shown(secret)})["Location"] == "/me/recovery-codes/"
    assert sign_in()["Location"] == "/sign-in/second/"
    assert secret not in str(Authenticator.objects.get(user=staff).data)


def test_who_adds_the_first_factor_may_send_at_once_and_their_other_sessions_may_not(office: Any) -> None:
    people.add(office)
    browser, other = signed_in(), signed_in()
    assert "二つ目の確認が要ります" in browser.get("/outbox/").content.decode()
    before = browser.session.session_key
    browser.get("/me/factors/app/")
    browser.post("/me/factors/app/", {"code": people.shown(browser.session["app-secret"])})
    assert browser.session.session_key != before
    assert "二つ目の確認が要ります" not in browser.get("/outbox/").content.decode()
    assert "パスワードと認証アプリ" in browser.get("/me/").content.decode()
    assert "二つ目の確認が要ります" in other.get("/outbox/").content.decode()


def test_an_app_is_taken_away_and_only_ones_own(office: Any) -> None:
    from renkei.hub.parties.staff import factors

    staff, other = people.add(office), people.add(office, "tanaka")
    browser = signed_in()
    people.give_app(staff)
    people.give_app(other)
    mine, theirs = factors.of(staff).app, factors.of(other).app
    assert mine and theirs
    assert f"/me/factors/{mine.pk}/remove/" in browser.get("/me/factors/").content.decode()
    assert browser.post(f"/me/factors/{theirs.pk}/remove/").status_code == 404
    browser.post(f"/me/factors/{mine.pk}/remove/")
    assert not factors.of(staff) and factors.of(other)


def test_an_address_counts_when_the_code_that_went_there_comes_back(office: Any, letterbox: list[Any]) -> None:
    from renkei.hub.parties.models import Staff

    people.add(office)
    browser = signed_in()
    browser.post("/me/factors/mail/", {"email": "suzuki@example.jp"})
    code = people.mailed_code(letterbox)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    browser.post("/me/factors/mail/", {"code": wrong})
    assert not Staff.objects.get().email
    browser.post("/me/factors/mail/", {"code": code})
    assert Staff.objects.get().email == "suzuki@example.jp"
    assert sign_in()["Location"] == "/sign-in/second/"


def test_recovery_codes_are_shown_once_and_renewed(office: Any) -> None:
    import re

    staff = people.add(office)
    people.give_app(staff)
    browser = Client()
    browser.force_login(staff)
    session = browser.session
    session["proved"] = 2**40
    session.save()
    assert browser.get("/me/recovery-codes/")["Location"].startswith("/unlock/")
    browser.post("/unlock/", {"password": PASSWORD})
    first = re.findall(r"<code>(\d{4} \d{4})</code>", browser.post("/me/recovery-codes/").content.decode())
    assert len(first) == 10
    assert first[0] not in browser.get("/me/recovery-codes/").content.decode()
    browser.post("/me/recovery-codes/")
    assert sign_in().client.post("/sign-in/second/", {"code": first[0]}).status_code == 200


def test_what_changes_how_one_signs_in_needs_a_fresh_proof(office: Any) -> None:
    people.add(office)
    browser = signed_in()
    session = browser.session
    session["proved"] -= 601
    session.save()
    for address in ("/me/factors/app/", "/me/factors/mail/", "/me/factors/passkey/", "/me/recovery-codes/"):
        assert browser.get(address)["Location"].startswith("/unlock/?next=%2Fme%2F"), address
    assert browser.post("/me/factors/0/remove/").status_code == 403
    assert browser.post("/unlock/", {"password": "ちがう", "next": "/me/factors/app/"}).status_code == 200
    assert (
        browser.post("/unlock/", {"password": PASSWORD, "next": "/me/factors/app/"})["Location"] == "/me/factors/app/"
    )
    assert browser.get("/me/factors/app/").status_code == 200


# A locked screen ------------------------------------------------------------------------------------------------------


def test_a_screen_locks_after_a_quarter_of_an_hour_and_opens_where_one_was(office: Any) -> None:
    people.add(office)
    people.add(office, "tanaka")
    browser = signed_in()
    browser.get("/received/")
    idle(browser, 14)
    assert browser.get("/received/").status_code == 200
    idle(browser, 15.1)
    assert browser.get("/sent/?month=202612")["Location"] == "/unlock/?next=%2Fsent%2F%3Fmonth%3D202612"
    idle(browser, -100)  # once locked, no later time opens it
    assert browser.get("/received/")["Location"].startswith("/unlock/")
    answer = browser.post("/unlock/", {"password": PASSWORD, "next": "/sent/?month=202612"})
    assert answer["Location"] == "/sent/?month=202612" and browser.get("/sent/").status_code == 200


def test_a_session_ends_twelve_hours_after_its_sign_in_however_busy(office: Any) -> None:
    people.add(office)
    browser = signed_in()
    for hours, is_over in ((11.9, False), (12, True)):
        session = browser.session
        session["began"] = int(time.time() - hours * 3600)
        session.save()
        answer = browser.get("/received/")
        assert (answer.status_code == 302) is is_over
    assert answer["Location"] == "/sign-in/?next=%2Freceived%2F"
    assert not people.is_inside(browser)


def test_a_screen_that_was_opened_again_has_a_new_key_and_the_old_one_opens_nothing(office: Any) -> None:
    people.add(office)
    browser, thief = signed_in(), Client()
    browser.post("/lock/")
    thief.cookies["sessionid"] = before = browser.session.session_key
    browser.post("/unlock/", {"password": PASSWORD})
    assert browser.session.session_key != before
    assert people.is_inside(browser) and not people.is_inside(thief)
    assert browser.get("/me/").content.decode().count("/end/") >= 1  # it stands in the list of sessions all the same


def test_nobody_goes_on_with_a_session_that_they_read_in_the_database(office: Any) -> None:
    from django.contrib.sessions.models import Session

    from renkei.hub.parties.models import SignIn

    people.add(office)
    browser, thief = signed_in(), Client()
    for stolen in (Session.objects.get().session_key, SignIn.objects.get().session):
        thief.cookies["sessionid"] = stolen
        assert not people.is_inside(thief)
    browser.post("/sign-out/")
    assert not Session.objects.exists()


def test_what_is_pressed_on_a_locked_screen_is_not_done_and_said_so(office: Any) -> None:
    from renkei.hub.parties.models import Invitation

    people.add(office)
    browser = signed_in()
    browser.post("/lock/")
    answer = browser.post("/settings/staff/invite/", {"level": "member", "job": "other"})
    assert answer.status_code == 403 and "いま押したことは、まだしていません" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_guessing_at_a_locked_screen_is_locked_out(office: Any) -> None:
    people.add(office)
    browser = signed_in()
    browser.post("/lock/")
    for _ in range(5):
        browser.post("/unlock/", {"password": "ちがうパスワードです"})
    assert browser.post("/unlock/", {"password": PASSWORD}).status_code == 429
    assert browser.get("/received/")["Location"].startswith("/unlock/")


# Several people at one PC ---------------------------------------------------------------------------------------------


def test_who_wishes_is_offered_on_this_browser_and_needs_the_password_alone(office: Any) -> None:
    secret = people.give_app(people.add(office))
    browser = Client()
    sign_in(browser=browser, remember="on")
    browser.post("/sign-in/second/", {"code": people.shown(secret)})
    assert "鈴木　一" in browser.get("/people/").content.decode()
    who = str(people.place_of("suzuki").staff_id)
    answer = browser.post("/people/", {"who": who})
    assert not people.is_inside(browser)
    assert 'value="suzuki"' in browser.get(answer["Location"]).content.decode()
    assert sign_in(browser=browser)["Location"] == "/"
    assert people.is_inside(browser)
    assert sign_in()["Location"] == "/sign-in/second/"  # elsewhere the code is asked for


def test_a_browser_forgets_a_person_with_their_password_and_on_wish(office: Any) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.staff import sessions

    staff = people.add(office)
    secret = people.give_app(staff)
    browser = Client()
    sign_in(browser=browser, remember="on")
    browser.post("/sign-in/second/", {"code": people.shown(secret)})
    with write():
        sessions.end_all(staff)
    assert "鈴木　一" not in browser.get("/sign-in/").content.decode()
    assert sign_in(browser=browser)["Location"] == "/sign-in/second/"


def test_a_place_on_the_list_holds_thirty_days_however_often_the_list_is_written_anew(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, browser = people.give_app(people.add(office)), Client()
    sign_in(browser=browser, remember="on")
    browser.post("/sign-in/second/", {"code": people.shown(secret)})
    stolen, began = Client(), time.time()
    stolen.cookies["renkei_people"] = browser.cookies["renkei_people"].value
    for days in (20, 29):
        monkeypatch.setattr(time, "time", lambda days=days: began + days * 86400)
        stolen.post("/people/", {"forget": "0"})
        assert "鈴木　一" in stolen.get("/people/").content.decode()
    monkeypatch.setattr(time, "time", lambda: began + 31 * 86400)
    assert "鈴木　一" not in stolen.get("/people/").content.decode()


def test_a_list_of_people_that_the_hub_did_not_write_counts_nothing(office: Any) -> None:
    people.give_app(people.add(office))
    browser = Client()
    browser.cookies["renkei_people"] = '[[1, "x"]]:forged'
    assert sign_in(browser=browser)["Location"] == "/sign-in/second/"


def test_a_sign_in_is_forgotten_when_its_session_cannot_be_alive_any_more(office: Any) -> None:
    from django.utils import timezone

    from renkei.hub.parties import tasks
    from renkei.hub.parties.models import SignIn

    people.add(office)
    signed_in()
    hours, now = timedelta(hours=12), timezone.now()
    tasks.forget_sign_ins(now + hours - timedelta(minutes=1), {})
    assert SignIn.objects.exists()
    tasks.forget_sign_ins(now + hours + timedelta(minutes=1), {})
    assert not SignIn.objects.exists()
