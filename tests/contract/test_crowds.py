"""Thousands who say nothing, or only half of it, do not stop the others."""

from __future__ import annotations

import resource
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from renkei.conformance import Month

from . import world
from .conftest import Hub
from .fronts import Front
from .fronts import front as front
from .running import connected, free_port, serving

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

EACH = 2000  # idle ones, and as many that stop half-way
SPARE = 400  # files for everything else
HSTS = "max-age=31536000; includeSubDomains"
TCP_ESTABLISHED = 1
HALF = (
    b"POST /v1/challenges HTTP/1.1\r\nHost: hub.example.jp\r\n",
    b"POST /v1/challenges HTTP/1.1\r\nHost: hub.example.jp\r\nContent-Length: 1000\r\n\r\n{",
)


def affordable() -> int:
    """How many of each kind this machine lets one process open; each costs nginx another one or two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * EACH + SPARE
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    return min(EACH, (min(max(soft, wanted), hard) - SPARE) // 2)


@contextmanager
def crowd(
    port: int, many: int, says: Callable[[int], bytes], context: ssl.SSLContext | None = None
) -> Iterator[list[socket.socket]]:
    """So many connections from forty addresses, each of which says something and then nothing."""
    lines: list[socket.socket] = []

    def come(number: int) -> None:
        line = socket.create_connection(("127.0.0.1", port), 20, (f"127.0.1.{number % 40 + 1}", 0))
        lines.append(context.wrap_socket(line) if context else line)
        lines[-1].sendall(says(number))

    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(come, range(many)))
        yield lines
    finally:
        for line in lines:
            line.close()


def held(lines: list[socket.socket]) -> int:
    """How many of them the other side has not closed."""
    return sum(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_ESTABLISHED for line in lines)


def silent(_number: int) -> bytes:
    return b""


def half_a_request(number: int) -> bytes:
    return HALF[number % 2]


def test_behind_nginx_a_crowd_that_says_nothing_or_half_of_it_stops_nobody(
    front: Front, town: Hub, month: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    many = affordable()
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    with crowd(front.port, many, half_a_request, front.context) as halves, crowd(front.port, many, silent) as idle:
        started = time.monotonic()
        with connected(sender, front.port, "https"):
            assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201
        page = httpx2.get(f"{front.url}/sign-in/", verify=False, timeout=20)
        took = time.monotonic() - started
        assert page.status_code == 200 and "csrfmiddlewaretoken" in page.text
        told = f"{held(idle)} idle and {held(halves)} half-sent of {many} each; a sign-in, a unit and a page took {took:.1f} s"
        assert held(idle) == many and held(halves) >= many / 2, told
        assert took < 10, told
    with capsys.disabled():
        print(f"\n{told}")


def test_behind_nginx_forms_are_taken_and_a_hub_that_is_away_is_told_in_our_words(front: Front) -> None:
    with httpx2.Client(base_url=front.url, verify=False, headers={"Origin": front.url}) as browser:
        page = browser.get("/sign-in/")
        assert page.headers["Strict-Transport-Security"] == HSTS
        assert "; Secure" in page.headers["Set-Cookie"] and "; HttpOnly" in page.headers["Set-Cookie"]
        form = {"csrfmiddlewaretoken": browser.cookies["__Host-csrftoken"], "username": "suzuki", "password": "wrong"}
        assert browser.post("/sign-in/", data=form).status_code == 200
        assert browser.post("/sign-in/", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    front.stop()
    answer = httpx2.get(f"{front.url}/v1/health", verify=False)
    assert (answer.status_code, answer.json()["code"]) == (503, "E-HUB-DOWN")
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["Retry-After"] and answer.headers["Content-Type"] == "application/problem+json"


def test_a_few_hundred_silent_ones_do_not_stop_a_hub_without_nginx(once: None, town: Hub) -> None:
    from django.db import connections

    connections.close_all()
    port = free_port()
    with serving(town.data, port), crowd(port, 300, silent) as idle:
        started = time.monotonic()
        assert httpx2.get(f"http://127.0.0.1:{port}/v1/health", timeout=20).status_code == 200
        assert time.monotonic() - started < 2
        assert held(idle) == 300
