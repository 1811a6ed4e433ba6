"""Asking ClamAV: the real daemon with a signature of our own, and one that says anything."""

from __future__ import annotations

import hashlib
import io
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from renkei.attachments.scanning import Clamd, NoScanner, Scan, ScanFailed, parse_address

# In parts, so that no scanner finds this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"
LARGEST = 1_000_000


@pytest.fixture(scope="module")
def clamd(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """The real daemon, which knows one signature."""
    program, folder = need("clamd"), tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db/test.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Test.Eicar\n")  # noqa: S324
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/s\nDatabaseDirectory {folder}/db\nForeground yes\nStreamMaxLength {LARGEST}\n"
    )
    process = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL)
    try:
        yield answering(Clamd(f"unix:{folder}/s", 10), process)
    finally:
        process.terminate()
        process.wait()


def answering(scanner: Clamd, process: subprocess.Popen[bytes]) -> Clamd:
    for _ in range(200):
        assert process.poll() is None
        try:
            scanner.check()
        except ScanFailed:
            time.sleep(0.05)
        else:
            return scanner
    raise AssertionError("clamd does not answer")


def test_a_virus_is_found_and_named(clamd: Clamd) -> None:
    assert clamd.scan(io.BytesIO(EICAR)) == Scan(scanned=True, virus="Test.Eicar.UNOFFICIAL")


def test_a_clean_file_is_clean(clamd: Clamd) -> None:
    assert clamd.scan(io.BytesIO(b"")) == clamd.scan(io.BytesIO(bytes(LARGEST - 1))) == Scan(scanned=True)
    assert clamd.check().startswith("ClamAV")


def test_a_file_too_large_for_the_scanner_does_not_pass(clamd: Clamd) -> None:
    with pytest.raises(ScanFailed):
        clamd.scan(io.BytesIO(bytes(LARGEST * 4)))


def test_without_a_scanner_nothing_counts_as_scanned() -> None:
    assert NoScanner().scan(io.BytesIO(EICAR)) == Scan(scanned=False)


@pytest.fixture
def says() -> Iterator[Callable[..., Clamd]]:
    """`says(b"…")` gives a scanner that reads the file and then says this, in pieces with pauses between them."""
    servers: list[socket.socket] = []

    def start(*pieces: bytes, pause: float = 0, read: bool = True, seconds: float = 5) -> Clamd:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while read and not connection.recv(65536).endswith(bytes(4)):
                    pass
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)

        threading.Thread(target=serve, daemon=True).start()
        return Clamd(f"127.0.0.1:{server.getsockname()[1]}", seconds)

    yield start
    for server in servers:
        server.close()


def test_an_answer_may_come_in_pieces(says: Callable[..., Clamd]) -> None:
    assert says(b"stream", b": OK", b"\0", pause=0.01).scan(io.BytesIO(b"a")) == Scan(scanned=True)


def test_the_name_of_a_virus_is_shown_as_it_can_be(says: Callable[..., Clamd]) -> None:
    assert says(b"stream: a\x1b[1m\xff" + b"b" * 500 + b" FOUND\0").scan(io.BytesIO(b"a")).virus == (
        "a?[1m\ufffd" + "b" * 94
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"stream: OK",
        b"stream: OK FOUND and more\0",
        b"stream: lstat() failed. ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"OK\0",
        b"1: stream: OK\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"\xff" * 10_000,
    ],
)
def test_any_other_answer_lets_nothing_pass(says: Callable[..., Clamd], answer: bytes) -> None:
    with pytest.raises(ScanFailed):
        says(answer).scan(io.BytesIO(b"a"))


def test_a_scanner_that_hangs_up_in_the_middle_lets_nothing_pass(says: Callable[..., Clamd]) -> None:
    with pytest.raises(ScanFailed):
        says(read=False).scan(io.BytesIO(bytes(20_000_000)))


def test_a_scanner_that_dribbles_is_given_up_in_time(says: Callable[..., Clamd]) -> None:
    scanner = says(*[b"s"] * 50, pause=0.1, seconds=0.4)
    began = time.monotonic()
    with pytest.raises(ScanFailed):
        scanner.scan(io.BytesIO(b"a"))
    assert time.monotonic() - began < 2


def test_a_scanner_that_never_reads_is_given_up_in_time(says: Callable[..., Clamd]) -> None:
    scanner = says(b"", read=False, pause=3, seconds=0.4)
    with pytest.raises(ScanFailed):
        scanner.scan(io.BytesIO(bytes(50_000_000)))


def test_a_scanner_that_is_not_there_lets_nothing_pass(tmp_path: Path) -> None:
    for address in (f"unix:{tmp_path}/none", "127.0.0.1:1"):
        with pytest.raises(ScanFailed):
            Clamd(address, 1).scan(io.BytesIO(b"a"))


@pytest.mark.parametrize("text", ["", "clamd", "host:", ":3310", "host:port", "host:70000", "unix:relative"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_address(text)


def test_an_address_of_either_kind_is_understood() -> None:
    assert parse_address("[::1]:3310") == ("::1", 3310)
