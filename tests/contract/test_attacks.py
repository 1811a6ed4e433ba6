"""Attacks on every page there is, whoever adds one: each test walks the hub's own table of addresses."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from . import people, routes
from .routes import Page
from .streets import Street, full_street, looks, person, street, subject_of
from .test_pages import refuse_looks

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures

# Pages for people whom nobody knows yet. A page that is missing here leads to the sign-in.
OPEN = {
    "agreement",
    "application",
    "certificate-check",
    "invitation-identity",
    "join",
    "ocsp",
    "ocsp-by-path",
    "revocation-list",
    "verify",
    "verify-number",
    "sign-in",
    "passkey",
    "second",
    "second-mail",
    "second-passkey",
    "recovery",
    "recover",
    "invitation",
    "invitation-accept",
    "sign-out",
    "people",
    "text-size",
}
# Asked by machines, for what is public; it knows no session.
FOR_MACHINES = {"ocsp"}
MARKUP = "\"'><script>alert(1)</script>"
HOSTILE = (MARKUP, "' OR 1=1 --", "../../keys/deployment.key", "a\0b", "9" * 5000, "-1", "あ" * 3000, "{{7*7}}%s%n")
IN_ADDRESSES = ("before", "after", "month", "partner", "service", "q", "next", "who", "about", "party", "transmission")
# Fields of buttons, which often stand on another page than the one that takes them.
ON_BUTTONS = ("reason", "who", "forget", "membership", "size", "back", "credential", "next", "job", "deed", "direction")
ENDS_SESSION = {"sign-out", "lock", "session-end", "sessions-end", "people", "sign-in"}
# A number in an address that no table can hold.
HUGE = str(2**70)


@pytest.fixture
def pages(street: Street) -> list[Page]:
    return routes.pages()


@pytest.fixture
def inside(street: Street) -> Callable[[Any], Client]:
    """`inside(office)` is the browser of an administrator who has just signed in with a password."""

    def enter(office: Any, login: str = "suzuki") -> Client:
        people.add(office, login)
        browser = people.signed_in(login)
        browser.raise_request_exception = False
        return browser

    return enter


@pytest.fixture
def desk(street: Street) -> Client:
    """The browser of an administrator of the operator."""
    from renkei.hub.core.writing import write
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Party, PartyKind

    with write():
        party = Party.objects.create(kind=PartyKind.OPERATOR, number="operator", name="試験の運営")
    services.add_staff("unei", "運営　一", party, people.PASSWORD)
    browser = people.signed_in("unei")
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def visitor(street: Street, desk: Client, inside: Callable[[Any], Client]) -> Callable[[Page], Client]:
    """`visitor(page)` is the browser of one whom the page is for, an administrator at the care manager's or the operator."""
    browser = inside(street.care_manager)
    return lambda page: desk if page.route.startswith("operation/") else browser


# Who may come in ------------------------------------------------------------------------------------------------------


def test_every_page_but_the_named_ones_asks_who_one_is(once: None, street: Street, pages: list[Page]) -> None:
    browser = Client()
    for page in pages:
        answers = {browser.get(page.at()).status_code, browser.post(page.at()).status_code}
        if page.name not in OPEN:
            assert answers <= {302, 405}, page.route
        told = browser.get(page.at())
        assert page.name in OPEN or told.status_code == 405 or told["Location"].startswith("/sign-in/"), page.route
    assert {page.name for page in pages} >= OPEN
    assert looks() == []


def test_no_page_takes_a_form_of_another_site(once: None, street: Street, desk: Client, pages: list[Page]) -> None:
    desk.handler.enforce_csrf_checks = True
    for page in pages:
        if page.name in FOR_MACHINES:
            continue
        answer = desk.post(page.at(uuid=street.slip), {"who": "1", "reason": "x"})
        assert answer.status_code == 403 and "操作を受け付けませんでした" in answer.content.decode(), page.route


