"""Two versions compared by meaning: what a person would call a change, and nothing else."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

import pytest
from tests.standard import month

from renkei.standard.comparing.changes import Change, ChangeKind, Comparison, compare_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.layouts import layout
from renkei.standard.names import FileName
from renkei.standard.records import write

Rows = dict[str, list[dict[str, str]]]


@pytest.fixture
def rows() -> Rows:
    """The small month without its deletions, which would take away what is compared."""
    return {key: own for key, own in month.rows().items() if not key.startswith("DLT")}


def compared(before: Rows, after: Rows) -> Comparison:
    sides = []
    for side in (before, after):
        papers, unread = read_papers((month.NAMES[key], write(month.kind_of(key), own)) for key, own in side.items())
        assert unread == []
        sides.append(papers)
    return compare_papers(*sides)


def changes(before: Rows, edit: Callable[[Rows], None]) -> list[Change]:
    after = copy.deepcopy(before)
    edit(after)
    return [change for person in compared(before, after).people for change in person.changes]


def told(change: Change) -> tuple[str, str, list[tuple[str, str, str]]]:
    return change.sheet, str(change.kind), [(one.item, one.before, one.after) for one in change.items]


def test_a_version_does_not_differ_from_itself(rows: Rows) -> None:
    found = compared(rows, rows)
    assert found.is_same
    assert found.label == "変更なし 2人・変更あり 0人・追加 0人・削除 0人"


def test_the_order_of_rows_is_no_difference(rows: Rows) -> None:
    shuffled = copy.deepcopy(rows)
    for own in shuffled.values():
        random.Random(1).shuffle(own)
    assert compared(rows, shuffled).is_same


def test_form_is_no_difference(rows: Rows) -> None:
    other = copy.deepcopy(rows)
    other["UPHOSOKU"][0]["client_name_kana"] = "オノデラ ﾀｶｺ"
    other["UPPLAN"][0]["unit_points"] = "000244"
    other["UPPLAN"][0]["service_count"] = "01"
    other["UPSIKYU"][0]["unit_price_yen"], rows["UPSIKYU"][0]["unit_price_yen"] = "10.00", "10"
    other["UP1KYO"][0]["overall_support_policy"] = rows["UP1KYO"][0]["overall_support_policy"].replace("\r\n", "\n")
    for own in other["UPPLAN"]:
        own["document_created_date"] = "20261130"
    assert compared(rows, other).is_same


def test_a_circled_one_is_not_a_one(rows: Rows) -> None:
    def edit(after: Rows) -> None:
        after["UP1KYO"][0]["care_management_office_name"] = "居宅介護支援　やまぶき1"

    (change,) = changes(rows, edit)
    assert told(change)[2][0][0] == "care_management_office_name"


def test_a_text_that_repeats_the_row_above_may_be_blank(rows: Rows) -> None:
    blank = copy.deepcopy(rows)
    blank["UP2KYO"][1]["need"] = blank["UP2KYO"][1]["service_content"] = ""
    assert compared(rows, blank).is_same


def test_a_need_put_in_front_changes_no_other_need(rows: Rows) -> None:
    def edit(after: Rows) -> None:
        new = after["UP2KYO"][0] | {"need": "よく眠りたい", "service_content": "服薬の確認"}
        for row in after["UP2KYO"]:
            row["need_no"] = str(int(row["need_no"]) + 1)
        after["UP2KYO"].insert(0, new)

    (change,) = changes(rows, edit)
    assert (change.kind, change.after and change.after["need"]) == (ChangeKind.ADDED, "よく眠りたい")


def test_a_changed_text_is_told_before_and_after(rows: Rows) -> None:
    (change,) = changes(rows, lambda after: after["UP2KYO"][2].update(service_content="歩行の見守りと声かけ"))
    assert told(change) == ("UP2KYO", "changed", [("service_content", "歩行の見守り", "歩行の見守りと声かけ")])


def test_each_way_in_which_a_visit_changes_has_its_own_words(rows: Rows) -> None:
    def edit(after: Rows) -> None:
        plan = after["UPPLAN"]
        plan[0] |= {"service_start_time": "1030", "service_end_time": "1100"}
        plan[1]["service_code"] = "111211"
        plan[2]["service_office_number"] = month.HELPER
        plan[3]["service_count"] = "2"
        plan[4]["service_date"] = "20261230"

    found = sorted(
        (c.dates, str(c.kind), [(i.item, i.before, i.after) for i in c.items][:1]) for c in changes(rows, edit)
    )
    assert found == [
        (("20261202",), "changed", [("time", "0930-1000", "1030-1100")]),
        (("20261207",), "changed", [("service_office_number", month.DAY_CARE, month.HELPER)]),
        (("20261207",), "changed", [("visits", "1", "2")]),
        (("20261209",), "changed", [("service_code", "111111", "111211")]),
        (("20261230",), "added", []),
        (("20261231",), "removed", []),
    ]


def test_the_same_change_on_many_days_is_told_once(rows: Rows) -> None:
    def edit(after: Rows) -> None:
        for row in after["UPPLAN"][:2]:
            row["unit_points"] = "250"

    (change,) = changes(rows, edit)
    assert told(change) == ("UPPLAN", "changed", [("unit_points", "244", "250")])
    assert change.dates == ("20261202", "20261209")


def test_an_item_of_the_whole_sheet_is_told_once(rows: Rows) -> None:
    def edit(after: Rows) -> None:
        for row in after["UPPLAN"]:
            if row["insured_person_number"] == month.AKI["insured_person_number"]:
                row["care_manager_name"] = "介護　次郎"

    (change,) = changes(rows, edit)
    assert told(change)[2] == [("care_manager_name", "介護　支援子", "介護　次郎")]


# Items that are only form or that say who wrote the file and when.
QUIET = {
    "csv_version",
    "document_created_date",
    "weekly_plan_created_date",
    "updated_by_office_number",
    "office_code",
    "entered_by_code",
    "record_identifier_unused",
}
NUMBERS = {"need_no", "goal_no", "support_no", "issue_no", "support_plan_no", "used_service_no"}
ITEMS = [
    (key, field.name)
    for key in sorted(month.rows())
    if not key.startswith("DLT")
    for field in layout(month.kind_of(key)).fields
    if field.name not in QUIET | NUMBERS | {"insurer_number", "insured_person_number"}
]


@pytest.mark.parametrize(("key", "item"), ITEMS)
def test_no_changed_item_is_overlooked(rows: Rows, key: str, item: str) -> None:
    after = copy.deepcopy(rows)
    # An empty count means one visit, as the row is there.
    is_emptied = after[key][0].get(item, "") and item != "service_count"
    after[key][0][item] = "" if is_emptied else "9"
    assert not compared(rows, after).is_same


@pytest.mark.parametrize("item", sorted(QUIET - {"csv_version"}))
def test_who_wrote_the_file_and_when_is_no_difference(rows: Rows, item: str) -> None:
    after = copy.deepcopy(rows)
    for key, own in after.items():
        if item in {field.name for field in layout(month.kind_of(key)).fields}:
            own[0][item] = "20300101"
    assert compared(rows, after).is_same


def test_people_who_came_and_went_are_counted(rows: Rows) -> None:
    number = month.HARU["insured_person_number"]
    without = {key: [row for row in own if row["insured_person_number"] != number] for key, own in rows.items()}
    assert compared(rows, without).label == "変更なし 1人・変更あり 0人・追加 0人・削除 1人"
    assert compared(without, rows).label == "変更なし 1人・変更あり 0人・追加 1人・削除 0人"


def test_a_changed_insurer_number_is_something_to_look_at(rows: Rows) -> None:
    after = copy.deepcopy(rows)
    for own in after.values():
        for row in own:
            row["insurer_number"] = "132020"
    assert any("保険者番号が前と後でちがいます" in notice for notice in compared(rows, after).notices)


def test_a_sheet_that_one_side_lacks_is_named_and_not_called_deleted(rows: Rows) -> None:
    found = compared(rows, {key: own for key, own in rows.items() if key != "UPSIKYU"})
    assert found.counts[ChangeKind.UNCHANGED] == 2
    assert not found.is_same and "第7表" in found.notices[0]


def test_of_files_sent_again_the_newest_counts(rows: Rows) -> None:
    old, new = copy.deepcopy(rows["UPPLAN"]), rows["UPPLAN"]
    old[0]["service_code"] = "111211"
    name = FileName.parse(month.NAMES["UPPLAN"])
    before, _ = read_papers(
        [(str(name), write("UPPLAN", old)), (str(name).replace("0014.", "0015."), write("UPPLAN", new))]
    )
    after, _ = read_papers([(str(name), write("UPPLAN", new))])
    assert compare_papers(before, after).is_same


def test_the_third_edition_can_be_compared_with_the_fourth(rows: Rows) -> None:
    known = {field.name for field in layout("UPPLAN", "202208").fields}
    old = [{name: value for name, value in row.items() if name in known} for row in rows["UPPLAN"]]
    v3 = f"UPPLAN_{month.MONTH}_{month.PLANNER}_{month.HELPER}_{month.TABLE_SEQUENCE}.CSV"
    before, _ = read_papers([(v3, write("UPPLAN", old, "202208"))])
    after, _ = read_papers([(month.NAMES["UPPLAN"], write("UPPLAN", rows["UPPLAN"]))])
    found = compare_papers(before, after)
    assert before[0].version == "202208"
    assert found.is_same and "TAISコード" in found.without
