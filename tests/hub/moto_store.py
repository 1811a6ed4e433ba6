"""An object store of this machine, for tests: moto's server. It takes any key and secret."""

from __future__ import annotations

import io
import logging
import secrets
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


class _OneAtATime:
    """moto looks whether an object is there and then puts it: real stores do both at once, so here nobody comes between."""

    def __init__(self, application: Any) -> None:
        self._application, self._lock = application, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        # The body first: whoever sends it may be reading from the store meanwhile.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            return list(self._application(environ | {"wsgi.input": io.BytesIO(body)}, start_response))


@contextmanager
def running(port: int = 0) -> Iterator[Moto]:
    """moto's server on a port of the loopback, and its end; what was put stays for the next one in this process."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, _OneAtATime(DomainDispatcherApplication(create_backend_app)), threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield Moto(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
