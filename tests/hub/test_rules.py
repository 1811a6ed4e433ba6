"""The states of a transmission, walked by a machine that may try anything."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from renkei.hub.exchange.rules import (
    NEEDS_WORDS,
    SAID_BY_OFFICES,
    TAKEN_BY,
    Change,
    IllegalStep,
    Recall,
    Side,
    Standing,
    State,
    Step,
    fold,
    open_steps,
    take,
)
from renkei.trust import receipts

SENDER, RECIPIENT, HUB = Side
ARRIVED = (Step.ACCEPTED, SENDER)
COLLECTED = (Step.COLLECTED, RECIPIENT)


class Transmission(RuleBasedStateMachine):
    """Anybody tries any step at any time; what is refused leaves no trace."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[Step, Side]] = []
        self.standing = Standing()

    @rule(step=st.sampled_from(Step), by=st.sampled_from(Side))
    def anybody_tries(self, step: Step, by: Side) -> None:
        try:
            self.standing = take(self.standing, step, by)
        except IllegalStep:
            assert step not in open_steps(self.standing, by)
        else:
            assert by in TAKEN_BY[step]
            self.taken.append((step, by))

    @precondition(lambda self: any(open_steps(self.standing, side) for side in Side))
    @rule(data=st.data())
    def somebody_goes_on(self, data: st.DataObject) -> None:
        legal = sorted((step, side) for side in Side for step in open_steps(self.standing, side))
        step, by = data.draw(st.sampled_from(legal))
        self.standing = take(self.standing, step, by)
        self.taken.append((step, by))

    @invariant()
    def the_row_is_the_fold_of_its_events(self) -> None:
        assert fold(self.taken) == self.standing

    @invariant()
    def nothing_happens_before_acceptance_or_after_the_end(self) -> None:
        steps = [step for step, _ in self.taken]
        assert steps.count(Step.ACCEPTED) == (1 if steps else 0)
        assert not steps or steps[0] is Step.ACCEPTED
        if self.standing.is_over:
            assert not any(open_steps(self.standing, side) for side in Side)

    @invariant()
    def nothing_is_imported_before_it_is_collected(self) -> None:
        steps = [step for step, _ in self.taken]
        for step in (Step.IMPORTED, Step.IMPORT_FAILED, Step.CHANGE_REQUESTED):
            if step in steps:
                assert Step.COLLECTED in steps[: steps.index(step)]

    @invariant()
    def what_is_withdrawn_or_expired_was_never_collected(self) -> None:
        if self.standing.state in {State.WITHDRAWN, State.EXPIRED}:
            assert Step.COLLECTED not in [step for step, _ in self.taken]

    @invariant()
    def nobody_answers_their_own_request(self) -> None:
        asked = None
        for step, by in self.taken:
            if step is Step.CHANGE_REQUESTED:
                asked = by
            elif step in {Step.CHANGE_ACCEPTED, Step.CHANGE_DECLINED}:
                assert asked is not None and by is asked.other
                asked = None


test_any_walk = Transmission.TestCase


def test_every_state_step_and_matter_can_be_reached() -> None:
    seen, waiting = {Standing()}, [Standing()]
    steps: set[Step] = set()
    while waiting:
        standing = waiting.pop()
        for side in Side:
            for step in open_steps(standing, side):
                steps.add(step)
                after = take(standing, step, side)
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
    assert steps == set(Step)
    assert {one.state for one in seen} == {None, *State}
    assert {one.change for one in seen} == set(Change) and {one.recall for one in seen} == set(Recall)


def test_every_state_and_step_has_words_of_its_own() -> None:
    assert len({state.label for state in State}) == len(State)
    assert len({step.label for step in Step}) == len(Step)


@pytest.mark.parametrize(
    ("before", "step", "by"),
    [
        ((), Step.COLLECTED, RECIPIENT),
        ((ARRIVED,), Step.IMPORTED, RECIPIENT),
        ((ARRIVED,), Step.COLLECTED, SENDER),
        ((ARRIVED,), Step.WITHDRAWN, RECIPIENT),
        ((ARRIVED,), Step.EXPIRED, SENDER),
        ((ARRIVED,), Step.CHANGE_REQUESTED, RECIPIENT),
        ((ARRIVED, COLLECTED), Step.WITHDRAWN, SENDER),
        ((ARRIVED, COLLECTED), Step.EXPIRED, HUB),
        ((ARRIVED, COLLECTED, (Step.RECALL_REQUESTED, SENDER)), Step.IMPORTED, RECIPIENT),
        ((ARRIVED, COLLECTED, (Step.CHANGE_REQUESTED, SENDER)), Step.CHANGE_ACCEPTED, SENDER),
        ((ARRIVED, COLLECTED, (Step.CHANGE_REQUESTED, SENDER)), Step.CHANGE_REQUESTED, RECIPIENT),
        ((ARRIVED, (Step.RECALL_REQUESTED, SENDER), (Step.DELETION_CONFIRMED, RECIPIENT)), Step.COLLECTED, RECIPIENT),
    ],
)
def test_refuses_what_does_not_follow(before: tuple[tuple[Step, Side], ...], step: Step, by: Side) -> None:
    with pytest.raises(IllegalStep):
        take(fold(before), step, by)


def test_what_is_being_recalled_cannot_be_read_but_by_a_declined_recall_it_can() -> None:
    recalled = fold([ARRIVED, COLLECTED, (Step.RECALL_REQUESTED, SENDER)])
    assert not recalled.can_be_read
    assert take(recalled, Step.RECALL_DECLINED, RECIPIENT).can_be_read
    assert not take(recalled, Step.DELETION_CONFIRMED, RECIPIENT).can_be_read


def test_what_is_being_recalled_may_still_be_withdrawn_or_expire() -> None:
    recalled = fold([ARRIVED, (Step.RECALL_REQUESTED, SENDER)])
    assert take(recalled, Step.EXPIRED, HUB).is_over and take(recalled, Step.WITHDRAWN, SENDER).is_over


def test_words_belong_to_offices_alone() -> None:
    assert NEEDS_WORDS <= SAID_BY_OFFICES


def test_evidence_is_judged_by_the_same_sides() -> None:
    taken = {step.value: {side.value for side in TAKEN_BY[step]} for step in SAID_BY_OFFICES}
    assert taken == receipts.SAID_BY
