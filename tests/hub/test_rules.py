"""The states of a transmission."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.exchange.rules import STEPS, IllegalStep, State, fold, step


@given(st.lists(st.sampled_from(list(State)), max_size=6))
def test_only_the_steps_of_the_table_are_taken(steps: list[State]) -> None:
    state: State | None = None
    for to in steps:
        if to in STEPS[state]:
            state = step(state, to)
            assert state is to
        else:
            with pytest.raises(IllegalStep):
                step(state, to)
            return
    assert fold(step_.value for step_ in steps) == state


def test_every_state_can_be_reached_and_has_words() -> None:
    reached = {to for steps in STEPS.values() for to in steps}
    assert reached == set(State)
    assert len({state.label for state in State}) == len(State)


def test_nothing_is_imported_before_it_is_collected() -> None:
    with pytest.raises(IllegalStep):
        fold(["accepted", "imported"])
