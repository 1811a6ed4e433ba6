"""`renkei diff`: the exit status tells whether anything changed, the counts come first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.showing import Rows, folder

from renkei.cli import main


def later(rows: Rows) -> None:
    rows["UPPLAN"][0] |= {"service_start_time": "1030", "service_end_time": "1100"}
    rows["UPPLAN"].reverse()


def test_the_same_twice_is_0_and_a_change_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    a, b = folder(tmp_path / "a"), folder(tmp_path / "b", later)
    assert main(["diff", str(a), str(a)]) == 0
    assert "変更なし 2人・変更あり 0人・追加 0人・削除 0人" in capsys.readouterr().out
    assert main(["diff", str(a), str(b)]) == 1
    text = capsys.readouterr().out
    assert text.split("\n")[1] == "変更なし 1人・変更あり 1人・追加 0人・削除 0人"
    assert "時間: 09:30～10:00 → 10:30～11:00" in text and "栁澤" not in text


def test_a_program_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["diff", "--format", "json", str(folder(tmp_path / "a")), str(folder(tmp_path / "b", later))])
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"added": 0, "removed": 0, "changed": 1, "unchanged": 1}
    (change,) = told["people"][0]["changes"]
    assert (change["sheet"], change["result"], change["dates"]) == ("UPPLAN", "changed", ["20261202"])
    (item,) = change["items"]
    assert (item["item_ja"], item["before"], item["after_words"]) == ("時間", "0930-1000", "10:30～11:00")


def test_a_page_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    a, b = str(folder(tmp_path / "a")), str(folder(tmp_path / "b", later))
    assert main(["diff", "--format", "html", "--out", str(tmp_path / "x.html"), a, b]) == 1
    assert "変更あり" in (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "変更なし 1人" in capsys.readouterr().out


def test_a_side_without_files_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    a = folder(tmp_path / "a")
    (tmp_path / "メモ.CSV").write_bytes(b"x")
    assert main(["diff", str(a), str(tmp_path / "メモ.CSV")]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "後の版に、読めるファイルがありません" in told.err and "メモ.CSV" in told.err
