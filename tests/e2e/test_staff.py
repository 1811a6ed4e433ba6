"""A new colleague comes by invitation, makes a passkey and signs in with it; the pages of staff as people see them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.contract import world

from .conftest import PHONE, Town
from .months import LOGIN, PASSWORD
from .test_pages import assert_well, shots

pytestmark = pytest.mark.browser
__all__ = ["shots"]  # fixtures
SignIn = Callable[[world.TestOffice], Page]
_names = itertools.count()


@pytest.fixture
def at_home(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    """A browser with a fingerprint reader, at the one plain address at which browsers make passkeys."""
    made = browser.new_context(base_url=town.url.replace("127.0.0.1", "localhost"), locale="ja-JP")
    made.set_default_timeout(10_000)
    yield made
    made.close()


def with_reader(context: BrowserContext) -> Page:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def invited(page: Page) -> str:
    """Invite somebody; the code on the page."""
    page.goto("/settings/staff/invite/")
    page.get_by_role("button", name="番号を作る").click()
    return page.locator(".code-shown").inner_text()


def come(page: Page, code: str) -> str:
    """Come with a code and make an account; its name."""
    login = f"tanaka{next(_names)}"
    page.goto("/invitation/")
    page.get_by_label("招待の番号").fill(code)
    page.get_by_role("button", name="進む").click()
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("氏名").fill("田中　二")
    page.get_by_label("新しいパスワード", exact=True).fill(PASSWORD)
    page.get_by_label("新しいパスワード(もう一度)").fill(PASSWORD)
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    return login


@pytest.mark.parametrize("context", [(1280, 900)], indirect=True)
def test_an_invited_person_makes_a_passkey_and_signs_in_with_it_alone(
    sign_in: SignIn, town: Town, at_home: BrowserContext, shots: Path
) -> None:
    code = invited(sign_in(town.care_manager))
    page = with_reader(at_home)
    login = come(page, code)
    page.get_by_role("listitem").filter(has_text="パスキー").get_by_role("link", name="登録する").click()
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備の番号")
    page.get_by_role("button", name="作る").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/received/")
    page.get_by_role("button", name="サインアウト").click()

    page.get_by_role("button", name="パスキーで入る").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今月")
    page.get_by_role("button", name="サインアウト").click()

    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    page.get_by_role("button", name="パスキーで確かめる").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今月")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
@pytest.mark.long
def test_the_pages_of_staff_read_well(sign_in: SignIn, town: Town, shots: Path | None) -> None:
    page = sign_in(town.service_office)
    page.get_by_role("link", name="設定").click()
    assert_well(page, shots, "settings")
    page.get_by_role("link", name="職員").click()
    assert_well(page, shots, "staff")
    page.get_by_role("link", name="職員を招待する").click()
    assert_well(page, shots, "staff_invite")
    page.get_by_role("button", name="番号を作る").click()
    page.get_by_role("link", name="職員に戻る").click()
    page.locator("tbody th a").first.click()
    assert_well(page, shots, "staff_one")
    for address in ("/me/", "/me/factors/", "/me/factors/app/"):
        page.goto(address)
        assert_well(page, shots, address.strip("/").replace("/", "_"))
    page.get_by_role("button", name="特大").click()
    assert_well(page, shots, "me_factors_app_largest")
    page.goto("/settings/staff/invite/")
    assert_well(page, shots, "staff_invite_largest")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
def test_a_locked_screen_opens_with_the_password_where_one_was(
    page: Page, sign_in: SignIn, town: Town, shots: Path
) -> None:
    sign_in(town.service_office)
    page.goto("/people/")
    page.get_by_role("button", name="画面をロックする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("画面がロックされています")
    page.goto("/sent/?month=202612")
    assert_well(page, shots, "locked")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="続ける").click()
    page.wait_for_url("**/sent/?month=202612")


@pytest.mark.parametrize("context", [PHONE], ids=["phone"], indirect=True)
@pytest.mark.long
def test_the_ways_for_who_cannot_sign_in_read_well(page: Page, town: Town, shots: Path | None) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name="サインインできないとき").click()
    assert_well(page, shots, "recovery")
    page.get_by_label("ログイン名").fill("nobody")
    page.get_by_role("button", name="願い出る").click()
    assert_well(page, shots, "recovery_asked")
    page.get_by_role("link", name="番号を受け取りました").click()
    page.get_by_label("ログイン名").fill(LOGIN.format(town.service_office.number))
    page.get_by_label("管理者から受け取った番号").fill("AAAA-AAAA-AAAA")
    page.get_by_label("新しいパスワード", exact=True).fill("短い")
    page.get_by_label("新しいパスワード(もう一度)").fill("ちがう")
    page.get_by_role("button", name="決める").click()
    assert_well(page, shots, "recover_wrong")
    page.goto("/invitation/")
    assert_well(page, shots, "invitation")
