"""Asking a virus scanner. Where one is configured and does not answer, nothing passes: `ScanFailed`."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Protocol

_PIECE = 256 * 1024
_LONGEST_ANSWER = 4096
_LONGEST_NAME = 100


class ScanFailed(RuntimeError):
    """The scanner cannot be reached, is too slow or says what it should not. The text names no content."""


@dataclass(frozen=True)
class Scan:
    """What a scanner said: whether the file was scanned at all, and the name of what was found in it."""

    scanned: bool
    virus: str | None = None


class Scanner(Protocol):
    """Something that looks for viruses."""

    def scan(self, stream: BinaryIO) -> Scan:
        """Scan from where the stream stands to its end. Raises ScanFailed."""
        ...

    def check(self) -> str:
        """What the scanner says about itself (its version); empty when there is none. Raises ScanFailed."""
        ...


class NoScanner:
    """Nobody is asked. Say so where people see it: W-ATTACH-UNSCANNED."""

    def scan(self, stream: BinaryIO) -> Scan:
        return Scan(scanned=False)

    def check(self) -> str:
        return ""


class Clamd:
    """ClamAV's daemon, by its command INSTREAM. Times are seconds; `seconds` bounds the whole conversation.

    `address` is `unix:/run/clamav/clamd.ctl` or `host:port`.
    """

    def __init__(self, address: str, seconds: float = 60) -> None:
        self._address = parse_address(address)
        self._seconds = seconds

    def scan(self, stream: BinaryIO) -> Scan:
        return _verdict(self._talk(b"zINSTREAM\0", stream))

    def check(self) -> str:
        return self._talk(b"zVERSION\0")

    def _talk(self, command: bytes, stream: BinaryIO | None = None) -> str:
        until = time.monotonic() + self._seconds
        try:
            with closing(self._connect()) as connection:
                _send(connection, command, until)
                if stream:
                    # The daemon may answer and hang up in the middle: too large, or found already.
                    _send_stream(connection, stream, until)
                return _answer(connection, until)
        except OSError as error:
            raise ScanFailed(f"no talk with the scanner: {type(error).__name__}") from error

    def _connect(self) -> socket.socket:
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address, timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection


def parse_address(text: str) -> str | tuple[str, int]:
    """A path, or host and port. Raises ValueError.

    >>> parse_address("unix:/run/clamd.ctl"), parse_address("127.0.0.1:3310")
    ('/run/clamd.ctl', ('127.0.0.1', 3310))
    """
    if text.startswith("unix:/"):
        return text.removeprefix("unix:")
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("neither unix:/path nor host:port")
    return host.strip("[]"), int(port)


def _send(connection: socket.socket, data: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _send_stream(connection: socket.socket, stream: BinaryIO, until: float) -> None:
    try:
        while piece := stream.read(_PIECE):
            _send(connection, struct.pack(">I", len(piece)) + piece, until)
        _send(connection, struct.pack(">I", 0), until)
    except (BrokenPipeError, ConnectionResetError):
        return  # it has said why


def _answer(connection: socket.socket, until: float) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        connection.settimeout(_left(until))
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece or len(answer) > _LONGEST_ANSWER:
            raise ScanFailed("the scanner's answer is cut off or too long")
        answer += piece
    return answer[:-1].decode("utf-8", "replace")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _verdict(answer: str) -> Scan:
    """`stream: OK` and `stream: <name> FOUND` are the answers; everything else is a failure."""
    said = answer.removeprefix("stream: ")
    if answer == "stream: OK":
        return Scan(scanned=True)
    if said != answer and said.endswith(" FOUND"):
        name = said.removesuffix(" FOUND")[:_LONGEST_NAME]
        return Scan(scanned=True, virus="".join(c if c.isprintable() else "?" for c in name) or "?")
    raise ScanFailed("the scanner did not scan")
