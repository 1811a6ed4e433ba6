from __future__ import annotations

import json

import httpx2
import pytest

from renkei.client import Direction, Outcome, State
from renkei.client.errors import HubUnreachable, SetupError

from .conftest import FakeHub, Join, Json, Pair, codes, inbox


def test_a_slip_comes_into_the_inbox_and_is_acknowledged(sent: Pair, hub: FakeHub) -> None:
    results = sent.recipient.collect()
    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.DONE]
    assert inbox(sent) == sent.for_recipient
    number = sent.sender.settings.office
    folders = {str(result.folder.relative_to(sent.recipient.folder.inbox)) for result in results if result.folder}
    sequences = {result.entry.kind: result.entry.sequence for result in results}
    assert folders == {
        f"計画/{number}_43/{sequences['care_plan']}",
        f"202612/{number}_43/{sequences['use_table']}",
    }
    assert len(hub.of_step("collected")) == 2
    for entry in sent.recipient.ledger():
        assert entry.state is State.COLLECTED
        assert [(kept.step, kept.signer) for kept in entry.receipts] == [
            ("accepted", "hub"),
            ("collected", "recipient"),
            ("collected", "hub"),
        ]


def test_a_second_collect_brings_nothing_twice(sent: Pair, hub: FakeHub) -> None:
    sent.recipient.collect()
    calls = len(hub.calls)
    assert sent.recipient.collect() == []
    assert inbox(sent) == sent.for_recipient
    assert not [call for call in hub.calls[calls:] if call.endswith(("/collect", "/receipts"))]


def test_units_come_many_at_once_and_what_the_hub_left_is_asked_for_again(sent: Pair, hub: FakeHub) -> None:
    hub.handed_at_once = 1
    assert len(sent.recipient.collect()) == 2
    assert (hub.collected, inbox(sent)) == ([1, 1], sent.for_recipient)


def test_two_units_cost_one_call(sent: Pair, hub: FakeHub) -> None:
    assert len(sent.recipient.collect()) == 2
    assert (hub.collected, inbox(sent)) == ([2], sent.for_recipient)
    assert [call.split("/")[-1] for call in hub.calls].count("hub") == 2  # its limits, once a run


def test_one_unit_that_spoils_an_answer_holds_up_no_other(sent: Pair, hub: FakeHub) -> None:
    ours = [held for held in hub.held if held.parsed.recipient == sent.recipient.settings.office]

    def spoil(path: str, answer: Json) -> Json:
        if path == "/v1/transmissions/collect" and ours[0].id in json.dumps(answer):
            return {"results": "none"}
        return answer

    hub.tamper = spoil
    assert codes(sent.recipient.collect()) == {"E-HUB-ANSWER"}
    assert hub.collected == [2, 1, 1]
    assert [held.id for held in hub.of_step("collected")] == [ours[1].id]
    hub.tamper = lambda _path, answer: answer
    assert [result.outcome for result in sent.recipient.collect()] == [Outcome.DONE]
    assert inbox(sent) == sent.for_recipient


def test_a_restored_hub_is_read_from_the_beginning_and_nothing_comes_twice(sent: Pair, hub: FakeHub) -> None:
    """It gives feed numbers out again: the old cursor would pass over what came since."""
    sent.recipient.collect()
    calls = len(hub.calls)
    hub.epoch = "two"
    assert sent.recipient.collect() == []
    assert inbox(sent) == sent.for_recipient
    assert not [call for call in hub.calls[calls:] if call.endswith(("/collect", "/receipts"))]
    hub.feeds.clear()
    assert sent.recipient.collect() == []


def test_the_sender_learns_what_became_of_its_units(sent: Pair) -> None:
    sent.recipient.collect()
    sent.recipient.report()
    assert sent.sender.collect() == []
    states = {entry.recipient: entry.state for entry in sent.sender.ledger()}
    assert states.pop(sent.recipient.settings.office) is State.IMPORTED
    assert set(states.values()) == {State.ACCEPTED}
    assert not [one for one in sent.sender.verify() if one.troubles]


