"""The month of an office by clicks: the pile, the mistakes, the book of partners, the record and its proof."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract import world

from renkei.standard.units import UnitKind

from .conftest import Town
from .test_pages import assert_well, nothing_goes_wrong, shots

pytestmark = pytest.mark.browser
__all__ = ["nothing_goes_wrong", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
STRANGER = "1370299998"  # an office that nobody knows


def pile(town: Town, sequence: str) -> bytes:
    """A care plan with a mistake, a slip for an office that is not connected, and a file that is none of the standard's."""
    units = world.units_of(town.month.files[town.care_manager.number])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for kind in (UnitKind.CARE_PLAN, UnitKind.USE_TABLE):
            unit, files = next((unit, files) for unit, files in units if unit.kind is kind)
            for name, data in files.items():
                renamed = name.replace(unit.sequence, sequence)
                if kind is UnitKind.CARE_PLAN:
                    data = data.replace(b",2026", b",2026/", 1) if name.startswith("UP1KYO") else data
                else:
                    renamed = renamed.replace(unit.recipient, STRANGER)
                    data = data.replace(unit.recipient.encode(), STRANGER.encode())
                archive.writestr(renamed, data)
        archive.writestr("メモ.txt", "電話する")
    return made.getvalue()


def test_a_month_is_brought_mended_finished_and_found_again(
    sign_in: SignIn, town: Town, shots: Path | None, tmp_path: Path
) -> None:
    page = sign_in(town.care_manager)
    width = page.viewport_size["width"] if page.viewport_size else 0
    archive = tmp_path / "提供票.zip"
    archive.write_bytes(pile(town, f"2026123100{width:04}"))
    bring_and_mend(page, shots, archive)
    finish(page, shots)
    hand_over(page, shots)
    keep_the_book(page, shots)
    look_back(page, shots)
    set_up(page, shots)


def bring_and_mend(page: Page, shots: Path | None, archive: Path) -> None:
    """What was dropped is sorted; what is wrong is said beside it."""
    page.get_by_role("link", name="送るもの", exact=True).click()
    page.locator("#files").set_input_files(archive)
    page.get_by_role("button", name="入れて調べる").click()
    expect(page.get_by_text("1個のファイルは、送るものにできませんでした")).to_be_visible()
    assert_well(page, shots, "month_outbox")
    page.get_by_role("link", name="1個").first.click()
    assert_well(page, shots, "month_left")
    page.get_by_role("button", name="片づける(消す)").click()
    page.goto("/outbox/list/faulty/")
    page.locator(".row h2 a").first.click()
    expect(page.get_by_role("heading", name="見つかったこと")).to_be_visible()
    assert_well(page, shots, "month_unit")
    page.get_by_role("button", name="送るのをやめる").click()


def finish(page: Page, shots: Path | None) -> None:
    """Chosen with the keyboard alone."""
    page.goto("/outbox/list/draft/")
    assert_well(page, shots, "month_drafts")
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="完成にする").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1件を完成にしました")).to_be_visible()


def hand_over(page: Page, shots: Path | None) -> None:
    """Paper with its cover sheet for who is not connected; and back again."""
    page.goto("/outbox/hand/fax/")
    assert_well(page, shots, "month_hand")
    drawn = page.request.get("/outbox/hand/fax/sheets.pdf?masked=1")
    assert drawn.ok and drawn.body().startswith(b"%PDF-")
    page.get_by_role("button", name="と記録する").click()
    expect(page.get_by_text("1件を渡しました")).to_be_visible()
    page.goto("/outbox/list/gone/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="を取り消す").click()
    expect(page.get_by_text("を取り消しました")).to_be_visible()
    page.goto("/outbox/list/ready/?names=1")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="送るのをやめる").click()


def keep_the_book(page: Page, shots: Path | None) -> None:
    """Who they are, how they are reached, and a letter to who is not here yet."""
    page.get_by_role("link", name="相手", exact=True).click()
    page.wait_for_load_state()  # counting does not wait
    if page.get_by_role("button", name="名簿に入れる").count():
        page.get_by_role("button", name="名簿に入れる").click()
    assert_well(page, shots, "month_partners")
    page.locator("table a").first.click()
    page.get_by_label("覚え書き").fill("電話は午前中に")
    page.get_by_role("button", name="変える", exact=True).click()
    expect(page.get_by_text("のことを変えました")).to_be_visible()
    assert_well(page, shots, "month_partner")


def look_back(page: Page, shots: Path | None) -> None:
    """The counts by person, and the proof of what went."""
    page.goto("/overview/202612/different/people/")
    assert_well(page, shots, "month_people")
    page.goto("/months/202612/")
    page.get_by_role("link", name="請求の前に確かめる").click()
    assert_well(page, shots, "claim")
    page.get_by_role("link", name="記録", exact=True).click()
    assert_well(page, shots, "month_ledger")
    with page.expect_download() as saving:
        page.get_by_role("button", name="証拠のファイルを作る").click()
    with zipfile.ZipFile(Path(saving.value.path())) as bundle:
        assert "記録.pdf" in bundle.namelist()
    page.goto("/ledger/timeline/")
    assert_well(page, shots, "month_timeline")
    page.get_by_role("link", name="使い方を見る").click()
    assert_well(page, shots, "month_tour")


def set_up(page: Page, shots: Path | None) -> None:
    """How the office works, and what each person wants to be told."""
    page.goto("/settings/habits/")
    page.get_by_label("提供票を送る日").fill("25")
    page.get_by_role("button", name="このやり方にする").click()
    expect(page.get_by_text("やり方を変えました")).to_be_visible()
    page.goto("/settings/reminders/")
    assert_well(page, shots, "month_wishes")
    page.goto("/reminders/")
    assert_well(page, shots, "month_reminders")
