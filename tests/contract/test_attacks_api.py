"""Attacks on every call of the machine API, whoever adds one: each test walks the API's own description."""

from __future__ import annotations

from typing import Any

from django.test import Client

from . import people, routes
from .streets import Street, full_street, looks, person, street

__all__ = ["full_street", "person", "street"]  # fixtures

# What a program asks before it has signed in, or about the hub itself. All else needs a token.
OPEN = {
    ("GET", "/v1/hub"),
    ("GET", "/v1/health"),
    ("POST", "/v1/challenges"),
    ("POST", "/v1/tokens"),
    ("POST", "/v1/login"),
    ("POST", "/v1/refresh"),
    # Whoever has a code, or a key that counts, asks for a certificate; the answer is found by a random name.
    ("POST", "/v1/certificate-requests"),
    ("GET", "/v1/certificate-requests/{id}"),
    ("POST", "/v1/renewals"),
    ("POST", "/v1/certificate-checks"),
    ("GET", "/v1/trust"),
}
PLACES = {"number": "1", "name": "x.pdf", "service": "43"}
# What everybody who takes part may look up.
SHARED = {("GET", "/v1/directory")}


def ask(client: Client, method: str, path: str, token: str = "", form: str = "application/json", **query: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data: Any = query if method == "GET" else b"{}"
    return client.generic(
        method,
        path,
        data=b"" if method == "GET" else data,
        content_type=form,
        query_params=query,
        headers=headers,
    )


def test_every_call_but_the_named_ones_needs_a_token(once: None, street: Street) -> None:
    browser = people.signed_in(people.add(street.care_manager).login)
    for call in routes.calls():
        if (call.method, call.path) in OPEN or call.path == "/v1/logout":
            continue
        # A session of the pages is no token.
        for token in ("", "A" * 43):
            answer = ask(browser, call.method, call.at(**PLACES, id=street.slip), token, call.form)
            assert (answer.status_code, answer.json()["code"]) == (401, "E-AUTH-TOKEN"), call
    assert {(call.method, call.path) for call in routes.calls()} >= OPEN
    assert looks() == []


def test_the_token_of_one_office_opens_nothing_of_another(full_street: Street) -> None:
    stranger, sender = full_street.stranger, full_street.care_manager
    for call in routes.calls():
        named = {"service": sender.service, "from": "2026-11-01", "to": "2026-12-31", "program": "pc"}
        query = {name: value for name, value in named.items() if name in call.query}
        path = call.at(**PLACES, id=full_street.slip)
        if (call.method, call.path) in OPEN | SHARED or not (query.keys() - {"program"} or "{id}" in call.path):
            continue
        answer = ask(stranger.client, call.method, path, stranger.token, call.form, **query)
        assert answer.status_code in {403, 404}, call
        assert sender.number not in answer.content.decode(), call
    assert looks() == []
