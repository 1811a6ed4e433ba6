"""The pictures of README.ja.md and of the page 使い方: an invented month is played, and Chromium looks at its pages (make shots).

Needs Debian's Chromium and the libraries of the tests. Everybody on the pictures is invented.
"""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from renkei.conformance import make_month

OUT = Path(__file__).parent.parent / "src/renkei/hub/workspace/static/tour"
CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1100, "height": 820}
_COLOURS = 64
_START_SECONDS = 30


def main() -> None:
    """Write all pictures anew."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Path(folder) / "demo"
        subprocess.run(
            [sys.executable, "-m", "renkei", "demo", "--folder", demo], check=True, stdout=subprocess.DEVNULL
        )
        with served(demo) as url:
            flags = ["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            page = browser.new_context(viewport=SIZE, base_url=url, locale="ja-JP").new_page()  # type: ignore[arg-type]
            password = (demo / "password.txt").read_text(encoding="ascii")
            sign_in(page, "demo1", password)
            tour(page, Path(folder))
            page.get_by_role("button", name="サインアウト").click()
            sign_in(page, "demo2", password)
            answering(page)
            browser.close()


@contextmanager
def served(demo: Path) -> Iterator[str]:
    """The hub of the demo on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"RENKEI_AUTHORITY": str(demo / "authority")}
    command = [sys.executable, "-m", "renkei", "serve", "--data", str(demo / "hub"), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def sign_in(page: Page, login: str, password: str) -> None:
    """As somebody of the demo: `demo1` is the care manager, `demo2` the first service office."""
    page.goto("/")
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="サインインする").click()


def tour(page: Page, folder: Path) -> None:
    """A month in the order in which somebody lives it."""
    page.goto("/overview/202612/")
    shoot(page, "overview")
    pile = folder / "提供票.zip"
    pile.write_bytes(next_month())
    page.goto("/outbox/")
    page.locator("#files").set_input_files(pile)
    page.get_by_role("button", name="入れて調べる").click()
    page.get_by_role("heading", name="ファイルを入れる").evaluate("element => element.scrollIntoView()")
    shoot(page, "outbox")
    page.goto("/outbox/list/faulty/")
    page.locator(".row a").first.click()
    page.get_by_role("heading", level=1).evaluate("element => element.scrollIntoView()")
    shoot(page, "finding")
    page.goto("/outbox/list/draft/")
    shoot(page, "drafts")
    page.goto("/months/202612/")
    shoot(page, "people")
    page.locator("#changed ~ ul a").first.click()
    shoot(page, "person")
    page.goto("/claim/202612/")
    shoot(page, "claim")


def answering(page: Page) -> None:
    """A service office marks what took place."""
    page.goto("/answers/202612/")
    page.locator(".answer-row h3 a").first.click()
    page.get_by_role("button", name="すべて予定どおり").click()
    page.get_by_role("heading", level=1).evaluate("element => element.scrollIntoView()")
    shoot(page, "answer")


def next_month() -> bytes:
    """The slips of January as a care software would write them, one of them with a mistake."""
    files = make_month(month="202701").files
    centre = next(iter(files.values()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for place, (name, data) in enumerate(sorted(centre.items())):
            spoiled = place == 0 and name.startswith("UP1KYO")
            archive.writestr(
                name, re.sub(rb",(20\d\d)(\d\d)(\d\d),", rb",\1/\2/\3,", data, count=1) if spoiled else data
            )
    return made.getvalue()


def shoot(page: Page, name: str) -> None:
    """What fits a screen, in few colours: a picture is some ten kilobytes."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(_COLOURS).save(OUT / f"{name}.png", optimize=True)
    print(OUT / f"{name}.png")


if __name__ == "__main__":
    main()
