"""The contents of units in the mailbox, many with one call."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.client.errors import HubError
from renkei.client.protocol import Delivery

from .calls import AsyncCalls


class AsyncHandout:
    """Asked for one after another in the order of `transmissions`; the hub is asked for `most` at once.

    No more is held than one answer of the hub, which bounds its size.
    """

    def __init__(self, calls: AsyncCalls, transmissions: Iterable[str], most: int) -> None:
        self._calls, self._open, self._most = calls, list(dict.fromkeys(transmissions)), most
        self._here: dict[str, Delivery | HubError] = {}

    async def of(self, transmission: str) -> Delivery:
        """One unit's contents. Raises HubRefused or HubAnswerError for this one, HubUnreachable."""
        if transmission not in self._here:
            await self._ask(self._open[self._open.index(transmission) :])
        found = self._here.pop(transmission)
        if isinstance(found, HubError):
            raise found
        return found

    async def _ask(self, left: list[str]) -> None:
        try:
            self._here = await self._calls.collect(left[: self._most])
        except HubError:
            if self._most == 1 or len(left) == 1:
                raise
            self._most = 1  # what spoils an answer, or is too long for a slow line, must not hold up the others
            self._here = await self._calls.collect(left[:1])
        self._open = [one for one in left if one not in self._here]
