"""One call, to a real server: it goes to the address that was checked, and takes no longer and no more than it may."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from renkei.hub.exchange.webhooks.addresses import Target
from renkei.hub.exchange.webhooks.calling import Bounds, NotCalled, post

NAME = "hook.test"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
Answer = Callable[[ssl.SSLSocket], None]


@dataclass
class Server:
    """Answers each connection with `answer`, and keeps what it heard."""

    port: int
    ca: str
    answer: Answer = lambda line: line.sendall(OK)
    heard: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = socket.create_server(("127.0.0.1", 0))
    made = Server(listening.getsockname()[1], str(certificate[0]))

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    line.settimeout(5)
                    made.heard.append(line.recv(65536))
                    made.answer(line)
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield made
    listening.close()


def call(server: Server, *, seconds: float = 3, resolver: Callable[[str, int], Sequence[str]] | None = None) -> int:
    bounds = Bounds(LOOPBACK, seconds, server.ca)
    target = Target(NAME, server.port, "/in?x=1")
    return post(target, {"webhook-id": "1"}, b'{"a":1}', bounds, resolver or (lambda _host, _port: ["127.0.0.1"]))


def refused(server: Server, **given: object) -> str:
    with pytest.raises(NotCalled) as error:
        call(server, **given)  # type: ignore[arg-type]
    return str(error.value)


def test_the_status_comes_back_and_the_server_hears_one_plain_post(server: Server) -> None:
    assert call(server) == 204
    (heard,) = server.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /in?x=1 HTTP/1.1"
    assert b"Host: hook.test:%d" % server.port in head
    assert b"webhook-id: 1" in head
    assert body == b'{"a":1}'


@pytest.mark.parametrize("status", [200, 301, 302, 307, 308, 410, 429, 500])
def test_no_answer_leads_the_hub_anywhere_else(server: Server, status: int) -> None:
    moved = f"HTTP/1.1 {status} x\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n".encode()
    server.answer = lambda line: line.sendall(moved)
    assert call(server) == status
    assert len(server.heard) == 1


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_that_is_called(server: Server) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    assert call(server, resolver=rebinding) == 204
    assert asked == [NAME]


@pytest.mark.parametrize(
    "found",
    [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::1"], ["169.254.169.254"], ["fe80::1%eth0"], ["1.1.1.1", "::1"]],
)
def test_one_address_that_is_not_allowed_and_none_is_called(server: Server, found: list[str]) -> None:
    assert refused(server, resolver=lambda _host, _port: found) == "forbidden"
    assert server.heard == []


def test_a_name_that_nobody_knows_is_no_fault(server: Server) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    assert refused(server, resolver=unknown) == "name"
    assert refused(server, resolver=lambda _host, _port: []) == "name"
    assert refused(server, resolver=lambda _host, _port: ["nonsense"]) == "name"


def test_a_resolver_that_hangs_is_not_waited_for(server: Server) -> None:
    over = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        over.wait(5)
        return ["127.0.0.1"]

    started = time.monotonic()
    assert refused(server, seconds=0.3, resolver=hang) == "timeout"
    assert time.monotonic() - started < 2
    over.set()


def drip(line: ssl.SSLSocket) -> None:
    for byte in b"HTTP/1.1 200 OK" + b" " * 100:
        line.sendall(bytes([byte]))
        time.sleep(0.1)


def test_a_server_that_drips_is_cut_off(server: Server) -> None:
    server.answer = drip
    started = time.monotonic()
    assert refused(server, seconds=0.5) == "timeout"
    assert time.monotonic() - started < 2


def test_a_server_that_says_nothing_is_cut_off(server: Server) -> None:
    server.answer = lambda _line: time.sleep(2)
    assert refused(server, seconds=0.4) == "timeout"


def test_a_server_that_never_shakes_hands_is_cut_off(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = Server(silent.getsockname()[1], server.ca)
        started = time.monotonic()
        assert refused(mute, seconds=0.4) == "timeout"
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "said",
    [b"HELO mail.example\r\n", b"\x00" * 9000, b"HTTP/1.1 999 x\r\n\r\n", b"HTTP/1.1 2000 x\r\n\r\n", b"x" * 100_000, b"HTTP/2 200\r\n"],
    ids=["mail", "zeros", "no status", "four digits", "endless", "version"],
)  # fmt: skip
def test_what_is_no_answer_is_none(server: Server, said: bytes) -> None:
    server.answer = lambda line: line.sendall(said)
    assert refused(server) == "answer"


def test_an_endless_answer_is_not_read(server: Server) -> None:
    def pour(line: ssl.SSLSocket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            line.sendall(b"x" * 65536)

    server.answer = pour
    started = time.monotonic()
    assert call(server) == 200
    assert time.monotonic() - started < 2


def test_a_server_that_hangs_up_and_one_that_is_not_there_are_told_apart_from_others(server: Server) -> None:
    server.answer = lambda _line: None
    assert refused(server) == "connection"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert refused(Server(port, server.ca)) == "connection"


def test_a_certificate_that_is_not_the_servers_is_not_taken(server: Server) -> None:
    target = Target("other.test", server.port, "/")
    with pytest.raises(NotCalled, match="certificate"):
        post(target, {}, b"", Bounds(LOOPBACK, 3, server.ca), lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(NotCalled, match="certificate"):
        post(Target(NAME, server.port, "/"), {}, b"", Bounds(LOOPBACK, 3), lambda _host, _port: ["127.0.0.1"])
    assert server.heard == []
