"""How busy this process is with programs, as an average over the last minute, and the pause that it asks them for."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

_SECONDS = 60.0
# Above this share of the threads the pause grows, up to so many times the setting where all of them are busy.
_CALM, _LONGEST = 0.5, 10


class Load:
    """Counts what is being answered; `average` is how many requests that was, the last minute counting most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._inside, self._average, self._at = 0, 0.0, clock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """While one request is answered."""
        self._change(+1)
        try:
            yield
        finally:
            self._change(-1)

    @property
    def average(self) -> float:
        with self._lock:
            self._pass()
            return self._average

    def _change(self, by: int) -> None:
        with self._lock:
            self._pass()
            self._inside += by

    def _pass(self) -> None:
        now = self._clock()
        weight = math.exp(-max(now - self._at, 0.0) / _SECONDS)
        self._average = self._inside + (self._average - self._inside) * weight
        self._at = now


PROGRAMS = Load()


def pause(least: int, share: float) -> int:
    """Seconds to wait before asking again: `least`, and up to ten times that as `share` of the threads nears 1.

    >>> pause(30, 0.2), pause(30, 0.75), pause(30, 3.0)
    (30, 165, 300)
    """
    above = (min(share, 1.0) - _CALM) / (1.0 - _CALM)
    return round(least * (1 + (_LONGEST - 1) * max(above, 0.0)))


def poll_seconds() -> int:
    """The hint that goes out as `Retry-After`."""
    return pause(settings.RENKEI["POLL_SECONDS"], PROGRAMS.average / settings.RENKEI["THREADS"])
