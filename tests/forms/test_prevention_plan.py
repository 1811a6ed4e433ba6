"""介護予防サービス・支援計画書: one sheet of A3 as care managers know it; what does not fit goes on on further ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of
from tests.forms.pictures import assert_looks_like

from renkei.forms.filling.given import Given, Row
from renkei.forms.filling.prevention_plan import fill
from renkei.standard.layouts import layout

KEY = {"plan_creation_or_change_date": "20261118"}
NOTHING = Given(("", ""), ("", ""), ("", ""), "", {})
WORDS = "膝の痛みがあり、長く歩くと休みたくなるが、近所の店までは買い物かごを押して行けている。"


def given(plans: Sequence[Row], supports: Sequence[Row] = ()) -> Given:
    return Given(("139998", "0000001071"), ("", ""), ("", ""), "", {"UPYOBO": plans, "UPYOBO_SUB": supports})


def support(issue: int, plan: int, service: int, /, **texts: str) -> Row:
    numbers = {"issue_no": str(issue), "support_plan_no": str(plan), "used_service_no": str(service)}
    return {**KEY, **numbers, **texts}


def sheet(*supports: Row, **items: str) -> dict[str, Any]:
    (one,) = fill(given([{**KEY, **items}], supports)).data["sheets"]
    return dict(one)


def opened(*supports: Row) -> list[int]:
    """The level that each service opens: 0 an issue, 1 a support plan, 2 none."""
    return [leaf["opens"] for leaf in sheet(*supports)["leaves"]]


ISSUE = {
    "overall_issue": "膝の痛みで外出が減り、足の力が落ちている",
    "goal_and_measure_proposal": "痛みを抑えながら、歩く量を少しずつふやす",
    "client_family_intention": "本人: やってみたい\n長男: 休みの日はいっしょに歩く",
    "goal": "3か月後に、公園まで休まずに歩ける",
}
POINT = {
    "support_point": "無理をせず、痛みの強い日は休む",
    "self_care_informal": "毎朝の体操\n老人クラブの散歩の会",
    "insured_or_community_service": "膝の様子を見ながらの運動",
}
SERVICE = {
    "used_service_type_name": "介護予防訪問看護",
    "used_service_office_name": "架空訪問看護ステーション",
    "used_service_period": "R8.12～R9.5",
}
TYPICAL = given(
    [
        KEY
        | {
            "client_name": "小鳥遊　のぶ",
            "reference_number": "予-0071",
            "certification_date": "20260320",
            "certification_valid_from": "20260401",
            "certification_valid_to": "20280331",
            "plan_category": "52",
            "certification_status": "2",
            "support_level": "2",
            "prevention_plan_kind": "1",
            "outsourcing": "2",
            "centre_staff_name": "栁原　予防",
            "care_manager_name": "髙橋　恵子",
            "plan_author_office_name": "架空ケアプランセンター",
            "plan_author_office_address": "東京都架空市みどり町1-2-3",
            "plan_author_office_phone": "042-000-0100",
            "first_plan_date": "20250401",
            "support_centre_name": "地域包括支援センターみどり",
            "target_life_day": "毎日、庭に出て花の世話をする",
            "target_life_year": "春に、孫と花見に行く",
            "mobility_current": "つえで200mほど歩ける。",
            "mobility_wishes": "もう一度、駅まで歩きたい。",
            "mobility_has_issue": "1",
            "mobility_issue_background": "膝の痛みで、外出が減った。",
            "home_life_has_issue": "2",
            "social_has_issue": "2",
            "health_has_issue": "1",
            "overall_policy": "膝の様子を見ながら、歩く機会をふやす。",
            "checklist_count_exercise": "3",
            "program_needed_exercise": "1",
            "program_needed_nutrition": "2",
            "consent_date": "20261120",
            "consenting_person_name": "小鳥遊　のぶ",
        }
    ],
    [
        support(1, 1, 1, **ISSUE, **POINT, **SERVICE),
        support(1, 1, 2, **SERVICE | {"used_service_type_name": "介護予防福祉用具貸与"}),
        support(1, 2, 1, support_point="転ばない工夫", **SERVICE),
        support(2, 1, 1, overall_issue="血圧の管理", self_care_informal="毎朝、血圧を測る"),
    ],
)


def test_a_support_plan_holds_its_services_and_an_issue_its_support_plans() -> None:
    rows = TYPICAL.of("UPYOBO_SUB")
    assert opened(*rows) == [0, 2, 1, 0]
    assert opened(*reversed(rows)) == [0, 2, 1, 0]


def test_the_same_text_again_is_no_new_issue_and_another_one_is_not_lost() -> None:
    again = support(1, 1, 2, **ISSUE, **POINT)
    assert opened(support(1, 1, 1, **ISSUE, **POINT), again) == [0, 2]
    assert opened(support(1, 1, 1, **ISSUE), support(1, 1, 2, goal="ほかの目標")) == [0, 0]
    assert opened(support(1, 1, 1, **POINT), support(1, 1, 2, support_point="ほかの点")) == [0, 1]


def test_what_has_no_number_comes_last_and_stays() -> None:
    leaves = sheet({**KEY, "overall_issue": "番号なし"}, support(10, 1, 1), support(9, 1, 1))["leaves"]
    assert [leaf["cells"][0] for leaf in leaves] == [
        {"lead": "9", "text": ""},
        {"lead": "10", "text": ""},
        {"lead": "", "text": "番号なし"},
    ]


def test_a_plan_keeps_its_own_supports_and_supports_without_a_plan_are_shown() -> None:
    plans = [KEY, {"plan_creation_or_change_date": "20270118"}]
    supports = [
        support(1, 1, 1, goal="前の目標"),
        {**support(1, 1, 1, goal="後の目標"), "plan_creation_or_change_date": "20270118"},
        {**support(1, 1, 1, goal="迷った目標"), "plan_creation_or_change_date": "20250101"},
    ]
    sheets = fill(given(plans, supports)).data["sheets"]
    found = [(one["made"], [leaf["cells"][3]["text"] for leaf in one["leaves"]]) for one in sheets]
    assert found == [
        ("令和8年11月18日", ["前の目標"]),
        ("令和9年1月18日", ["後の目標"]),
        ("令和7年1月1日", ["迷った目標"]),
    ]


def test_a_code_that_the_standard_lacks_is_shown_as_chosen() -> None:
    one = sheet(support_level="9", mobility_has_issue="7", plan_category="99", certification_date="99999999")
    assert one["levels"] == {"options": ["要支援１", "要支援２", "地域支援事業", "9"], "chosen": ["9"]}
    assert one["areas"][0]["has_issue"] == {"options": ["有", "無", "7"], "chosen": ["7"]}
    assert one["categories"]["chosen"] == ["99"] and one["certified"] == "99999999"


def items(kind: str, *types: str) -> list[str]:
    return [field.name for field in layout(kind).fields if field.type in types]


def test_every_item_of_the_layouts_is_on_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    plan = {name: f"項{place}目" for place, name in enumerate(items("UPYOBO", "text", "line"), start=100)}
    part = {name: f"支{place}目" for place, name in enumerate(items("UPYOBO_SUB", "text"), start=100)}
    days = {name: f"202601{place:02}" for place, name in enumerate(items("UPYOBO", "date"), start=10)}
    counts = {name: str(place) for place, name in enumerate(items("UPYOBO", "integer"), start=51)}
    row = {**plan, **days, **counts}
    supports = [support(41, 42, 43, **part) | {name: row[name] for name in KEY}]
    (page,) = pages_of(fill(given([row], supports)), need("pdftotext"), tmp_path)
    dates = [f"令和8年1月{int(day[-2:])}日" for day in days.values()]
    tokens = [*plan.values(), *part.values(), *dates, *(f"{count}／" for count in counts.values()), "41.", "42.", "43."]
    assert (len(plan), len(part), len(days), len(counts)) == (27, 10, 6, 6)
    for token in (*tokens, "139998", "0000001071"):
        assert token in page.text, token


def test_ten_issues_of_three_support_plans_go_on_on_further_sheets(need: Callable[[str], str], tmp_path: Path) -> None:
    rows = [
        support(
            *(issue, plan, service),
            **({"overall_issue": f"課題{issue:02}。{WORDS}"} if (plan, service) == (1, 1) else {}),
            **({"support_point": f"支援{issue:02}の{plan}"} if service == 1 else {}),
            used_service_office_name=f"利用先{issue:02}{plan}{service}",
        )
        for issue in range(1, 11)
        for plan in (1, 2, 3)
        for service in (1, 2)
    ]
    pages = pages_of(fill(given([KEY | {"client_name": "小鳥遊　のぶ"}], rows)), need("pdftotext"), tmp_path)
    assert len(pages) > 1
    assert_nothing_sticks_out(pages)
    for page in pages:
        for heading in ("総合的課題", "アセスメント領域と現在の状況", "小鳥遊のぶ", "令和8年11月18日"):
            assert heading in page.text, heading
    said = "".join(page.text for page in pages)
    for row in rows:
        assert said.count(row["used_service_office_name"]) == 1
    assert all(f"課題{issue:02}。" in said for issue in range(1, 11))


def test_texts_that_are_too_long_go_on_under_their_name(need: Callable[[str], str], tmp_path: Path) -> None:
    many = [f"行{place:03}" for place in range(120)]
    texts = {
        "client_name": "栁" * 60,
        "care_manager_name": "A" * 60,
        "plan_author_office_address": WORDS * 9,
        "target_life_year": WORDS * 40,
        "overall_policy": "\n".join(many),
        "mobility_current": "\n".join(f"歩{place:03}" for place in range(150)),
        "health_issue_background": WORDS * 30,
        "consenting_person_name": "澤" * 200,
    }
    pages = pages_of(fill(given([KEY | texts], [support(1, 1, 1, goal=WORDS * 40)])), need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    said = "".join(page.text for page in pages)
    for token in (*many, "総合的な方針（つづき）", "目標とする生活（１年）（つづき）", "同意した人の氏名（つづき）"):
        assert token in said, token
    assert said.count("歩") == 150 + said.count("長く歩く") and said.count("澤") == 200
    assert pages[0].text.count("栁") == 60 and said.count("A") == 60


def test_a_code_of_many_lines_does_not_keep_the_sheet_from_being_drawn(
    need: Callable[[str], str], tmp_path: Path
) -> None:
    row = {
        "mobility_has_issue": "行\n" * 90,
        "mobility_issue_background": "\n".join(f"理{place}" for place in range(9)),
    }
    pages = pages_of(fill(given([KEY | row])), need("pdftotext"), tmp_path)
    said = "".join(page.text for page in pages)
    assert len(pages) < 20 and all(f"理{place}" in said for place in range(9))


def test_the_plan_looks_as_care_managers_know_it() -> None:
    assert_looks_like("prevention-plan", fill(TYPICAL))


def test_the_empty_plan_is_one_sheet_to_be_filled_by_hand(need: Callable[[str], str], tmp_path: Path) -> None:
    (page,) = pages_of(fill(NOTHING), need("pdftotext"), tmp_path)
    assert page.width > page.height
    for label in ("目標とする生活", "健康管理について", "基本チェックリスト", "【確認印】", "計画に関する同意"):
        assert label in page.text, label
