"""The states of a transmission and the steps between them: pure, no database.

Collected is the recipient's word that its own copy is safe, never the download. A failed import may succeed later. Beside
the state stand two matters that either side may raise after the unit has left its hands: a change request, and the recall
of what went to the wrong office.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Side(StrEnum):
    """Who takes a step."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    HUB = "hub"

    @property
    def other(self) -> Side:
        """The office at the other end."""
        return {Side.SENDER: Side.RECIPIENT, Side.RECIPIENT: Side.SENDER}[self]


class State(StrEnum):
    """How far a unit has come."""

    ACCEPTED = "accepted"
    COLLECTED = "collected"
    IMPORTED = "imported"
    IMPORT_FAILED = "import_failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class Step(StrEnum):
    """Everything that can happen to a unit; each is an event with a signed receipt."""

    ACCEPTED = "accepted"
    OPENED = "opened"
    COLLECTED = "collected"
    IMPORTED = "imported"
    IMPORT_FAILED = "import_failed"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    EXPIRED = "expired"
    CHANGE_REQUESTED = "change_requested"
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_DECLINED = "change_declined"
    RECALL_REQUESTED = "recall_requested"
    DELETION_CONFIRMED = "deletion_confirmed"
    RECALL_DECLINED = "recall_declined"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


class Change(StrEnum):
    """The change request: who waits for an answer, or what the answer was."""

    NONE = ""
    BY_SENDER = "by_sender"
    BY_RECIPIENT = "by_recipient"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Recall(StrEnum):
    """The recall of what went to the wrong office."""

    NONE = ""
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Standing(NamedTuple):
    """Where a transmission stands. `state` is None before its first step."""

    state: State | None = None
    change: Change = Change.NONE
    recall: Recall = Recall.NONE

    @property
    def is_over(self) -> bool:
        """Nothing can happen any more: the recipient has no copy, and will get none."""
        return self.state in {State.WITHDRAWN, State.EXPIRED} or self.recall is Recall.CONFIRMED

    @property
    def can_be_read(self) -> bool:
        """Whether the recipient may still be shown the contents."""
        return not self.is_over and self.recall is not Recall.REQUESTED


class IllegalStep(ValueError):
    """This step does not follow from where the transmission stands, or is not this side's to take."""


_STATE_LABELS = {
    State.ACCEPTED: "ハブに到着",
    State.COLLECTED: "相手が受け取り済み",
    State.IMPORTED: "相手が読み込み済み",
    State.IMPORT_FAILED: "相手が読み込めなかった",
    State.WITHDRAWN: "送り手が取り消した",
    State.EXPIRED: "受け取られないまま期限切れ",
}
_STEP_LABELS = {
    Step.ACCEPTED: "ハブに届きました",
    Step.OPENED: "受け手が中身を開きました",
    Step.COLLECTED: "受け手が受け取りました",
    Step.IMPORTED: "受け手が読み込みました",
    Step.IMPORT_FAILED: "受け手が読み込めませんでした",
    Step.WITHDRAWN: "送り手が取り消しました",
    Step.REMINDED: "まだ受け取られていません",
    Step.EXPIRED: "受け取られないまま期限が切れました",
    Step.CHANGE_REQUESTED: "変更のお願いがありました",
    Step.CHANGE_ACCEPTED: "変更のお願いを引き受けました",
    Step.CHANGE_DECLINED: "変更のお願いを断りました",
    Step.RECALL_REQUESTED: "送り手が回収を求めました",
    Step.DELETION_CONFIRMED: "受け手が消したことを確かめました",
    Step.RECALL_DECLINED: "受け手が回収を断りました",
}

# What moves the state: the states that it may follow.
_MOVES: dict[Step, frozenset[State | None]] = {
    Step.ACCEPTED: frozenset({None}),
    Step.COLLECTED: frozenset({State.ACCEPTED}),
    Step.IMPORTED: frozenset({State.COLLECTED, State.IMPORT_FAILED}),
    Step.IMPORT_FAILED: frozenset({State.COLLECTED}),
    Step.WITHDRAWN: frozenset({State.ACCEPTED}),
    Step.EXPIRED: frozenset({State.ACCEPTED}),
}
_BEFORE_COLLECTION = frozenset({State.ACCEPTED})
_AFTER_COLLECTION = frozenset({State.COLLECTED, State.IMPORTED, State.IMPORT_FAILED})
_ARRIVED = _BEFORE_COLLECTION | _AFTER_COLLECTION

