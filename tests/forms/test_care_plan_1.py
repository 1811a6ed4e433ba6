"""第1表: what was chosen is ringed, the boxes are ruled, and what they do not hold goes on on the next page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of
from tests.forms.pictures import assert_looks_like

from renkei.forms.filling.care_plan_1 import fill
from renkei.forms.filling.given import Given
from renkei.standard.layouts import layout

EMPTY = Given(("", ""), ("", ""), ("", ""), "", {})
PLAN = {
    "document_created_date": "20261115",
    "client_postal_code": "100-0000",
    "client_address_1": "東京都架空市みどり町一丁目二番三号",
    "client_address_2": "コーポやまぶき一〇一号室",
    "care_manager_name": "髙橋　恵子",
    "care_management_office_name": "架空ケアプランセンター",
    "care_management_office_number": "1379100017",
    "care_plan_creation_or_change_date": "20261116",
    "first_care_plan_date": "20240401",
    "plan_category": "52",
    "certification_status": "2",
    "certification_date": "20250401",
    "certification_valid_from": "20250501",
    "certification_valid_to": "20280430",
    "care_level": "23",
    "assessment_result_client_family_wishes": "本人:「住み慣れた家で、ずっと暮らしたい」\n家族:夜間が心配。転倒に気をつけたい。",
    "certification_board_opinion": "特になし",
    "overall_support_policy": "・毎日の生活リズムを整える\n・緊急連絡先　長男 03-0000-0000",
    "living_support_reason": "3",
    "living_support_reason_other": "日中独居",
}
PERSON = {"client_name": "栁澤　春", "client_name_kana": "ﾔﾅｷﾞｻﾜ ﾊﾙ", "client_birth_date": "19380214"}


def given(person: dict[str, str] | None = None, **plan: str) -> Given:
    rows = {"UP1KYO": [PLAN | plan], "UPHOSOKU": [PERSON | (person or {})]}
    return Given(("139998", "0000000001"), ("1379100017", "43"), ("", ""), "", rows)


def sheet(**plan: str) -> dict[str, Any]:
    found: dict[str, Any] = fill(given(**plan)).data["sheets"][0]
    return found


@pytest.mark.parametrize(
    ("code", "chosen"), [("11", ["初回"]), ("52", ["初回", "継続"]), ("54", ["初回", "紹介", "継続"]), ("", [])]
)
def test_a_plan_may_be_several_of_first_referred_and_going_on(code: str, chosen: list[str]) -> None:
    assert sheet(plan_category=code)["categories"] == {"options": ["初回", "紹介", "継続"], "chosen": chosen}


def test_a_level_of_care_is_ringed_among_the_five() -> None:
    levels = sheet(care_level="23")["levels"]
    assert (len(levels["options"]), levels["chosen"]) == (5, ["要介護３"])


@pytest.mark.parametrize(("code", "level"), [("06", "事業対象者"), ("12", "要支援１"), ("13", "要支援２")])
def test_a_lesser_level_is_offered_where_the_person_has_it(code: str, level: str) -> None:
    levels = sheet(care_level=code)["levels"]
    assert (len(levels["options"]), levels["chosen"]) == (8, [level])


def test_unknown_codes_are_shown_as_they_are() -> None:
    odd = sheet(plan_category="77", certification_status="9", care_level="99", living_support_reason="8")
    for name, code in (("categories", "77"), ("certification", "9"), ("levels", "99"), ("reasons", "8")):
        assert odd[name]["options"][-1] == code and odd[name]["chosen"] == [code]


def test_two_plans_of_a_person_are_two_sheets() -> None:
    rows = {"UP1KYO": [PLAN, PLAN | {"care_plan_creation_or_change_date": "20270101"}]}
    sheets = fill(Given(("", ""), ("", ""), ("", ""), "", rows, ("栁澤　春", ""))).data["sheets"]
    assert [one["made"] for one in sheets] == ["令和8年11月16日", "令和9年1月1日"]
    assert {one["name"] for one in sheets} == {"栁澤　春"}


def test_every_item_is_on_the_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    texts = {field.name: f"項{field.no}" for field in layout("UP1KYO").fields}
    person = {name: f"人{place}" for place, name in enumerate(PERSON)}
    (page,) = pages_of(fill(given(person, **texts)), need("pdftotext"), tmp_path)
    seen = texts | person | {"insurer_number": "139998", "insured_person_number": "0000000001"}
    for name, text in seen.items():
        assert name in ("csv_version", "record_identifier_unused") or text in page.text, name


def test_dates_stand_in_eras(need: Callable[[str], str], tmp_path: Path) -> None:
    (page,) = pages_of(fill(given(certification_date="99999999")), need("pdftotext"), tmp_path)
    for told in ("昭和13年2月14日", "令和7年5月1日〜令和10年4月30日", "99999999", "ヤナギサワハル", "〒100-0000"):
        assert told in page.text


def test_texts_that_the_boxes_do_not_hold_go_on_whole(need: Callable[[str], str], tmp_path: Path) -> None:
    texts = {
        "assessment_result_client_family_wishes": "望" * 1000,
        "certification_board_opinion": "会" * 300,
        "overall_support_policy": "行\n" * 60 + "針" * 2000,
    }
    form = fill(given({"client_name": "䠖" * 60}, **texts, living_support_reason_other="由" * 200))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    drawn = Counter("".join(page.text for page in pages))
    assert (drawn["望"], drawn["行"], drawn["由"]) == (1000, 60, 200 + 1)  # 算定理由
    assert drawn["針"] == 2000 + sum("総合的な援助の方針" in page.text for page in pages)
    assert drawn["䠖"] == 60 * len(pages)
    for number, page in enumerate(pages, start=1):
        assert "居宅サービス計画書（１）" in page.text and f"第1表({number}/{len(pages)})" in page.text
    assert all("(つづき)" in page.text for page in pages[1:])
    assert all("(次のページにつづく)" in page.text for page in pages[:-1])


def test_eight_hundred_letters_fit_while_the_other_boxes_are_empty(need: Callable[[str], str], tmp_path: Path) -> None:
    form = fill(given(assessment_result_client_family_wishes="望" * 800, overall_support_policy=""))
    assert len(pages_of(form, need("pdftotext"), tmp_path)) == 1


def test_a_page_of_line_breaks_goes_on(need: Callable[[str], str], tmp_path: Path) -> None:
    form = fill(given(overall_support_policy="\n" * 50 + "末尾"))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    assert "末尾" in pages[-1].text and len(pages) == 3


def test_line_breaks_in_names_and_addresses_take_no_room(need: Callable[[str], str], tmp_path: Path) -> None:
    person = {"client_name": "栁澤\n" * 20 + "春"}
    form = fill(given(person, client_address_1="番地\n" * 20, living_support_reason_other="事情\n" * 20))
    (page,) = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out([page])
    assert page.text.count("栁澤") == page.text.count("番地") == page.text.count("事情") == 20


def test_it_looks_like_the_form() -> None:
    assert_looks_like("care-plan-1", fill(given()))


def test_the_empty_form_has_room_to_write_in() -> None:
    assert_looks_like("care-plan-1-blank", fill(EMPTY))