def test_what_belongs_to_others_is_not_there(
    full_street: Street, pages: list[Page], inside: Callable[..., Client]
) -> None:
    inside(full_street.service_office)
    stranger = inside(full_street.stranger, "yamada")
    own = _numbers_of_others(full_street)
    for page in pages:
        if page.asks_for("uuid"):
            for post in (False, True):
                answer = (stranger.post if post else stranger.get)(page.at(uuid=full_street.slip, name="collected"))
                assert answer.status_code in {403, 404, 405}, page.route
        for number in own if page.asks_for("int") and not page.asks_for("uuid") else ():
            answer = stranger.post(page.at(int=number))
            assert answer.status_code in {302, 403, 404, 405}, page.route
    assert _standing(full_street) == ("accepted", True, 2)
    assert looks() == []


def _numbers_of_others(street: Street) -> list[str]:
    from renkei.hub.parties.models import Membership, SignIn

    theirs = Membership.objects.get(staff__login="suzuki")
    return [str(theirs.pk), str(SignIn.objects.get(staff=theirs.staff).pk)]


def _standing(street: Street) -> tuple[str, bool, int]:
    """Nothing has happened to others: the unit, the place of the person, the sessions."""
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.models import Membership, SignIn

    unit = Transmission.objects.get(pk=street.slip)
    return unit.state, Membership.objects.get(staff__login="suzuki").active, SignIn.objects.count()


# What every answer carries --------------------------------------------------------------------------------------------


def test_every_answer_carries_the_headers_that_protect_a_browser(
    once: None, street: Street, visitor: Callable[[Page], Client], pages: list[Page]
) -> None:
    answers = [visitor(page).get(page.at(uuid=street.slip), secure=True) for page in pages]
    others = [call.path for call in routes.calls()] + ["/nowhere/", "/v1/nowhere", "/static/core/base.css", "/sent/"]
    nobody = Client()
    answers += [nobody.head(address, secure=True) for address in others]
    for answer in answers:
        address = answer.request["PATH_INFO"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Referrer-Policy"] == "same-origin", address
        is_public = address.startswith(("/static/", "/crl/")) or address in ("/v1/hub", "/v1/trust")
        assert "no-store" in answer["Cache-Control"] or is_public, address
        assert "Access-Control-Allow-Origin" not in answer, address


def test_no_page_writes_script_or_style_into_itself_or_loads_from_elsewhere(
    once: None, full_street: Street, visitor: Callable[[Page], Client], pages: list[Page]
) -> None:
    seen = 0
    for page in pages:
        answer = visitor(page).get(_real(page, full_street))
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        text, seen = answer.content.decode(), seen + 1
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=\"/static/)", text), page.route
        assert not re.search(r"(?:src|action)=\"(?:https?:)?//", text), page.route
    assert seen > 30


# What people type -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, len(HOSTILE)))])
def test_nothing_typed_into_an_address_is_a_fault_or_comes_back_as_markup(
    street: Street, visitor: Callable[[Page], Client], pages: list[Page], turn: int
) -> None:
    for page in pages:
        asked = visitor(page).get(page.at(uuid=street.slip), _hostile(IN_ADDRESSES, turn))
        _is_taken_calmly(asked, page)
        if page.asks_for("int"):
            _is_taken_calmly(visitor(page).get(page.at(int=HUGE, uuid=street.slip)), page)
            _is_taken_calmly(visitor(page).post(page.at(int=HUGE, uuid=street.slip), {"reason": "x"}), page)


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, len(HOSTILE)))])
def test_nothing_typed_into_a_form_is_a_fault_or_comes_back_as_markup(
    street: Street, visitor: Callable[[Page], Client], pages: list[Page], turn: int
) -> None:
    for page in pages:
        if page.name in ENDS_SESSION:
            continue
        address = page.at(uuid=street.slip, name="change_requested")
        shown = visitor(page).get(address).content.decode(errors="replace")
        _is_taken_calmly(visitor(page).post(address, _hostile([*routes.fields_of(shown), *ON_BUTTONS], turn)), page)


