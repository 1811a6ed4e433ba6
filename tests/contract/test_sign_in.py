"""Signing in: two factors, lock-outs, and nothing to learn for who is not here."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client

from . import people
from .people import letterbox, office, sign_in
from .streets import PASSWORD

__all__ = ["letterbox", "office"]  # fixtures


def test_with_an_app_the_password_alone_opens_nothing_and_the_code_does(office: Any) -> None:
    secret = people.give_app(people.add(office))
    answer = sign_in(next="/sent/")
    assert answer["Location"] == "/sign-in/second/"
    browser = answer.client
    assert not people.is_inside(browser)
    assert "二つ目の確認" in browser.get("/sign-in/second/").content.decode()
    waiting = browser.session.session_key
    answer = browser.post("/sign-in/second/", {"code": people.shown(secret)})
    assert answer["Location"] == "/sent/" and people.is_inside(browser)
    assert browser.session.session_key != waiting


def test_a_code_of_the_app_counts_once_and_none_before_it(office: Any) -> None:
    secret = people.give_app(people.add(office))
    code = people.shown(secret)
    assert sign_in().client.post("/sign-in/second/", {"code": code}).status_code == 302
    for old in (code, people.shown(secret, -30)):
        browser = sign_in().client
        assert "番号がちがうか" in browser.post("/sign-in/second/", {"code": old}).content.decode()
        assert not people.is_inside(browser)


def test_a_code_is_read_in_full_width_and_with_a_gap(office: Any) -> None:
    secret = people.give_app(people.add(office))
    wide = people.shown(secret).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert sign_in().client.post("/sign-in/second/", {"code": f"{wide[:3]} {wide[3:]}"}).status_code == 302


def test_a_recovery_code_counts_once(office: Any) -> None:
    from renkei.hub.parties.staff import factors

    staff = people.add(office)
    people.give_app(staff)
    code = factors.new_recovery_codes(staff)[3]
    assert sign_in().client.post("/sign-in/second/", {"code": code}).status_code == 302
    assert sign_in().client.post("/sign-in/second/", {"code": code}).status_code == 200
    assert factors.of(staff).codes_left == 9


def test_a_code_comes_by_mail_counts_once_and_for_ten_minutes(
    office: Any, letterbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = people.add(office)
    staff.email = "suzuki@example.jp"
    staff.save()
    browser = sign_in().client
    browser.post("/sign-in/second/mail/")
    code = people.mailed_code(letterbox)
    assert letterbox[0][0] == "suzuki@example.jp"
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert browser.post("/sign-in/second/", {"code": wrong}).status_code == 200
    assert browser.post("/sign-in/second/", {"code": code}).status_code == 302
    assert browser.post("/sign-in/second/", {"code": code})["Location"] == "/sign-in/"
    late = sign_in().client
    late.post("/sign-in/second/mail/")
    now = time.time()
    monkeypatch.setattr("renkei.hub.parties.staff.signing_in.time.time", lambda: now + 601)
    assert late.post("/sign-in/second/", {"code": people.mailed_code(letterbox)})["Location"] == "/sign-in/"
    assert not people.is_inside(late)


def test_a_letterbox_is_not_flooded(office: Any, letterbox: list[Any]) -> None:
    staff = people.add(office)
    staff.email = "suzuki@example.jp"
    staff.save()
    for _ in range(7):
        answer = sign_in().client.post("/sign-in/second/mail/")
    assert len(letterbox) == 5 and "メールを送れませんでした" in answer.content.decode()


def test_a_waiting_sign_in_ends_with_a_new_password(office: Any) -> None:
    from renkei.hub.parties import services

    secret = people.give_app(people.add(office))
    browser = sign_in().client
    services.add_staff("suzuki", "鈴木　一", services.office(office.number), people.NEW_PASSWORD)
    assert browser.post("/sign-in/second/", {"code": people.shown(secret)})["Location"] == "/sign-in/"


# Guessing -------------------------------------------------------------------------------------------------------------


def test_nobody_learns_who_is_here_by_guessing(office: Any) -> None:
    people.add(office)
    gone = people.add(office, "gone")
    gone.is_active = False
    gone.save()
    for tries in range(7):
        answers = [sign_in(login, "ちがうパスワードです") for login in ("suzuki", "gone", "nobody")]
        assert {answer.status_code for answer in answers} == ({200} if tries < 5 else {429})
        assert len({people.words_of(a, n) for a, n in zip(answers, ("suzuki", "gone", "nobody"), strict=True)}) == 1, (
            tries
        )


def test_after_five_failures_even_the_right_password_waits_and_the_fourth_still_lets_in(office: Any) -> None:
    people.add(office)
    for _ in range(4):
        sign_in(password="ちがうパスワードです")
    assert sign_in().status_code == 302
    for _ in range(5):
        sign_in(password="ちがうパスワードです")
    answer = sign_in()
    assert answer.status_code == 429 and "しばらく受け付けません" in answer.content.decode()


def test_a_name_that_nobody_has_is_hashed_like_any_other(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.parties.staff.hashers import OfficeArgon2

    gone = people.add(office, "gone")
    gone.is_active = False
    gone.save()
    people.add(office)
    hashed: list[str] = []
    plain = OfficeArgon2.encode
    monkeypatch.setattr(OfficeArgon2, "encode", lambda *a, **k: hashed.append("encode") or plain(*a, **k))
    verify = OfficeArgon2.verify
    monkeypatch.setattr(OfficeArgon2, "verify", lambda *a, **k: hashed.append("verify") or verify(*a, **k))
    counts = []
    for login in ("suzuki", "gone", "nobody"):
        hashed.clear()
        sign_in(login, "ちがうパスワードです")
        counts.append(len(hashed))
    assert counts == [1, 1, 1]


def test_codes_of_the_second_factor_cannot_be_guessed_over_and_over(office: Any) -> None:
    secret = people.give_app(people.add(office))
    right = people.shown(secret)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(5):
        # With a fresh sign-in each time: the count is the person's, not the session's.
        assert sign_in().client.post("/sign-in/second/", {"code": wrong}).status_code == 200
    browser = sign_in().client
    assert browser.post("/sign-in/second/", {"code": right}).status_code == 429
    assert not people.is_inside(browser)


# Where it leads, and what it leaves -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "next_",
    ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "/sign-in/", "/unlock/"],
)
def test_nobody_is_led_away_from_the_hub(office: Any, next_: str) -> None:
    people.add(office)
    assert sign_in(next=next_)["Location"] == "/"


def test_a_key_that_was_planted_is_not_the_sessions(office: Any) -> None:
    people.add(office)
    browser = Client()
    planted = browser.session
    planted["planted"] = True
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    sign_in(browser=browser)
    assert people.is_inside(browser)
    assert browser.session.session_key != planted.session_key
    assert not people.is_inside(_with_key(planted.session_key))


def _with_key(key: str) -> Client:
    browser = Client()
    browser.cookies["sessionid"] = key
    return browser


POSTS = (
    "/sign-in/",
    "/sign-in/second/",
    "/sign-in/second/mail/",
    "/sign-in/passkey/",
    "/sign-in/help/",
    "/sign-in/help/code/",
    "/invitation/",
    "/invitation/accept/",
    "/invitation/add/",
    "/sign-out/",
    "/people/",
    "/lock/",
    "/unlock/",
    "/unlock/passkey/",
    "/me/password/",
    "/me/factors/app/",
    "/me/factors/passkey/",
    "/me/factors/mail/",
    "/me/factors/0/remove/",
    "/me/recovery-codes/",
    "/me/sessions/1/end/",
    "/me/sessions/end/",
    "/settings/staff/invite/",
    "/settings/staff/invitations/1/take-back/",
    "/settings/staff/recoveries/1/",
    "/settings/staff/1/",
    "/settings/staff/1/cut-off/",
    "/settings/staff/1/take-back/",
    "/settings/staff/1/unlock/",
)


def test_every_form_refuses_what_comes_from_another_site(office: Any) -> None:
    from renkei.hub.parties.models import Staff

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.add(office))
    before = Staff.objects.get(login="suzuki").sessions_from
    for address in POSTS:
        answer = browser.post(address, {"username": "suzuki", "password": PASSWORD})
        assert answer.status_code == 403 and "操作を受け付けませんでした" in answer.content.decode(), address
    assert Staff.objects.get(login="suzuki").sessions_from == before and people.is_inside(browser)


def test_the_list_of_forms_is_whole() -> None:
    from renkei.hub.parties.staff.urls import urlpatterns

    listed = {address.replace("/1/", "/N/").replace("/0/", "/N/").strip("/") for address in POSTS}
    known = {re.sub(r"<int:\w+>", "N", str(pattern.pattern)).strip("/") for pattern in urlpatterns}
    only_read = {"me", "me/factors", "settings/staff", "sign-in/second/passkey"}
    assert known - only_read == listed


def test_where_a_second_factor_is_required_nothing_else_opens_until_there_is_one(
    office: Any,
) -> None:
    from django.test import override_settings

    people.add(office)
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        browser = sign_in().client
        assert browser.get("/received/")["Location"].startswith("/me/factors/?")
        assert browser.post("/settings/staff/invite/", {}).status_code == 403
        browser.get("/me/factors/app/")
        secret = browser.session["app-secret"]
        assert browser.post("/me/factors/app/", {"code": people.shown(secret)}).status_code == 302
        assert browser.get("/received/").status_code == 200
        row = _factor("suzuki")
        browser.post(f"/me/factors/{row}/remove/")
        assert _factor("suzuki") == row


def _factor(login: str) -> int:
    from allauth.mfa.models import Authenticator

    return int(Authenticator.objects.get(user__login=login, type="totp").pk)
