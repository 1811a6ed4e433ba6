"""What stands before every call: methods, forms, parameters, refusals as problems, validators, bounds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from renkei.hub.core.problem_codes import catalogue

from . import routes, world
from .streets import Street, full_street, street

__all__ = ["full_street", "street"]  # fixtures
pytestmark = pytest.mark.usefixtures("once")
PLACES = {"number": "1", "name": "x", "service": "43"}


def ask(office: world.TestOffice, method: str, path: str, **given: Any) -> Any:
    headers = {"Authorization": f"Bearer {office.token}"} | given.pop("headers", {})
    return office.client.generic(method, path, headers=headers, **given)


def address(call: routes.Call, street: Street) -> str:
    return call.at(**PLACES, id=street.slip)


def test_every_refusal_is_a_problem_in_japanese_with_a_code_that_is_listed(street: Street) -> None:
    office = street.care_manager
    for call in routes.calls():
        path = address(call, street)
        for answer in (
            ask(office, call.method, path, headers={"Accept": "image/png"}),
            ask(office, call.method, path + "?nonsense=1"),
            ask(office, "PATCH", path),
            ask(office, call.method, path, data=b"x" * 40, content_type="text/csv"),
        ):
            if answer.status_code < 400:
                continue
            assert answer["Content-Type"] == "application/problem+json", (call, answer.status_code)
            assert answer["Content-Language"] == "ja"
            told = answer.json()
            assert answer.status_code == told["status"]
            assert told["status"] in catalogue()[told["code"]].statuses
            assert told["type"] == f"urn:renkei:problem:{told['code']}"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/hub/", "/v1/transmissions/1/"])
def test_a_path_that_is_not_there_is_a_problem_and_no_page(hub: Any, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "E-NOT-FOUND"


def test_a_wrong_method_is_told_the_right_ones(street: Street) -> None:
    known: dict[str, set[str]] = {}
    for call in routes.calls():
        known.setdefault(call.path, set()).add(call.method)
    for call in routes.calls():
        assert ask(street.care_manager, "TRACE", address(call, street)).status_code == 405
        answer = ask(street.care_manager, "PATCH", address(call, street))
        assert (answer.status_code, answer.json()["code"]) == (405, "E-REQUEST-METHOD"), call
        allowed = set(answer["Allow"].split(", "))
        assert known[call.path] | {"OPTIONS"} | ({"HEAD"} if "GET" in known[call.path] else set()) == allowed
        options = ask(street.care_manager, "OPTIONS", address(call, street))
        assert (options.status_code, options["Allow"], options.content) == (204, answer["Allow"], b"")


def test_a_method_hidden_in_a_header_is_not_taken_for_one(street: Street) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = ask(street.care_manager, "GET", "/v1/hub", headers={name: "DELETE"})
        assert answer.status_code == 200
        answer = ask(street.care_manager, "POST", "/v1/hub?_method=GET", headers={name: "GET"})
        assert answer.status_code == 405


def test_head_has_the_head_of_get_and_nothing_behind_it(street: Street) -> None:
    got = ask(street.care_manager, "GET", f"/v1/transmissions/{street.slip}")
    head = ask(street.care_manager, "HEAD", f"/v1/transmissions/{street.slip}")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (got["ETag"], str(len(got.content)))
    assert ask(street.care_manager, "HEAD", "/v1/checks").status_code == 405


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("text/html, application/*;q=0.1", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("x" * 8000, 406),
    ],
)
def test_an_answer_is_given_in_a_form_that_was_asked_for(hub: Any, accept: str, status: int) -> None:
    assert Client().get("/v1/hub", headers={"Accept": accept} if accept else {}).status_code == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=UTF-8", 201),
        ("application/json; charset=shift_jis", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain", 415),
    ],
)
def test_a_body_comes_in_the_form_that_is_declared(hub: Any, kind: str, status: int) -> None:
    answer = Client().post("/v1/challenges", json.dumps({"office": "1379100017"}), content_type=kind)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("query", "field"),
    [("service=43&service=11", "service"), ("service=43&sevrice=1", "sevrice"), ("service=43&%00=1", "?")],
)
def test_a_parameter_said_twice_or_unknown_is_named(street: Street, query: str, field: str) -> None:
    answer = ask(street.care_manager, "GET", f"/v1/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST")
    (finding,) = answer.json()["findings"]
    assert finding["field"] == field


def test_what_is_malformed_is_named_place_by_place_without_its_value(street: Street) -> None:
    answer = street.care_manager.post("/checks", {"files": [{"name": "", "data": "山田"}], "role": "x"})
    assert answer.status_code == 400
    told = {finding["field"]: finding["message"] for finding in answer.json()["findings"]}
    assert told == {
        "body.given.files.0.name": "短すぎます。",
        "body.given.role": "形がちがいます。",
    }
    assert "山田" not in answer.content.decode()


def test_a_program_that_has_an_answer_already_is_told_so(full_street: Street) -> None:
    office = full_street.care_manager
    period = f"/v1/transmissions?service={office.service}&from=2026-11-01&to=2030-12-31"
    for path in ("/v1/hub", "/v1/openapi.json", "/v1/trust", "/v1/authorities", "/v1/seals", period,
                 f"/v1/transmissions/{full_street.slip}", f"/v1/events?service={office.service}"):  # fmt: skip
        first = ask(office, "GET", path)
        tag = first["ETag"]
        assert tag.startswith('"'), path
        is_public = path in ("/v1/hub", "/v1/openapi.json", "/v1/trust")
        assert first["Cache-Control"] == ("no-cache" if is_public else "no-store")
        for said in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = ask(office, "GET", path, headers={"If-None-Match": said})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), path
        assert ask(office, "GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_step_makes_another_answer_of_a_transmission(street: Street) -> None:
    path = f"/v1/transmissions/{street.slip}"
    before = ask(street.care_manager, "GET", path)
    recipient = street.service_office
    digest = world.digest(before.json()["manifest"])
    recipient.post("/receipts", {"receipts": [recipient.receipt(street.slip, digest, "collected")]})
    after = ask(street.care_manager, "GET", path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_what_is_a_look_has_no_validator(street: Street) -> None:
    answer = ask(street.service_office, "GET", f"/v1/transmissions/{street.slip}/files", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers


def test_every_answer_says_how_much_is_left(street: Street) -> None:
    quotas = {"party": settings.RENKEI["LIMIT_RATE_PARTY"], "address": settings.RENKEI["LIMIT_RATE_ADDRESS"]}
    for path, policy in (("/v1/events?service=43", "party"), ("/v1/hub", "address"), ("/v1/nothing", "address")):
        answer = ask(street.care_manager, "GET", path)
        assert answer["RateLimit-Policy"] == f'"{policy}";q={quotas[policy] * 10};w=10', path
        assert answer["RateLimit"].startswith(f'"{policy}";r=')


def test_who_asks_too_much_is_told_how_long_to_wait_and_nobody_else_is(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import ratelimits

    monkeypatch.setitem(settings.RENKEI, "LIMIT_RATE_PARTY", 1)
    ratelimits.PARTIES.forget()
    office, other = street.care_manager, street.service_office
    path = f"/v1/events?service={office.service}"
    answers = [ask(office, "GET", path) for _ in range(12)]
    assert [answer.status_code for answer in answers[:10]] == [200] * 10
    last = answers[-1]
    assert (last.status_code, last.json()["code"], last["Content-Type"]) == (
        429,
        "E-LIMIT-RATE",
        "application/problem+json",
    )
    assert int(last["Retry-After"]) >= 1
    assert last["RateLimit"].startswith('"party";r=0;')
    assert ask(other, "GET", f"/v1/events?service={other.service}").status_code == 200
    ratelimits.PARTIES.forget()


def test_before_the_sign_in_the_address_is_counted(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import ratelimits

    monkeypatch.setitem(settings.RENKEI, "LIMIT_RATE_ADDRESS", 1)
    ratelimits.ADDRESSES.forget()
    for _ in range(10):
        assert Client(REMOTE_ADDR="203.0.113.7").get("/v1/hub").status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.7").get("/v1/hub").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.8").get("/v1/hub").status_code == 200
    wrong = {"headers": {"Authorization": "Bearer x"}, "REMOTE_ADDR": "203.0.113.9"}
    answers = [Client().get("/v1/events?service=43", **wrong) for _ in range(11)]  # type: ignore[arg-type]
    assert {answer.status_code for answer in answers} == {401}
    assert Client(REMOTE_ADDR="203.0.113.9").get("/v1/hub").status_code == 429
    # No token goes with a certificate and a password: a header that looks like one changes nothing.
    wrong["REMOTE_ADDR"] = "203.0.113.10"
    answers = [Client().post("/v1/login", {}, "application/json", **wrong) for _ in range(11)]  # type: ignore[arg-type]
    assert answers[-1].status_code == 429
    ratelimits.ADDRESSES.forget()


def test_a_limit_of_nought_is_none(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.RENKEI, "LIMIT_RATE_ADDRESS", 0)
    answer = Client().get("/v1/hub")
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


def test_a_call_on_its_way_out_says_since_when_until_when_and_what_instead(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from renkei.hub.config.describing import headers
    from renkei.hub.config.edge import asking

    known = asking.calls_at

    def ending(route: str) -> Any:
        return {
            method: replace(call, promise=replace(call.promise, deprecated=date(2027, 10, 1), sunset=date(2028, 10, 1), instead="https://example.jp/v2"))
            for method, call in known(route).items()
        }  # fmt: skip

    monkeypatch.setattr(asking, "calls_at", ending)
    promise = ending("v1/hub")["GET"].promise
    assert {"Deprecation", "Sunset", "Link"} <= headers.of_answer(promise, 200).keys()
    without = headers.of_answer(replace(promise, sunset=None, instead=""), 200)
    assert "Deprecation" in without and not {"Sunset", "Link"} & without.keys()
    answer = Client().get("/v1/hub")
    assert answer["Deprecation"] == "@1822348800"
    assert answer["Sunset"] == "Sun, 01 Oct 2028 00:00:00 GMT"
    assert answer["Link"] == '<https://example.jp/v2>; rel="deprecation"'
    monkeypatch.undo()
    assert not {"Deprecation", "Sunset"} & set(Client().get("/v1/hub").headers)


def test_the_pause_that_is_asked_for_grows_with_the_load(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import load

    path = f"/v1/events?service={street.care_manager.service}"
    assert ask(street.care_manager, "GET", path)["Retry-After"] == str(settings.RENKEI["POLL_SECONDS"])
    monkeypatch.setattr(load, "PROGRAMS", load.Load())
    monkeypatch.setattr(load.Load, "average", property(lambda _self: 99.0))
    assert ask(street.care_manager, "GET", path)["Retry-After"] == str(10 * settings.RENKEI["POLL_SECONDS"])
