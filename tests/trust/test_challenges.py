"""Challenges: signed only for the hub and the office that they name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from renkei.trust import challenges

HUB, OFFICE = "demo.hub", "1370100016"
ENDS = datetime(2026, 11, 25, 9, 0, 21, 999_999, tzinfo=UTC)


def test_a_challenge_is_five_lines_that_name_hub_and_office() -> None:
    first, hub, office, random, seconds = challenges.build(HUB, OFFICE, ENDS).split("\n")
    assert (first, hub, office) == ("renkei-challenge/1", HUB, OFFICE)
    assert len(random) == 43
    assert datetime.fromtimestamp(int(seconds), UTC) == ENDS.replace(microsecond=0)


def test_no_two_challenges_are_the_same() -> None:
    assert len({challenges.build(HUB, OFFICE, ENDS) for _ in range(50)}) == 50


def test_a_challenge_is_for_its_own_hub_and_office_alone() -> None:
    text = challenges.build(HUB, OFFICE, ENDS)
    assert challenges.is_for(text, HUB, OFFICE)
    for hub, office in (("demoxhub", OFFICE), ("demo", OFFICE), (HUB, "1370100024"), (OFFICE, HUB)):
        assert not challenges.is_for(text, hub, office)


RANDOM = "x" * 43


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"format":"renkei-manifest/1"}',
        f"renkei-challenge/1\n{OFFICE}\n{RANDOM}\n1893456000",
        f"renkei-challenge/2\n{HUB}\n{OFFICE}\n{RANDOM}\n1893456000",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}\n1893456000\n",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}\n1893456000\n{{}}",
        f"\nrenkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}\n1893456000",
        f"renkei-challenge/1\r\n{HUB}\r\n{OFFICE}\r\n{RANDOM}\r\n1893456000",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{'x' * 19}\n1893456000",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{'x' * 101}\n1893456000",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}{{}}\n1893456000",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}\n",
        f"renkei-challenge/1\n{HUB}\n{OFFICE}\n{RANDOM}\n１８９３４５６０００",
    ],
    ids=repr,
)
def test_any_other_text_is_no_challenge(text: str) -> None:
    assert not challenges.is_for(text, HUB, OFFICE)
