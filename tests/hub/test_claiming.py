"""請求の前に: what would be returned or cut is found, whatever the order of files, and each point says who must do what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.conformance import Month, make_month
from renkei.hub.workspace.claiming import rules
from renkei.hub.workspace.claiming.gathering import claims_of
from renkei.hub.workspace.claiming.points import Code, Weight, Who
from renkei.hub.workspace.claiming.rules import Claim, from_json
from renkei.hub.workspace.comparing.rules import Desk, Paper, people_of
from renkei.standard import records
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind, group

MONTH = "202612"
Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(seed=3, month=MONTH, clients=6)


def papers_of(month: Month) -> list[Paper]:
    found = []
    for files in month.files.values():
        for unit in group(files)[0]:
            if unit.kind in (UnitKind.USE_TABLE, UnitKind.ACTUAL):
                own = {name: files[name] for name in unit.files}
                found.append(Paper(unit.sequence, unit.sender, unit.recipient, unit.kind, own))
    return found


def changed(papers: list[Paper], kind: str, how: Any) -> list[Paper]:
    """The same papers, with the rows of one kind of file as `how` makes them."""
    found = []
    for one in papers:
        files = {}
        for name, data in one.files.items():
            if FileName.parse(name).kind == kind:
                data = records.write(kind, [row for old in records.read(data, kind) for row in how(old)])
            files[name] = data
        found.append(Paper(one.sequence, one.sender, one.recipient, one.kind, files))
    return found


def claims(
    month: Month, papers: list[Paper], knows: Any = lambda *_: True, desk: Desk | None = None
) -> dict[str, Claim]:
    desk = desk or Desk(month.offices[0].number, month.offices[0].service)
    people = people_of(papers, MONTH, desk)
    return {insured: one for (_, insured), one in claims_of(papers, people, MONTH, desk, knows).items()}


def codes(claim: Claim) -> set[str]:
    return {point.code.value for point in claim.points}


def of_one(month: Month, kind: str, **values: str) -> tuple[str, list[Paper]]:
    """The papers with some items of one person's rows of a kind changed."""
    papers = papers_of(month)
    insured = min(claims(month, papers))
    return insured, changed(
        papers, kind, lambda row: [row | values if row["insured_person_number"] == insured else row]
    )


def test_a_month_as_it_should_be_has_nothing_but_what_went_otherwise(month: Month) -> None:
    found = claims(month, papers_of(month))
    more = {one.insured for one in month.truth.differences if one.kind.name in ("UNPLANNED", "MORE")}
    for insured, claim in found.items():
        assert codes(claim) <= {"over-plan"}, (insured, claim.points)
        assert ("over-plan" in codes(claim)) <= (insured in more)
        assert claim.lines and all(line.plan is not None for line in claim.lines)


def test_the_lines_are_those_of_the_annex(month: Month) -> None:
    """給付計画単位数 of 給付管理票: what 第7表 has within the limit, by office and type."""
    annex = [
        row
        for paper in papers_of(month)
        for name, data in paper.files.items()
        if name.startswith("UPSIKYU")
        for row in records.read(data, "UPSIKYU")
    ]
    totals = {
        row["insured_person_number"]: row["units_within_category_limit"]
        for row in annex
        if row["service_code"] == "999999"
    }
    for insured, claim in claims(month, papers_of(month)).items():
        assert sum(line.plan or 0 for line in claim.lines) == int(totals[insured])


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("UPHOSOKU", {"certification_status": "1"}, "pending"),
        ("UPHOSOKU", {"benefit_limit_end_date": "20261130"}, "expired"),
        ("UPHOSOKU", {"benefit_limit_start_date": "20270101"}, "expired"),
        ("UPHOSOKU", {"benefit_limit_end_date": "20261231"}, "ending"),
        ("UPJSK", {"insurer_number": "139999"}, "number"),
    ],
)
def test_what_is_wrong_with_one_person_is_found_at_that_person(
    month: Month, kind: str, values: dict[str, str], expected: str
) -> None:
    insured, papers = of_one(month, kind, **values)
    before, after = claims(month, papers_of(month)), claims(month, papers)
    assert expected in codes(after[insured])
    assert {one: codes(claim) for one, claim in after.items() if one != insured} == {
        one: codes(claim) for one, claim in before.items() if one != insured
    }


def test_without_an_annex_there_is_no_slip_to_claim_by(month: Month) -> None:
    papers = papers_of(month)
    insured = min(claims(month, papers))
    none = changed(papers, "UPSIKYU", lambda row: [] if row["insured_person_number"] == insured else [row])
    assert "no-annex" in codes(claims(month, none)[insured])


