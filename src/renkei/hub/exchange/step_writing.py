"""Writing steps down: many in one short write, each taken or refused on its own, in their order."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from renkei.hub.core import counters, events, rows
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Kept, Prepared
from renkei.hub.core.events import Happening, Past, Signed
from renkei.hub.core.problems import Refused, each
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, erasing, parts
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.queries import lock, with_services
from renkei.hub.exchange.rules import REPEATABLE, IllegalStep, Recall, Side, Standing, State, Step, take


@dataclass(frozen=True)
class Taken:
    """One step about to be written. `said` is the office's own receipt, None for what the hub does itself."""

    unit: Transmission
    step: Step
    side: Side
    actor: str
    at: datetime
    receipt: Signed
    said: Signed | None = None
    words: Prepared | None = None


@dataclass(frozen=True)
class Recorded:
    """The answer to a step: the hub's receipt, and whether the step was on record before.

    `waiting_before`: numbers of the same mailbox that should have been collected before this one.
    """

    state: str
    receipt: Signed
    repeated: bool
    waiting_before: Sequence[int] = ()


_MOVED = ("state", "change", "recall", "clock_at", "collected_at")


def record(taken: Sequence[Taken]) -> list[Recorded | Refused]:
    """Take these steps in one write: what became of each. The units are then as they stand afterwards.

    What is refused leaves nothing; a failure of the database leaves nothing of any of them.
    """
    with write():
        units = {one.unit.pk: one.unit for one in taken}.values()
        lock(units)
        # The services as well: for how many years they keep copies may have changed since.
        steps = Steps(with_services(units))
        recorded = each(taken, steps.take)
        steps.write()
    for one, outcome in zip(taken, recorded, strict=True):
        if one.words and (isinstance(outcome, Refused) or outcome.repeated):
            bodies.discard(one.words)
    return recorded


def opened(row: Transmission, actor: str, at: datetime, receipt: Signed) -> None:
    """Note that a person of the recipient has opened the contents, once. Call it inside `write()`, the row locked."""
    steps = Steps([row])
    steps.open(Taken(row, Step.OPENED, Side.RECIPIENT, actor, at, receipt))
    steps.write()


