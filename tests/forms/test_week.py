"""第3表 as a week: boxes over their minutes, side by side where they overlap, nothing lost that has no place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given as drawn_from
from hypothesis import strategies
from tests.forms.pictures import assert_looks_like
from tests.forms.weeks import LONG_NAME, NOTHING, TYPICAL, activity, given, other, service, words

from renkei.forms.filling import week
from renkei.forms.filling.given import Row


def boxes(*rows: Row, day: str = "月") -> list[dict[str, Any]]:
    days = week.fill(given(rows)).data["days"]
    return next(one["boxes"] for one in days if one["name"] == day)


def test_a_service_takes_its_minutes_of_its_day() -> None:
    (box,) = boxes(service("訪問介護", "3", "0930", "1030"), day="水")
    assert (box["start"], box["end"], box["lane"], box["lanes"]) == (570, 630, 0, 1)
    assert box["services"] == ({"day": "水", "time": "9:30-10:30", "name": "訪問介護"},)


def test_services_at_the_same_time_stand_side_by_side() -> None:
    found = boxes(*(service(name, "1", "1000", "1100") for name in "一二三四五"))
    assert sorted((box["lane"], box["lanes"]) for box in found) == [(lane, 5) for lane in range(5)]


def test_a_service_after_another_takes_its_lane_again() -> None:
    found = boxes(
        service("長い", "1", "0900", "1200"), service("前", "1", "0900", "1000"), service("後", "1", "1000", "1100")
    )
    assert {box["services"][0]["name"]: box["lane"] for box in found} == {"前": 0, "長い": 1, "後": 0}


def test_services_that_only_touch_keep_the_whole_width() -> None:
    assert {box["lanes"] for box in boxes(service("前", "1", "0900", "1000"), service("後", "1", "1000", "1100"))} == {
        1
    }


def test_a_night_is_drawn_on_both_of_its_days() -> None:
    night = service("夜の見守り", "7", "2200", "0600")
    (evening,), (morning,) = boxes(night, day="日"), boxes(night, day="月")
    assert (evening["start"], evening["end"], evening["services"][0]["time"]) == (1320, 1440, "22:00-翌6:00")
    assert (morning["start"], morning["end"], morning["services"][0]["time"]) == (0, 360, "前日22:00-6:00")


def test_a_service_until_midnight_stays_on_its_day() -> None:
    for end in ("2400", "0000"):
        (box,) = boxes(service("夜", "1", "2300", end))
        assert box["services"][0]["time"] == "23:00-24:00"
        assert not boxes(service("夜", "1", "2300", end), day="火")


def test_letters_may_stand_below_a_box_until_the_next_one_begins() -> None:
    first, second = boxes(service("朝", "1", "0700", "0730"), service("昼", "1", "1200", "1230"))
    assert (first["free"], second["free"]) == (720, 1440)


@drawn_from(
    strategies.lists(
        strategies.tuples(strategies.integers(0, 1439), strategies.integers(0, 1439)), min_size=1, max_size=40
    )
)
def test_no_two_boxes_cover_each_other_and_every_service_is_in_one(times: list[tuple[int, int]]) -> None:
    clock = "{:02}{:02}".format
    rows = [
        service(f"第{place}", "1", clock(*divmod(start, 60)), clock(*divmod(end, 60)))
        for place, (start, end) in enumerate(times)
    ]
    found = boxes(*rows)
    assert {f"第{place}" for place in range(len(times))} == {one["name"] for box in found for one in box["services"]}
    for place, one in enumerate(found):
        assert 0 <= one["start"] < one["end"] <= 1440 and one["end"] <= one["free"]
        for other_box in found[place + 1 :]:
            at_once = one["start"] < other_box["end"] and other_box["start"] < one["end"]
            assert not at_once or (one["lanes"] == other_box["lanes"] and one["lane"] != other_box["lane"])


def test_what_has_no_day_or_time_is_said_beside() -> None:
    rows = [service("遅い", "2", "2500", "2630"), service("いつか", "9", "ごご", ""), activity("体操", "9999", "9999")]
    assert week.fill(given(rows)).data["unclear"] == [
        {"day": "火曜日", "time": "2500-2630", "name": "遅い"},
        {"day": "9", "time": "ごご-", "name": "いつか"},
        {"day": "毎日", "time": "9999", "name": "体操"},
    ]


def test_every_item_of_the_sheet_is_on_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    said = words(week.fill(TYPICAL), tmp_path, need("pdftotext"))
    for expected in (
        *("第3表", "週間サービス計画表", "栁澤春", "令和8年11月15日", "令和8年12月分より", "令和8年11月16日"),
        *(
            "139998",
            "0000000001",
            "身体介護",
            "9:30-10:00",
            "通所介護",
            "9:15-16:25",
            "夜間対応型訪問介護",
            "22:30-23:00",
        ),
        *("7:00起床、着替え", "21:00-翌6:30就寝", "福祉用具貸与特殊寝台、車いす", "居宅療養管理指導(内科)第2木曜日"),
    ):
        assert expected in said, expected


def test_a_crowded_week_loses_nothing(need: Callable[[str], str], tmp_path: Path) -> None:
    rows = [
        *(service(f"件{place:02}{LONG_NAME}", str(place % 7 + 1), "1000", "1010") for place in range(40)),
        *(service(f"並ぶ{place}", "3", "1500", "1600") for place in range(5)),
        service("A" * 60, "2", "1300", "1320"),
        *(activity(f"活動{place:02}", "0600", "0600") for place in range(60)),
        other("\n".join(f"行{place}" for place in range(60))),
        service("遅い", "2", "2500", "2630"),
    ]
    said = words(week.fill(given(rows, client="𠮷" * 60)), tmp_path, need("pdftotext"))
    for expected in (
        *(f"件{place:02}{LONG_NAME}" for place in range(40)),
        *(f"並ぶ{place}" for place in range(5)),
        *(f"活動{place:02}" for place in range(60)),
        *(f"行{place}" for place in range(60)),
        *("𠮷" * 60, "曜日や時間のわからないもの", "2500-2630"),
    ):
        assert expected in said, expected
    assert said.count("A") == 60


def test_the_week_looks_as_care_managers_know_it() -> None:
    assert_looks_like("week", week.fill(TYPICAL))


def test_the_empty_form_is_there_to_be_filled_by_hand(need: Callable[[str], str], tmp_path: Path) -> None:
    said = words(week.fill(NOTHING), tmp_path, need("pdftotext"))
    assert "令和年月日" in said and "令和年月分より" in said and "月火水木金土日" in said
