"""The stage of the demo: an authority, a hub on its embedded default, and the offices with keys of their own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rich.console import Console

from renkei.client import Office
from renkei.conformance import Month
from renkei.hub.core.files import write_secret
from renkei.trust.authority import Authority

HUB_ID = "renkei-demo"
SIGN_IN = "sign-in.txt"
OPERATORS = {"unei1": "運営　一子", "unei2": "運営　二郎"}  # two: some deeds take two people
_MARK = ".renkei-demo"
_START_SECONDS = 30


class DemoFailed(RuntimeError):
    """The demo cannot go on; the text says why, in Japanese."""


@dataclass
class Stage:
    """What the play needs: the month, and the office programs by office number."""

    folder: Path
    month: Month
    url: str
    offices: dict[str, Office] = field(default_factory=dict)

    @property
    def care_manager(self) -> Office:
        """The care-management office: the first of the month."""
        return self.offices[self.month.offices[0].number]

    @property
    def service_offices(self) -> list[Office]:
        """The other offices, in the month's order."""
        return [self.offices[office.number] for office in self.month.offices[1:]]


@contextlib.contextmanager
def stage(folder: Path, month: Month, console: Console) -> Iterator[Stage]:
    """Set everything up, run the hub for the block, and stop it. Raises DemoFailed."""
    _clear(folder)
    with step(console, "認証局を作り、ハブを用意しています"):
        authority = Authority.create(folder / "authority", "実演の認証局")
        _prepare_hub(folder, authority)
    with step(console, "ハブを動かしています"):
        hub = _start(folder)
    try:
        set_up = Stage(folder, month, hub.url)
        with step(console, f"{len(month.offices)} つの事業所を、それぞれの鍵と証明書で登録しています"):
            _admit_all(set_up, authority)
        yield set_up
    finally:
        hub.stop()


@contextlib.contextmanager
def step(console: Console, text: str) -> Iterator[None]:
    """Show that something is being done, and how long it took."""
    started = time.perf_counter()
    with console.status(f"{text}…"):
        yield
    console.print(f"✓ {text}  ({time.perf_counter() - started:.1f} 秒)")


@dataclass
class _Hub:
    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _clear(folder: Path) -> None:
    """Make an empty folder; what is not an earlier demo is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise DemoFailed(f"{folder} に実演のものではないファイルがあります。別のフォルダを指定してください。")
        if _is_running(folder / "hub"):
            raise DemoFailed(
                "前の実演のハブが動いています。make serve を止めてから (Ctrl+C)、もう一度実行してください。"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _is_running(data: Path) -> bool:
    from renkei.hub.config.holding import HubRunning, hold

    if not data.exists():
        return False
    try:
        hold(data).close()
    except HubRunning:
        return True
    return False


def _prepare_hub(folder: Path, authority: Authority) -> None:
    data = folder / "hub"
    _renkei("hub", "init", "--data", data, "--id", HUB_ID, "--name", "実演のハブ")
    request = x509.load_pem_x509_csr((data / "keys" / "receipt.csr.pem").read_bytes())
    chain = [authority.issue_hub(request, HUB_ID), authority.issuing]
    _write_pem(folder / "hub.pem", chain)
    _write_pem(folder / "root.pem", [authority.root])
    _write_pem(folder / "issuing.pem", [authority.issuing])
    (folder / "issuing.crl").write_bytes(authority.crl())
    (folder / "root.crl").write_bytes(authority.root_crl())
    _renkei("hub", "certificate", "--data", data, folder / "hub.pem")
    certificates = ("--root", folder / "root.pem", "--issuing", folder / "issuing.pem")
    lists = ("--crl", folder / "issuing.crl", "--crl", folder / "root.crl")
    _renkei("hub", "trust", "--data", data, *certificates, *lists)


def _start(folder: Path) -> _Hub:
    address = f"127.0.0.1:{_free_port()}"
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "renkei", "serve", "--data", folder / "hub", "--bind", address],
            stdout=log,
            stderr=log,
            # In the same folder as the root, which a real hub never sees.
            env=_environment() | {"RENKEI_AUTHORITY": str((folder / "authority").absolute())},
        )
    hub = _Hub(process, f"http://{address}")
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(hub.url):
        if process.poll() is not None or time.monotonic() > deadline:
            hub.stop()
            raise DemoFailed(f"ハブが動きません。記録を見てください: {folder / 'hub.log'}")
        time.sleep(0.1)
    return hub


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/v1/health", timeout=2) as answer:  # noqa: S310  (our own loopback address)
            return bool(answer.status == 200)
    except OSError:
        return False


def _admit_all(set_up: Stage, authority: Authority) -> None:
    """Each office makes its key; the authority certifies it; the running hub admits office and a demo user."""
    folder, data = set_up.folder, set_up.folder / "hub"
    password = folder / "password.txt"
    write_secret(password, secrets.token_urlsafe(9).encode())
    write_secret(folder / SIGN_IN, _sign_in_words(set_up.month, password).encode())
    for number, office in enumerate(set_up.month.offices):
        home = folder / "offices" / office.number
        program = Office.create(
            home, set_up.url, office.number, office.service, office.name, roots=[folder / "root.pem"]
        )
        request = x509.load_pem_x509_csr((home / "keys" / "request.csr.pem").read_bytes())
        certificate = folder / f"{office.number}.pem"
        _write_pem(certificate, [authority.issue(request, office.number), authority.issuing])
        program.install_certificate(certificate)
        named = ("--data", data, "--office", office.number)
        _renkei(
            "hub", "admit", *named, "--name", office.name, "--service", office.service, "--certificate", certificate
        )
        login = f"demo{number + 1}"
        _renkei("hub", "staff", *named, "--login", login, "--name", office.person, "--password-file", password)
        set_up.offices[office.number] = program
    for login, name in OPERATORS.items():
        _renkei("hub", "operator", "--data", data, "--login", login, "--name", name, "--password-file", password)


def _sign_in_words(month: Month, password: Path) -> str:
    """How to sign in as each office and as the operator; `make serve` shows it again."""
    lines = [f"  ログイン名 demo{number} … {office.name}" for number, office in enumerate(month.offices, start=1)]
    lines.append(f"  ログイン名 {'・'.join(OPERATORS)} … 運営者")
    word = password.read_text(encoding="ascii")
    return "\n".join([*lines, f"  パスワード {word} (だれも同じ。実演のたびに変わります)", ""])


def _renkei(*arguments: str | Path) -> None:
    """Run one command as an operator would."""
    command = [sys.executable, "-m", "renkei", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode != 0:
        raise DemoFailed((done.stderr.strip().splitlines() or ["原因がわかりません。"])[-1])


def _environment() -> dict[str, str]:
    """This process's environment without a hub's settings: the demo runs on the defaults."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}


def _write_pem(path: Path, certificates: list[x509.Certificate]) -> None:
    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
