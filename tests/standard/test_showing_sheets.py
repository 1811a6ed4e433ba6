"""A unit's files as people read them."""

from __future__ import annotations

import pytest

from renkei.conformance import Month, make_month
from renkei.standard.layouts import layout
from renkei.standard.showing.sheets import Contents, contents, value_words
from renkei.standard.units import UnitKind


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(seed=1)


def read(month: Month, kind: UnitKind) -> Contents:
    unit = next(unit for unit in month.truth.units if unit.kind is kind)
    return contents({name: month.files[unit.sender][name] for name in unit.files})


def test_a_use_table_is_a_month_then_its_annex_then_the_person(month: Month) -> None:
    found = read(month, UnitKind.USE_TABLE)
    assert found.unreadable == ()
    for person in found.people:
        assert person.name and person.kana
        assert [sheet.title[:3] for sheet in person.sheets] == ["第6表", "第7表", "利用者"]
        grid = person.sheets[0].grid
        assert grid and len(grid.days) == 31 and grid.astray == 0
        assert all(row.total == sum(row.cells) > 0 for row in grid.rows)


def test_actuals_name_nobody_because_their_file_does_not(month: Month) -> None:
    assert {person.name for person in read(month, UnitKind.ACTUAL).people} == {""}


def test_free_text_keeps_its_lines_and_codes_get_their_meaning(month: Month) -> None:
    first = read(month, UnitKind.CARE_PLAN).people[0].sheets[0]
    values = {entry.label: entry.value for entry in first.shared}
    assert "\n" in values["利用者及び家族の生活に対する意向を踏まえた課題分析の結果"]
    assert values["認定状況区分"] == "認定済(2)"
    assert values["作成年月日"].startswith("令和8年11月15日")


def test_every_item_that_is_filled_in_is_shown(month: Month) -> None:
    for person in read(month, UnitKind.CARE_PLAN).people:
        third = next(sheet for sheet in person.sheets if sheet.title.endswith("第3表"))
        assert [table.title for table in third.tables][:2] == ["週間サービス", "主な日常生活上の活動"]
        assert all(len(row) == len(table.columns) for table in third.tables for row in table.rows)
        assert any("起床" in row for row in third.tables[1].rows)


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("service_start_time", "9999", "時間の定めなし"),
        ("service_start_time", "0930", "09:30"),
        ("service_date", "20261201", "令和8年12月1日(火)"),
        ("service_date", "00000000", "なし"),
        ("service_date", "2026-12", "2026-12"),
        ("service_code", "111211", "訪問介護 111211"),
        ("unit_points", "12345", "12,345"),
        ("over_30_days_flag", "7", "7"),
    ],
)
def test_values_are_written_as_on_paper(item: str, value: str, words: str) -> None:
    assert value_words(layout("UPPLAN").field(item), value) == words


def test_what_cannot_be_shown_is_named_and_does_not_stop_the_rest(month: Month) -> None:
    unit = next(unit for unit in month.truth.units if unit.kind is UnitKind.ACTUAL)
    picture = "UPKIHON_IMAGE_1379100017_43_1379300013_11_20261125090007_0001.jpg"
    damaged = unit.files[0].replace("UPJSK", "UPPLAN")
    files = {name: month.files[unit.sender][name] for name in unit.files}
    found = contents({**files, picture: b"\xff\xd8\xff", damaged: b"\xf0\x40"})
    assert set(found.unreadable) == {picture, damaged}
    assert {person.insured for person in found.people} == set(unit.people)
