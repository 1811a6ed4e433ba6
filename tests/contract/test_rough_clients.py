"""Clients that are broken, careless or mean: each gets a clear no, nothing is kept, and the next one is served.

What was probed at another country's exchange, and where it is tested here:

    the same answer to a challenge twice            test_core: a program signs in once for each challenge
    a token of another time, of nobody              here
    another mailbox's token, a third one looks      test_sending, test_collecting: others see nothing
    an empty body, an unknown recipient, a field    test_sending: malformed requests, unknown recipients
      that is missing
    a digest that is not that of the content        test_sending: an altered file; test_forgeries
    a body labelled gzip that is none, and one      here
      that is; an unknown content-encoding
    a file name with a path                         here
    chunks that are missing, late or too many       here: a unit is one body, and one of unknown length is refused
    the same unit twice                             test_sending: arrives once
    acknowledged twice                              test_collecting: the first receipt again
    fetched after it was acknowledged               test_collecting: what was collected can be fetched again
    a slow or silent client                         test_slow_clients, test_crowds
"""

from __future__ import annotations

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month
from renkei.trust.authority import Authority

from . import kept, world
from .running import connected, free_port, serving

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

Request = dict[str, Any]
HOST = "Host: 127.0.0.1"
LONG_NAME = "UPPLAN_" + "9" * 300 + ".CSV"


