"""Why a month went otherwise: both ends of one change are put together, and nothing is told twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.workspace.comparing.causes import Cause, causes_of
from renkei.standard.comparing import Difference, DifferenceKind

A, B = "1370200014", "1370200022"


def missing(
    day: int, times: str = "10:00～10:45", code: str = "111211", office: str = A, visits: int = 1
) -> Difference:
    return Difference(DifferenceKind.MISSING, f"202612{day:02}", code, office, times, None, visits, 0)


def extra(day: int, times: str = "10:00～10:45", code: str = "111211", office: str = A, visits: int = 1) -> Difference:
    return Difference(DifferenceKind.UNPLANNED, f"202612{day:02}", code, office, None, times, 0, visits)


def retimed(planned: str, actual: str) -> Difference:
    return Difference(DifferenceKind.TIME_CHANGED, "20261208", "111211", A, planned, actual, 1, 1)


def causes(*found: Difference) -> list[str]:
    return [one.cause.value for one in causes_of(found)]


def test_each_change_has_the_words_of_a_care_manager() -> None:
    assert causes(missing(8)) == ["cancelled"]
    assert causes(extra(8)) == ["extra"]
    assert causes(retimed("10:00～10:45", "14:00～14:45")) == ["moved"]
    assert causes(retimed("10:00～10:45", "10:00～11:00")) == ["longer"]
    assert causes(retimed("10:00～10:45", "10:15～10:45")) == ["shorter"]
    assert causes(retimed("23:30～00:30", "23:00～00:30")) == ["longer"]
    assert causes(missing(8), extra(8, code="151211")) == ["cancelled", "extra"]
    assert causes(missing(8), extra(8, code="114211")) == ["other-service"]
    assert causes(missing(8), extra(8, office=B)) == ["other-office"]
    assert causes(missing(8), extra(11)) == ["other-day"]


def test_the_nearest_day_is_the_other_day() -> None:
    told = causes_of([missing(8), extra(20), extra(9), extra(7, times="09:00～09:45")])
    assert [(one.cause, one.done.date if one.done else "") for one in told if one.planned] == [
        (Cause.OTHER_DAY, "20261209")
    ]
    assert sorted(one.cause.value for one in told) == ["extra", "extra", "other-day"]


differences = st.lists(
    st.one_of(
        st.builds(
            missing, st.integers(1, 5), office=st.sampled_from([A, B]), code=st.sampled_from(["111211", "114211"])
        ),
        st.builds(extra, st.integers(1, 5), office=st.sampled_from([A, B]), code=st.sampled_from(["111211", "114211"])),
    ),
    max_size=10,
)


@given(differences)
def test_every_difference_is_told_once(found: list[Difference]) -> None:
    told = causes_of(found)
    ends = [end for one in told for end in {id(one.planned): one.planned, id(one.done): one.done}.values() if end]
    assert sorted(map(repr, ends)) == sorted(map(repr, found))
    assert all(one.cause.label and one.cause.sign for one in told)
