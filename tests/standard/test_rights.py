"""Who may be sent what about whom."""

from __future__ import annotations

import pytest

from renkei.standard.checking import check
from renkei.standard.checking.rights import RIGHTS, Part, Right, part_of, right
from renkei.standard.names import FileName

from .corpus.across import LATER
from .month import HELPER, NAMES, PLANNER, files, rows

PLANNED, DONE = FileName.parse(NAMES["UPPLAN"]), FileName.parse(NAMES["UPJSK"])


def test_every_pair_of_parts_is_in_the_table():
    assert set(RIGHTS) == {(one, other) for one in Part for other in Part}


@pytest.mark.parametrize(
    ("service", "part"),
    [
        ("43", Part.CARE_MANAGER),
        ("46", Part.SUPPORT_CENTRE),
        ("AF", Part.SUPPORT_CENTRE),
        ("73", Part.PLANNING_SERVICE),
        ("A2", Part.SERVICE),
    ],
)
def test_the_service_type_says_what_an_office_is(service: str, part: Part):
    assert part_of(service) is part


def test_a_service_office_sees_whom_it_serves_and_a_care_manager_whom_they_plan_for():
    assert right(PLANNED) is Right.SERVES
    assert right(DONE) is Right.PLANS
    assert right(FileName.parse(NAMES["UP1KYO"])) is Right.SERVES_ELSEWHERE


def test_an_entrusted_office_and_its_centre_pass_everything_on():
    for one, other in (("43", "46"), ("AF", "43"), ("43", "43")):
        assert right(PLANNED.with_services(one, other)) is Right.RELAYS
        assert right(DONE.with_services(one, other)) is Right.RELAYS


def test_a_small_multifunctional_house_plans_for_others():
    assert right(PLANNED.with_services("73", "17")) is Right.SERVES
    assert right(DONE.with_services("17", "73")) is Right.PLANS


def test_nothing_is_foreseen_between_two_service_offices():
    assert right(PLANNED.with_services("11", "15")) is None


def test_prevention_clients_are_relayed_in_silence():
    month = rows()
    codes = {"111111": "631010", "152342": "661121", "155301": "665301", "171001": "671001"}
    for key in ("UPPLAN", "UPSIKYU"):
        for row in month[key]:
            code = row["service_code"]
            row["service_code"] = codes.get(code, f"66{code[2:]}" if code == "15AAAA" else code)
    made = files(month)
    relayed = {
        NAMES[key].replace(f"{HELPER}_11", f"{HELPER}_46"): made[NAMES[key]]
        for key in ("UPPLAN", "UPSIKYU", "UPHOSOKU")
    }
    assert check(relayed.items()).findings == []


def test_a_plan_for_an_office_that_the_use_table_names_says_nothing():
    use_tables = {
        name.replace(f"{HELPER}_11", "1370200030_15"): data
        for name, data in files().items()
        if "20261125090014" in name
    }
    plan = {name: data for name, data in files().items() if "20261125090007" in name}
    codes = {finding.code for finding in check((plan | use_tables).items()).findings}
    assert "W-CROSS-UNRELATED" not in codes


def test_a_client_served_under_another_insurer_is_a_question_and_no_error():
    month = rows()
    moved = month["UPPLAN"][2] | {"insurer_number": "139998"}
    found = check(files({"UPPLAN": [*month["UPPLAN"], moved]}).items(), sums=False).findings
    codes = [finding.code for finding in found if finding.file == NAMES["UPPLAN"]]
    assert "W-CROSS-INSURER" in codes
    assert "E-CROSS-UNRELATED" not in codes


def test_an_office_that_writes_once_as_43_and_once_as_a_centre_replaces_its_own_plan():
    plan = {name: data for name, data in files().items() if "20261126090028" in name}
    other = {
        name.replace(f"{PLANNER}_43", f"{PLANNER}_AF").replace("20261126090028", LATER): data
        for name, data in plan.items()
    }
    codes = {finding.code for finding in check((plan | other).items()).findings}
    assert codes == {"W-UNIT-REPLACED"}
