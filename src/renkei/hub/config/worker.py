"""gunicorn's threads, bounded in how long one client may keep one: a few that send nothing would stop the hub."""

from __future__ import annotations

import socket
import struct
import threading
from typing import Any

from django.conf import settings
from gunicorn.workers import gthread

REQUEST_SECONDS = 60
SLOWEST_BYTES = 64 * 1024  # a second; a large request may take as long as this needs on top


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """Ends a request that stalls, and one that has not come in whole after 60 seconds and its due."""

    def handle(self, conn: Any) -> Any:
        """One request, from its first byte."""
        if not conn.initialized and not conn.wait_for_data(0):
            # gunicorn's own would hold a thread for five seconds for each client that says nothing.
            return gthread._DEFER
        # In the kernel, since gunicorn sets the socket's own time limit back before each request.
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", REQUEST_SECONDS, 0))
        conn.deadline = _deadline(conn, REQUEST_SECONDS)
        try:
            return super().handle(conn)
        finally:
            conn.deadline.cancel()

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The same request, its headers read: now its length is known."""
        conn.deadline.cancel()
        length = next((int(value) for name, value in req.headers if name == "CONTENT-LENGTH"), 0)
        due = min(length, settings.RENKEI["LIMIT_REQUEST_BYTES"]) // SLOWEST_BYTES
        conn.deadline = _deadline(conn, REQUEST_SECONDS + due)
        return super().handle_request(req, conn)


def _deadline(conn: Any, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, _stop_reading, [conn])
    timer.daemon = True
    timer.start()
    return timer


def _stop_reading(conn: Any) -> None:
    """What is still to come counts as cut off; an answer on its way out is not touched."""
    try:
        # Not conn.sock.shutdown: with TLS it would drop the encryption too, and the answer would go out in clear.
        socket.socket.shutdown(conn.sock, socket.SHUT_RD)
    except OSError:
        return  # the client has left
