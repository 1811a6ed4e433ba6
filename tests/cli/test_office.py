"""`renkei office`, over a real socket to the small hub of tests/client."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from renkei.cli import main
from renkei.conformance import Month, make_month
from renkei.trust.authority import Authority

from ..client.conftest import FakeHub, Seal, make_seal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("ca") / "ca", "試験の認証局")


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(clients=2)


class Line:
    """A server on the loopback with one hub behind it after another."""

    def __init__(self, seal: Seal) -> None:
        self.seal, self.hub = seal, FakeHub(seal)
        line = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = dict(self.headers)
                request = httpx2.Request(self.command, f"http://hub{self.path}", headers=headers, content=content)
                response = line.hub.handle(request)
                data = response.read()
                self.send_response(response.status_code)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer  # noqa: N815 - the names that http.server asks for

            def log_message(self, format: str, *arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def line(authority: Authority) -> Iterator[Line]:
    line = Line(make_seal(authority))
    thread = threading.Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield line
    line.server.shutdown()
    thread.join()
    line.server.server_close()


@pytest.fixture
def hub(line: Line) -> FakeHub:
    line.hub = FakeHub(line.seal)
    return line.hub


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(["office", *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return status, said.out, said.err

    return command


@pytest.fixture(scope="module")
def offices(line: Line, authority: Authority, month: Month, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The care-management office and one service office, each joined by the commands themselves."""
    base = tmp_path_factory.mktemp("offices")
    for office in month.offices[:2]:
        folder, issued = base / office.number, base / f"{office.number}.pem"
        names = f"--office {office.number} --service {office.service} --name x --root {authority.folder / 'root.pem'}"
        assert main(["office", "create", "--folder", str(folder), "--hub", line.url, *names.split()]) == 0
        given = (
            f"{authority.folder} --request {folder / 'keys/request.csr.pem'} --office {office.number} --out {issued}"
        )
        assert main(["authority", "issue", *given.split()]) == 0
        with issued.open("ab") as file:
            file.write((authority.folder / "issuing.pem").read_bytes())
        assert main(["office", "install", "--folder", str(folder), str(issued)]) == 0
    return base


@pytest.fixture
def joined(offices: Path, hub: FakeHub, month: Month, tmp_path: Path) -> list[Path]:
    """Copies of both folders for one test."""
    return [shutil.copytree(offices / office.number, tmp_path / office.number) for office in month.offices[:2]]


def test_a_slip_goes_out_and_its_result_comes_back(joined: list[Path], run: Run, month: Month) -> None:
    centre, service = joined
    for name, data in month.files[month.offices[0].number].items():
        (centre / "outbox" / name).write_bytes(data)
    status, out, _ = run("send", "--folder", centre)
    assert (status, out.count("送信済み  ")) == (0, 5)
    status, out, _ = run("collect", "--folder", service)
    assert (status, out.count("受信済み  ")) == (0, 2)
    status, out, _ = run("report", "--check", "--folder", service)
    assert (status, out.count("読み込み済み  ")) == (0, 2)
    assert run("collect", "--folder", centre)[:2] == (0, "新しく届いたものはありません。\n")
    status, out, _ = run("list", "--folder", centre)
    assert status == 0
    assert out.count("相手が読み込み済み") == 2
    assert out.count("提供票") == 3
    status, out, _ = run("verify", "--folder", centre)
    assert status == 0
    assert "正しくないもの 0件" in out
    next((centre / "sent").rglob("*.CSV")).write_bytes(b"changed")
    assert run("verify", "--folder", centre)[0] == 1


