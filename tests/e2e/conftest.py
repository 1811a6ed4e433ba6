"""A real hub on loopback with three invented months on it, and Chromium to look at it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.contract import world

from renkei.standard import records
from renkei.trust import keys

from .loopback import Loopback
from .months import LOGIN, PASSWORD, Month, entrusting_offices, invented_months

START_SECONDS = 30
# As root in a container, without any of Chromium's own errands on the network.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 900), (390, 844)


@dataclass(frozen=True)
class Town:
    """A running hub: its address, the newest of its months, its folder, and whoever is on it by office number."""

    url: str
    month: Month
    folder: Path
    offices: dict[str, world.TestOffice]

    @property
    def care_manager(self) -> world.TestOffice:
        return self.offices[self.month.offices[0].number]

    @property
    def service_office(self) -> world.TestOffice:
        return self.offices[self.month.offices[1].number]

    def name_of(self, insured: str, field: str = "client_name") -> str:
        """The name of an invented client, or its kana (`client_name_kana`), as the slips say it."""
        for files in self.month.files.values():
            for name, data in files.items():
                if name.startswith("UPHOSOKU_"):
                    for row in records.read(data, "UPHOSOKU"):
                        if row["insured_person_number"] == insured:
                            return row[field]
        raise LookupError(insured)


@pytest.fixture(scope="session")
def town(root: Path) -> Iterator[Town]:
    """`renkei serve` with its own data folder; the months were sent, and mostly received, over its public API."""
    folder = Path(tempfile.mkdtemp(prefix="renkei-e2e-"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment["RENKEI_AUTHORITY"] = str(folder / "authority")
    subprocess.run(
        [sys.executable, "-m", "tests.e2e.prepare", folder], check=True, cwd=root, env=environment, timeout=120
    )
    with _serving(folder, root, environment) as url, httpx2.Client(base_url=url, timeout=30) as client:
        every = [*invented_months()[0].offices, *entrusting_offices()]
        offices = {office.number: _office(office, folder, Loopback(client)) for office in every}
        for office in offices.values():
            office.sign_in()
        for month in reversed(invented_months()):
            play(month, offices)
        yield Town(url, invented_months()[0], folder, offices)
    shutil.rmtree(folder, ignore_errors=True)


class _serving:  # noqa: N801  (used as a function)
    """The hub's process for a block, and its address."""

    def __init__(self, folder: Path, root: Path, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._url = f"http://{address}"
        self._log = (folder / "hub.log").open("wb")
        command = [sys.executable, "-m", "renkei", "serve", "--data", folder / "hub", "--bind", address]
        self._process = subprocess.Popen(command, cwd=root, env=environment, stdout=self._log, stderr=self._log)

    def __enter__(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                pytest.fail(f"ハブが動きません: {Path(self._log.name).read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        return self._url

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        self._log.close()

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self._url}/v1/health", timeout=2).status_code == 200
        except httpx2.TransportError:
            return False


def _office(office: Any, folder: Path, client: Any) -> world.TestOffice:
    key = keys.load_key(folder / "offices" / f"{office.number}.key")
    certificate = x509.load_pem_x509_certificate((folder / "offices" / f"{office.number}.pem").read_bytes())
    return world.TestOffice(office.number, office.service, office.name, key, certificate, client)


def play(month: Month, offices: dict[str, world.TestOffice]) -> None:
    """Send a month and acknowledge it: by turns imported, refused by the software, collected, still waiting."""
    places = itertools.count()
    for number, files in month.files.items():
        for unit, own in world.units_of(files):
            envelope = offices[number].envelope(unit, own)
            answer = offices[number].post("/transmissions", envelope)
            assert answer.status_code == 201, answer.content
            steps = (("collected", "imported"), ("collected", "import_failed"), ("collected",), ())[next(places) % 4]
            for step in steps:
                acknowledge(offices[unit.recipient], answer.json()["id"], world.digest(envelope["manifest"]), step)


def acknowledge(office: world.TestOffice, id_: str, digest: str, step: str) -> None:
    """Send the recipient's receipt; a failed import says why."""
    failed = step == "import_failed"
    why = {
        "code": "X-1",
        "message": "この利用者は登録されていません。",
        "remedy": "利用者を登録してから読み込んでください。",
    }
    receipt = office.receipt(id_, digest, step, [why] if failed else [])
    answer = office.post("/receipts", {"receipts": [receipt]})
    assert answer.json()["results"][0]["status"] == 201, answer.content


# The scope is the module: while Playwright runs, its event loop keeps Django's database from the tests of the API.
@pytest.fixture(scope="module")
def browser(need: Callable[[str], str]) -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=need("chromium"), args=list(CHROMIUM_FLAGS))
        yield running
        running.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def context(browser: Browser, town: Town, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser of its own for each test, as wide as a desk's screen or as a phone."""
    width, height = request.param
    made = browser.new_context(
        base_url=town.url, viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page where nobody has signed in."""
    return context.new_page()


@pytest.fixture
def sign_in(page: Page) -> Callable[[world.TestOffice | str], Page]:
    """`sign_in(office)` signs its staff in by the form; `sign_in(login)` anybody."""

    def enter(who: world.TestOffice | str) -> Page:
        page.goto("/sign-in/")
        page.get_by_label("ログイン名").fill(who if isinstance(who, str) else LOGIN.format(who.number))
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="サインインする").click()
        expect(page.get_by_role("button", name="サインアウト")).to_be_visible()
        return page

    return enter
