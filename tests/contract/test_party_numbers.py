"""The numbers of parties: how they look, what their check digits say, whose area a place is in."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.usefixtures("prepared", "once")


@pytest.mark.parametrize(
    ("kind", "number", "is_one"),
    [
        ("office", "1379900010", True),
        ("office", "13799A0010", True),
        ("office", "137990001", False),
        ("municipality", "131136", True),
        ("municipality", "1311360", False),
        ("prefecture", "47", True),
        ("prefecture", "48", False),
        ("prefecture", "00", False),
        ("clinic", "1310123456", True),
        ("clinic", "0123456", False),
        ("vendor", "soft-house", True),
        ("vendor", "Soft", False),
    ],
)
def test_each_kind_has_its_own_shape_of_number(kind: str, number: str, is_one: bool) -> None:
    from renkei.hub.parties.models import PartyKind
    from renkei.hub.parties.numbers import shape_problem

    assert (shape_problem(PartyKind(kind), number) == "") is is_one


@pytest.mark.parametrize(
    ("kind", "number", "is_odd"),
    [
        ("office", "1379900010", False),
        ("office", "1379900011", True),
        ("office", "1319900011", False),  # a hospital's: its check digit tells nothing
        ("municipality", "435073", False),
        ("municipality", "294538", False),
        ("municipality", "294539", True),
    ],
)
def test_an_odd_check_digit_is_told_in_words(kind: str, number: str, is_odd: bool) -> None:
    from renkei.hub.parties.models import PartyKind
    from renkei.hub.parties.numbers import hint

    words = hint(PartyKind(kind), number)
    assert bool(words) is is_odd
    assert not is_odd or (number in words and "このまま進めます" in words)


@pytest.mark.parametrize("typed", ["13-7990-0010", "１３７９９０００１０", " 1379900010 ", "1379ー900010"])
def test_a_number_is_read_however_it_was_typed(typed: str) -> None:
    from renkei.hub.parties.numbers import normalised

    assert normalised(typed) == "1379900010"


def test_a_persons_number_is_drawn_by_lot() -> None:
    from renkei.hub.parties.numbers import drawn

    drawn_ones = {drawn() for _ in range(20)}
    assert len(drawn_ones) == 20 and all(re.fullmatch(r"p\d{12}", one) for one in drawn_ones)


@pytest.mark.parametrize(
    ("place", "insurer", "is_own"),
    [
        ("131130", "131136", True),
        ("131121", "131136", False),
        ("141011", "141002", True),  # a ward, and its city
        ("141313", "141002", False),  # a ward of the next city
        ("141313", "141309", True),
        ("271021", "271403", False),
        ("142018", "141002", False),
        ("131130", "131003", False),  # Tokyo's wards are insurers themselves
    ],
)
def test_a_municipality_decides_for_its_own_places(place: str, insurer: str, is_own: bool) -> None:
    from renkei.hub.parties.numbers import is_of_area

    assert is_of_area(place, insurer) is is_own
