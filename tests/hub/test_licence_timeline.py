"""The drawing of an office's licences: in order, inside its frame, today where it belongs."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.membership import rules, timeline
from renkei.hub.membership.rules import Term

TODAY = date(2026, 11, 22)


def years_from(first: date, count: int) -> list[Term]:
    terms: list[Term] = []
    for _ in range(count):
        terms.append(Term(first, first, rules.last_day(first, 12)))
        first = terms[-1].until + timedelta(days=1)
    return terms


def test_an_office_without_a_licence_sees_a_line_with_today_on_it() -> None:
    drawn = timeline.draw([], None, TODAY)
    assert drawn.bars == () and 0 < drawn.today < drawn.width


def test_a_renewal_to_come_is_drawn_apart_and_follows_without_a_gap() -> None:
    held, following = years_from(date(2026, 4, 20), 2)
    drawn = timeline.draw([held], following, TODAY)
    one, two = drawn.bars
    assert (one.to_come, two.to_come) == (False, True)
    assert abs(one.x + one.width - two.x) < 0.2
    assert one.x < drawn.today < two.x
    assert [mark.text for mark in drawn.years] == ["2027年", "2028年"]


def test_licences_of_long_ago_are_left_to_the_table() -> None:
    drawn = timeline.draw(years_from(date(2015, 4, 1), 12), None, TODAY)
    assert 3 <= len(drawn.bars) <= 4 and len(drawn.years) <= 4


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 6), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_nothing_leaves_the_frame(first: date, count: int, today: date) -> None:
    terms = years_from(first, count)
    drawn = timeline.draw(terms, None, today)
    for bar in drawn.bars:
        assert bar.x >= 0 and bar.width >= 0 and bar.x + bar.width <= drawn.width
    assert 0 <= drawn.today <= drawn.width
    assert all(0 <= mark.x <= drawn.width for mark in drawn.years)
    # A year's name is some 96 wide at the largest type.
    assert all(48 <= mark.x <= drawn.width - 48 for mark in drawn.years if mark.text)
