"""What an office does beside its month: the book of partners, a person's record, a second person's approval, an earlier month."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from renkei.standard.units import UnitKind

from .conftest import Town
from .test_pages import assert_well, nothing_goes_wrong, shots
from .test_staff import come, invited

pytestmark = pytest.mark.browser
__all__ = ["nothing_goes_wrong", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]


def test_a_partner_is_found_and_one_that_no_list_has_is_typed_in(
    sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page = sign_in(town.care_manager)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto("/partners/find/")
    page.get_by_label("事業所の名前のはじめ").fill(town.service_office.name[:4])
    page.get_by_role("button", name="探す", exact=True).click()
    expect(page.get_by_role("heading", name="見つかった事業所")).to_be_visible()
    assert_well(page, shots, "flow_find")
    page.get_by_label("市区町村").fill("どこにもない町")
    page.get_by_role("button", name="探す", exact=True).click()
    page.get_by_role("link", name="名簿にない事業所を、手で入れる").click()
    page.get_by_label("事業所番号").fill(f"137029{width:04}")
    page.get_by_label("サービスの種類").select_option("11")
    page.get_by_label("事業所の名前").fill("ひばり訪問介護")
    page.get_by_label("ファクス番号", exact=True).fill("03-0000-0001")
    page.get_by_label("ファクス番号(もう一度)").fill("03-0000-0002")
    page.get_by_role("button", name="名簿に入れる").click()
    expect(page.get_by_text("2つのファクス番号がちがいます").first).to_be_visible()
    assert_well(page, shots, "flow_by_hand")
    page.get_by_label("ファクス番号", exact=True).fill("03-0000-0001")
    page.get_by_label("ファクス番号(もう一度)").fill("0300000001")
    page.get_by_role("button", name="名簿に入れる").click()
    expect(page.get_by_text("名簿に入れました")).to_be_visible()
    letter = page.locator("a[href$='invitation.pdf']").first.get_attribute("href")
    assert letter and page.request.get(letter).body().startswith(b"%PDF-")
    page.get_by_role("button", name=re.compile("名簿から")).first.click()
    assert_well(page, shots, "flow_removed")


def test_a_persons_record_is_found_by_kana_or_number_and_told_in_order(
    sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page = sign_in(town.care_manager)
    page.goto(f"/months/{town.month.month}/")  # search knows the people of months that were compared
    insured = next(iter(town.month.truth.differences)).insured
    for said in (insured, town.name_of(insured, "client_name_kana").split()[0]):
        page.goto("/ledger/")
        page.get_by_text("利用者でさがす", exact=True).click()
        page.get_by_label("氏名、ふりがな").fill(said)
        page.get_by_role("button", name="さがす", exact=True).click()
        expect(page.get_by_text("についてのものだけを表示しています")).to_be_visible()
        expect(page.locator(".narrowed")).to_contain_text(insured)
    assert insured not in page.url
    assert_well(page, shots, "flow_person")
    page.get_by_role("link", name="できごとを時間の順に見る").click()
    assert_well(page, shots, "flow_timeline")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="おもなページ")).to_be_hidden()
    page.emulate_media(media="screen")
    page.go_back()
    page.get_by_role("link", name="支援経過(第5表)に写す").click()
    assert_well(page, shots, "flow_support")


@pytest.mark.parametrize("context", [(1280, 900)], indirect=True)
def test_another_person_approves_where_the_office_wants_it(
    sign_in: SignIn, town: Town, tmp_path: Path, shots: Path | None
) -> None:
    office = town.offices[town.month.offices[2].number]
    page = sign_in(office)
    _wants_approval(page, "別の人")
    _drop(page, town, office, tmp_path)
    page.get_by_role("button", name="下書き").first.click()
    expect(page.get_by_text("を完成にしました")).to_be_visible()
    page.goto("/outbox/list/checked/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="承認").click()
    expect(page.get_by_text("自分で完成にしたものは、自分では承認できません")).to_be_visible()
    code = invited(page)
    page.goto("/settings/")
    page.get_by_role("button", name="サインアウト").click()
    come(page, code)
    page.goto("/outbox/list/checked/")
    assert_well(page, shots, "flow_to_approve")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="承認").click()
    expect(page.get_by_text("1件を承認しました")).to_be_visible()
    page.goto("/outbox/list/ready/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="送るのをやめる").click()
    page.goto("/outbox/list/dropped/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="下書きに戻す").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto("/outbox/list/draft/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="送るのをやめる").click()


def test_an_earlier_month_opens_by_partner_and_by_person(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.care_manager)
    page.goto("/overview/")
    page.get_by_label("もっと前の月").select_option("202605")
    page.get_by_role("button", name="見る", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("令和8年5月分")
    page.get_by_role("link", name=re.compile("^10月分")).click()
    page.get_by_role("link", name="済み").click()
    assert_well(page, shots, "flow_done")
    page.get_by_role("link", name="利用者ごとに見る").click()
    assert_well(page, shots, "flow_done_people")


@pytest.mark.parametrize("context", [(1280, 900)], indirect=True)
def test_the_outbox_is_reached_and_used_by_keyboard_alone(sign_in: SignIn, town: Town) -> None:
    page = sign_in(town.care_manager)
    page.goto("/outbox/")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert outline != "none" or shadow != "none", seen[-1]
        if seen[-1] == "入れて調べる":
            return
    pytest.fail(f"the button is not reached: {seen}")


def _wants_approval(page: Page, words: str) -> None:
    page.goto("/settings/habits/")
    page.get_by_label(re.compile(words)).check()
    page.get_by_role("button", name="このやり方にする").click()
    expect(page.get_by_text("やり方を変えました")).to_be_visible()


def _drop(page: Page, town: Town, office: world.TestOffice, folder: Path) -> None:
    """Results of this office once more, under a new number."""
    archive = folder / "実績.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for unit, files in world.units_of(town.month.files[office.number]):
            if unit.kind is UnitKind.ACTUAL:
                for name, data in files.items():
                    packed.writestr(name.replace(unit.sequence, "20270109235900"), data)
    page.goto("/outbox/")
    page.locator("#files").set_input_files(archive)
    page.get_by_role("button", name="入れて調べる").click()
    expect(page.get_by_text("件を入れました")).to_be_visible()
