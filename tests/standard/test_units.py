"""Units: the files that travel together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from renkei.standard.units import UnitKind, group

from .month import NAMES, TO_HELPER


def test_the_month_makes_ten_units_of_ten_kinds():
    units, findings = group(NAMES.values())
    assert findings == []
    assert [unit.kind for unit in units] == [
        UnitKind.CARE_PLAN,
        UnitKind.USE_TABLE,
        UnitKind.ACTUAL,
        UnitKind.CARE_PLAN_DELETION,
        UnitKind.USE_TABLE_DELETION,
        UnitKind.ACTUAL_DELETION,
        UnitKind.CLIENT_BASICS,
        UnitKind.CLIENT_BASICS_DELETION,
        UnitKind.PREVENTION_PLAN,
        UnitKind.PREVENTION_PLAN_DELETION,
    ]


def test_the_files_of_a_unit_stand_in_the_order_of_the_standard():
    units, _ = group(sorted(NAMES.values(), reverse=True))
    files = {unit.kind: [name.split("_1370")[0] for name in unit.files] for unit in units}
    assert files[UnitKind.CARE_PLAN] == ["UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU_000000"]
    assert files[UnitKind.USE_TABLE] == ["UPPLAN_202612", "UPSIKYU_202612", "UPHOSOKU_202612"]
    assert files[UnitKind.CLIENT_BASICS] == ["UPKIHON", "UPKIHON_SUB1", "UPKIHON_SUB2"]


def test_a_use_table_has_a_month_and_a_care_plan_has_none():
    units, _ = group(NAMES.values())
    assert {unit.kind: unit.month for unit in units}[UnitKind.USE_TABLE] == "202612"
    assert {unit.kind: unit.month for unit in units}[UnitKind.CARE_PLAN] is None


def test_prevention_plan_and_basics_under_one_number_are_one_unit():
    number = "20261126090028"
    names = [f"{kind}_{TO_HELPER}_{number}.CSV" for kind in ("UPKIHON", "UPKIHON_SUB1", "UPYOBO", "UPYOBO_SUB")]
    image = f"UPKIHON_IMAGE_{TO_HELPER}_{number}_0001.jpg"
    units, findings = group([*names, image])
    assert findings == []
    assert [unit.kind for unit in units] == [UnitKind.PREVENTION_PLAN]
    assert units[0].files[0].startswith("UPYOBO_1370")
    assert units[0].files[-1] == image


def test_the_same_number_between_other_offices_is_another_unit():
    other = NAMES["UPJSK"].replace("1370200014", "1370200022")
    units, findings = group([NAMES["UPJSK"], other])
    assert (len(units), findings) == (2, [])


def test_a_name_given_twice_counts_once():
    units, findings = group([NAMES["UPJSK"], NAMES["UPJSK"]])
    assert (len(units), findings) == (1, [])


@pytest.mark.parametrize("kind", UnitKind)
def test_every_kind_has_a_japanese_label(kind: UnitKind):
    assert not kind.label.isascii()


@pytest.mark.shared
def test_the_units_of_the_sample_month_are_those_of_its_truth(shared: Path):
    month = shared / "samples" / "month-202612"
    truth = json.loads((month / "truth.json").read_text(encoding="utf-8"))
    units, findings = group(path.name for path in month.rglob("*.CSV"))
    assert findings == []
    assert {(u.sender, u.recipient, str(u.kind), u.sequence, u.files) for u in units} == {
        (u["sender"], u["receiver"], u["kind"], u["sequence"], tuple(u["files"])) for u in truth["units"]
    }
