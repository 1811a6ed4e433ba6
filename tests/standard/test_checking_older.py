"""Checking files of the third edition: readable, not to be sent, and whose service type somebody must say."""

from __future__ import annotations

import pytest

from renkei.standard.checking import check
from renkei.standard.findings import Role

from .month import HELPER, PLANNER
from .older_month import CARE_PLAN, USE_TABLE, older_files


def _codes(files: dict[str, bytes], role: Role = Role.SENDER, **said: object) -> set[str]:
    return {finding.code for finding in check(files.items(), role, **said).findings}  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_a_whole_month_of_the_third_edition_is_read_with_one_word_a_file(role: Role):
    report = check(older_files().items(), role)
    assert {finding.code for finding in report.findings} == {"E-NAME-VERSION"}
    assert report.has_errors == (role is not Role.RECIPIENT)
    assert "renkei convert" in report.findings[0].remedy


def test_a_care_plan_of_the_third_edition_needs_no_third_sheet_and_knows_its_recipient_from_the_use_table():
    units = check(older_files(*CARE_PLAN, *USE_TABLE).items()).units
    assert [(one.unit.sender_service, one.unit.recipient_service) for one in units] == [("43", "11")] * 2


def test_a_care_plan_alone_needs_somebody_who_says_the_type():
    files = older_files(*CARE_PLAN)
    assert "E-NAME-TYPES" in _codes(files)
    assert "E-NAME-TYPES" not in _codes(files, to_type="11")
    assert "E-NAME-TYPES" not in _codes(files, register={HELPER: {"11"}})
    assert "E-NAME-TYPES" in _codes(files, register={PLANNER: {"43"}})
    assert "E-NAME-TYPES" in _codes(files, from_type="46")


def test_what_nobody_can_say_is_told_once_a_unit_with_the_office():
    found = [one for one in check(older_files(*CARE_PLAN).items()).findings if one.code == "E-NAME-TYPES"]
    assert [one.value for one in found] == [HELPER]
    assert "--to-type" in found[0].remedy
