"""The month of two invented offices, played by clicks alone: slips go out, results come back, what differs is asked and settled.

The care manager sits at a desk, the service office has no care software and a phone. Nothing here but the files that a care
manager's software exports comes from a program.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.contract import world

from renkei.conformance import make_month
from renkei.standard.units import UnitKind

from .conftest import PHONE, Town
from .test_pages import assert_well, shots
from .test_staff import at_home, come, invited, with_reader

pytestmark = pytest.mark.browser
__all__ = ["at_home", "shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
MONTH, WORDS = "202609", "令和8年9月分"


@pytest.fixture
def on_the_road(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    """The phone of somebody at the service office."""
    width, height = PHONE
    address = town.url.replace("127.0.0.1", "localhost")
    made = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="ja-JP")
    made.set_default_timeout(10_000)
    yield made
    made.close()


def slips(town: Town) -> bytes:
    """What the care manager's software exports: one slip for the service office, of people whom no other month has."""
    month = make_month(seed=5, month=MONTH, clients=7)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for unit, files in world.units_of(month.files[town.care_manager.number]):
            if (unit.kind, unit.recipient) == (UnitKind.USE_TABLE, town.service_office.number):
                for name, data in files.items():
                    archive.writestr(name, data)
    return made.getvalue()


def member(context: BrowserContext, inviting: Page) -> Page:
    """A new member of an office with a passkey, signed in."""
    page = with_reader(context)
    code = invited(inviting)
    inviting.goto("/settings/")
    inviting.get_by_role("button", name="サインアウト").click()
    come(page, code)
    page.get_by_role("listitem").filter(has_text="パスキー").get_by_role("link", name="登録する").click()
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備の番号")
    page.get_by_role("button", name="サインアウト").click()
    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今月")
    return page


@pytest.mark.parametrize("context", [(1280, 900)], indirect=True)
def test_the_month_of_two_offices(
    sign_in: SignIn,
    town: Town,
    at_home: BrowserContext,
    on_the_road: BrowserContext,
    shots: Path | None,
    tmp_path: Path,
) -> None:
    manager = member(at_home, sign_in(town.care_manager))
    helper = member(on_the_road, sign_in(town.service_office))
    archive = tmp_path / "9月の提供票.zip"
    archive.write_bytes(slips(town))
    send_the_slips(manager, archive)
    person = answer_the_slips(helper, shots)
    decide(manager, town, person, shots)
    correct(helper, shots)
    settle(manager, person, shots)


def send_the_slips(page: Page, archive: Path) -> None:
    page.get_by_role("link", name="送るもの", exact=True).click()
    page.locator("#files").set_input_files(archive)
    page.get_by_role("button", name="入れて調べる").click()
    expect(page.get_by_text("1件を入れました")).to_be_visible()
    finish_and_send(page)


def finish_and_send(page: Page) -> None:
    """All that is a draft is finished, and goes."""
    page.get_by_role("link", name="送るもの", exact=True).click()
    page.get_by_role("button", name=re.compile("をすべて完成にする")).click()
    page.get_by_role("link", name="送るもの", exact=True).click()
    page.get_by_role("button", name=re.compile("件をすべて送る")).click()
    expect(page.get_by_text("終わりました", exact=True)).to_be_visible()


def answer_the_slips(page: Page, shots: Path | None) -> str:
    """Everybody as planned, but for one who went another time and once not at all. The name of that person."""
    page.goto(f"/overview/{MONTH}/")
    page.get_by_role("link", name="実績を入れる").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS)
    link = page.locator(".answer-row h3 a").first
    name = link.inner_text()
    link.click()
    page.get_by_role("button", name="すべて予定どおり").click()
    page.locator("input[name=done] + label").last.click()
    expect(page.get_by_text("に保存しました")).to_be_visible()
    page.get_by_text("時刻や回数を変える", exact=True).first.click()
    page.get_by_label("どのサービスか").first.select_option(index=1)
    page.get_by_label("始まり").first.fill("18:00")
    page.get_by_label("終わり").first.fill("19:30")
    page.get_by_role("button", name="時刻や回数を変える").click()
    page.get_by_label("この月の報告").fill("歩く練習を続けています。")
    page.get_by_role("button", name="これで全部(できた)").click()
    page.get_by_role("link", name="まだの人を全員選ぶ").click()
    page.get_by_role("button", name="選んだ人は、予定どおりだった").click()
    assert_well(page, shots, "whole_answered")
    page.get_by_role("button", name="できた人の実績を、送るものに入れる").click()
    expect(page.get_by_text("書いた報告も、書類として送るものに入れました")).to_be_visible()
    finish_and_send(page)
    return name


