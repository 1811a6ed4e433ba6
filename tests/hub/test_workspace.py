"""Whose plan and whose actual count, and how the sheet of a person marks them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from renkei.hub.workspace.comparing.rules import Desk, Paper, PersonMonth, Standing, people_of
from renkei.hub.workspace.comparing.sheet import LinePair, Mark, person_sheet
from renkei.standard import records
from renkei.standard.names import MONTH_KINDS, FileName
from renkei.standard.units import UnitKind

MONTH = "202612"
PLANNER, HELPER, DAY_CARE = "1379100017", "1379300013", "1379300039"
PERSON = {"insurer_number": "139998", "insured_person_number": "0000000001"}
FILE_OF = {
    UnitKind.USE_TABLE: "UPPLAN",
    UnitKind.ACTUAL: "UPJSK",
    UnitKind.USE_TABLE_DELETION: "DLTPLAN",
    UnitKind.ACTUAL_DELETION: "DLTJSK",
}


def visit(day: int, time: str = "1000-1045", office: str = HELPER, code: str = "111211", **more: str) -> dict[str, str]:
    start, end = time.split("-")
    return {
        **PERSON,
        "target_year_month": MONTH,
        "service_date": f"{MONTH}{day:02}",
        "service_start_time": start,
        "service_end_time": end,
        "service_count": "1",
        "service_code": code,
        "service_office_number": office,
        "service_office_name": {HELPER: "ホームヘルプ", DAY_CARE: "デイ"}[office],
        **more,
    }


def paper(kind: UnitKind, sequence: int, rows: Iterable[dict[str, str]], *, to: str = "", by: str = "") -> Paper:
    sender = by or (PLANNER if kind in (UnitKind.USE_TABLE, UnitKind.USE_TABLE_DELETION) else HELPER)
    recipient = to or (HELPER if sender == PLANNER else PLANNER)
    file = FILE_OF[kind]
    number = f"202612010900{sequence:02}"
    name = FileName(file, MONTH if file in MONTH_KINDS else None, sender, "43", recipient, "11", number)
    return Paper(number, sender, recipient, kind, {str(name): records.write(file, rows)})


def plan(sequence: int, *rows: dict[str, str], to: str = HELPER) -> Paper:
    return paper(UnitKind.USE_TABLE, sequence, rows, to=to)


def actual(sequence: int, *rows: dict[str, str], by: str = HELPER) -> Paper:
    return paper(UnitKind.ACTUAL, sequence, rows, by=by)


def one(papers: Iterable[Paper], desk: Desk | None = None) -> PersonMonth:
    (person,) = people_of(papers, MONTH, desk or Desk(PLANNER, "43"))
    return person


def pairs(person: PersonMonth) -> list[LinePair]:
    return [pair for block in person_sheet(person, MONTH).blocks for pair in block.pairs]


def marks(pair: LinePair) -> dict[int, Mark]:
    return {cell.day.number: cell.mark for cell in pair.cells if cell.mark}


def test_a_month_as_planned_is_unchanged() -> None:
    person = one([plan(1, visit(1), visit(8)), actual(2, visit(1), visit(8))])
    assert person.standing is Standing.UNCHANGED
    (pair,) = pairs(person)
    assert marks(pair) == {1: Mark.AS_PLANNED, 8: Mark.AS_PLANNED}
    assert (pair.planned, pair.done) == (2, 2)


def test_each_kind_of_change_has_its_own_mark() -> None:
    planned = [visit(1), visit(8), visit(15)]
    person = one([plan(1, *planned), actual(2, visit(1), visit(8, "1400-1445"), visit(20))])
    assert person.standing is Standing.CHANGED
    (pair,) = pairs(person)
    assert marks(pair) == {
        1: Mark.AS_PLANNED,
        8: Mark.TIME_CHANGED,
        15: Mark.MISSING,
        20: Mark.UNPLANNED,
    }
    assert next(cell.words for cell in pair.cells if cell.day.number == 8) == "時間の変更 14:00～14:45"
    [told] = person_sheet(person, MONTH).differences
    assert [(one.day, one.cause.value, one.planned, one.actual) for one in told.changes] == [
        ("12月8日(火)", "moved", "10:00～10:45", "14:00～14:45"),
        ("12月15日(火)", "other-day", "10:00～10:45", "12月20日(日) 10:00～10:45"),
    ]


def test_a_number_that_differs_is_told_and_the_person_is_one() -> None:
    moved = visit(1) | {"insurer_number": "139999"}
    person = one([plan(1, visit(1)), actual(2, moved)])
    assert person.standing is Standing.UNCHANGED
    [words] = person.notices
    assert "139998" in words and "139999" in words


def test_a_service_without_a_time_that_was_given_more_often_is_a_changed_count() -> None:
    rented = visit(1, "9999-9999", code="171003", service_count="1")
    person = one([plan(1, rented), actual(2, rented | {"service_count": "2"})])
    (pair,) = pairs(person)
    assert marks(pair) == {1: Mark.MORE}


def test_an_office_that_has_not_reported_is_waited_for_and_not_called_missing() -> None:
    day_care = visit(2, "0900-1600", DAY_CARE, "155311")
    person = one([plan(1, visit(1), day_care), actual(2, visit(1))])
    assert person.standing is Standing.WAITING
    assert person.waiting_names == ["デイ"]
    blocks = {block.office: block for block in person_sheet(person, MONTH).blocks}
    assert not blocks[DAY_CARE].reported
    assert marks(blocks[DAY_CARE].pairs[0]) == {}
    assert marks(blocks[HELPER].pairs[0]) == {1: Mark.AS_PLANNED}


def test_a_service_office_sees_its_own_lines_and_not_those_of_its_other_mailbox() -> None:
    slips = [plan(1, visit(1), visit(2, "0900-1600", DAY_CARE, "155311"), visit(3, code="121111")), actual(2, visit(1))]
    person = one(slips, Desk(HELPER, "11", frozenset({"12"})))
    assert person.standing is Standing.UNCHANGED
    assert [pair.line.code for pair in pairs(person)] == ["111211"]


def test_the_last_that_was_sent_counts_in_whatever_order_it_arrives() -> None:
    papers = [plan(1, visit(1)), plan(5, visit(8)), actual(3, visit(1)), actual(6, visit(8))]
    for order in permutations(papers):
        person = one(order)
        assert person.standing is Standing.UNCHANGED
        assert [row["service_date"] for row in person.plan] == ["20261208"]


def test_a_withdrawn_slip_takes_the_lines_of_that_office_alone() -> None:
    both = (visit(1), visit(2, "0900-1600", DAY_CARE, "155311"))
    gone = paper(UnitKind.USE_TABLE_DELETION, 3, [{**PERSON, "delete_target_year_month": MONTH}], to=HELPER)
    for order in permutations([plan(1, *both, to=HELPER), plan(2, *both, to=DAY_CARE), gone]):
        assert {row["service_office_number"] for row in one(order).plan} == {DAY_CARE}
    assert len(one([plan(1, *both), gone, plan(4, *both)]).plan) == 2


def test_withdrawn_actuals_are_waited_for_again() -> None:
    gone = {**PERSON, "delete_target_year_month": MONTH, "service_office_number": HELPER, "service_type_code": "11"}
    papers = [plan(1, visit(1)), actual(2, visit(1)), paper(UnitKind.ACTUAL_DELETION, 3, [gone], by=HELPER)]
    assert one(papers).standing is Standing.WAITING
    assert one([*papers, actual(4, visit(1))]).standing is Standing.UNCHANGED


def test_what_needs_a_look_comes_first() -> None:
    second, third = ({**PERSON, "insured_person_number": number} for number in ("0000000002", "0000000003"))
    day_care = visit(1, office=DAY_CARE, code="155311")
    planned = plan(1, visit(1), visit(1) | second, day_care | third)
    people = people_of([planned, actual(2, visit(1), visit(2) | second)], MONTH, Desk(PLANNER, "43"))
    assert [person.standing for person in people] == [Standing.CHANGED, Standing.WAITING, Standing.UNCHANGED]


def test_rows_of_another_month_do_not_count() -> None:
    stray = visit(1) | {"target_year_month": "202611"}
    assert [row["service_date"] for row in one([plan(1, visit(1), stray | {"service_date": "20261130"})]).plan] == [
        "20261201"
    ]
