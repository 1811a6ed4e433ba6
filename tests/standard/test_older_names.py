"""Which service types a name of the third edition is about."""

from __future__ import annotations

import doctest

import pytest

from renkei.standard import older_names
from renkei.standard.names import FileName
from renkei.standard.older_names import Answer, Source, answers, complete, types_in_records

from .month import HELPER, PLANNER, rows

PLAN = FileName.parse(f"UPPLAN_202612_{PLANNER}_{HELPER}_20261125090014.CSV")
ACTUALS = FileName.parse(f"UPJSK_202612_{HELPER}_{PLANNER}_20270102090007.CSV")


def _types(name: FileName) -> tuple[str, str]:
    return name.sender_service, name.recipient_service


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(older_names).failed == 0


def test_the_records_say_what_the_recipient_of_a_plan_is_and_the_sender_is_care_management():
    assert _types(complete(PLAN, {HELPER: {"11"}})) == ("43", "11")


def test_actuals_go_the_other_way():
    assert _types(complete(ACTUALS, {HELPER: {"11"}})) == ("11", "43")


def test_a_deletion_of_actuals_goes_the_other_way_too():
    name = FileName.parse(f"DLTJSK_202612_{HELPER}_{PLANNER}_20270102090007.CSV")
    assert _types(complete(name, {HELPER: {"11"}})) == ("11", "43")


def test_two_types_of_one_office_leave_it_open():
    assert _types(complete(PLAN, {HELPER: {"11", "15"}})) == ("43", "")
    assert answers(PLAN, {HELPER: {"15", "11"}})[1] == Answer("", Source.NOBODY, ("11", "15"))


def test_records_about_other_offices_say_nothing():
    assert answers(PLAN, {"1370200030": {"15"}})[1] == Answer("", Source.NOBODY)


def test_the_register_goes_before_the_records():
    assert answers(PLAN, {HELPER: {"11"}}, register={HELPER: ["15"]})[1] == Answer("15", Source.REGISTER, ("11",))


def test_of_an_office_with_several_registered_types_the_records_decide():
    assert answers(PLAN, {HELPER: {"11"}}, register={HELPER: ["11", "15"]})[1].source is Source.RECORDS


def test_a_number_that_runs_care_management_and_a_service_is_each_on_its_own_side():
    both = {PLANNER: ["43", "11"], HELPER: ["43", "11"]}
    assert [(a.service, a.source) for a in answers(PLAN, {}, register=both)] == [
        ("43", Source.REGISTER),
        ("11", Source.REGISTER),
    ]


def test_a_service_office_in_the_register_is_not_taken_for_the_side_of_care_management():
    assert answers(PLAN, {}, register={PLANNER: ["11"]})[0] == Answer("43", Source.DIRECTION)


def test_what_a_person_says_goes_before_everything():
    said = complete(PLAN, {HELPER: {"11"}}, from_type="46", to_type="17", register={HELPER: ["15"]})
    assert _types(said) == ("46", "17")


def test_what_a_person_says_of_a_service_is_not_taken_for_the_side_of_care_management():
    assert _types(complete(ACTUALS, {HELPER: {"11"}}, to_type="11")) == ("11", "43")
    assert _types(complete(PLAN, {HELPER: {"11"}}, to_type="43")) == ("43", "11")


@pytest.mark.parametrize(
    "name",
    [
        f"UPPLAN_202612_{PLANNER}_43_{HELPER}_11_20261125090014.CSV",
        f"UPPLAN_202612_{PLANNER}_431_{HELPER}_111_20261125090014.CSV",
    ],
)
def test_names_that_have_types_come_back_untouched(name: str):
    parsed = FileName.parse(name)
    assert complete(parsed, {HELPER: {"15"}}, from_type="46", to_type="17") == parsed
    assert [str(answer.source) for answer in answers(parsed, {})] == ["name", "name"]


def test_the_records_of_each_kind_say_their_types():
    month = rows()
    assert types_in_records("UPPLAN", month["UPPLAN"]) == {
        HELPER: {"11"}, "1370200030": {"15"}, "1370200048": {"17"},
    }  # fmt: skip
    assert types_in_records("UPSIKYU", month["UPSIKYU"]) == types_in_records("UPPLAN", month["UPPLAN"])
    assert types_in_records("DLTJSK", month["DLTJSK"]) == {HELPER: {"11"}}
    assert types_in_records("UP2KYO", month["UP2KYO"]) == {}


def test_a_broken_service_code_says_nothing():
    assert types_in_records("UPPLAN", [{"service_office_number": HELPER, "service_code": "1"}, {}]) == {}


def test_every_source_has_a_japanese_name():
    assert all(source.label for source in Source)


def test_what_is_no_service_type_does_not_get_into_a_name():
    records = [{"service_office_number": "1370200014", "service_code": code} for code in ("/a1111", "1ﾋ1111", "..", "")]
    assert types_in_records("UPJSK", records) == {}