def test_a_figure_that_does_not_add_up_is_found(month: Month) -> None:
    def more(row: dict[str, str]) -> list[dict[str, str]]:
        is_total = row["service_code"] == "999999" and row["insured_person_number"] == insured
        return [row | {"service_units_or_amount": "1"}] if is_total else [row]

    papers = papers_of(month)
    insured = min(claims(month, papers))
    assert "sums" in codes(claims(month, changed(papers, "UPSIKYU", more))[insured])


def test_results_that_are_missing_or_more_than_planned_are_found(month: Month) -> None:
    papers = papers_of(month)
    plans = [paper for paper in papers if paper.kind is UnitKind.USE_TABLE]
    waiting = claims(month, plans)
    assert all("no-result" in codes(claim) for claim in waiting.values())
    assert all(line.actual is None for claim in waiting.values() for line in claim.lines)
    twice = changed(papers, "UPJSK", lambda row: [row, row | {"service_date": "20261228"}])
    assert all("over-plan" in codes(claim) for claim in claims(month, twice).values())


def test_an_office_that_the_plan_does_not_have_is_found(month: Month) -> None:
    papers = papers_of(month)
    insured, other = min(claims(month, papers)), "1370299998"
    strange = changed(
        papers,
        "UPJSK",
        lambda row: [row | {"service_office_number": other} if row["insured_person_number"] == insured else row],
    )
    own = [
        Paper(p.sequence, other if p.kind is UnitKind.ACTUAL else p.sender, p.recipient, p.kind, p.files)
        for p in strange
    ]
    found = claims(month, own)[insured]
    assert {point.office for point in found.points if point.code is Code.NOT_PLANNED} == {other}


def test_codes_that_no_table_has_are_told_where_a_table_is(month: Month) -> None:
    found = claims(month, papers_of(month), knows=lambda code, _month, _insurer: code[:2] != "11")
    told = [point for claim in found.values() for point in claim.points if point.code is Code.UNKNOWN_CODE]
    assert told and all(point.detail.startswith("11") for point in told)


def test_a_service_office_sees_its_own_part_alone(month: Month) -> None:
    own = month.offices[1]
    papers = [paper for paper in papers_of(month) if own.number in (paper.sender, paper.recipient)]
    found = claims(month, papers, desk=Desk(own.number, own.service))
    assert found and {line.office for claim in found.values() for line in claim.lines} == {own.number}


def test_what_was_withdrawn_from_an_office_stands_in_no_line(month: Month) -> None:
    papers = [paper for paper in papers_of(month) if paper.kind is UnitKind.USE_TABLE]
    planner = month.offices[0]
    insured, office = next((i, line.office) for i, claim in claims(month, papers).items() for line in claim.lines)
    [insurer] = {i for (i, one) in _people(month, papers) if one == insured}

    def taken_back(sequence: str) -> Paper:
        name = f"DLTPLAN_{MONTH}_{planner.number}_{planner.service}_{office}_11_{sequence}.CSV"
        data = f"202407,{insurer},{insured},{MONTH}".encode()
        return Paper(sequence, planner.number, office, UnitKind.USE_TABLE_DELETION, {name: data})

    before = claims(month, papers)
    after = claims(month, [taken_back("20270101090000"), *papers])
    others = tuple(line for line in before[insured].lines if line.office != office)
    assert (after[insured].lines if insured in after else ()) == others
    assert {one: claim for one, claim in after.items() if one != insured} == {
        one: claim for one, claim in before.items() if one != insured
    }
    # A slip that was sent again after it counts.
    assert claims(month, [taken_back("20200101090000"), *papers]) == before


def _people(month: Month, papers: list[Paper]) -> set[tuple[str, str]]:
    desk = Desk(month.offices[0].number, month.offices[0].service)
    return {(one.insurer, one.insured) for one in people_of(papers, MONTH, desk)}


@settings(max_examples=25, deadline=None)
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(month: Month, order: Any) -> None:
    papers = papers_of(month)
    expected = claims(month, papers)
    # The same slips once more under an earlier number, with other figures: they count nowhere.
    older = changed([paper for paper in papers if paper.kind is UnitKind.USE_TABLE], "UPSIKYU", lambda row: [row, row])
    every = papers + [Paper(f"2026{'0' * 10}", p.sender, p.recipient, p.kind, p.files) for p in older]
    order.shuffle(every)
    assert claims(month, every) == expected
    assert rules.totals_by_type(claims(month, every).values()) == rules.totals_by_type(expected.values())


def test_every_point_says_what_to_do_and_who() -> None:
    for code in Code:
        assert code.words.endswith("。") and code.remedy.endswith("。")
        assert code.weight in Weight and code.who in Who


def test_a_claim_comes_back_from_its_body(month: Month) -> None:
    for claim in claims(month, papers_of(month)).values():
        assert from_json(rules.as_json(claim)) == claim
    assert from_json({}) == Claim()
