"""The power goes at a named point; the next run goes on without loss or double."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

import pytest

from renkei.client import Outcome, State

from .conftest import FakeHub, Pair, inbox

POINTS = [
    "inbox._write",
    "inbox.sync_folder",
    "inbox.write_synced",
    "inbox.put",
    "_sync.calls.Calls.collect",
    "_sync.calls.Calls.events",
    "_sync.calls.Calls.acknowledge",
    "trusting.Trust.check_receipt",
    "ledger.Ledger.save",
    "ledger.Ledger.advance",
]


class PowerCut(BaseException):
    """Not an Exception: nobody may catch it."""


def cut_power(patch: pytest.MonkeyPatch, point: str, after: bool, turn: int) -> list[int]:
    """Raise PowerCut before or after the turn-th call of renkei.client.<point>."""
    place, _, name = point.rpartition(".")
    owner: Any = resolve_name(f"renkei.client.{place}")
    real = getattr(owner, name)
    count = [0]

    def call(*arguments: Any, **named: Any) -> Any:
        count[0] += 1
        if count[0] == turn and not after:
            raise PowerCut
        result = real(*arguments, **named)
        if count[0] == turn:
            raise PowerCut
        return result

    patch.setattr(owner, name, call)
    return count


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", POINTS)
def test_cut_off_anywhere_the_next_run_goes_on(point: str, after: bool, sent: Pair, hub: FakeHub) -> None:
    for turn in range(1, 12):
        with pytest.MonkeyPatch.context() as patch:
            count = cut_power(patch, point, after, turn)
            try:
                sent.recipient.collect()
            except PowerCut:
                continue
        assert count[0] < turn
        break
    else:
        pytest.fail("never came to an end")
    assert turn > 1
    assert inbox(sent) == sent.for_recipient
    for held in hub.of_step("collected"):
        assert held.steps == ["accepted", "collected"]
    assert len(hub.of_step("collected")) == 2
    entries = sent.recipient.ledger()
    assert [entry.state for entry in entries] == [State.COLLECTED] * 2
    # The hub's and our own idea of what we signed are the same.
    assert not [one for one in sent.recipient.verify() if one.troubles]
    assert sent.recipient.collect() == []


SENDING_POINTS = [
    "outgoing._move",
    "outgoing.write_durably",
    "outgoing.sync_folder",
    "_sync.calls.Calls.send",
    "trusting.Trust.check_receipt",
    "ledger.Ledger.save",
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("point", SENDING_POINTS)
def test_sending_cut_off_anywhere_loses_and_doubles_nothing(point: str, after: bool, pair: Pair, hub: FakeHub) -> None:
    for turn in (1, 2, 4, 7, 10, 100):
        with pytest.MonkeyPatch.context() as patch:
            count = cut_power(patch, point, after, turn)
            try:
                results = pair.sender.send()
            except PowerCut:
                continue
        assert count[0] < turn
        break
    assert turn > 1
    assert all(result.outcome is Outcome.DONE for result in results)
    assert len(hub.held) == 5
    folder = pair.sender.folder
    assert list(folder.outbox.rglob("*.CSV")) == []
    assert {path.name: path.read_bytes() for path in folder.sent.rglob("*.CSV")} == pair.files
    assert [entry.state for entry in pair.sender.ledger()] == [State.ACCEPTED] * 5
    assert not [one for one in pair.sender.verify() if one.troubles]
