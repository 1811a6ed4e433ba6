"""A command that is told to stop, or whose words cannot be printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from renkei.cli import convert_jobs, main
from renkei.cli.ending import in_one_go
from renkei.conformance import make_month

GOOD = b"202407,132019,0000000001,202612\r\n"
NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
FULL = Path("/dev/full")

# Runs a command that gets a signal while it reads its second file.
STOPPED = """
import os, sys
from renkei.cli import {module}, main
read, seen = {module}.content, []
def content(path):
    seen.append(path)
    if len(seen) == 2:
        os.kill(os.getpid(), {signal})
    return read(path)
{module}.content = content
sys.exit(main(sys.argv[1:]))
"""


def _stopped(module: str, number: signal.Signals, *arguments: object) -> subprocess.CompletedProcess[str]:
    program = STOPPED.format(module=module, signal=int(number))
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def month(tmp_path: Path) -> Path:
    folder = tmp_path / "month"
    make_month(seed=3, clients=2).write(folder)
    return folder


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_conversion_that_is_stopped_leaves_whole_files_and_no_working_folder(
    number: signal.Signals, status: int, month: Path, tmp_path: Path
) -> None:
    out = tmp_path / "csv"
    done = _stopped("convert_jobs", number, "convert", month, "--to", "csv", "--out", out)
    assert (done.returncode, done.stdout) == (status, "") and "Traceback" not in done.stderr
    (written,) = (path for path in out.rglob("*") if path.is_file())
    (source,) = month.rglob(written.name)
    assert written.read_bytes() == source.read_bytes()
    assert list(out.glob(".*")) == []


def test_a_conversion_that_is_stopped_before_it_wrote_anything_leaves_no_folder(month: Path, tmp_path: Path) -> None:
    done = _stopped("convert_jobs", signal.SIGTERM, "convert", month, "--to", "json", "--out", tmp_path / "json")
    assert done.returncode == 143
    assert not (tmp_path / "json").exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_repair_that_is_stopped_leaves_every_file_as_it_was(
    number: signal.Signals, status: int, month: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in month.rglob("*") if path.is_file()}
    done = _stopped("repair", number, "repair", month, "--out", tmp_path / "out")
    assert done.returncode == status and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert {path: path.read_bytes() for path in month.rglob("*") if path.is_file()} == before


def test_the_files_of_a_document_are_placed_all_or_none_when_somebody_stops_it(
    month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(month), "--to", "json", "--out", str(tmp_path / "json")]) == 0
    document = max((tmp_path / "json").rglob("*.json"), key=lambda path: path.stat().st_size)
    replace = Path.replace

    def stopped(self: Path, target: Path) -> Path:
        if target.suffix == ".CSV":
            signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stopped)
    assert main(["convert", str(document), "--to", "csv", "--out", str(tmp_path / "csv")]) == 130
    written = [path.name for path in (tmp_path / "csv").rglob("*") if path.is_file()]
    assert len(written) == 3 and "中止しました" in capsys.readouterr().err


def test_what_a_killed_conversion_left_behind_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / NAME).write_bytes(GOOD)
    left = tmp_path / "out" / ".renkei-dead"
    left.mkdir(parents=True)
    (left / "0").write_bytes(GOOD)
    assert main(["convert", str(tmp_path / NAME), "--to", "csv", "--out", str(tmp_path / "out")]) == 0
    assert f"作業フォルダ「{left}」が残っています" in capsys.readouterr().err
    assert left.is_dir()


def test_what_is_done_in_one_go_is_done_before_the_command_stops() -> None:
    done: list[str] = []

    def work() -> None:
        with in_one_go():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]


def test_a_command_puts_the_handling_of_signals_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def content(path: str) -> bytes:
        seen.append(signal.getsignal(signal.SIGTERM))
        return Path(path).read_bytes()

    monkeypatch.setattr(convert_jobs, "content", content)
    before = signal.getsignal(signal.SIGTERM)
    (tmp_path / NAME).write_bytes(GOOD)
    assert main(["convert", str(tmp_path / NAME), "--to", "csv", "--out", str(tmp_path / "out")]) == 0
    assert seen and before not in seen
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{month}"],
        ["check", "--format", "json", "{wrong}"],
        ["check", "--help"],
        ["--version"],
        ["explain", "UPPLAN"],
        ["sample", "--help"],
    ],
)
def test_a_full_disk_behind_the_output_is_told_in_words(
    arguments: list[str], month: Path, tmp_path: Path, root: Path
) -> None:
    (tmp_path / "wrong").mkdir()
    for number in range(300):
        (tmp_path / "wrong" / f"{number}.CSV").touch()
    given = [one.format(month=month, wrong=tmp_path / "wrong") for one in arguments]
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "renkei", *given]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=root)
    assert done.returncode == 2
    assert "結果を書き出せません(ディスクに空きがありません)" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("path", ["nothing-here", "--nonsense"])
def test_a_full_disk_behind_the_messages_ends_with_2(path: str, root: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run([sys.executable, "-m", "renkei", "check", path], stderr=full, check=False, cwd=root)
    assert done.returncode == 2