def test_a_second_computer_learns_what_the_first_sent(sent: Pair, join: Join) -> None:
    sent.recipient.collect()
    second = join(sent.sender.settings.office, "43", folder="second")
    assert second.collect() == []
    assert {entry.manifest for entry in second.ledger()} == {entry.manifest for entry in sent.sender.ledger()}
    assert sum(entry.state is State.COLLECTED for entry in second.ledger()) == 2


def test_many_events_come_page_by_page(sent: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei.client._sync.calls.EVENTS", 1)
    assert len(sent.recipient.collect()) == 2
    assert inbox(sent) == sent.for_recipient


def test_a_lost_answer_to_the_acknowledgement_is_asked_for_again(sent: Pair, hub: FakeHub) -> None:
    def lose(path: str, answer: Json) -> Json:
        if path == "/v1/receipts":
            raise httpx2.ReadError("the line is cut")
        return answer

    hub.tamper = lose
    results = sent.recipient.collect()
    assert {result.outcome for result in results} == {Outcome.WAITING}
    assert codes(results) == {"E-HUB-UNREACHABLE"}
    assert {entry.state for entry in sent.recipient.ledger()} == {State.SAVED}
    hub.tamper = lambda _path, answer: answer
    again = sent.recipient.collect()
    assert {result.outcome for result in again} == {Outcome.DONE}
    assert inbox(sent) == sent.for_recipient
    assert all(held.steps == ["accepted", "collected"] for held in hub.of_step("collected"))


def test_a_line_cut_in_the_middle_of_a_page_keeps_what_came_before(sent: Pair, hub: FakeHub) -> None:
    first = next(held for held in hub.held if held.parsed.recipient == sent.recipient.settings.office)

    def lose(path: str, answer: Json) -> Json:
        if path.endswith("/collect") and {one["transmission"] for one in answer["results"]} != {first.id}:
            raise httpx2.ReadError("the line is cut")
        return answer

    hub.tamper = lose
    results = sent.recipient.collect()
    assert sorted(result.outcome for result in results) == [Outcome.DONE, Outcome.WAITING]
    assert [held.id for held in hub.of_step("collected")] == [first.id]
    hub.tamper = lambda _path, answer: answer
    assert [result.outcome for result in sent.recipient.collect()] == [Outcome.DONE]
    assert inbox(sent) == sent.for_recipient


def test_a_hub_that_is_down_is_told(sent: Pair, hub: FakeHub) -> None:
    hub.down = True
    with pytest.raises(HubUnreachable):
        sent.recipient.collect()


def test_content_that_is_gone_from_the_hub_is_told_once(sent: Pair, hub: FakeHub) -> None:
    hub.gone = True
    assert codes(sent.recipient.collect()) == {"E-BODY-GONE"}
    assert sent.recipient.collect() == []


def test_an_inbox_that_cannot_be_written_stops_the_run_with_words(sent: Pair, hub: FakeHub) -> None:
    inbox_folder = sent.recipient.folder.inbox
    inbox_folder.rmdir()
    inbox_folder.write_text("in the way")
    with pytest.raises(SetupError, match="E-OFFICE-INBOX"):
        sent.recipient.collect()
    assert hub.of_step("collected") == []
    inbox_folder.unlink()
    assert len(sent.recipient.collect()) == 2


def test_a_step_that_this_program_does_not_know_yet_is_passed_over(sent: Pair, hub: FakeHub) -> None:
    def newer(path: str, answer: Json) -> Json:
        if path != "/v1/events":
            return answer
        return answer | {"events": [event | {"type": "opened"} for event in answer["events"]]}

    hub.tamper = newer
    assert sent.recipient.collect() == []
    hub.tamper = lambda _path, answer: answer
    hub.note(hub.held[0], "collected")
    assert codes(sent.sender.collect()) == set()
    assert inbox(sent) == {}


def test_outgoing_lines_stay_outgoing(sent: Pair) -> None:
    sent.sender.collect()
    assert {entry.direction for entry in sent.sender.ledger()} == {Direction.OUTGOING}
