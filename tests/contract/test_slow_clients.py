"""A client that sends slowly, or stops half-way, does not keep the hub from the others."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from .conftest import Hub
from .running import free_port, kill, wait_until_well

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

THREADS = 8
SECONDS = 2
SERVE = f"""
import sys
from renkei.hub.config import worker
worker.REQUEST_SECONDS = {SECONDS}
from renkei.cli import main
sys.exit(main(sys.argv[1:]))
"""
HEAD = b"POST /v1/challenges HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@pytest.fixture
def port(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A real hub that waits two seconds where it would wait sixty."""
    from django.db import connections

    connections.close_all()
    number = free_port()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "renkei.hub.config.settings")
    command = [sys.executable, "-c", SERVE, "serve", "--data", str(hub.data), "--bind", f"127.0.0.1:{number}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until_well(number, lambda: process.poll() is None)
        yield number
    finally:
        kill(process)


def test_those_who_send_slowly_are_cut_off_and_the_next_is_served(port: int, subtests: pytest.Subtests) -> None:
    """One after the other on one hub: each finds all of its threads free again."""
    for begun, drops in itertools.product((HEAD, HEAD + BODY), (b"", b" ")):
        with subtests.test(half_a_body=BODY in begun, drop_by_drop=bool(drops)):
            send_slowly(port, begun, drops)


def send_slowly(port: int, begun: bytes, drops: bytes) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(THREADS)]
    stop = threading.Event()
    for one in slow:
        one.sendall(begun)

    def drip() -> None:
        while drops and not stop.wait(0.2):
            for one in slow:
                try:
                    one.sendall(drops)
                except OSError:
                    return

    dripping = threading.Thread(target=drip)
    dripping.start()
    started = time.monotonic()
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=SECONDS * 5)) as next_one:
            next_one.sendall(b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert next_one.recv(100).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - started > SECONDS / 2, "the slow ones did not hold the threads"
    finally:
        stop.set()
        dripping.join()
        for one in slow:
            one.close()
