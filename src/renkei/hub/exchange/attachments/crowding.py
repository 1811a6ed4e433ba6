"""How many files are looked into at once.

One may take as long as its limits allow. All together hold no more than half of the hub's threads, and one party no more
than two, one of which waits: whoever brings in slow files keeps neither the others' files nor their units waiting.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from renkei.hub.core.problems import Refused

WAIT_SECONDS = 5
_MOST_OF_A_PARTY = 2


class Room:
    """Counts who is inside, waiting or looking."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), Counter[int]()
        self._looking: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def one(self, party: int) -> Iterator[None]:
        """While one file of this party is looked into. Raises Refused (503) where there is no room for it now."""
        looking = self._enter(party)
        try:
            if not looking.acquire(timeout=WAIT_SECONDS):
                raise _no_room()
            try:
                yield
            finally:
                looking.release()
        finally:
            self._leave(party)

    def _enter(self, party: int) -> threading.Lock:
        with self._lock:
            most = max(1, settings.RENKEI["THREADS"] // 2)
            if self._inside[party] >= _MOST_OF_A_PARTY or self._inside.total() >= most:
                raise _no_room()
            self._inside[party] += 1
            return self._looking[party]

    def _leave(self, party: int) -> None:
        with self._lock:
            self._inside[party] -= 1
            if not self._inside[party]:
                del self._inside[party], self._looking[party]


def _no_room() -> Refused:
    return Refused.known(503, "E-ATTACH-UNAVAILABLE", retry_after=WAIT_SECONDS)


ROOM = Room()
