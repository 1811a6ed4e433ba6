"""The states of a transmission and the steps between them: pure, no database.

Collected is the recipient's word that its own copy is safe, never the download. A failed import may succeed later.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    ACCEPTED = "accepted"
    COLLECTED = "collected"
    IMPORTED = "imported"
    IMPORT_FAILED = "import_failed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    State.ACCEPTED: "ハブに到着",
    State.COLLECTED: "相手が受け取り済み",
    State.IMPORTED: "相手が読み込み済み",
    State.IMPORT_FAILED: "相手が読み込めなかった",
}

# A step is named by the state that it leads to; the first of a transmission is its acceptance.
STEPS: dict[State | None, frozenset[State]] = {
    None: frozenset({State.ACCEPTED}),
    State.ACCEPTED: frozenset({State.COLLECTED}),
    State.COLLECTED: frozenset({State.IMPORTED, State.IMPORT_FAILED}),
    State.IMPORT_FAILED: frozenset({State.IMPORTED}),
    State.IMPORTED: frozenset(),
}
RECIPIENT_STEPS = frozenset({State.COLLECTED, State.IMPORTED, State.IMPORT_FAILED})


class IllegalStep(ValueError):
    """This step does not follow from this state."""


def step(state: State | None, to: State) -> State:
    """The state after one step. Raises IllegalStep."""
    if to not in STEPS[state]:
        raise IllegalStep(f"{state} → {to}")
    return to


def fold(steps: Iterable[str]) -> State | None:
    """The state that a row must have after these events."""
    state: State | None = None
    for name in steps:
        state = step(state, State(name))
    return state
