"""An object store of this machine, for tests: moto's server. It takes any key and secret."""

from __future__ import annotations

import logging
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from renkei.hub.core.bodies.bucket import Bucket


class Moto:
    """The server, and what may be seen of it from outside."""

    def __init__(self, address: str) -> None:
        self.address = address

    def bucket(self, name: str = "bodies", prefix: str | None = None) -> Bucket:
        """A place in it, made when it is not there; a new prefix unless one is said."""
        self.ask("PUT", name)
        return Bucket(name, prefix or f"hub-{secrets.token_hex(4)}", self.address, "us-east-1", "key", "secret")

    def ask(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"{self.address}/{path}", method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return bytes(answer.read())


@contextmanager
def running(port: int = 0) -> Iterator[Moto]:
    """moto's server on a port of the loopback, and its end; what was put stays for the next one in this process."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Moto(f"http://{host}:{port}")
    finally:
        server.stop()
