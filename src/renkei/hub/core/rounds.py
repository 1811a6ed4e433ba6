"""Deeds that are done together for all who ask at the same time, so that many share what one would pay alone: a write with
its sync to the disk, a look-up.

Nobody waits for company: whoever comes while nothing is under way goes at once. Whoever comes meanwhile goes in the next
round, with all others who wait. So rounds grow by themselves as more comes in, and there is no timer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

_One = TypeVar("_One")
_Result = TypeVar("_Result")


class RoundLost(RuntimeError):
    """Whoever led the round was stopped in the middle of it."""


class Rounds(Generic[_One, _Result]):
    """Rounds of one deed, one at a time. `deed` answers for many in their order; with what belongs to one alone it deals
    itself (a refusal is an answer). A round holds what `most` are, or what one caller brings.

    The first of those who wait leads the next round: in its thread, on its connection to the database, the deed is done.
    """

    def __init__(self, deed: Callable[[list[_One]], Iterable[_Result]], most: int) -> None:
        self._deed, self._most = deed, most
        self._mutex = threading.Lock()
        self._waiting: deque[_Share[_One, _Result]] = deque()
        self._is_under_way = False

    def take_part(self, ones: Sequence[_One]) -> list[_Result]:
        """What the deed answers for these, which stay together.

        Raises what the deed raised: a fault of the database for everybody in the round, any other only for whoever's
        ones it was.
        """
        if not ones:
            return []
        share = _Share[_One, _Result](ones)
        with self._mutex:
            self._waiting.append(share)
            has_to_wait, self._is_under_way = self._is_under_way, True
        if has_to_wait:
            share.wait()
        if not share.is_done:
            self._lead()
        return share.answer()

    def _lead(self) -> None:
        shares = self._next()
        try:
            self._do(shares)
        finally:
            with self._mutex:
                leader = self._waiting[0] if self._waiting else None
                self._is_under_way = leader is not None
            for share in shares:
                share.call(done=True)
            if leader:
                leader.call()

    def _next(self) -> list[_Share[_One, _Result]]:
        """Those whose turn it is, the leader first."""
        with self._mutex:
            shares = [self._waiting.popleft()]
            many = len(shares[0].ones)
            while self._waiting and many + len(self._waiting[0].ones) <= self._most:
                shares.append(self._waiting.popleft())
                many += len(shares[-1].ones)
        return shares

    def _do(self, shares: list[_Share[_One, _Result]]) -> None:
        try:
            results = iter(self._deed([one for share in shares for one in share.ones]))
            for share in shares:
                share.results = list(islice(results, len(share.ones)))
        except Exception as error:
            if len(shares) == 1 or isinstance(error, (OperationalError, InterfaceError)):
                for share in shares:
                    share.error = error
                return
            # Somebody's ones are at fault, and nobody else shall have it. A deed that was done already is known again.
            for share in shares:
                self._do([share])


class _Share(Generic[_One, _Result]):
    """What one caller brings to a round and takes from it."""

    def __init__(self, ones: Sequence[_One]) -> None:
        self.ones = ones
        self.results: list[_Result] | None = None
        self.error: Exception | None = None
        self.is_done = False
        self._called = threading.Lock()
        self._called.acquire()

    def wait(self) -> None:
        """Until the round is over, or this one is to lead the next."""
        self._called.acquire()

    def call(self, *, done: bool = False) -> None:
        self.is_done = done
        self._called.release()

    def answer(self) -> list[_Result]:
        if self.error is not None:
            raise self.error
        if self.results is None:
            raise RoundLost
        return self.results
