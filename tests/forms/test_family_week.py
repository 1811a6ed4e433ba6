"""The week for the family: plain words, a mark and a word for each service, offices only where 第2表 tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.forms.pictures import assert_looks_like
from tests.forms.weeks import LONG_NAME, NOTHING, TYPICAL, activity, given, other, service, support, words

from renkei.forms.filling import family_week
from renkei.forms.filling.given import Row
from renkei.forms.filling.service_sorts import sort_of

DAY_CARE = service("通所介護Ⅰ３２", "2", "0915", "1625")


def visit(row: Row, *plan: Row) -> Mapping[str, Any]:
    """The only visit of a week."""
    data = family_week.fill(given([row], plan)).data
    (found,) = (one for day in data["days"] for one in day["visits"])
    return {"guessed": data["guessed"], **found}


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("身体２生活２", "helper"),
        ("ﾎｰﾑﾍﾙﾌﾟ", "helper"),
        ("訪看Ⅰ３", "nurse"),
        ("訪問入浴", "bath"),
        ("訪問リハ１", "rehabilitation"),
        ("通所リハⅠ４２", "day_rehabilitation"),
        ("地域通所介護２", "day"),
        ("看護小規模多機能型居宅介護", "many"),
        ("ショートステイ", "stay"),
        ("長女が来る", "other"),
    ],
)
def test_a_service_has_the_mark_of_what_it_is(name: str, sort: str) -> None:
    assert sort_of(name).name == sort


def test_every_service_has_its_words_beside_its_colour() -> None:
    found = visit(DAY_CARE)
    assert (found["sort"], found["words"], found["name"]) == ("day", "デイサービスに行きます", "通所介護Ⅰ３２")


def test_what_no_word_fits_is_said_as_it_was_written() -> None:
    found = visit(service("長女が来る", "1", "1000", "1100"))
    assert (found["words"], found["name"], found["office"]) == ("長女が来る", "", "")


def test_hours_are_said_as_people_say_them() -> None:
    assert visit(DAY_CARE)["time"] == {
        "from": {"half": "午前", "clock": "9:15"},
        "until": {"half": "午後", "clock": "4:25"},
    }
    night = visit(service("泊まり", "7", "2200", "0630"))["time"]
    assert night["until"] == {"half": "次の日の午前", "clock": "6:30"}
    assert visit(service("薬", "1", "1200", "1200"))["time"] == {
        "from": {"half": "昼", "clock": "12:00"},
        "until": None,
    }


def test_an_office_comes_from_the_same_service_of_the_plan() -> None:
    found = visit(
        DAY_CARE, support("通所介護 Ⅰ32", "", "ひだまり", "1"), support("体操", "通所介護", "べつのデイ", "2")
    )
    assert (found["office"], found["guessed"]) == ("ひだまり", False)


def test_an_office_that_only_its_sort_tells_is_said_to_be_so() -> None:
    found = visit(
        DAY_CARE, support("入浴", "通所介護", "ひだまり", "1"), support("ベッド", "福祉用具貸与", "レンタル", "2")
    )
    assert (found["office"], found["guessed"]) == ("ひだまり", True)


def test_no_office_is_guessed_where_two_fit_or_none() -> None:
    two = (support("入浴", "通所介護", "ひだまり", "1"), support("体操", "通所介護", "べつのデイ", "2"))
    assert (visit(DAY_CARE, *two)["office"], visit(DAY_CARE, *two)["guessed"]) == ("", False)
    assert visit(DAY_CARE, support("ベッド", "福祉用具貸与", "レンタル", "2"))["office"] == ""
    assert visit(service("買い物", "1", "1000", "1100"), support("ゴミ", "ボランティア", "会", ""))["office"] == ""


def test_telephone_numbers_are_found_by_number_or_name() -> None:
    phones = {"1379300013": "042-000-0001", "デイサービスひだまり": "042-000-0002"}
    contacts = {one["name"]: one["phone"] for one in family_week.fill(TYPICAL, phones).data["contacts"]}
    assert contacts["㈱ホームヘルプすずらん"] == "042-000-0001"
    assert contacts["デイサービスひだまり"] == "042-000-0002"
    assert contacts["福祉用具レンタル髙﨑"] == ""
    assert "架空ケアプランセンター 髙橋　恵子" in contacts


def test_an_office_without_a_name_is_told_by_its_number() -> None:
    nameless = given([DAY_CARE], [support("", "通所介護", "", "1379300021")])
    assert family_week.fill(nameless).data["contacts"][1]["name"] == "1379300021"


def test_everything_of_the_week_is_on_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    said = words(family_week.fill(TYPICAL, {"1379300013": "042-000-0001"}), tmp_path, need("pdftotext"))
    for expected in (
        *("栁澤春さんの1週間", "令和8年12月から", "ヘルパーが来ます", "身体介護", "㈱ホームヘルプすずらん"),
        *("午前9:15から午後4:25", "看護師が来ます", "デイサービスひだまり", "042-000-0001", "119"),
        *("特殊寝台、車いす", "居宅療養管理指導(内科)第2木曜日", "午前7:00起床、着替え", "次の日の午前6:30就寝"),
        *("家族", "かかりつけの病院・医院", "計画書（第2表）の同じ種類のサービス"),
    ):
        assert expected in said, expected


def test_a_crowded_week_goes_on_over_pages_and_loses_nothing(need: Callable[[str], str], tmp_path: Path) -> None:
    rows = [
        *(service(f"{LONG_NAME}{place:02}。", str(place % 3 + 1), "1000", "1010") for place in range(40)),
        service("終わりまで続く話" * 150 + "終わりの印", "6", "1000", "1100"),
        activity("体操", "9999", ""),
        other("\n".join(f"行{place}" for place in range(60))),
    ]
    said = words(family_week.fill(given(rows, client="𠮷" * 60)), tmp_path, need("pdftotext"))
    assert all(f"{place:02}。" in said for place in range(40))
    assert all(f"行{place}" in said for place in range(60))
    assert "木曜日ありません" in said and "終わりの印" in said
    assert "曜日や時間がわからないもの" in said and "毎日9999-体操" in said


def test_the_week_of_the_family_looks_as_it_was_looked_at() -> None:
    assert_looks_like("family-week", family_week.fill(TYPICAL, {"1379300013": "042-000-0001"}))


def test_the_empty_week_has_room_to_write(need: Callable[[str], str], tmp_path: Path) -> None:
    said = words(family_week.fill(NOTHING), tmp_path, need("pdftotext"))
    assert "さんの1週間" in said and "ありません" not in said and "電話番号" in said
