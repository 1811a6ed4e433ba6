"""Any plan, any files of actuals, in any order of arrival: one answer, nothing counted twice, nothing lost."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.hub.workspace.comparing.rules import Desk, Paper, PersonMonth, people_of
from renkei.standard import records
from renkei.standard.comparing import visits_of
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind

MONTH, PLANNER = "202612", "1379100017"
OFFICES = {"1379300013": "11", "1379300039": "15"}
_PEOPLE = ("0000000001", "0000000002")


def row(insured: str, day: int, office: str, start: str, count: str, branch: str) -> dict[str, str]:
    return {
        "insurer_number": "139998",
        "insured_person_number": insured,
        "target_year_month": MONTH,
        "care_management_office_number": PLANNER,
        "service_date": f"{MONTH}{day:02}",
        "service_start_time": start,
        "service_end_time": "9999" if start == "9999" else "1800",
        "service_count": count,
        "service_code": f"{OFFICES[office]}1211",
        "service_office_number": office,
        "satellite_branch_no": branch,
    }


visits = st.builds(
    row,
    st.sampled_from(_PEOPLE),
    st.integers(1, 4),
    st.sampled_from(list(OFFICES)),
    st.sampled_from(["0900", "1000", "9999"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["", "1"]),
)
plans = st.lists(st.lists(visits, min_size=1, max_size=8), min_size=1, max_size=3)
reports = st.lists(st.tuples(st.sampled_from(list(OFFICES)), st.lists(visits, min_size=1, max_size=8)), max_size=4)


def paper(kind: UnitKind, file: str, sequence: int, ends: tuple[str, str], rows: list[dict[str, str]]) -> Paper:
    number = f"202612010900{sequence:02}"
    services = (OFFICES.get(ends[0], "43"), OFFICES.get(ends[1], "43"))
    name = FileName(file, MONTH, ends[0], services[0], ends[1], services[1], number)
    return Paper(number, *ends, kind, {str(name): records.write(file, rows)})


def papers_of(planned: list[Any], reported: list[Any]) -> list[Paper]:
    """Every plan goes to each service office of it, every report comes from the office alone that it names."""
    found = []
    for sequence, rows in enumerate(planned):
        for office in OFFICES:
            found.append(paper(UnitKind.USE_TABLE, "UPPLAN", sequence, (PLANNER, office), rows))
    for sequence, (office, rows) in enumerate(reported, len(planned)):
        own = [one for one in rows if one["service_office_number"] == office]
        if own:
            found.append(paper(UnitKind.ACTUAL, "UPJSK", sequence, (office, PLANNER), own))
    return found


def answer(papers: list[Paper]) -> list[PersonMonth]:
    return people_of(papers, MONTH, Desk(PLANNER, "43"))


@settings(max_examples=60, deadline=None)
@given(plans, reports, st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(
    planned: list[Any], reported: list[Any], order: random.Random
) -> None:
    papers = papers_of(planned, reported)
    shuffled = list(papers)
    order.shuffle(shuffled)
    assert answer(shuffled) == answer(papers) == answer([*papers, *papers])


@settings(max_examples=60, deadline=None)
@given(plans, reports)
def test_every_visit_is_counted_once(planned: list[Any], reported: list[Any]) -> None:
    for person in answer(papers_of(planned, reported)):
        covered = [
            one for one in person.plan if (one["service_office_number"], one["service_code"][:2]) not in person.waiting
        ]
        result = person.result
        assert sum(map(visits_of, covered)) == result.as_planned + sum(one.planned_visits for one in result.differences)
        assert sum(map(visits_of, person.actual)) == result.as_planned + sum(
            one.actual_visits for one in result.differences
        )


@settings(max_examples=60, deadline=None)
@given(plans, reports)
def test_what_counts_is_the_newest_of_each_person_office_and_type(planned: list[Any], reported: list[Any]) -> None:
    newest: dict[tuple[str, str], list[Any]] = {}
    for office, rows in reported:
        own = [one for one in rows if one["service_office_number"] == office]
        for insured in {one["insured_person_number"] for one in own}:
            newest[insured, office] = [one for one in own if one["insured_person_number"] == insured]
    for person in answer(papers_of(planned, reported)):
        expected = [one for (insured, _), rows in newest.items() if insured == person.insured for one in rows]
        assert sorted(map(_told, person.actual)) == sorted(map(_told, expected))


def _told(one: Any) -> tuple[str, ...]:
    names = ("service_office_number", "service_date", "service_start_time", "service_count", "satellite_branch_no")
    return tuple(one[name] for name in names)


@settings(max_examples=40, deadline=None)
@given(plans, reports)
def test_the_page_and_the_command_give_the_same_answer(planned: list[Any], reported: list[Any]) -> None:
    papers = papers_of(planned, reported)
    read, _ = read_papers(file for one in papers for file in one.files.items())
    command = reconcile_papers(read, read).people
    told = [(one.insured, one.standing, one.waiting, one.result) for one in answer(papers)]
    assert told == [(one.insured, one.standing, one.waiting, one.result) for one in command]


@settings(max_examples=40, deadline=None)
@given(plans, reports, st.sampled_from(list(OFFICES)))
def test_a_service_office_counts_its_own_lines_alone(planned: list[Any], reported: list[Any], office: str) -> None:
    papers = [one for one in papers_of(planned, reported) if office in (one.sender, one.recipient)]
    for person in people_of(papers, MONTH, Desk(office, OFFICES[office])):
        assert {one["service_office_number"] for one in (*person.plan, *person.actual)} <= {office}