@pytest.mark.parametrize(("columns", "is_table"), [("80", False), ("240", True)])
def test_a_ledger_is_readable_however_wide_the_terminal_is(
    columns: str, is_table: bool, joined: list[Path], run: Run, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre, _ = joined
    for name, data in month.files[month.offices[0].number].items():
        (centre / "outbox" / name).write_bytes(data)
    assert run("send", "--folder", centre)[0] == 0
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    status, out, _ = run("list", "--folder", centre)
    assert status == 0
    assert ("台帳" in out) is is_table
    assert f"{month.offices[1].number}-{month.offices[1].service}" in out and "…" not in out


def test_what_needs_mending_is_told_with_the_place(joined: list[Path], run: Run, month: Month) -> None:
    centre = joined[0]
    name = next(name for name in month.files[month.offices[0].number] if name.startswith("UPPLAN"))
    (centre / "outbox" / name).write_bytes(b"x,y\r\n")
    status, out, _ = run("send", "--folder", centre)
    assert status == 1
    assert name in out
    assert "[エラー]" in out


def test_a_hub_that_cannot_be_reached_is_no_fault_of_the_files(
    joined: list[Path], run: Run, hub: FakeHub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renkei.client.http.FIRST_PAUSE", 0.0)
    hub.down = True
    centre = joined[0]
    for name, data in month.files[month.offices[0].number].items():
        (centre / "outbox" / name).write_bytes(data)
    status, out, _ = run("send", "--folder", centre)
    assert (status, out.count("あとで再試行  ")) == (2, 5)
    status, _, err = run("collect", "--folder", centre)
    assert status == 2
    assert "E-HUB-UNREACHABLE" in err


def test_what_cannot_be_attached_is_told_and_nothing_is_sent(joined: list[Path], run: Run, tmp_path: Path) -> None:
    path = tmp_path / "メモ.txt"
    path.write_text("メモ")
    given = ("attach", "--folder", joined[0], "--to", "1379300013-11", path)
    status, out, _ = run(*given)
    assert (status, "メモ.txt" in out, "E-ATTACH-KIND" in out) == (1, True, True)
    status, _, err = run(*given, "--insurer", "139998")
    assert (status, "--insured" in err) == (2, True)
    status, _, err = run("attach", "--folder", joined[0], "--to", "だれか", path)
    assert (status, "1370200014-11" in err) == (2, True)


def test_a_slip_that_cannot_go_takes_nothing_along(joined: list[Path], run: Run, month: Month, tmp_path: Path) -> None:
    path, outbox = tmp_path / "報告.pdf", joined[0] / "outbox"
    path.write_bytes(b"%PDF-1.4")
    name = next(name for name in month.files[month.offices[0].number] if name.startswith("UPPLAN"))
    given = ("attach", "--folder", joined[0], "--beside", outbox / name, path)
    status, out, _ = run(*given)
    assert (status, "E-OFFICE-UNREADABLE" in out) == (1, True)
    (outbox / name).write_bytes(b"x,y\r\n")
    status, out, _ = run(*given)
    assert (status, name in out, "[エラー]" in out) == (1, True, True)
    assert not (joined[0] / "attaching").exists() and (outbox / name).exists()
    with pytest.raises(SystemExit):
        run(*given, "--to", "1379300013-11")


def test_a_folder_that_is_none_is_told(run: Run, tmp_path: Path) -> None:
    for deed in ("send", "collect", "report", "list", "verify"):
        status, _, err = run(deed, "--folder", tmp_path)
        assert status == 2
        assert "renkei office create" in err


def test_plain_http_to_another_machine_is_refused(run: Run, tmp_path: Path) -> None:
    named = ("--office", "1379100017", "--service", "43", "--name", "x", "--root", "root.pem")
    status, _, err = run("create", "--folder", tmp_path / "o", "--hub", "http://hub.example", *named)
    assert status == 2
    assert "https://" in err


def test_words_of_the_hub_cannot_steer_the_terminal(joined: list[Path], run: Run, hub: FakeHub, month: Month) -> None:
    hub.refuse = {"code": "E-DEST-UNKNOWN", "title": "\x1b[2Jだめ", "detail": "\r上書き", "findings": []}
    centre = joined[0]
    for name, data in month.files[month.offices[0].number].items():
        (centre / "outbox" / name).write_bytes(data)
    status, out, _ = run("send", "--folder", centre)
    assert status == 1
    assert "\x1b" not in out
    assert "\r" not in out


@pytest.mark.parametrize("deed", ["create", "install", "send", "collect", "report", "list", "verify"])
def test_every_deed_explains_itself_with_an_example(deed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["office", deed, "--help"])
    assert stop.value.code == 0
    assert f"例: renkei office {deed}" in capsys.readouterr().out


def test_wrong_options_are_told(joined: list[Path], run: Run) -> None:
    assert run("report", "--failed", "--folder", joined[0])[0] == 2
    assert run("install", "--folder", joined[0])[0] == 2
