"""A thread of the hub that does something again and again until it is told to stop."""

from __future__ import annotations

import threading
from abc import abstractmethod


class Repeating(threading.Thread):
    """`once` is called every so many seconds, or after the seconds that it returned. It must not raise: nobody would
    ever do its work again."""

    def __init__(self, name: str, seconds: float, first: float | None = None) -> None:
        """`first`: seconds until the first time, where they differ."""
        super().__init__(name=name, daemon=True)
        self._seconds, self._first = seconds, first or seconds
        self._stop_asked = threading.Event()

    @abstractmethod
    def once(self) -> float | None:
        """Do what is to be done now."""

    def run(self) -> None:
        pause = self._first
        while not self._stop_asked.wait(pause):
            pause = self.once() or self._seconds

    def stop(self) -> None:
        """Ask the thread to end, and wait for what it may be doing."""
        self._stop_asked.set()
        self.join(timeout=10)