class Steps:
    """Steps of some units inside one `write()`, their rows locked: decided one after the other, written together."""

    def __init__(self, units: Iterable[Transmission]) -> None:
        self._past = events.past_of([unit.pk for unit in units])
        self._numbered: list[tuple[Taken, int]] = []
        self._moved: dict[uuid.UUID, Transmission] = {}
        self._collected: list[Transmission] = []

    def take(self, taken: Taken) -> Recorded:
        """Decide one step. Raises Refused; then nothing of it is written."""
        row = taken.unit
        if earlier := self._earlier(taken):
            return Recorded(row.state, earlier.receipt, repeated=True)
        _require_due(row, taken)
        self._require_few(taken)
        self._move(row, _next(row.standing, taken), taken)
        past = self._past[row.pk]
        past.append(Past(taken.step, taken.side, taken.receipt, taken.said.body if taken.said else b""))
        self._numbered.append((taken, len(past)))
        return Recorded(row.state, taken.receipt, repeated=False)

    def open(self, taken: Taken) -> None:
        """Note that a person opened the contents, once; it moves nothing."""
        if not self._earlier(taken):
            self._numbered.append((taken, len(self._past[taken.unit.pk]) + 1))

    def write(self) -> None:
        """Write what was decided since the last time."""
        numbered, self._numbered = self._numbered, []
        self._update()
        self._give_copies()
        bodies.store_many([Kept(one.words, self._readers(one)) for one, _ in numbered if one.words])
        numbers = counters.advance(feed for one, _ in numbered for feed in self._feeds(one)) if numbered else {}
        events.append(
            [
                _happening(one, number, {feed: next(numbers[feed]) for feed in self._feeds(one)})
                for one, number in numbered
            ]
        )

    def _earlier(self, taken: Taken) -> Past | None:
        """This very step: of one that comes once, any; of others, the one with the same signed words."""
        found = [past for past in reversed(self._past[taken.unit.pk]) if past.type == taken.step]
        if taken.step not in REPEATABLE:
            return next(iter(found), None)
        # Not the last one alone: a word that comes again late must not count for a request that was made since.
        return next((past for past in found if taken.said and past.said == taken.said.body), None)

    def _require_few(self, taken: Taken) -> None:
        """Requests may be made again and again, but not without end: each is an event with receipts, for both and for good."""
        if taken.step not in {Step.CHANGE_REQUESTED, Step.RECALL_REQUESTED}:
            return
        limit, past = settings.RENKEI["LIMIT_REQUESTS"], self._past[taken.unit.pk]
        if sum((one.type, one.side) == (taken.step, taken.side) for one in past) >= limit:
            raise Refused(
                409,
                "E-LIMIT",
                f"この送信について「{taken.step.label}」は、それぞれの側から {limit} 回までです。",
                "相手に電話などで確かめてください。",
            )

    def _move(self, row: Transmission, standing: Standing, taken: Taken) -> None:
        row.state, row.change, row.recall = standing.state or "", standing.change, standing.recall
        if taken.step is Step.REMINDED:
            row.clock_at = clocks.next_clock(row.accepted_at, taken.at)
        elif standing.state is not State.ACCEPTED or standing.is_over:
            row.clock_at = None
        if taken.step is Step.COLLECTED:
            row.collected_at = taken.at
            self._collected.append(row)
        self._moved[row.pk] = row
        if standing.is_over:
            # What was said and given before this step goes; what is said with it stays.
            self.write()
            erasing.erase_of_recipient(row, taken.at)

    def _update(self) -> None:
        moved = self._moved.values()
        rows.change(Transmission, _MOVED, ([getattr(row, name) for name in (*_MOVED, "pk")] for row in moved))
        self._moved.clear()

    def _give_copies(self) -> None:
        """The recipient's own copy of what it has collected, and the clock of the mailbox's.

        One that is not there was collected and erased before: a hub that came back from a backup has only the list of it.
        """
        parts.read_all(self._collected)
        alike: dict[tuple[int, datetime], list[Transmission]] = defaultdict(list)
        for row in self._collected:
            alike[row.recipient_id, clocks.counted_from(row)].append(row)
        for (_, since), units in alike.items():
            recipient = units[0].recipient
            handed = [body for row in units for body in parts.bodies_for_recipient(row)]
            until = clocks.copy_until(recipient, since)
            keeping.share(handed, recipient.mailbox, recipient.received_copy, until, clocks.mailbox_until(since))
        self._collected.clear()

    def _readers(self, taken: Taken) -> dict[str, datetime | None]:
        row = taken.unit
        both = {row.recipient.received_copy: row.recipient, row.sender.sent_copy: row.sender}
        return {holder: clocks.copy_until(one, taken.at) for holder, one in both.items()}

    def _feeds(self, taken: Taken) -> Iterable[str]:
        row = taken.unit
        return row.sender.feed, row.recipient.feed


def _happening(taken: Taken, number: int, feeds: dict[str, int]) -> Happening:
    return Happening(
        type=taken.step,
        about=taken.unit.pk,
        number=number,
        at=taken.at,
        side=taken.side,
        actor=taken.actor,
        receipt=taken.receipt,
        feeds=feeds,
        counter_receipt=taken.said,
        words=taken.words.id if taken.words else None,
    )


def _require_due(row: Transmission, taken: Taken) -> None:
    """The hub reminds and ends when its clock says so, and once: another worker may have been first."""
    if taken.side is Side.HUB and (row.clock_at is None or row.clock_at > taken.at):
        raise Refused(409, "E-STATE", f"「{taken.step.label}」には、まだ早いです。", "期限を確かめてください。")


def _next(standing: Standing, taken: Taken) -> Standing:
    try:
        return take(standing, taken.step, taken.side)
    except IllegalStep as error:
        state = standing.state.label if standing.state else ""
        recall = "(回収を求められています)" if standing.recall is Recall.REQUESTED else ""
        raise Refused(
            409,
            "E-STATE",
            f"「{taken.step.label}」とは、いまは知らせられません。",
            f"いまの段階は「{state}」{recall}です。送信の記録を読み直してください。",
        ) from error
