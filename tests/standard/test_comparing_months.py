"""Plan against actual of whole folders: what a care manager must not miss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pytest

from renkei.conformance import make_month
from renkei.conformance.varied import make_varied_month
from renkei.standard.comparing import merge_use_tables
from renkei.standard.comparing.months import Reconciliation, Standing, reconcile_papers
from renkei.standard.comparing.papers import Paper, read_papers
from renkei.standard.records import write

PLANNER, OTHER_PLANNER = "1379100017", "1379100025"
HELPER, DAY_CARE = "1379300013", "1379300039"
MONTH = "202612"
AKI = {"insurer_number": "139998", "insured_person_number": "0000000001"}


def visit(day: int, office: str = HELPER, code: str = "111211", **more: str) -> dict[str, str]:
    return {
        **AKI,
        "target_year_month": MONTH,
        "service_date": f"{MONTH}{day:02}",
        "service_start_time": "1000",
        "service_end_time": "1045",
        "service_count": "1",
        "service_code": code,
        "service_office_number": office,
        "service_office_name": {HELPER: "ホームヘルプ", DAY_CARE: "デイ"}[office],
        **more,
    }


def file(kind: str, second: int, rows: Iterable[dict[str, str]], sender: str, to: str) -> tuple[str, bytes]:
    return f"{kind}_{MONTH}_{sender}_43_{to}_11_202612010900{second:02}.CSV", write(kind, rows)


def plan(second: int, *rows: dict[str, str], to: str = HELPER, by: str = PLANNER) -> tuple[str, bytes]:
    return file("UPPLAN", second, rows, by, to)


def actual(second: int, *rows: dict[str, str], by: str = HELPER) -> tuple[str, bytes]:
    return file("UPJSK", second, rows, by, PLANNER)


def reconciled(*files: tuple[str, bytes]) -> Reconciliation:
    papers, unread = read_papers(files)
    assert unread == []
    return reconcile_papers(papers, papers)


def codes(found: Reconciliation) -> list[str]:
    return [notice.code for notice in found.notices]


def test_the_counts_come_first_and_say_who_is_waited_for() -> None:
    waiting = visit(1, DAY_CARE, "151111", insured_person_number="0000000002")
    found = reconciled(plan(1, visit(1), waiting), actual(2, visit(1)))
    assert found.label == "変更なし 1人・変更あり 0人・実績待ち 1人"
    assert [(w.office, w.service, w.people) for w in found.waiting] == [(DAY_CARE, "15", 1)]
    assert found.office_name(DAY_CARE) == "デイ"


def test_a_re_sent_use_table_replaces_the_older_one_and_that_is_told() -> None:
    files = (plan(1, visit(1), visit(8)), plan(2, visit(1)), actual(3, visit(1)))
    for order in permutations(files):
        found = reconciled(*order)
        assert found.people[0].standing is Standing.UNCHANGED
        assert codes(found) == ["replaced"]
        assert "20261201090001" in found.notices[0].words and "20261201090002" in found.notices[0].words


def test_equal_copies_for_several_offices_are_nothing_to_tell() -> None:
    found = reconciled(plan(1, visit(1)), plan(2, visit(1), to=DAY_CARE), actual(3, visit(1)))
    assert codes(found) == [] and found.people[0].result.as_planned == 1


def test_a_dropped_line_does_not_come_back_when_the_newer_table_is_withdrawn() -> None:
    both = [visit(1), visit(1, DAY_CARE, "151111")]
    units = [("1", PLANNER, both), ("2", PLANNER, both[:1])]
    gone = [("3", PLANNER, HELPER, [{**AKI, "delete_target_year_month": MONTH}])]
    assert merge_use_tables(units, gone) == []


def test_a_withdrawal_counts_only_against_what_was_sent_before_it() -> None:
    gone = file("DLTPLAN", 2, [{**AKI, "delete_target_year_month": MONTH}], PLANNER, HELPER)
    day_care = visit(1, DAY_CARE, "151111")
    found = reconciled(plan(1, visit(1), day_care), gone, actual(3, day_care, by=DAY_CARE))
    assert codes(found) == ["withdrawn"] and "ホームヘルプの予定" in found.notices[0].words
    assert found.label == "変更なし 1人・変更あり 0人"
    again = reconciled(plan(1, visit(1)), gone, plan(3, visit(8)), actual(4, visit(8)))
    assert again.people[0].standing is Standing.UNCHANGED


def test_withdrawn_actuals_are_waited_for_again() -> None:
    row = {**AKI, "delete_target_year_month": MONTH, "service_office_number": HELPER, "service_type_code": "11"}
    found = reconciled(plan(1, visit(1)), actual(2, visit(1)), file("DLTJSK", 3, [row], HELPER, PLANNER))
    assert found.people[0].standing is Standing.WAITING
    assert codes(found) == ["withdrawn"]


def test_actuals_that_were_passed_on_count_once_and_the_offices_own_win() -> None:
    own, relayed = actual(2, visit(1)), actual(3, visit(8), by=PLANNER)
    found = reconciled(plan(1, visit(1)), own, relayed)
    assert found.people[0].result.as_planned == 1 and not found.people[0].result.changed
    assert codes(found) == ["relayed"]
    same = reconciled(plan(1, visit(1)), own, actual(3, visit(1, document_created_date="20270105"), by=PLANNER))
    assert codes(same) == [] and same.people[0].result.as_planned == 1
    alone = reconciled(plan(1, visit(1)), actual(3, visit(1), by=PLANNER))
    assert alone.people[0].result.as_planned == 1


def test_actuals_for_two_care_managers_are_put_together_and_no_visit_counts_twice() -> None:
    first, second = actual(3, visit(1)), file("UPJSK", 3, [visit(1), visit(8)], HELPER, OTHER_PLANNER)
    found = reconciled(plan(1, visit(1), visit(8)), first, second)
    assert found.people[0].result.as_planned == 2 and not found.people[0].result.changed
    assert codes(found) == []


def test_equal_older_copies_are_told_once() -> None:
    older = [visit(1), visit(8)]
    files = (plan(1, *older), plan(2, *older, to=DAY_CARE), plan(3, visit(1)), actual(4, visit(1)))
    assert codes(reconciled(*files)) == ["replaced"]


def test_a_person_under_another_insurer_is_matched_and_told() -> None:
    found = reconciled(plan(1, visit(1)), actual(2, visit(1, insurer_number="139999")))
    (person,) = found.people
    assert (person.insurer, person.actual_insurer) == ("139998", "139999")
    assert not person.result.changed
    assert codes(found) == ["other-insurer"] and "住所地特例" in found.notices[0].words


def test_two_people_who_might_be_meant_are_left_apart_and_told() -> None:
    others = [visit(1), visit(1, insurer_number="139997")]
    found = reconciled(plan(1, *others), actual(2, visit(1, insurer_number="139999")))
    assert "several-insurers" in codes(found)
    assert [person.actual_insurer for person in found.people] == [None] * 3


def test_a_person_with_actuals_of_their_own_is_not_given_a_namesakes_number() -> None:
    found = reconciled(plan(1, visit(1)), actual(2, visit(1), visit(2, insurer_number="139999")))
    assert [person.actual_insurer for person in found.people] == [None, None]
    assert sorted(person.standing for person in found.people) == ["changed", "unchanged"]


def test_two_care_managers_in_one_month_are_both_shown() -> None:
    found = reconciled(plan(1, visit(1)), plan(2, visit(8), by=OTHER_PLANNER), actual(3, visit(1), visit(8)))
    assert found.people[0].result.as_planned == 2
    assert codes(found) == ["several-planners"]


def test_an_office_that_told_one_care_manager_is_still_waited_for_by_the_other() -> None:
    ours = visit(1, care_management_office_number=PLANNER)
    theirs = visit(1, care_management_office_number=OTHER_PLANNER, insured_person_number="0000000002")
    plans = plan(1, ours), plan(2, theirs, by=OTHER_PLANNER)
    found = reconciled(*plans, actual(3, ours))
    assert [(p.insured[-1], str(p.standing)) for p in found.people] == [("2", "waiting"), ("1", "unchanged")]
    unknown = reconciled(*plans, actual(3, ours | {"care_management_office_number": "1379100033"}))
    assert unknown.counts[Standing.CHANGED] == 1  # nobody knows whom it was for, so everybody is compared


def test_months_are_not_mixed() -> None:
    november = visit(4) | {"target_year_month": "202611", "service_date": "20261104"}
    name, data = plan(1, november)
    found = reconciled((name.replace(MONTH, "202611", 1), data), plan(2, visit(1)), actual(3, visit(1)))
    assert [(p.month, p.standing) for p in found.people] == [("202611", "waiting"), (MONTH, "unchanged")]


def test_names_come_from_the_newest_supplement() -> None:
    person = {**AKI, "target_year_month": MONTH, "client_name_kana": "ｱｷ"}
    old = file("UPHOSOKU", 1, [person | {"client_name": "古い　秋"}], PLANNER, HELPER)
    new = file("UPHOSOKU", 2, [person | {"client_name": "新しい　秋"}], PLANNER, HELPER)
    assert reconciled(new, old, plan(3, visit(1)), actual(4, visit(1))).people[0].name == "新しい　秋"


def read_folder(files: Iterable[tuple[str, bytes]]) -> list[Paper]:
    return read_papers(files)[0]


def test_the_invented_month_differs_just_where_it_says() -> None:
    month = make_month(seed=7, clients=12)
    papers = read_folder((name, data) for outbox in month.files.values() for name, data in outbox.items())
    found = reconcile_papers(papers, papers)
    differing = {
        (person.insurer, person.insured, one.office, one.date, one.service_code, str(one.kind))
        for person in found.people
        for one in person.result.differences
    }
    truth = {(d.insurer, d.insured, d.office, d.date, d.service_code, str(d.kind)) for d in month.truth.differences}
    assert truth and differing == truth
    assert (found.waiting, found.notices) == ((), ())


def test_the_varied_month_comes_out_as_it_says() -> None:
    month = make_varied_month()
    papers = read_folder((name, data) for outbox in month.files.values() for name, data in outbox.items())
    found = reconcile_papers(papers, papers)
    truth = month.truth
    differing = {
        (one.office, person.insured, one.date, one.service_code, str(one.kind))
        for person in found.people
        for one in person.result.differences
    }
    assert differing == {
        (d["office"], d["insured"], d["date"], d["service_code"], str(d["kind"])) for d in truth["differences"]
    }
    assert [(one.office, one.service) for one in found.waiting] == [
        (w["office"], w["service"]) for w in truth["waiting"]
    ]
    matched = {person.insured for person in found.people if person.actual_insurer}
    assert matched == {one["insured"] for one in truth["same_person"]}
    assert {"replaced", "withdrawn", "several-planners", "other-insurer"} == set(codes(found))


@pytest.mark.shared
def test_the_teams_sample_month_comes_out_of_its_folders(shared: Path) -> None:
    folder = shared / "samples/month-202612"
    papers = read_folder((str(path), path.read_bytes()) for path in sorted(folder.rglob("*.CSV")))
    found = reconcile_papers(papers, papers)
    assert found.label == "変更なし 3人・変更あり 3人"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["visits_that_did_not_take_place"]
    differing = [
        {"office": one.office, "insured": person.insured, "date": one.date, "service_code": one.service_code}
        for person in found.people
        for one in person.result.differences
    ]
    assert sorted(differing, key=str) == sorted(truth, key=str)


# Reading --------------------------------------------------------------------------------------------------------------

GOOD = plan(1, visit(1))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("memo.txt", b"milk", "種類"),
        (GOOD[0], b"", "1件もありません"),
        (GOOD[0], b"\x89PNG\r\n\x1a\n\x00\x00", "中身がCSVの文字ではありません"),
        (GOOD[0], "本文".encode(), "UTF-8"),
        (GOOD[0], b"202407,139998,\x81", "シフトJIS"),
        (GOOD[0], b"<html>\r\n<body>\r\n", "1件もありません"),
        ("UPKIHON_IMAGE_1379100017_43_1379300013_11_20261125090007_0001.jpg", b"\xff\xd8", "写真"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(name: str, data: bytes, words: str) -> None:
    papers, unread = read_papers([(f"フォルダ/{name}", data), actual(2, visit(1))])
    assert [paper.kind for paper in papers] == ["UPJSK"]
    (one,) = unread
    assert one.path == f"フォルダ/{name}" and words in one.message and one.remedy


def test_rows_that_are_no_records_are_left_out_and_told() -> None:
    papers, (one,) = read_papers([(GOOD[0], GOOD[1] + b"goukei,,,,\r\n")])
    assert len(papers[0].rows) == 1 and one.records == (2,)
    assert "2件目は項目の数がちがう(25個のはず)" in one.message


@pytest.mark.parametrize("keep", [1, 14, 20, 60])
def test_a_file_that_was_cut_off_makes_up_no_person(keep: int) -> None:
    whole = write("UPPLAN", [visit(2), visit(3)])
    first = whole.index(b"\r\n") + 2
    papers, (one,) = read_papers([(GOOD[0], whole[: first + keep])])
    assert [row["insured_person_number"] for row in papers[0].rows] == [visit(2)["insured_person_number"]]
    assert one.records == (2,)
    nothing, (one,) = read_papers([(GOOD[0], whole[:keep])])
    assert nothing == [] and "1件目は記録の形ではありません" in one.message


def test_a_row_without_a_person_is_left_out_with_its_number() -> None:
    papers, (one,) = read_papers([(GOOD[0], write("UPPLAN", [visit(2), visit(3) | {"insured_person_number": "計"}]))])
    assert len(papers[0].rows) == 1
    assert one.records == (2,) and "被保険者番号がない" in one.message


def test_the_same_file_twice_counts_once_and_another_of_that_name_is_told() -> None:
    papers, unread = read_papers([(f"a/{GOOD[0]}", GOOD[1]), (f"b/{GOOD[0]}", GOOD[1])])
    assert (len(papers), unread) == (1, [])
    papers, (one,) = read_papers([(f"a/{GOOD[0]}", GOOD[1]), (f"b/{GOOD[0]}", write("UPPLAN", [visit(2)]))])
    assert len(papers) == 2 and "同じ名前" in one.message
