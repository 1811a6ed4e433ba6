"""An office's own server is told that there is something new: signed, without anybody's data, and until it answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from renkei.standard.units import UnitKind

from . import people, world
from .streets import Street, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["street"]  # fixtures
URL = "https://hook.example.jp/renkei"


@dataclass
class Endpoint:
    """The office's server: what it heard, and what it answers."""

    answers: list[Any] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def post(self, _target: Any, headers: dict[str, str], body: bytes, _bounds: Any) -> int:
        from renkei.hub.exchange.webhooks.calling import NotCalled

        self.heard.append((dict(headers), body))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, str):
            raise NotCalled(answer)
        return int(answer)

    @property
    def numbers(self) -> list[int]:
        return [json.loads(body)["data"]["number"] for _, body in self.heard]


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    from renkei.hub.exchange.webhooks import calling

    made = Endpoint()
    monkeypatch.setattr(calling, "post", made.post)
    return made


def ask(office: world.TestOffice, method: str, path: str, body: Any = None) -> Any:
    return office.client.generic(
        method,
        f"/v1/webhooks{path}",
        b"" if body is None else json.dumps(body).encode(),
        "application/json",
        headers={"Authorization": f"Bearer {office.token}"},
    )


def put(office: world.TestOffice, url: str = URL) -> Any:
    return ask(office, "PUT", f"/{office.service}", {"url": url})


def go_round(later: timedelta = timedelta(0)) -> None:
    """As the caller does, at a time that may still come."""
    from django.utils import timezone

    from renkei.hub.core import jobs
    from renkei.hub.exchange.webhooks import delivering

    delivering.queue_what_is_new()
    while jobs.run_due(timezone.now() + later, outside=True):
        pass


def row(office: world.TestOffice) -> Any:
    from renkei.hub.parties.models import Webhook

    return Webhook.objects.get(service__party__number=office.number)


def is_signed(secret: str, heard: tuple[dict[str, str], bytes]) -> bool:
    """As a vendor verifies it."""
    headers, body = heard
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), said, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}" in headers["webhook-signature"].split(" ")


def deeds() -> list[str]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind__startswith="webhook").order_by("pk").values_list("kind", flat=True))


def test_the_server_is_told_how_far_the_feed_has_grown_and_nothing_else(street: Street, endpoint: Endpoint) -> None:
    office = street.service_office
    made = put(office)
    assert made.status_code == 201
    go_round()
    (heard,) = endpoint.heard
    told = json.loads(heard[1])
    assert told["type"] == "feed.advanced"
    assert told["data"] == {
        "hub": world.HUB_ID,
        "epoch": settings.HUB_EPOCH,
        "office": office.number,
        "service": office.service,
        "number": 1,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["timestamp"])
    assert is_signed(made.json()["secret"], heard)
    assert not is_signed("whsec_" + base64.b64encode(b"x" * 32).decode(), heard)
    assert (row(office).result, row(office).told) == ("204", 1)
    go_round()
    assert len(endpoint.heard) == 1


def test_many_events_are_one_call(street: Street, endpoint: Endpoint) -> None:
    office = street.care_manager
    put(office)
    street.send(lambda unit: unit.sender == office.number and unit.kind is UnitKind.CARE_PLAN)
    go_round()
    newest = office.get("/office").json()["services"][0]["newest_event"]
    assert newest > 3
    assert endpoint.numbers == [newest]


@pytest.mark.parametrize("fault", [500, 301, 404, "timeout", "forbidden", "certificate", "name"])
def test_a_call_that_fails_is_made_again_later_and_tells_all_that_came_meanwhile(
    street: Street, endpoint: Endpoint, fault: Any
) -> None:
    office = street.service_office
    put(office)
    endpoint.answers = [fault, fault]
    go_round()
    assert (row(office).result, row(office).attempts, row(office).told) == (str(fault), 1, 0)
    go_round()
    assert len(endpoint.heard) == 1
    go_round(timedelta(seconds=61))
    assert row(office).attempts == 2
    street.send(lambda unit: unit.recipient == office.number)
    go_round(timedelta(minutes=10))
    newest = office.get("/office").json()["services"][0]["newest_event"]
    assert endpoint.numbers == [1, 1, newest]
    assert (row(office).attempts, row(office).failing_since, row(office).told) == (0, None, newest)