@dataclass
class Line:
    """A running hub with one office signed in, and raw lines to it."""

    port: int
    sender: world.TestOffice
    recipient: world.TestOffice
    envelope: dict[str, Any]

    def say(self, data: bytes, *, end: bool = False) -> tuple[int, dict[str, Any]]:
        """Send bytes as they are; returns the status and the problem, status 0 when the hub hangs up without a word."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=20)) as line:
            try:
                line.sendall(data)
                if end:
                    line.shutdown(socket.SHUT_WR)
                answer = http.client.HTTPResponse(line)
                answer.begin()
                body = answer.read()
            except (http.client.HTTPException, OSError):
                return 0, {}
        is_json = "json" in (answer.headers["Content-Type"] or "")
        return answer.status, json.loads(body) if is_json else {}

    def post(self, body: bytes, *headers: str, path: str = "/v1/transmissions", length: str | None = None) -> Any:
        """A signed-in request with these headers more."""
        size = [f"Content-Length: {len(body) if length is None else length}"] if length != "" else []
        lines = [f"POST {path} HTTP/1.1", HOST, f"Authorization: Bearer {self.sender.token}", *size, *headers]
        if not any(header.lower().startswith("content-type") for header in headers):
            lines.append("Content-Type: application/json")
        return self.say("\r\n".join([*lines, "", ""]).encode("latin-1") + body, end=True)


@pytest.fixture(scope="module")
def line(
    once: None, prepared: tuple[Path, Authority], settled: tuple[world.TestOffice, ...], month: Month
) -> Iterator[Line]:
    from django.db import connections

    data, _authority = prepared
    kept.go_back(data, kept.TOWN)
    offices = {office.number: replace(office, client=Client()) for office in settled}
    sender = offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    port = free_port()
    with serving(data, port), connected(sender, port):
        yield Line(port, sender, offices[unit.recipient], sender.envelope(unit, files))
    connections.close_all()


@pytest.fixture(autouse=True)
def nothing_stays(line: Line) -> Iterator[None]:
    """After each of them: no unit is there, and the next client is served."""
    yield
    answer = line.sender.get("/events", service=line.sender.service)
    assert answer.status_code == 200
    assert answer.json()["events"] == []


@pytest.mark.parametrize(
    "head",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"\x00" * 5000,
        b"HELO mail.example\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /v1/health HTTP/9.9\r\n\r\n",
        b"GET /v1/health HTTP/1.1\nHost: 127.0.0.1\n\n",
        b"GET /v1/health HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n folded\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\n" + b"X: a\r\n" * 5000 + b"\r\n",
    ],
    ids=[
        "tls",
        "zeros",
        "mail",
        "no-path",
        "version",
        "bare-lf",
        "space-before-colon",
        "folded",
        "long-path",
        "long-header",
        "many-headers",
    ],
)
def test_what_is_no_request_is_turned_away(line: Line, head: bytes) -> None:
    assert 400 <= (line.say(head)[0] or 400) < 500


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1@evil.example", "127.0.0.1/..", "[::1", "a" * 300])
def test_a_host_that_is_not_ours_is_turned_away(line: Line, host: str) -> None:
    assert line.say(f"GET /v1/health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())[0] == 400


@pytest.mark.parametrize(
    "path", ["/v1/%00", "/v1/../../etc/passwd", "/%ff%fe/", "//evil.example/v1/hub", "/v1/hub%0d%0aX:1"]
)
def test_a_path_to_nowhere_is_not_found(line: Line, path: str) -> None:
    assert line.say(f"GET {path} HTTP/1.1\r\n{HOST}\r\n\r\n".encode())[0] in (400, 404)


def test_a_client_that_stops_in_mid_body_is_told_to_send_again(line: Line) -> None:
    whole = json.dumps(line.envelope).encode()
    for sent in (0, 1, len(whole) // 2, len(whole) - 1):
        status, problem = line.post(whole[:sent], length=str(len(whole)))
        assert (status, problem.get("code")) == (400, "E-REQUEST")


@pytest.mark.parametrize("length", ["-1", "+5", "0x10", "1_000", "5, 6", "abc", "", "9" * 40])
def test_a_length_that_is_none_is_turned_away(line: Line, length: str) -> None:
    headers = [f"Content-Length: {length}"]
    assert line.post(b"{}" * 20, *headers, length="")[0] in (400, 413)


def test_a_length_that_is_too_short_cuts_the_request_and_no_more(line: Line) -> None:
    whole = json.dumps(line.envelope).encode()
    assert line.post(whole, length=str(len(whole) - 5))[0] == 400


def test_more_than_the_limit_is_refused_unread(line: Line) -> None:
    status, problem = line.post(b"{", length=str(10**9))
    assert (status, problem["code"]) == (413, "E-LIMIT")


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: xchunked"],
    ],
    ids=["two lengths", "length and chunks", "identity last", "gzip", "unknown"],
)
def test_two_readings_of_one_length_are_turned_away(line: Line, headers: list[str]) -> None:
    assert 400 <= line.post(b"0\r\n\r\n", *headers, length="")[0] <= 501


@pytest.mark.parametrize(
    "chunk", [b"1000\r\n" + b"x" * 4096 + b"\r\n", b"zz\r\nx\r\n", b"5\r\nab", b"fffffffffffffffff\r\nx"]
)
def test_a_body_in_chunks_is_asked_for_in_one_piece(line: Line, chunk: bytes) -> None:
    status, problem = line.post(chunk * 3 + b"0\r\n\r\n", "Transfer-Encoding: chunked", length="")
    assert (status, problem.get("code")) == (411, "E-REQUEST-LENGTH")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "nonsense"])
@pytest.mark.parametrize("really", [False, True])
def test_a_body_under_another_encoding_is_refused(line: Line, encoding: str, really: bool) -> None:
    whole = json.dumps(line.envelope).encode()
    status, problem = line.post(gzip.compress(whole) if really else whole, f"Content-Encoding: {encoding}")
    assert (status, problem["code"]) == (415, "E-REQUEST-TYPE")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/csv", "", "a/b; charset=utf-7"]
)
def test_a_body_of_another_kind_is_refused(line: Line, kind: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="manifest"; filename="../x"\r\n\r\nx\r\n--x--\r\n'
    status, problem = line.post(body, f"Content-Type: {kind}")
    assert (status, problem["code"]) == (415, "E-REQUEST-TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"manifest":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"manifest":' + b"9" * 100_000 + b"}",
        b'{"manifest":1e999,"signature":NaN,"salts":{},"files":{}}',
        b'{"manifest":"\xff\xfe","signature":"","salts":{},"files":{}}',
        b"\xef\xbb\xbf{}",
        b'"' + b"\\u0000" * 1000 + b'"',
    ],
    ids=["lists", "objects", "inside", "digits", "no-number", "no-utf8", "mark", "nul"],
)
def test_a_bomb_of_json_is_refused(line: Line, body: bytes) -> None:
    for path in ("/v1/transmissions", "/v1/checks", "/v1/receipts"):
        status, problem = line.post(body, path=path)
        assert (status, problem["code"]) == (400, "E-REQUEST")


@pytest.mark.parametrize("second", ["Authorization: Bearer x", "Authorization: Basic eDp4"])
def test_two_words_who_one_is_are_none(line: Line, second: str) -> None:
    assert line.post(json.dumps(line.envelope).encode(), second)[0] in (400, 401)


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "\u00e9", "../../etc/passwd", "' OR 1=1 --"])
def test_a_token_that_was_never_given_counts_nothing(line: Line, token: str) -> None:
    head = f"GET /v1/events?service=43 HTTP/1.1\r\n{HOST}\r\nAuthorization: Bearer {token}\r\n\r\n"
    status, problem = line.say(head.encode("latin-1"))
    assert (status, problem["code"]) == (401, "E-AUTH-TOKEN")


NAMES = {
    "a path up": "../../etc/passwd",
    "a path down": "a/UPPLAN.CSV",
    "a path of Windows": "..\\..\\UPPLAN.CSV",
    "a drive": "C:UPPLAN.CSV",
    "NUL": "UPPLAN\0.CSV",
    "a device": "CON.CSV",
    "another stream": "UPPLAN.CSV:hidden",
    "300 characters": LONG_NAME,
    "right to left": "UPPLAN_\u202eVSC.exe",
    "a dot at the end": "UPPLAN.CSV.",
    "hidden": ".UPPLAN.CSV",
    "a line": "UPPLAN\r\nX: 1.CSV",
    "empty": "",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_name_that_leads_elsewhere_is_refused_though_it_is_signed(line: Line, name: str) -> None:
    import base64

    sent = dict(line.envelope)
    fields = json.loads(base64.b64decode(sent["manifest"]))
    old = fields["files"][0]["name"]
    fields["files"][0]["name"] = name
    manifest = world.compact(fields)
    sent |= {"manifest": world.b64(manifest), "signature": world.b64(line.sender.sign(manifest))}
    for part in ("files", "salts"):
        sent[part] = {name if key == old else key: value for key, value in sent[part].items()}
    answer = line.sender.post("/transmissions", sent)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("E-AUTH-MANIFEST", "E-REQUEST")


@pytest.mark.parametrize("name", [name for name in NAMES.values() if 0 < len(name) <= 200])
def test_the_check_names_a_file_name_that_leads_elsewhere(line: Line, name: str) -> None:
    answer = line.sender.post("/checks", {"files": [{"name": name, "data": world.b64(b"x")}]})
    assert answer.status_code == 200
    assert answer.json()["findings"]
