"""The frame around every command: no traceback, whatever happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from renkei import cli


def test_a_fault_of_ours_is_told_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("山田花子")

    monkeypatch.setattr(cli, "_run", fail)
    assert cli.main(["check"]) == 2
    told = capsys.readouterr().err
    assert "うまくいきませんでした" in told and "RuntimeError" in told
    assert "山田花子" not in told and "Traceback" not in told


def test_a_reader_that_has_seen_enough_gets_no_complaint(root: Path, tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.CSV").touch()
    command = f"{sys.executable} -m renkei check {tmp_path} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=root, timeout=60)
    assert done.stdout and "Error" not in done.stderr and "Traceback" not in done.stderr


def test_a_reader_of_the_list_of_mail_that_has_seen_enough_gets_no_complaint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(_options: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("renkei.cli.office._list", gone)
    assert cli.main(["office", "list"]) == 0
    assert capsys.readouterr().err == ""


def test_an_unknown_command_is_told_in_japanese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["nonsense"])
    assert ended.value.code == 2
    assert "選べない値です" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--as", "hub", "--from-type", "43"],
        ["repair"],
        ["convert", "--to", "csv", "--dry-run", "--out", "o"],
    ],
)
def test_a_name_of_strangers_does_not_command_the_terminal(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "UPPLAN_\x1b[31m\r\u202e.CSV").write_bytes(b"202407,\x1b[31m,1\r\n")
    for path in (tmp_path, tmp_path / "\x1b]0;x\x07"):
        cli.main([*arguments, str(path)])
    told = capsys.readouterr()
    assert "UPPLAN_\ufffd[31m" in told.out and "\ufffd]0;x" in told.err
    assert not set("\x1b\r\u202e\x07") & set(told.out + told.err)


@pytest.mark.parametrize("command", ["check", "repair", "show"])
def test_a_command_started_without_a_standard_error_runs(command: str, root: Path, tmp_path: Path) -> None:
    for name in ("a.CSV", "b.CSV"):
        (tmp_path / name).touch()
    started = f"{sys.executable} -m renkei {command} {tmp_path} 2>&-"
    done = subprocess.run(["bash", "-c", started], capture_output=True, text=True, check=False, cwd=root, timeout=60)
    assert done.returncode == 1 and done.stdout