def test_after_some_days_it_is_given_up_and_told_to_the_office(
    street: Street, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import mail
    from renkei.hub.parties.models import Party

    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda to, _subject, _text: sent.append(to))
    office = street.service_office
    Party.objects.filter(number=office.number).update(email="office@example.jp")
    put(office)
    endpoint.answers = [500] * 100
    for days in (0, 0.1, 0.5, 1, 2, 2.9):
        go_round(timedelta(days=days))
        assert row(office).state == "on"
    go_round(timedelta(days=4))
    assert row(office).state == "given_up"
    assert sent == ["office@example.jp"]
    assert deeds() == ["webhook-set", "webhook-given-up"]
    calls = len(endpoint.heard)
    go_round(timedelta(days=9))
    assert len(endpoint.heard) == calls
    endpoint.answers = []
    assert put(office).json()["state"] == "on"
    go_round()
    assert row(office).told == 1


def test_a_call_whose_job_was_given_up_is_made_again_once_the_operator_drops_or_retries_it(
    street: Street, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job
    from renkei.hub.exchange.webhooks import delivering

    office = street.service_office
    put(office)
    with monkeypatch.context() as broken:
        broken.setattr(delivering, "_call", lambda *_: 1 / 0)
        for hours in range(0, 200, 12):
            go_round(timedelta(hours=hours))
    [given_up] = Job.objects.filter(kind="webhook")
    assert given_up.failed_at and endpoint.heard == []
    go_round(timedelta(days=30))
    assert endpoint.heard == []
    assert jobs.drop(given_up.pk)
    go_round()
    assert endpoint.numbers == [1]


def test_a_new_address_is_called_at_once_though_the_old_one_failed(street: Street, endpoint: Endpoint) -> None:
    office = street.service_office
    put(office)
    endpoint.answers = [500]
    go_round()
    put(office, URL + "/2")
    go_round()
    assert endpoint.numbers == [1, 1]
    assert (row(office).told, row(office).attempts) == (1, 0)


def test_an_address_that_was_told_everything_is_called_about_nothing(street: Street, endpoint: Endpoint) -> None:
    office = street.service_office
    put(office)
    go_round()
    put(office, URL + "/2")
    go_round()
    assert endpoint.numbers == [1]


def test_a_server_that_wants_no_more_calls_gets_none(street: Street, endpoint: Endpoint) -> None:
    office = street.service_office
    put(office)
    endpoint.answers = [410]
    go_round()
    assert row(office).state == "gone"
    street.send(lambda unit: unit.recipient == office.number)
    go_round(timedelta(days=1))
    assert len(endpoint.heard) == 1
    assert deeds() == ["webhook-set", "webhook-gone"]


def test_the_secret_is_shown_once_and_both_sign_for_a_day_after_a_change(street: Street, endpoint: Endpoint) -> None:
    from renkei.hub.parties.models import Webhook

    office = street.service_office
    first = put(office).json()["secret"]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", first)
    assert put(office, URL + "/2").json()["secret"] is None
    assert "whsec_" not in ask(office, "GET", "").content.decode()
    second = ask(office, "POST", f"/{office.service}/secret").json()["secret"]
    assert second != first
    go_round()
    assert is_signed(first, endpoint.heard[0])
    assert is_signed(second, endpoint.heard[0])
    Webhook.objects.update(previous_until=row(office).previous_until - timedelta(days=2), told=0)
    go_round()
    assert not is_signed(first, endpoint.heard[1])
    assert is_signed(second, endpoint.heard[1])
    kept = json.dumps(list(Webhook.objects.values()), default=str)
    assert base64.b64decode(second.removeprefix("whsec_")).hex() not in kept
    assert second not in kept


def test_a_trial_call_changes_nothing_and_shows_its_result(street: Street, endpoint: Endpoint) -> None:
    office = street.service_office
    put(office)
    go_round()
    answer = ask(office, "POST", f"/{office.service}/test")
    assert answer.status_code == 202
    endpoint.answers = [503]
    go_round()
    assert json.loads(endpoint.heard[1][1])["type"] == "webhook.test"
    (shown,) = ask(office, "GET", "").json()["webhooks"]
    assert (shown["result"], shown["state"], shown["told"]) == ("503", "on", 1)


def test_only_ones_own_services_have_webhooks(street: Street, endpoint: Endpoint) -> None:
    office, stranger = street.service_office, street.stranger
    put(office)
    assert ask(stranger, "GET", "").json() == {"webhooks": []}
    foreign = "ZZ" if stranger.service != "ZZ" else "YY"
    assert ask(stranger, "PUT", f"/{foreign}", {"url": URL}).json()["code"] == "E-AUTH-SERVICE"
    for method, path in (("POST", "/secret"), ("POST", "/test"), ("DELETE", "")):
        assert ask(stranger, method, f"/{stranger.service}{path}").status_code == 404
    assert ask(office, "DELETE", f"/{office.service}").status_code == 204
    go_round()
    assert endpoint.heard == []


@pytest.mark.parametrize("url", ["http://example.jp/", "https://127.0.0.1/", "https://example.jp:22/", "https://x@y/"])
def test_an_address_that_is_never_called_is_refused_at_once(street: Street, url: str) -> None:
    answer = put(street.service_office, url)
    assert (answer.status_code, answer.json()["code"]) == (422, "E-WEBHOOK-URL")


def test_a_setting_that_became_narrower_holds_for_what_is_there_already(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = street.service_office
    put(office, "https://hook.example.jp/")
    monkeypatch.setitem(settings.RENKEI, "WEBHOOK_PORTS", (8443,))
    go_round()
    assert row(office).result == "forbidden"


def test_taking_on_a_unit_asks_nothing_of_webhooks(street: Street, endpoint: Endpoint) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office, units = street.care_manager, world.units_of(street.month.files[street.care_manager.number])
    others = [(unit, own) for unit, own in units if unit.kind is UnitKind.CARE_PLAN][:2]

    def statements(unit: Any, own: Any) -> list[str]:
        given = office.envelope(unit, own)
        with CaptureQueriesContext(connection) as seen:
            assert office.post("/transmissions", given).status_code == 201
        return [query["sql"] for query in seen]

    before = statements(*others[0])
    put(office)
    after = statements(*others[1])
    assert len(after) == len(before)
    assert not [sql for sql in after if "webhook" in sql]


def test_looking_for_what_is_new_is_one_question_when_nothing_is(street: Street, endpoint: Endpoint) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.exchange.webhooks import delivering

    put(street.service_office)
    go_round()
    with CaptureQueriesContext(connection) as seen:
        assert delivering.queue_what_is_new() == 0
    assert len(seen) == 1


def test_the_worker_for_everything_else_never_waits_for_a_server(street: Street, endpoint: Endpoint) -> None:
    from django.utils import timezone

    from renkei.hub.core import jobs
    from renkei.hub.exchange.webhooks import delivering

    put(street.service_office)
    delivering.queue_what_is_new()
    while jobs.run_due(timezone.now()):
        pass
    assert endpoint.heard == []


def test_the_page_sets_it_shows_the_secret_once_and_ends_it(street: Street, endpoint: Endpoint) -> None:
    from renkei.hub.exchange.webhooks.addresses import MOST_CHARACTERS
    from renkei.hub.parties.models import Webhook

    office = street.service_office
    browser = people.signed_in(people.add(office).login)
    assert "Webhook" in browser.get("/settings/").content.decode()
    page = browser.post("/settings/webhooks/", {"service": office.service, "url": URL, "deed": "set"})
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page.content.decode())
    go_round()
    assert is_signed(secret, endpoint.heard[0])
    shown = browser.get("/settings/webhooks/").content.decode()
    assert secret not in shown
    assert URL in shown
    wrong = browser.post("/settings/webhooks/", {"service": office.service, "url": "http://x", "deed": "set"})
    assert "https:// で始まるアドレス" in wrong.content.decode()
    longest = (MOST_CHARACTERS, Webhook._meta.get_field("url").max_length)
    assert f'maxlength="{longest[0]}"' in shown and longest[0] == longest[1]
    said = {
        "set": "合言葉は、前のまま",
        "test": "ためしに呼びます",
        "resume": "また動かしました",
        "remove": "もう呼びません",
    }
    for deed in ("set", "test", "resume"):
        answer = browser.post("/settings/webhooks/", {"service": office.service, "url": URL, "deed": deed}, follow=True)
        assert answer.redirect_chain and said[deed] in answer.content.decode()
    rotated = browser.post("/settings/webhooks/", {"service": office.service, "deed": "rotate"})
    assert len(re.findall(r"whsec_[A-Za-z0-9+/=]+", rotated.content.decode())) == 1
    ended = browser.post("/settings/webhooks/", {"service": office.service, "deed": "remove"}, follow=True)
    assert said["remove"] in ended.content.decode()
    assert URL not in browser.get("/settings/webhooks/").content.decode()
    assert browser.post("/settings/webhooks/", {"service": "ZZ", "url": URL, "deed": "set"}).status_code == 404
    assert browser.post("/settings/webhooks/", {"service": office.service, "deed": "x"}).status_code == 404
    assert deeds() == ["webhook-set", "webhook-set", "webhook-resumed", "webhook-rotated", "webhook-removed"]


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The example that its specification's libraries are tested with."""
    from renkei.hub.exchange.webhooks import signing

    at = datetime.fromtimestamp(1614265330, UTC)
    body, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = signing.headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