def _hostile(names: Iterable[str], turn: int) -> dict[str, str]:
    """Something else that is hostile in each field."""
    return {name: HOSTILE[(turn + place) % len(HOSTILE)] for place, name in enumerate(names)}


def _is_taken_calmly(answer: Any, page: Page) -> None:
    assert answer.status_code < 500, (page.route, answer.request.get("QUERY_STRING", "")[:80])
    if answer.status_code == 302:
        assert not urlsplit(answer["Location"]).scheme and not urlsplit(answer["Location"]).netloc, page.route
    assert MARKUP not in answer.content.decode(errors="replace"), page.route


# Who is seen ----------------------------------------------------------------------------------------------------------


def test_every_page_that_shows_a_person_is_a_look_first(
    full_street: Street, visitor: Callable[[Page], Client], pages: list[Page]
) -> None:
    """Not by a list of pages: whatever page has a person's name or number on it must have written a look."""
    with pytest.MonkeyPatch.context() as patch:
        refuse_looks(patch)
        for page in pages:
            assert not _names_somebody(visitor(page).get(_real(page, full_street)), full_street), page.route
    assert looks() == []
    shown = set()
    for page in pages:
        before = len(looks())
        if _names_somebody(visitor(page).get(_real(page, full_street)), full_street):
            shown.add(page.name)
            assert len(looks()) > before, page.route
    assert shown >= {"contents", "month", "person", "files-zip", "file"}


def test_no_log_and_no_address_names_a_person_or_a_secret(
    once: None, full_street: Street, visitor: Callable[[Page], Client], pages: list[Page], logged: io.StringIO
) -> None:
    people.sign_in("suzuki", "まちがえたパスワード12345")
    number, name = next(iter(full_street.names.items()))
    for page in pages:
        answer = visitor(page).get(_real(page, full_street), {"q": name})
        for told in (answer.get("Location", ""), answer.get("Content-Disposition", "")):
            assert not _is_in(told, full_street), page.route
    office, browser = full_street.care_manager, visitor(pages[0])
    office.get(f"/transmissions/{full_street.slip}/files")
    office.post("/checks", {"files": [{"name": f"UPPLAN_{number}.CSV", "data": "私"}]})
    browser.get(f"/{number}/{name}/")
    text = logged.getvalue()
    assert text.count('"event": "request"') > len(pages)
    secrets = [
        people.PASSWORD,
        "まちがえたパスワード12345",
        office.token,
        browser.session.session_key,
        "鈴木",
        "suzuki",
    ]
    assert [one for one in secrets if one in text] == []
    assert not _is_in(text, full_street)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the hub logs, as it would stand in the journal."""
    from renkei.hub.config import logs

    root, kept = logging.getLogger(), io.StringIO()
    level = root.level
    # There alone: pytest has a standard error of its own for each phase of a test.
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=kept, exc_info=sys.exc_info))
    root.setLevel(logging.DEBUG)
    yield kept
    root.setLevel(level)


def _real(page: Page, street: Street) -> str:
    """The address of the page with what is really there."""
    subject = subject_of(street.month, next(iter(street.names)))
    return page.at(uuid=street.slip, subject=subject, int="1", name=street.slip_unit.files[0])


def _names_somebody(answer: Any, street: Street) -> bool:
    """Whether a person of the month can be read in it; a saved file counts as well."""
    if answer.get("Content-Type", "").startswith(("application/zip", "application/octet-stream")):
        return bool(answer.status_code == 200)
    return _is_in(answer.content.decode(errors="replace"), street)


def _is_in(text: str, street: Street) -> bool:
    words = [*street.names, *street.names.values(), *(name.replace("　", " ") for name in street.names.values())]
    return any(word in text for word in words)