# Whose step it is; of a change request either side's, and its answer is the other's.
TAKEN_BY: dict[Step, frozenset[Side]] = {
    Step.ACCEPTED: frozenset({Side.SENDER}),
    Step.OPENED: frozenset({Side.RECIPIENT}),
    Step.COLLECTED: frozenset({Side.RECIPIENT}),
    Step.IMPORTED: frozenset({Side.RECIPIENT}),
    Step.IMPORT_FAILED: frozenset({Side.RECIPIENT}),
    Step.WITHDRAWN: frozenset({Side.SENDER}),
    Step.REMINDED: frozenset({Side.HUB}),
    Step.EXPIRED: frozenset({Side.HUB}),
    Step.CHANGE_REQUESTED: frozenset({Side.SENDER, Side.RECIPIENT}),
    Step.CHANGE_ACCEPTED: frozenset({Side.SENDER, Side.RECIPIENT}),
    Step.CHANGE_DECLINED: frozenset({Side.SENDER, Side.RECIPIENT}),
    Step.RECALL_REQUESTED: frozenset({Side.SENDER}),
    Step.DELETION_CONFIRMED: frozenset({Side.RECIPIENT}),
    Step.RECALL_DECLINED: frozenset({Side.RECIPIENT}),
}
# May come several times; every other step comes once, and said again it is answered as the first time.
REPEATABLE = frozenset(
    {Step.REMINDED, Step.CHANGE_REQUESTED, Step.CHANGE_ACCEPTED, Step.CHANGE_DECLINED}
    | {Step.RECALL_REQUESTED, Step.RECALL_DECLINED}
)
# Said by an office, with its signature or in its browser. Accepting is answered where units come in.
SAID_BY_OFFICES = frozenset(
    step for step, sides in TAKEN_BY.items() if Side.HUB not in sides and step not in {Step.ACCEPTED, Step.OPENED}
)
# Steps that need words (why, what is asked), those whose words are findings, and those that may have some.
NEEDS_WORDS = frozenset({Step.CHANGE_REQUESTED, Step.CHANGE_DECLINED, Step.RECALL_REQUESTED, Step.RECALL_DECLINED})
HAS_FINDINGS = frozenset({Step.IMPORTED, Step.IMPORT_FAILED})
MAY_HAVE_WORDS = NEEDS_WORDS | HAS_FINDINGS | {Step.CHANGE_ACCEPTED, Step.DELETION_CONFIRMED}


def take(standing: Standing, step: Step, by: Side) -> Standing:
    """Where the transmission stands after one step. Raises IllegalStep.

    >>> take(Standing(State.ACCEPTED), Step.COLLECTED, Side.RECIPIENT).state.value
    'collected'
    """
    if by not in TAKEN_BY[step] or standing.is_over:
        raise IllegalStep(step)
    if step in _MOVES:
        return _moved(standing, step)
    if step is Step.OPENED:
        return _provided(standing.state in _ARRIVED and standing.can_be_read, standing, step)
    if step is Step.REMINDED:
        return _provided(standing.state in _BEFORE_COLLECTION, standing, step)
    if step in {Step.RECALL_REQUESTED, Step.DELETION_CONFIRMED, Step.RECALL_DECLINED}:
        return _recall(standing, step)
    return _change(standing, step, by)


def fold(steps: Iterable[tuple[Step, Side]]) -> Standing:
    """Where a transmission must stand after these events. Raises IllegalStep."""
    standing = Standing()
    for step, by in steps:
        standing = take(standing, step, by)
    return standing


def open_steps(standing: Standing, by: Side) -> frozenset[Step]:
    """The steps that this side may take now."""
    return frozenset(step for step in Step if _is_legal(standing, step, by))


def _moved(standing: Standing, step: Step) -> Standing:
    # What is being recalled is not imported any more. It may still be acknowledged, for then it is known where it is, and
    # it may be withdrawn or expire.
    held_back = standing.recall is Recall.REQUESTED and step in {Step.IMPORTED, Step.IMPORT_FAILED}
    _provided(standing.state in _MOVES[step] and not held_back, standing, step)
    return standing._replace(state=State(step.value))


def _change(standing: Standing, step: Step, by: Side) -> Standing:
    waiting = {Change.BY_SENDER: Side.SENDER, Change.BY_RECIPIENT: Side.RECIPIENT}.get(standing.change)
    _provided(standing.state in _AFTER_COLLECTION and standing.recall is not Recall.REQUESTED, standing, step)
    if step is Step.CHANGE_REQUESTED:
        _provided(waiting is None, standing, step)
        return standing._replace(change=Change.BY_SENDER if by is Side.SENDER else Change.BY_RECIPIENT)
    _provided(waiting is by.other, standing, step)
    return standing._replace(change=Change.ACCEPTED if step is Step.CHANGE_ACCEPTED else Change.DECLINED)


def _recall(standing: Standing, step: Step) -> Standing:
    if step is Step.RECALL_REQUESTED:
        _provided(standing.state in _ARRIVED and standing.recall is not Recall.REQUESTED, standing, step)
        return standing._replace(recall=Recall.REQUESTED)
    _provided(standing.recall is Recall.REQUESTED, standing, step)
    return standing._replace(recall=Recall.CONFIRMED if step is Step.DELETION_CONFIRMED else Recall.DECLINED)


def _provided(allowed: bool, standing: Standing, step: Step) -> Standing:
    if not allowed:
        raise IllegalStep(step)
    return standing


def _is_legal(standing: Standing, step: Step, by: Side) -> bool:
    try:
        take(standing, step, by)
    except IllegalStep:
        return False
    return True
