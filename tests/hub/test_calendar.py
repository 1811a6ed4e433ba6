"""Business days and the day of the claim."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.workspace.calendar import Moves, business_days, claim_date, deadline, is_business_day

MONTHS = st.builds(lambda year, month: f"{year}{month:02}", st.integers(2020, 2045), st.integers(1, 12))
DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("year", "counts"),
    [(2026, [5, 7, 7, 8, 3, 8, 8, 6, 8, 7, 6, 8]), (2027, [5, 8, 8, 7, 3, 8, 7, 7, 8, 6, 7, 8])],
)
def test_the_business_days_before_each_claim_are_those_of_the_calendar(year: int, counts: list[int]) -> None:
    found = [business_days(date(year, month, 1), date(year, month, 10)) for month in range(1, 13)]
    assert found == counts


@pytest.mark.parametrize(
    ("moves", "day"),
    [(Moves.STAYS, date(2027, 1, 10)), (Moves.BEFORE, date(2027, 1, 8)), (Moves.AFTER, date(2027, 1, 12))],
)
def test_a_claim_date_that_is_a_sunday_moves_as_the_federation_says(moves: Moves, day: date) -> None:
    # 2027-01-11 is 成人の日.
    assert claim_date("202612", moves) == day


@given(MONTHS, st.sampled_from(Moves))
def test_the_claim_is_in_the_next_month_and_moves_only_where_nobody_works(month: str, moves: Moves) -> None:
    tenth = claim_date(month)
    moved = claim_date(month, moves)
    assert tenth.day == 10
    assert f"{tenth.replace(day=1) - timedelta(1):%Y%m}" == month
    assert moved == tenth or (not is_business_day(tenth) and is_business_day(moved))


@given(MONTHS, DAYS, st.sampled_from(Moves))
def test_one_business_day_less_is_left_after_each_one(month: str, today: date, moves: Moves) -> None:
    here, next_day = (deadline(month, day, moves) for day in (today, today + timedelta(1)))
    if here is None or next_day is None:
        assert claim_date(month) > today + timedelta(90)
        return
    if here.is_over:
        assert here.left == 0 and next_day.is_over
    else:
        assert here.left - next_day.left == is_business_day(today)
        assert is_business_day(here.last) and here.last <= here.day


def test_a_month_that_nobody_plans_yet_costs_nothing() -> None:
    assert deadline("999912", date(2026, 11, 23)) is None
