"""One call: the name is resolved once, every address it has is held against what is allowed, and the connection goes to
one of these very addresses, so that a name that changes meanwhile leads nowhere else.

No redirect is followed, no more is read than the first line of the answer, and all of it ends after a fixed time.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass

from renkei.hub.exchange.webhooks.addresses import Address, Network, Target, is_allowed

MOST_BYTES = 8 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9]{2})[ \r]")
Resolve = Callable[[str, int], Sequence[str]]


class NotCalled(Exception):
    """No answer; the text is one of the words that the office reads about it."""


@dataclass(frozen=True)
class Bounds:
    """Where a call may go and how long it may take. `ca`: a file of authorities besides the system's."""

    networks: Sequence[Network]
    seconds: float
    ca: str = ""


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as the system finds them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(target: Target, headers: Mapping[str, str], body: bytes, bounds: Bounds, resolver: Resolve = resolve) -> int:
    """Send `body`; returns the status of the answer. Raises NotCalled."""
    ends = time.monotonic() + bounds.seconds
    address = _address(target, bounds, resolver)
    try:
        with socket.create_connection((str(address), target.port), timeout=_left(ends)) as plain:
            secure = _context(bounds).wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
            with secure, _Deadline(secure, _left(ends)):
                secure.do_handshake()
                secure.sendall(_request(target, headers, body))
                return _status(secure)
    except ssl.SSLCertVerificationError as error:
        raise NotCalled("certificate") from error
    except TimeoutError as error:
        raise NotCalled("timeout") from error
    except (OSError, ValueError, NotCalled) as error:
        # What was cut off in its midst looks like another fault.
        if time.monotonic() >= ends:
            raise NotCalled("timeout") from error
        raise NotCalled(str(error) if isinstance(error, NotCalled) else "connection") from error


def _address(target: Target, bounds: Bounds, resolver: Resolve) -> Address:
    """The address to connect to. One that is not allowed among them, and none is called."""
    try:
        found = _in_time(lambda: resolver(target.host, target.port), bounds.seconds)
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    except TooLate as error:
        raise NotCalled("timeout") from error
    except (OSError, ValueError) as error:
        raise NotCalled("name") from error
    if not addresses:
        raise NotCalled("name")
    if not all(is_allowed(one, bounds.networks) for one in addresses):
        raise NotCalled("forbidden")
    return addresses[0]


# A resolver cannot be told to stop: what takes too long goes on here, and nobody waits for it.
_resolving = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


def _in_time(ask: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    asked: Future[Sequence[str]] = _resolving.submit(ask)
    return asked.result(timeout=seconds)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _context(bounds: Bounds) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if bounds.ca:
        context.load_verify_locations(bounds.ca)
    return context


class _Deadline:
    """Ends a connection after so many seconds, however busy it is: a socket's own limit begins anew with each byte."""

    def __init__(self, connection: ssl.SSLSocket, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end, [connection])
        self._timer.daemon = True
        connection.settimeout(seconds)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_failure: object) -> None:
        self._timer.cancel()

    @staticmethod
    def _end(connection: ssl.SSLSocket) -> None:
        try:
            # Not the method of the TLS socket, which would go on in clear.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return  # ended by itself


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    said = {
        "Host": target.authority,
        "User-Agent": "Renkei-Webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in (said | dict(headers)).items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(connection: ssl.SSLSocket) -> int:
    """The status of the first line; nothing behind it is read."""
    begun = b""
    while b"\n" not in begun and len(begun) < MOST_BYTES:
        more = connection.recv(MOST_BYTES - len(begun))
        if not more:
            break
        begun += more
    found = _STATUS.match(begun)
    if found is None:
        raise NotCalled("answer" if begun else "connection")
    return int(found[1])
