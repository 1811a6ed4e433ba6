"""gunicorn's threads, bounded in how long one client may keep one: a few that send nothing would stop the hub."""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Any

from django.conf import settings
from gunicorn.workers import gthread

from renkei.hub.core.repeating import Repeating

REQUEST_SECONDS = 60
MOMENT_MILLISECONDS = 5
SLOWEST_BYTES = 64 * 1024  # a second; a large request may take as long as this needs on top


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """Ends a request that stalls, and one that has not come in whole after 60 seconds and its due."""

    def init_process(self) -> None:
        """In the worker, after the fork."""
        self.deadlines = Deadlines()
        self.deadlines.start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """One request, from its first byte; and the next ones of a client that goes on at once."""
        if not conn.initialized:
            if not conn.wait_for_data(0):
                # gunicorn's own would hold a thread for five seconds for each client that says nothing.
                return gthread._DEFER
            # In the kernel, since gunicorn sets the socket's own time limit back before each request.
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", REQUEST_SECONDS, 0))
        try:
            going_on = self._one(conn)
            while going_on is True and self._comes_at_once(conn):
                going_on = self._one(conn)
            return going_on
        finally:
            self.deadlines.lift(conn)

    def _one(self, conn: Any) -> Any:
        self.deadlines.give(conn, REQUEST_SECONDS)
        return super().handle(conn)

    def _comes_at_once(self, conn: Any) -> bool:
        """Whether the next request is there within moments: to hand the connection back to the loop and to get it again
        takes as long as a small answer. Not while more than half of the threads are in use, for others to find one."""
        if len(self.deadlines) * 2 > self.cfg.threads or not self.alive:
            return False
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(MOMENT_MILLISECONDS))

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The same request, its headers read: now its length is known."""
        length = next((int(value) for name, value in req.headers if name == "CONTENT-LENGTH"), 0)
        due = min(length, settings.RENKEI["LIMIT_REQUEST_BYTES"]) // SLOWEST_BYTES
        self.deadlines.give(conn, REQUEST_SECONDS + due)
        return super().handle_request(req, conn)


class Deadlines(Repeating):
    """Until when the request on each connection must have come in: one thread looks, once a second."""

    def __init__(self) -> None:
        super().__init__("deadlines", seconds=1)
        self._ends: dict[Any, float] = {}

    def give(self, conn: Any, seconds: float) -> None:
        """So much time from now on, whatever it had before."""
        self._ends[conn] = time.monotonic() + seconds

    def lift(self, conn: Any) -> None:
        """Its thread has left it."""
        self._ends.pop(conn, None)

    def __len__(self) -> int:
        """How many connections have a thread just now."""
        return len(self._ends)

    def once(self) -> None:
        now = time.monotonic()
        # A copy, made in one step: the others go on giving and lifting.
        for conn, end in list(self._ends.items()):
            if end <= now:
                _stop_reading(conn)


def _stop_reading(conn: Any) -> None:
    """What is still to come counts as cut off; an answer on its way out is not touched."""
    try:
        # Not conn.sock.shutdown: with TLS it would drop the encryption too, and the answer would go out in clear.
        socket.socket.shutdown(conn.sock, socket.SHUT_RD)
    except OSError:
        return  # the client has left
