"""Sending by clicks alone: a passkey, files, what they are, the hub's seal, the recipient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.contract import world
from tests.contract.papers import pdf

from renkei.standard.units import UnitKind

from .conftest import Town
from .test_pages import assert_well, shots
from .test_staff import at_home, come, invited, with_reader

pytestmark = pytest.mark.browser
__all__ = ["at_home", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
LATER = "20261231235959"


def fresh_plan(town: Town, folder: Path) -> list[Path]:
    """The files of one care plan, written out anew under a later sequence number."""
    units = world.units_of(town.month.files[town.care_manager.number])
    unit, files = next((unit, files) for unit, files in units if unit.kind is UnitKind.CARE_PLAN)
    made = []
    for name, data in files.items():
        made.append(folder / name.replace(unit.sequence, LATER))
        made[-1].write_bytes(data)
    return made


@pytest.mark.parametrize("context", [(1280, 900)], indirect=True)
def test_a_person_with_a_passkey_sends_a_plan_from_the_browser(
    sign_in: SignIn, town: Town, at_home: BrowserContext, shots: Path | None, tmp_path: Path
) -> None:
    code = invited(sign_in(town.care_manager))
    page = with_reader(at_home)
    come(page, code)
    page.get_by_role("listitem").filter(has_text="パスキー").get_by_role("link", name="登録する").click()
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備の番号")
    page.get_by_role("button", name="サインアウト").click()
    page.get_by_role("button", name="パスキーで入る").click()

    page.get_by_role("link", name="送るもの", exact=True).click()
    page.get_by_label("まで)").set_input_files(fresh_plan(town, tmp_path))
    page.get_by_role("button", name="入れて調べる").click()
    expect(page.get_by_text("1件を入れました")).to_be_visible()
    assert_well(page, shots, "outbox")
    page.get_by_role("link", name="1件", exact=True).click()
    page.get_by_role("link", name="居宅サービス計画書").click()
    assert_well(page, shots, "outbox_unit")
    page.get_by_role("button", name="完成にする").click()
    page.get_by_role("button", name="送る", exact=True).click()
    expect(page.get_by_text("終わりました", exact=True)).to_be_visible()
    assert_well(page, shots, "outbox_sending")
    page.get_by_role("link", name="送ったもの", exact=True).last.click()
    page.get_by_role("link", name="居宅サービス計画書").first.click()
    expect(page.get_by_text("ハブが預かる事業所の鍵")).to_be_visible()
    send_papers_on_a_phone(page, shots, town, tmp_path)


def send_papers_on_a_phone(page: Page, shots: Path | None, town: Town, folder: Path) -> None:
    """The same person photographs a report and sends it; one that hides something is sorted out."""
    page.set_viewport_size({"width": 375, "height": 812})
    good, bad = folder / "12月のモニタリング.pdf", folder / "しかけ.pdf"
    good.write_bytes(pdf("1"))
    bad.write_bytes(pdf(script=True))
    page.get_by_role("link", name="送るもの", exact=True).click()
    page.get_by_role("link", name="書類を送る").click()
    assert_well(page, shots, "papers")
    page.get_by_label("書類のファイル").set_input_files([good, bad])
    page.get_by_role("button", name="調べる").click()
    expect(page.get_by_text("スクリプト")).to_be_visible()
    page.get_by_label("書類の種類").select_option("モニタリング")
    page.get_by_label("何月分か").select_option(index=2)
    page.get_by_label("保険者番号(", exact=False).first.fill("131016")
    page.get_by_label("被保険者番号").fill("0000001234")
    page.get_by_label(town.service_office.name).check()
    assert_well(page, shots, "papers_named")
    page.get_by_role("button", name="書類を送る").click()
    expect(page.get_by_text("送りました")).to_be_visible()
    assert_well(page, shots, "papers_done")
    page.get_by_role("link", name="送信の記録を見る").click()
    page.get_by_role("link", name="中身を見る").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="12月のモニタリング.pdf").click()
    assert saving.value.suggested_filename == good.name
    assert Path(saving.value.path()).read_bytes() == good.read_bytes()
    expect(page.get_by_text("被保険者番号 0000001234 の人")).to_be_visible()
    assert_well(page, shots, "papers_contents")
