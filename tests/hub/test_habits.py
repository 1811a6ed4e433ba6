"""What follows from how a service works, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.habits import rules

MONDAY = date(2026, 11, 23)  # 勤労感謝の日


def habits(**said: Any) -> Any:
    usual: dict[str, Any] = {
        "send_day": None,
        "result_day": 5,
        "unopened_days": 3,
        "weekdays_off": "56",
        "holidays_off": True,
        "days_off": [],
        "claim_moves": "",
    }
    return SimpleNamespace(**(usual | said))


@pytest.mark.parametrize(
    ("said", "day", "is_open"),
    [
        ({}, date(2026, 11, 20), True),
        ({}, date(2026, 11, 21), False),
        ({"weekdays_off": "6"}, date(2026, 11, 21), True),
        ({}, MONDAY, False),
        ({"holidays_off": False}, MONDAY, True),
        ({}, date(2026, 12, 30), False),
        ({"holidays_off": False}, date(2026, 12, 30), True),
        ({"days_off": ["2026-11-20"]}, date(2026, 11, 20), False),
    ],
)
def test_an_office_is_closed_on_the_days_that_it_says(said: dict[str, Any], day: date, is_open: bool) -> None:
    assert rules.is_open(habits(**said), day) is is_open


def test_the_days_of_work_are_counted_with_both_ends() -> None:
    assert rules.open_days(habits(), date(2026, 11, 20), date(2026, 11, 25)) == 3
    assert rules.open_days(habits(), date(2026, 11, 25), date(2026, 11, 20)) == 0


@pytest.mark.parametrize(
    ("said", "today", "before"),
    [
        ({}, date(2026, 11, 20), date(2026, 11, 17)),  # Friday: what went out on Monday
        ({}, date(2026, 11, 24), date(2026, 11, 18)),  # a weekend and a holiday lie between
        ({"weekdays_off": "", "holidays_off": False}, date(2026, 11, 24), date(2026, 11, 21)),
        ({"unopened_days": 1}, date(2026, 11, 24), date(2026, 11, 20)),
    ],
)
def test_days_off_do_not_count_for_what_is_unopened(said: dict[str, Any], today: date, before: date) -> None:
    assert rules.unopened_before(habits(**said), today) == before


@pytest.mark.parametrize(
    ("month", "day", "sends", "results"),
    [
        ("202701", 25, date(2026, 12, 25), date(2027, 2, 5)),
        ("202703", 31, date(2027, 2, 28), date(2027, 4, 5)),
        ("202612", 31, date(2026, 11, 30), date(2027, 1, 5)),
        ("202612", None, None, date(2027, 1, 5)),
    ],
)
def test_slips_go_out_in_the_month_before_and_results_come_in_the_month_after(
    month: str, day: int | None, sends: date | None, results: date
) -> None:
    assert rules.send_date(habits(send_day=day), month) == sends
    assert rules.result_date(habits(), month) == results


def test_what_the_office_says_of_its_federation_counts_before_the_hub() -> None:
    assert rules.claim_moves(habits(), Moves.AFTER) is Moves.AFTER
    assert rules.claim_moves(habits(claim_moves="before"), Moves.AFTER) is Moves.BEFORE


@pytest.mark.parametrize("days", [1, 3, 20])
def test_what_went_out_is_late_on_the_first_day_that_counts_it_so(days: int) -> None:
    said = habits(unopened_days=days, days_off=["2026-12-14"])
    for sent in (date(2026, 11, 1) + timedelta(number) for number in range(60)):
        late = rules.late_from(said, sent)
        assert rules.unopened_before(said, late) > sent >= rules.unopened_before(said, late - timedelta(1))
