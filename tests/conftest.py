"""What every test may ask for: the team's samples, parts of the system, and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI") == "true"

# Two cores are shared by everything, so a time limit for one example would fail at random; in CI a failure must repeat.
settings.register_profile("renkei", deadline=None, derandomize=IN_CI)
settings.load_profile("renkei")


def absent(what: str) -> NoReturn:
    """Skip with a notice; in CI, where everything must be there, fail."""
    if IN_CI:
        pytest.fail(f"{what} がありません(CI では必要です)")
    pytest.skip(f"{what} がありません")


def initdb_folder() -> str | None:
    """Debian keeps the server's programs out of PATH, one folder a version; the newest is taken."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return str(folders[-1]) if folders else None


FIND: dict[str, Callable[[], str | None]] = {
    "postgresql": initdb_folder,
    "chromium": lambda: shutil.which("chromium"),
    "openssl": lambda: shutil.which("openssl"),
    # Debian keeps it where only root's PATH looks.
    "nginx": lambda: shutil.which("nginx") or shutil.which("/usr/sbin/nginx"),
    "clamd": lambda: shutil.which("clamd") or shutil.which("/usr/sbin/clamd"),
    "softhsm": lambda: next(map(str, Path("/usr/lib/softhsm").glob("libsofthsm2.so")), None),
    "pdftotext": lambda: shutil.which("pdftotext"),
    "curl": lambda: shutil.which("curl"),
    "jq": lambda: shutil.which("jq"),
    "git": lambda: shutil.which("git"),
    "make": lambda: shutil.which("make"),
}


@pytest.fixture(scope="session")
def need() -> Callable[[str], str]:
    """`need("chromium")` gives the program's path (of postgresql its folder of programs), or skips or fails."""

    def find(part: str) -> str:
        return FIND[part]() or absent(part)

    return find


@pytest.fixture(scope="session")
def openssl(need: Callable[[str], str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """`openssl("cms", "-verify", …)` runs the program, the outside witness of our signatures; the caller checks."""
    program = need("openssl")

    def run(*arguments: str | Path, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [program, *map(str, arguments)]
        return subprocess.run(command, input=data, capture_output=True, check=False, timeout=30)

    return run


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's samples beside the checkout."""
    path = ROOT.parent / "shared"
    return path if path.is_dir() else absent(str(path))


def refuse_outside(address: Any) -> None:
    """Raise when a socket address is neither a local path nor on the loopback."""
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        raise AssertionError(f"テストが外につなごうとしました: {host}")


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """No test talks to another machine, not even by mistake."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        refuse_outside(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield
