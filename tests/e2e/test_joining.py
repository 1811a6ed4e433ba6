"""An office joins in the browser: apply, letter, code, account, first steps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.contract.test_known_offices import csv_file, line

from renkei.conformance.offices import check_digit

from .conftest import PHONE, Town
from .test_pages import assert_well

pytestmark = pytest.mark.browser
PASSWORD = "しずかな朝の提供票が届く"


@pytest.fixture(autouse=True)
def nothing_goes_wrong(page: Page) -> object:
    """The console stays empty: a refused style or script would be said there."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert not said


def hub_command(town: Town, root: Path, *arguments: str | Path) -> str:
    """`renkei hub …`, asking the running hub."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RENKEI_", "DJANGO_"))}
    command = [sys.executable, "-m", "renkei", "hub", arguments[0], "--data", town.folder / "hub", *arguments[1:]]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_an_office_joins_with_the_code_of_a_letter(page: Page, town: Town, root: Path, tmp_path: Path) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    stem = f"13798{width % 10000:04}"
    number = stem + check_digit(stem)
    listed = csv_file(tmp_path / "list.csv", line(number, "くすのき訪問介護", "クスノキホウモンカイゴ"))
    hub_command(town, root, "known-offices", listed)

    page.goto("/join/")
    assert_well(page, tmp_path, "begin")
    page.get_by_label("事業所番号").fill(number)
    page.get_by_role("button", name="進む").click()
    expect(page.get_by_text("公表されている内容")).to_be_visible()
    expect(page.get_by_label("事業所の名前")).to_have_value("くすのき訪問介護")
    expect(page.get_by_label("訪問介護", exact=True)).to_be_checked()
    assert_well(page, tmp_path, "apply")
    page.get_by_label("担当の方の氏名").fill("楠　花子")
    page.get_by_label("メールアドレス").fill("hanako@example.jp")
    page.get_by_label("上の約束を読み").check()
    page.get_by_role("button", name="申し込む").click()
    expect(page.get_by_text("このページのアドレスを残してください")).to_be_visible()
    assert_well(page, tmp_path, "applied")

    waiting = hub_command(town, root, "applications")
    id_ = re.findall(rf"^(\d+)  {number}", waiting, re.MULTILINE)[0]
    letter = tmp_path / "letter.html"
    hub_command(town, root, "applications", "--send-code", id_, "--out", letter)
    code = re.findall(r'class="code">([^<]+)<', letter.read_text(encoding="utf-8"))[0]

    page.reload()
    page.get_by_label("届いた番号").fill("AAAA-BBBB-CCCC")
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("番号がちがうか")
    assert_well(page, tmp_path, "wrong-code")
    page.get_by_label("届いた番号").fill(code.lower())
    page.get_by_role("button", name="確かめる").click()
    page.get_by_label("ログイン名").fill(f"kusunoki{width}")
    page.get_by_label("氏名").fill("楠　花子")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    assert_well(page, tmp_path, "account")
    page.get_by_role("button", name="登録して始める").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("はじめての準備")
    expect(page.get_by_role("heading", level=2)).to_have_count(5)
    assert_well(page, tmp_path, "welcome")
    page.get_by_role("button", name="特大").click()
    assert_well(page, tmp_path, "welcome-largest")
