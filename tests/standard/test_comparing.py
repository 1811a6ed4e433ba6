"""Plan against actual: what a care manager wants to see before the 10th."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.standard import records
from renkei.standard.comparing import (
    Difference,
    DifferenceKind,
    PersonResult,
    merge_actuals,
    merge_use_tables,
    reconcile,
    summarise,
)
from renkei.standard.names import FileName

Row = dict[str, str]


def row(
    date: str = "20261204",
    start: str = "1000",
    end: str = "1045",
    code: str = "117211",
    insured: str = "0000000001",
    office: str = "1379200014",
    **more: str,
) -> Row:
    """A row of 第6表."""
    return {
        "insurer_number": "139998",
        "insured_person_number": insured,
        "target_year_month": "202612",
        "service_date": date,
        "service_start_time": start,
        "service_end_time": end,
        "service_count": "1",
        "service_code": code,
        "tais_code": "",
        "equipment_notification_code": "",
        "service_office_number": office,
        **more,
    }


def rental(count: str = "1", tais: str = "99001-000010", date: str = "20261201") -> Row:
    return row(date, "9999", "9999", "171001", service_count=count, tais_code=tais)


def only(plan: list[Row], actual: list[Row]) -> tuple[int, list[Difference]]:
    (result,) = reconcile(plan, actual)
    return result.as_planned, list(result.differences)


def test_a_month_that_went_as_planned_has_no_difference() -> None:
    plan = [row(), row("20261211"), rental()]
    (result,) = reconcile(plan, list(reversed(plan)))
    assert (result.insurer, result.insured) == ("139998", "0000000001")
    assert (result.as_planned, result.differences, result.changed) == (3, (), False)


def test_a_visit_that_did_not_take_place_is_named_with_its_day_and_time() -> None:
    as_planned, (gone,) = only([row(), row("20261211")], [row()])
    assert as_planned == 1
    assert gone.kind is DifferenceKind.MISSING
    assert (gone.date, gone.service_code, gone.office) == ("20261211", "117211", "1379200014")
    assert (gone.planned, gone.actual) == ("10:00～10:45", None)
    assert gone.label == "12月11日 117211 実施なし（予定 10:00～10:45）"


def test_a_visit_nobody_planned_is_shown() -> None:
    as_planned, (extra,) = only([row()], [row(), row("20261205")])
    assert as_planned == 1
    assert (extra.kind, extra.date, extra.planned, extra.actual) == ("unplanned", "20261205", None, "10:00～10:45")
    assert extra.label == "12月5日 117211 予定外の実施（実績 10:00～10:45）"


def test_a_visit_at_another_time_is_one_change_and_not_two() -> None:
    as_planned, (moved,) = only([row()], [row(start="1030", end="1115")])
    assert as_planned == 0
    assert moved.kind is DifferenceKind.TIME_CHANGED
    assert moved.label == "12月4日 117211 時間の変更（予定 10:00～10:45、実績 10:30～11:15）"


def test_with_two_visits_a_day_the_nearer_one_is_the_moved_one() -> None:
    plan = [row(start="0900", end="0945"), row(start="1500", end="1545")]
    _, (gone, moved) = only(plan, [row(start="1510", end="1555")])
    assert (gone.kind, gone.planned) == ("missing", "09:00～09:45")
    assert (moved.kind, moved.planned, moved.actual) == ("time_changed", "15:00～15:45", "15:10～15:55")


def test_another_service_at_the_same_time_is_not_a_changed_time() -> None:
    _, differences = only([row(code="111111")], [row(code="117211")])
    assert {(d.kind, d.service_code) for d in differences} == {("missing", "111111"), ("unplanned", "117211")}


def test_a_service_without_a_time_is_compared_by_its_count() -> None:
    as_planned, (changed,) = only([rental("3")], [rental("1"), rental("1")])
    assert as_planned == 0
    assert (changed.kind, changed.planned, changed.actual) == ("fewer", "3回", "2回")
    assert changed.label == "12月1日 171001 回数の減少（予定 3回、実績 2回）"


def test_a_rented_thing_exchanged_for_another_is_seen() -> None:
    _, differences = only([rental()], [rental(tais="99001-000020")])
    assert [d.kind for d in differences] == ["missing", "unplanned"]


def test_the_same_visit_planned_twice_and_made_once_is_missing_once() -> None:
    as_planned, (gone,) = only([row(), row(), row()], [row()])
    assert as_planned == 1
    assert (gone.kind, gone.planned_visits) == ("missing", 2)
    assert gone.label.endswith("（予定 10:00～10:45 ×2）")


def test_an_office_that_has_not_reported_yet_is_not_compared() -> None:
    plan = [row(), row(office="1379200022", code="131010"), row(code="171001", start="9999", end="9999")]
    assert only(plan, [row()]) == (1, [])


def test_a_month_without_actuals_is_not_compared_with_the_month_before() -> None:
    january = row("20270104", target_year_month="202701")
    assert only([row(), january], [row()]) == (1, [])


def test_asking_for_one_office_compares_that_office_alone_even_if_it_reported_nothing() -> None:
    plan = [row(), row(office="1379200022", code="131010")]
    (result,) = reconcile(plan, [row()], office="1379200022")
    assert [(d.kind, d.office) for d in result.differences] == [("missing", "1379200022")]


def test_people_without_and_with_changes_are_counted_first() -> None:
    plan = [row(), row(insured="0000000002"), row(insured="0000000003")]
    summary = summarise(reconcile(plan, plan[:2]))
    assert (summary.unchanged, summary.changed) == (2, 1)
    assert summary.label == "変更なし 2人・変更あり 1人"


def test_a_person_in_the_actuals_alone_is_not_forgotten() -> None:
    (result,) = reconcile([], [row()])
    assert [d.kind for d in result.differences] == ["unplanned"]


def test_unreadable_times_and_counts_are_compared_as_they_stand() -> None:
    strange = row("2026??", start="朝", end="", service_count="²")
    as_planned, (moved,) = only([strange], [row("2026??")])
    assert (as_planned, moved.kind, moved.planned_visits) == (0, "time_changed", 1)
    assert moved.label.startswith("2026??")


# Whatever the rows ----------------------------------------------------------------------------------------------------

times = st.sampled_from([("0900", "0930"), ("0910", "0940"), ("1500", "1600"), ("9999", "9999")])
visits = st.builds(
    lambda date, time, code, insured, count: row(
        f"202612{date}", start=time[0], end=time[1], code=code, insured=insured, service_count=str(count)
    ),
    st.sampled_from(["01", "02"]),
    times,
    st.sampled_from(["111111", "171001"]),
    st.sampled_from(["0000000001", "0000000002"]),
    st.integers(1, 3),
)
rows = st.lists(visits, max_size=12)


def visits_by_person(some: list[Row]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for one in some:
        counted[one["insured_person_number"]] += int(one["service_count"])
    return counted


@given(rows, rows)
def test_no_visit_is_lost_or_counted_twice(plan: list[Row], actual: list[Row]) -> None:
    results = reconcile(plan, actual, office="1379200014")
    planned = {r.insured: r.as_planned + sum(d.planned_visits for d in r.differences) for r in results}
    done = {r.insured: r.as_planned + sum(d.actual_visits for d in r.differences) for r in results}
    assert Counter(planned) == visits_by_person(plan)
    assert Counter(done) == visits_by_person(actual)


@given(rows, rows)
def test_each_kind_of_difference_speaks_of_the_side_it_stands_for(plan: list[Row], actual: list[Row]) -> None:
    for difference in (d for r in reconcile(plan, actual, office="1379200014") for d in r.differences):
        planned, done = difference.planned_visits, difference.actual_visits
        holds = {
            DifferenceKind.MISSING: planned > 0 and done == 0 and difference.actual is None,
            DifferenceKind.UNPLANNED: planned == 0 and done > 0 and difference.planned is None,
            DifferenceKind.TIME_CHANGED: planned == done > 0 and difference.planned != difference.actual,
            DifferenceKind.MORE: 0 < planned < done,
            DifferenceKind.FEWER: 0 < done < planned,
        }
        assert holds[difference.kind]


@given(rows, rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(plan: list[Row], actual: list[Row], random: Any) -> None:
    expected = reconcile(plan, actual)
    random.shuffle(plan)
    random.shuffle(actual)
    assert reconcile(plan, actual) == expected


@given(rows, rows)
def test_seen_from_the_other_side_missing_is_unplanned(plan: list[Row], actual: list[Row]) -> None:
    def visits_by_kind(results: list[PersonResult]) -> Counter[str]:
        counted: Counter[str] = Counter()
        for difference in (d for r in results for d in r.differences):
            counted[difference.kind] += max(difference.planned_visits, difference.actual_visits)
        return counted

    there = visits_by_kind(reconcile(plan, actual, office="1379200014"))
    back = visits_by_kind(reconcile(actual, plan, office="1379200014"))
    swapped = {"missing": "unplanned", "unplanned": "missing", "more": "fewer", "fewer": "more"}
    assert there == {swapped.get(kind, kind): count for kind, count in back.items()}


# Which rows are in force ----------------------------------------------------------------------------------------------

CARE_MANAGER, HOME_HELP = "1379100016", "1379200014"


def test_a_use_table_sent_again_replaces_the_first_whatever_came_in_first() -> None:
    first = ("20261125090000", CARE_MANAGER, [row(), row("20261211")])
    again = ("20261126090000", CARE_MANAGER, [row("20261218")])
    assert merge_use_tables([first, again]) == merge_use_tables([again, first]) == [row("20261218")]


def test_a_use_table_sent_to_three_offices_counts_once() -> None:
    table = [row(), row(office="1379200022", code="131010")]
    copies = [(f"2026112509000{n}", CARE_MANAGER, table) for n in range(3)]
    assert merge_use_tables(copies) == table


def test_a_correction_for_one_person_leaves_the_others_in_force() -> None:
    other = row(insured="0000000002")
    merged = merge_use_tables([("1", CARE_MANAGER, [row(), other]), ("2", CARE_MANAGER, [row("20261211")])])
    assert merged == [row("20261211"), other]


def test_two_care_managers_of_one_month_do_not_replace_each_other() -> None:
    merged = merge_use_tables([("1", CARE_MANAGER, [row()]), ("2", "1379100024", [row("20261211")])])
    assert merged == [row(), row("20261211")]


def test_actuals_are_replaced_for_each_service_type_on_its_own() -> None:
    both = [row(), rental()]
    corrected = merge_actuals([("1", HOME_HELP, both), ("2", HOME_HELP, [row("20261211")])])
    assert corrected == [row("20261211"), rental()]


def test_identical_rows_of_one_unit_add_up() -> None:
    merged = merge_actuals([("1", HOME_HELP, [row(), row()])])
    assert only([row(), row()], merged) == (2, [])


def test_differing_copies_under_one_number_give_the_same_rows_in_any_order() -> None:
    one, other = ("1", CARE_MANAGER, [row()]), ("1", CARE_MANAGER, [row("20261211")])
    assert merge_use_tables([one, other]) == merge_use_tables([other, one])


@pytest.mark.shared
def test_the_teams_sample_month_differs_in_three_visits_only(shared: Path) -> None:
    folder = shared / "samples/month-202612"
    names = [(FileName.parse(path.name), path) for path in sorted(folder.glob("*/*.CSV"))]
    plan, actual = (
        [(n.sequence, n.sender, records.read(path.read_bytes(), kind)) for n, path in names if n.kind == kind]
        for kind in ("UPPLAN", "UPJSK")
    )
    found = [
        {"office": d.office, "insured": r.insured, "date": d.date, "service_code": d.service_code}
        for r in reconcile(merge_use_tables(plan), merge_actuals(actual))
        for d in r.differences
        if d.kind is DifferenceKind.MISSING
    ]
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert sorted(found, key=str) == sorted(truth["visits_that_did_not_take_place"], key=str)
    results = reconcile(merge_use_tables(plan), merge_actuals(actual))
    assert summarise(results).label == "変更なし 3人・変更あり 3人"
    assert sum(len(r.differences) for r in results) == 3
