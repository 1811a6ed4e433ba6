"""Thousands who say nothing, or only half of it, do not stop the others."""

from __future__ import annotations

import os
import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from renkei.conformance import Month
from renkei.trust import keys

from . import world
from .conftest import Hub
from .running import connected, free_port, kill, serving

EACH = 2000  # idle ones, and as many that stop half-way
SPARE = 400  # files for everything else
TCP_ESTABLISHED = 1
NAME = "hub.example.jp"
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
        browser.get("/sign-in/")
        form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "username": "suzuki", "password": "wrong"}
        assert browser.post("/sign-in/", data=form).status_code == 200
        assert browser.post("/sign-in/", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    front.stop()
    answer = httpx2.get(f"{front.url}/v1/health", verify=False)
    assert (answer.status_code, answer.json()["code"]) == (503, "E-HUB-DOWN")
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


@dataclass
class Front:
    """nginx with our file, the hub behind it."""

    url: str
    port: int
    context: ssl.SSLContext
    stop: Callable[[], None]  # the hub behind it


@pytest.fixture
def front(once: None, town: Hub, need: Callable[[str], str], tmp_path: Path) -> Iterator[Front]:
    from django.db import connections

    program = need("nginx")
    connections.close_all()
    inner, outer = free_port(), free_port()
    _certificate(tmp_path)
    (tmp_path / "authorities.pem").write_bytes((town.data / "trust" / "roots" / "root.pem").read_bytes())
    file = tmp_path / "nginx.conf"
    file.write_text(_adapted(tmp_path, inner, outer), encoding="utf-8")
    command = [program, "-c", str(file), "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-g", "daemon off;"]
    with serving(
        town.data,
        inner,
        TLS_CERT=str(tmp_path / "server.pem"),
        TLS_KEY=str(tmp_path / "server.key"),
        ALLOWED_HOSTS=f"{NAME},127.0.0.1",
    ) as hub:
        server = subprocess.Popen(command, stderr=subprocess.PIPE)
        context = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
        context.check_hostname = False
        try:
            _wait_for(outer, server)
            yield Front(f"https://127.0.0.1:{outer}", outer, context, lambda: kill(hub))
        finally:
            server.terminate()
            server.communicate()


def _adapted(folder: Path, inner: int, outer: int) -> str:
    """The file as it is shipped, with this test's places and ports; nothing else is changed."""
    text = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "127.0.0.1:8443": f"127.0.0.1:{inner}",
        "listen 443": f"listen 127.0.0.1:{outer}",
        "/etc/renkei/": f"{folder}/",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/": f"{folder}/",
        "/var/lib/nginx/": f"{folder}/",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    # nginx gives up root's rights for those of another user, who cannot read the test's folder.
    return (f"user {_user()};\n" if os.geteuid() == 0 else "") + text


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _certificate(folder: Path) -> None:
    key, now = keys.new_key(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    keys.save_key(folder / "server.key", key)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert server.poll() is None, server.communicate()[1].decode()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")
