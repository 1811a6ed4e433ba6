"""実績を入れる: the rules of what is filled in, whatever the slips and in whatever order somebody says things."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.workspace.answering import deeds, visits
from renkei.hub.workspace.answering.deeds import Asked
from renkei.hub.workspace.answering.visits import Filled, Impossible
from renkei.standard import records
from renkei.standard.comparing import reconcile

OFFICE = "1370200014"


def row(day: int, start: str = "1000", end: str = "1045", code: str = "111211", **more: str) -> dict[str, str]:
    return {
        "csv_version": "202407",
        "insurer_number": "132019",
        "insured_person_number": "0000000001",
        "document_created_date": "20261125",
        "target_year_month": "202612",
        "care_management_office_number": "1370100016",
        "care_manager_name": "鈴木",
        "unit_points": "387",
        "short_stay_days_through_previous_month": "",
        "service_date": f"202612{day:02}",
        "per_diem_days_bitmap": "",
        "service_start_time": start,
        "service_end_time": end,
        "service_count": "1",
        "service_code": code,
        "tais_code": "",
        "equipment_notification_code": "",
        "equipment_name": "",
        "detail_discriminator": "",
        "service_office_number": OFFICE,
        "service_office_name": "ひまわり",
        "satellite_branch_no": "",
        "over_30_days_flag": "0",
        "updated_by_office_number": "1370100016",
        "record_identifier_unused": "",
    } | more


rows = st.lists(
    st.builds(
        row,
        st.integers(1, 31),
        st.sampled_from(["0900", "1000"]),
        st.just("1045"),
        st.sampled_from(["111211", "116275"]),
        satellite_branch_no=st.sampled_from(["", "1"]),
    ),
    max_size=12,
)


def differences(plan: list[dict[str, str]], found: visits.Visits) -> list[Any]:
    done = visits.records_of(found, "20270102", OFFICE)
    return [one for result in reconcile(plan, done) for one in result.differences]


@given(rows)
def test_what_went_as_planned_comes_back_as_planned(plan: list[dict[str, str]]) -> None:
    found = visits.as_planned(visits.begun(plan))
    assert differences(plan, found) == []
    assert (visits.totals(found).open, visits.totals(found).differing) == (0, 0)
    assert len(visits.records_of(found, "20270102", OFFICE)) == len(plan)


@given(rows, st.sets(st.integers(0, 11)))
def test_every_day_without_a_mark_is_one_that_did_not_take_place(plan: list[dict[str, str]], places: set[int]) -> None:
    found = visits.ticked(visits.begun(plan), places)
    assert len(visits.records_of(found, "20270102", OFFICE)) == len(places & set(range(len(plan))))
    counted = visits.totals(found)
    assert (counted.planned, counted.open, counted.done) == (len(plan), 0, len(places & set(range(len(plan)))))


@given(rows, rows, st.sets(st.integers(0, 11)))
def test_a_newer_slip_loses_nothing_that_was_said_and_counts_nothing_twice(
    plan: list[dict[str, str]], newer: list[dict[str, str]], places: set[int]
) -> None:
    before = visits.ticked(visits.begun(plan), places)
    after = visits.brought_up_to(before, newer)
    assert sorted(map(str, (one.planned for one in after if one.planned))) == sorted(map(str, newer))
    # Whatever took place still does, planned or not.
    took_place = [_visit(one.row) for one in before if one.done]
    assert sorted(took_place) == sorted(_visit(one.row) for one in after if one.done)
    assert visits.brought_up_to(after, newer) == after


@given(rows)
def test_the_order_of_the_slips_records_is_no_matter(plan: list[dict[str, str]]) -> None:
    assert [one.row for one in visits.begun(plan)] == [one.row for one in visits.begun(sorted(plan, key=_visit))]


def _visit(one: Any) -> tuple[str, ...]:
    names = ("service_date", "service_start_time", "service_end_time", "service_code", "satellite_branch_no")
    return tuple(one[name] for name in names)


def test_an_addon_goes_with_the_time_of_its_visit() -> None:
    found = visits.begun([row(11), row(11, code="116275"), row(12), row(11, start="1400", end="1445")])
    moved = visits.moved(found, 0, "1530", "1615")
    assert [(v.row["service_date"][6:], v.row["service_start_time"], v.done) for v in moved] == [
        ("11", "1530", True),
        ("11", "1530", True),
        ("11", "1400", None),
        ("12", "1000", None),
    ]
    assert visits.put_back(moved, 0)[0].row == found[0].row


def test_what_was_said_stays_when_the_slip_names_other_units() -> None:
    found = visits.moved(visits.begun([row(11)]), 0, "1530", "1615")
    [after] = visits.brought_up_to(found, [row(11, unit_points="400")])
    assert (after.row["unit_points"], after.row["service_start_time"], after.done) == ("400", "1530", True)


@pytest.mark.parametrize(
    ("start", "end"), [("9:30", "1000"), ("2500", "2600"), ("1000", "1000"), ("1000", ""), ("9999", "9999")]
)
def test_a_time_that_cannot_be_is_told(start: str, end: str) -> None:
    with pytest.raises(Impossible):
        visits.moved(visits.begun([row(11)]), 0, start, end)


def test_what_has_no_time_gets_none_and_can_be_more() -> None:
    found = visits.begun([row(1, "9999", "9999")])
    with pytest.raises(Impossible):
        visits.moved(found, 0, "1000", "1100")
    assert visits.counted(found, 0, "2")[0].row["service_count"] == "2"
    for wrong in ("0", "100", "-1", "二"):
        with pytest.raises(Impossible):
            visits.counted(found, 0, wrong)


def test_a_visit_outside_the_plan_can_be_added_and_taken_away_a_planned_one_cannot() -> None:
    found = visits.added(visits.begun([row(11)]), 0, 13, "1000", "1045")
    assert [one.planned is None for one in found] == [False, True]
    assert found[1].row["service_date"] == "20261213" and found[1].done
    with pytest.raises(Impossible):
        visits.without(found, 0)
    assert len(visits.without(found, 1)) == 1
    for day in (0, 32):
        with pytest.raises(Impossible):
            visits.added(found, 0, day, "1000", "1045")
    other = visits.added_other(found, "114321", "200", 14, "0900", "0930")
    assert (other[2].row["service_code"], other[2].row["unit_points"]) == ("114321", "200")
    for code, units in (("151234", "200"), ("11", "200"), ("114321", "-5"), ("114321", "1234567")):
        with pytest.raises(Impossible):
            visits.added_other(found, code, units, 14, "0900", "0930")


def test_nobody_has_visits_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_VISITS", 2)
    found = visits.added(visits.begun([row(11)]), 0, 13, "1000", "1045")
    with pytest.raises(Impossible):
        visits.added(found, 0, 14, "1000", "1045")
    with pytest.raises(Impossible):
        visits.added_other(found, "114321", "200", 14, "0900", "0930")


def test_the_file_is_of_the_standard_of_today_whatever_the_slip_was() -> None:
    old = {
        name: value for name, value in row(11, csv_version="202208").items() if not name.startswith(("tais", "equip"))
    }
    found = visits.as_planned(visits.begun([old]))
    [made] = records.read(records.write("UPJSK", visits.records_of(found, "20270102", OFFICE)), "UPJSK")
    assert (made["csv_version"], made["updated_by_office_number"]) == ("202407", OFFICE)
    assert made["document_created_date"] == "20270102"


def filled(*planned: dict[str, str]) -> Filled:
    return Filled("132019", "0000000001", "春", "ハル", visits.begun(planned))


def asked(*ticks: str, **fields: str) -> Asked:
    return Asked(fields, ticks)


def test_a_day_that_was_never_marked_says_nothing_until_somebody_says_that_this_is_all() -> None:
    one = deeds.done(filled(row(11), row(12)), asked("0"), "save")
    assert [visit.done for visit in one.visits] == [True, None]
    one = deeds.done(one, asked("1"), "save")
    assert [visit.done for visit in one.visits] == [False, True]
    one = deeds.done(one, asked("1"), "finish")
    assert [visit.done for visit in one.visits] == [False, True]
    assert [visit.done for visit in deeds.done(filled(row(11), row(12)), asked("0"), "finish").visits] == [True, False]


def test_marks_are_saved_with_whatever_button_is_pressed() -> None:
    one = deeds.done(filled(row(11), row(12)), asked("0", which="1", start="15:30", end="16:15"), "move")
    assert [(visit.done, visit.row["service_start_time"]) for visit in one.visits] == [(True, "1000"), (True, "1530")]
    one = deeds.done(one, asked("0", "1", like="0", day="14", report="変わりなし"), "add")
    assert [visit.row["service_date"] for visit in one.visits] == ["20261211", "20261212", "20261214"]
    assert one.report == "変わりなし"


@pytest.mark.parametrize("wrong", ["", "x", "99", "-1", "１"])
def test_a_form_that_names_no_visit_is_told_in_words(wrong: str) -> None:
    for deed in ("move", "put-back", "remove"):
        with pytest.raises(Impossible):
            deeds.done(filled(row(11)), asked(which=wrong, start="1000", end="1100"), deed)
    with pytest.raises(Impossible):
        deeds.done(filled(row(11)), asked(like=wrong, day="11"), "add")