def decide(page: Page, town: Town, person: str, shots: Path | None) -> None:
    """The results are taken, what differs is opened, and the office is asked."""
    page.goto(f"/received/?month={MONTH}")
    page.get_by_role("link", name=re.compile("^実績")).first.click()
    page.get_by_role("link", name="受け取りました").click()
    page.get_by_role("button", name="受け取りましたと知らせる").click()
    page.goto(f"/months/{MONTH}/")
    expect(page.locator("#changed")).to_contain_text("変更あり 1人")
    assert_well(page, shots, "whole_month")
    page.get_by_role("link", name=person).click()
    expect(page.get_by_text("月次報告 令和8年9月分.pdf")).to_be_visible()
    expect(page.locator(".cause", has_text="行わなかった")).to_be_visible()
    page.get_by_text("相手に聞く").first.click()
    page.get_by_label("聞きたいこと").first.fill("さいごの日は、お休みでしたか。")
    assert_well(page, shots, "whole_person")
    page.get_by_role("button", name=f"{town.service_office.name}に聞く").first.click()
    expect(page.get_by_text("相手に聞きました")).to_be_visible()


def correct(page: Page, shots: Path | None) -> None:
    """The office reads the question, answers it, and sends everybody again with one more visit."""
    page.goto(f"/overview/{MONTH}/")
    page.get_by_role("link", name="返事をするもの").click()
    page.locator(".row__what a").first.click()
    page.get_by_role("link", name="言葉を読む").last.click()
    expect(page.locator("main")).to_contain_text("さいごの日は、お休みでしたか。")
    page.go_back()
    page.get_by_role("link", name="変更を引き受ける", exact=True).click()
    page.get_by_role("button", name="引き受けると知らせる").click()
    page.goto(f"/answers/{MONTH}/")
    page.locator(".answer-row").filter(has_text="予定とちがう").locator("h3 a").click()
    page.locator("input[name=done] + label").last.click()
    expect(page.get_by_text("に保存しました")).to_be_visible()
    page.get_by_role("button", name="これで全部(できた)").click()
    page.get_by_role("button", name="できた人の実績を、送るものに入れる").click()
    finish_and_send(page)
    page.goto(f"/answers/{MONTH}/")
    assert_well(page, shots, "whole_sent_again")


def settle(page: Page, person: str, shots: Path | None) -> None:
    """What still differs is right, and taken as it is; the month is on record."""
    page.goto(f"/months/{MONTH}/")
    page.get_by_role("link", name=person).click()
    expect(page.get_by_text("もう一度、確かめてください")).to_be_visible()
    page.get_by_role("button", name="このまま受け入れる").click()
    expect(page.get_by_text("受け入れました")).to_be_visible()
    page.goto(f"/months/{MONTH}/")
    expect(page.get_by_text("変更のある人は、みな確かめました")).to_be_visible()
    page.get_by_text("受け入れた 1人を表示する").click()
    page.get_by_role("link", name=person).click()
    page.get_by_role("link", name="支援経過(第5表)に写す").click()
    expect(page.locator("#lines")).to_contain_text("変更のお願い")
    assert_well(page, shots, "whole_support")
    page.goto("/months/")
    page.goto(f"/months/{MONTH}/")
    page.get_by_text("受け入れた 1人を表示する").click()
    page.get_by_role("link", name=person).click()
    page.get_by_role("link", name="前の月も見る").click()
    assert_well(page, shots, "whole_history")
