"""People who sign in, with what they have in their pockets: an app that shows codes, mails that came."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month

from . import world
from .conftest import Hub
from .streets import PASSWORD

NEW_PASSWORD = "つぎの朝もまた提供票が届く"


def add(office: world.TestOffice, login: str = "suzuki", **place: Any) -> Any:
    """A person of an office; `place` goes into the membership."""
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership

    staff = services.add_staff(login, "鈴木　一", services.office(office.number), PASSWORD)
    Membership.objects.filter(staff=staff, party__number=office.number).update(**place) if place else None
    return staff


def place_of(login: str) -> Any:
    from renkei.hub.parties.models import Membership

    return Membership.objects.select_related("party", "staff").get(staff__login=login)


def give_app(staff: Any) -> str:
    """An authenticator app on the person's phone; its secret."""
    from renkei.hub.parties.staff import factors

    secret = factors.new_app_secret()
    assert factors.add_app(staff, secret, shown(secret, -30))
    return secret


def shown(secret: str, seconds: float = 0) -> str:
    """The code that an app shows now, or so many seconds from now."""
    from allauth.mfa.totp.internal import auth

    return str(auth.format_hotp_value(auth.hotp_value(secret, int(time.time() + seconds) // 30)))


def sign_in(login: str = "suzuki", password: str = PASSWORD, browser: Client | None = None, **more: Any) -> Any:
    """The first page of the sign-in, sent in; the answer, with its browser as `client`."""
    return (browser or Client()).post("/sign-in/", {"username": login, "password": password, **more})


def signed_in(login: str = "suzuki", password: str = PASSWORD) -> Client:
    """A browser of a person without second factor."""
    answer = sign_in(login, password)
    assert answer.status_code == 302, answer.content.decode()
    browser: Client = answer.client
    return browser


def is_inside(browser: Client) -> bool:
    answer = browser.get("/me/")
    return bool(answer.status_code == 200)


def code_on(answer: Any) -> str:
    """The code that a page shows once."""
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def words_of(answer: Any, login: str) -> str:
    """A page without what differs by itself: the token of the form, and the name as it was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(login, "")


@pytest.fixture
def office(hub: Hub, month: Month) -> world.TestOffice:
    """One office of the invented month, and nobody there yet."""
    from renkei.hub.parties import services

    one = month.offices[0]
    services.admit_office(one.number, one.name, [one.service], None)
    return world.TestOffice(one.number, one.service, one.name, None, None)  # type: ignore[arg-type]  # no program of theirs takes part


@pytest.fixture
def letterbox(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What would have gone out by mail: address, subject, text."""
    from renkei.hub.core import mail

    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "send", lambda *letter: bool(sent.append(letter)) or True)
    return sent


def mailed_code(letterbox: list[tuple[str, str, str]]) -> str:
    found = re.search(r"\b\d{6}\b", letterbox[-1][2])
    assert found
    return found[0]
