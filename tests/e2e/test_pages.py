"""An office's day in the browser: sign in, see what came, open it, compare plan and actual."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.contract import world

from .conftest import DESKTOP, PHONE, Town

pytestmark = pytest.mark.browser
SignIn = Callable[[world.TestOffice], Page]


def assert_well(page: Page, shots: Path | None, name: str) -> None:
    """Nothing that axe knows to be wrong, no sideways scrolling, one h1, nothing refused by the content policy."""
    # A click waits only until the next page begins: it may still be without a root.
    page.wait_for_load_state()
    page.evaluate("document.activeElement?.blur()")
    if shots:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=shots / f"{name}_{width}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
    assert page.locator("h1").count() == 1
    assert page.title().endswith("すみれ町のハブ")


@pytest.fixture(autouse=True)
def nothing_goes_wrong(page: Page) -> object:
    """The console stays empty: a refused style or script would be said there."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert not said


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """RENKEI_TEST_SHOTS: a folder for pictures of the pages, for whoever wants to see them."""
    folder = os.environ.get("RENKEI_TEST_SHOTS")
    return Path(folder) if folder else None


def test_a_care_manager_signs_in_opens_what_came_and_sees_the_changed_people(
    sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page = sign_in(town.care_manager)
    expect(page.get_by_role("heading", level=1)).to_contain_text("今月")
    assert_well(page, shots, "overview")

    page.get_by_role("link", name="受け取ったもの").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("受け取ったもの")
    assert_well(page, shots, "received")

    page.get_by_role("link", name=re.compile("^実績 ")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("送信の記録")
    assert_well(page, shots, "transmission")
    page.get_by_role("link", name="中身を見る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("実績の中身")
    assert_well(page, shots, "contents_actual")

    page.get_by_role("link", name="予定と実績").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("令和8年12月分")
    assert_well(page, shots, "month")
    changed = next(iter(town.month.truth.differences))
    page.get_by_role("link", name=town.name_of(changed.insured)).click()
    expect(page.get_by_role("heading", level=2, name=re.compile("予定とちがうところ"))).to_be_visible()
    assert_well(page, shots, "person")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_what_was_sent_goes_over_several_pages_and_narrows_to_a_month(
    sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page = sign_in(town.care_manager)
    page.get_by_role("link", name="送ったもの").click()
    assert_well(page, shots, "sent")
    expect(page.locator(".row")).to_have_count(20)
    page.get_by_role("link", name="もっと古いものを見る").click()
    expect(page.locator(".row").first).to_be_visible()
    assert page.locator(".row").count() < 20
    expect(page.get_by_role("link", name="もっと古いものを見る")).to_have_count(0)

    page.get_by_label("サービスの月").select_option("202612")
    page.get_by_role("button", name="しぼりこむ").click()
    rows = page.locator(".row").all_inner_texts()
    assert rows and all("令和8年12月分" in row for row in rows)


def test_a_service_office_reads_a_slip_and_keeps_its_files(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    page.get_by_role("link", name="受け取ったもの").click()
    page.get_by_role("link", name=re.compile("^提供票")).first.click()
    page.get_by_role("link", name="中身を見る").click()
    expect(page.locator("details.person").first).to_be_visible()
    assert_well(page, shots, "contents_slip")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("まとめて保存")).click()
    assert waiting.value.suggested_filename.endswith(".zip")

    page.get_by_role("link", name="予定と実績").click()
    assert_well(page, shots, "month_of_service_office")
    page.locator(".person-row a").first.click()
    assert_well(page, shots, "person_of_service_office")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_care_plan_can_be_read_sheet_by_sheet(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.care_manager)
    page.goto("/sent/?month=")
    while not page.get_by_role("link", name=re.compile("計画書")).count():
        page.get_by_role("link", name="もっと古いものを見る").click()
    page.get_by_role("link", name=re.compile("計画書")).first.click()
    page.get_by_role("link", name="中身を見る").click()
    expect(page.get_by_role("heading", name=re.compile("第1表")).first).to_be_visible()
    assert_well(page, shots, "contents_plan")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_failed_import_says_why(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.care_manager)
    page.get_by_role("link", name="送ったもの").click()
    page.locator(".row", has_text="相手が読み込めませんでした").first.get_by_role("link").click()
    assert_well(page, shots, "transmission_failed")
    page.get_by_role("link", name="理由を見る").click()
    expect(page.get_by_text("この利用者は登録されていません。")).to_be_visible()
    assert_well(page, shots, "findings")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_wrong_password_is_told_kindly_and_the_way_out_is_there(
    page: Page, sign_in: SignIn, town: Town, shots: Path | None
) -> None:
    page.goto("/")
    assert_well(page, shots, "sign_in")
    page.get_by_label("ログイン名").fill("staff-nobody")
    page.get_by_label("パスワード").fill("ちがうパスワード")
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("alert")).to_contain_text("ログイン名かパスワードがちがいます")
    assert_well(page, shots, "sign_in_wrong")

    sign_in(town.care_manager)
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")
    page.goto("/received/")
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_larger_type_stays_chosen(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.care_manager)
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert before == 18
    page.get_by_role("button", name="特大").click()
    page.goto("/months/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 25
    expect(page.get_by_role("button", name="特大")).to_have_attribute("aria-pressed", "true")
    assert_well(page, shots, "month_largest")


@pytest.mark.parametrize("context", [DESKTOP], ids=["desktop"], indirect=True)
def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(sign_in: SignIn, town: Town) -> None:
    page = sign_in(town.care_manager)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto("/months/")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "[document.activeElement === document.body ? '' : document.activeElement.innerText,"
            " getComputedStyle(document.activeElement.closest('.person-row') || document.activeElement).outlineWidth]"
        )
        if name:
            assert outline == "4px", name
        seen.add(name)
    assert {"受け取ったもの", "送ったもの", "予定と実績", "サインアウト", "標準", "大", "特大"} <= seen


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_targets_are_large_enough_to_hit(sign_in: SignIn, town: Town) -> None:
    page = sign_in(town.care_manager)
    for address in ("/received/", "/months/"):
        page.goto(address)
        heights = page.evaluate(
            "[...document.querySelectorAll('button:not([hidden]), nav a, .button:not([hidden]), select')]"
            ".map(e => [e.innerText, e.getBoundingClientRect().height])"
        )
        assert [(text, height) for text, height in heights if height < 44] == []
