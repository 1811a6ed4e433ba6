"""Damaged files in `show`, `diff` and `reconcile`: told first, never read in silence."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from tests.cli.showing import Rows, folder
from tests.standard import month

from renkei.cli import main

WORDS = "この結果は当てになりません。先に renkei check で確かめてください。"
PLAN = month.NAMES["UPPLAN"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def by_spreadsheet(rows: Rows) -> None:
    """What a spreadsheet makes of numbers and dates when it saves a plan."""
    for row in rows["UPPLAN"]:
        row["insured_person_number"] = row["insured_person_number"].lstrip("0")
        row["service_date"] = f"{row['service_date'][:4]}/{row['service_date'][4:6]}/{row['service_date'][6:]}"


def cut(path: Path) -> Path:
    """The folder, its plan cut off inside the last person's number."""
    data = (path / PLAN).read_bytes()
    last = data.rstrip(b"\r\n").rindex(b"\r\n") + 2
    (path / PLAN).write_bytes(data[: last + len("202407,132019,0")])
    return path


def both(tmp_path: Path) -> tuple[str, str]:
    return str(folder(tmp_path / "a")), str(folder(tmp_path / "b", by_spreadsheet))


def test_the_screen_begins_with_the_file_that_is_at_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = both(tmp_path)
    for command in (["show", bad], ["diff", good, bad], ["reconcile", bad, good]):
        assert main(command) == 1
        first = capsys.readouterr().out.split("\n\n")[0].replace("\n", "")
        assert first.startswith("! ") and f"{PLAN} には 10 か所の誤りがあります。{WORDS}" in first, command


def test_sound_files_say_nothing_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good = str(folder(tmp_path / "a"))
    for command in (["show", good], ["diff", good, good], ["reconcile", good]):
        main(command)
        assert "当てになりません" not in "".join(capsys.readouterr())


def test_a_program_finds_it_in_a_field_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = both(tmp_path)
    for command in (["diff", "--format", "json", good, bad], ["reconcile", "--format", "json", bad, good]):
        assert main(command) == 1
        (one,) = json.loads(capsys.readouterr().out)["faulty"]
        assert (Path(one["path"]).name, one["places"]) == (PLAN, 10) and WORDS in one["message"]


def test_pages_begin_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = both(tmp_path)
    out = str(tmp_path / "x.html")
    for command in (
        ["show", "--html", out, bad],
        ["diff", "--format", "html", "--force", "--out", out, good, bad],
        ["reconcile", "--format", "html", "--force", "--out", out, bad, good],
    ):
        assert main(command) == 1
        page = Path(out).read_text(encoding="utf-8")
        assert 0 < page.index(WORDS) < page.index("<h1>")
        assert WORDS in capsys.readouterr().err


def test_lists_for_spreadsheets_tell_it_beside_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = both(tmp_path)
    assert main(["reconcile", "--format", "csv", bad, good]) == 1
    told = capsys.readouterr()
    assert WORDS in told.err and WORDS not in told.out
    out = tmp_path / "x.xlsx"
    assert main(["reconcile", "--format", "xlsx", "--out", str(out), bad, good]) == 1
    assert WORDS in capsys.readouterr().err
    assert WORDS in str(openpyxl.load_workbook(out)["まとめ"]["B2"].value)


def test_a_cut_off_file_makes_up_nobody_and_names_the_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(cut(folder(tmp_path / "a", keys="UPPLAN")))
    assert main(["show", path]) == 1
    text = capsys.readouterr().out
    assert "被保険者番号 0\n" not in text and text.count("保険者番号 132019・被保険者番号") == 2
    assert "6件目は項目の数がちがう" in text.partition("表示できなかった行")[2]
    assert "表示できなかったもの" not in text


def test_cut_off_rows_are_not_compared_but_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = str(folder(tmp_path / "a")), str(cut(folder(tmp_path / "b")))
    assert main(["diff", good, bad]) == 1
    text = capsys.readouterr().out
    assert "追加 0人・削除 0人\n  読めなかったものが1件あるので" in text and "6件目は項目の数がちがう" in text
    assert main(["reconcile", "--format", "json", bad, good]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["unread"][0]["records"] == [6]
    assert {person["insured"] for person in told["people"]} == {"0000000001", "H000000002"}


def test_a_workbook_with_another_name_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good, bad = folder(tmp_path / "a"), folder(tmp_path / "b")
    (bad / PLAN).write_bytes(b"PK\x03\x04" + bytes(range(256)))
    assert main(["diff", str(good), str(bad)]) == 1
    text = capsys.readouterr().out
    assert "中身がCSVの文字ではありません(表計算ソフトのブック" in text and "人数は正しくないかもしれません" in text
    out = str(tmp_path / "x.json")
    assert main(["diff", "--format", "json", "--out", out, str(good), str(bad)]) == 1
    told = capsys.readouterr()
    assert "人数は正しくないかもしれません" in told.out and "中身がCSVの文字ではありません" in told.err


def test_a_number_that_is_too_short_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", "--person", "1", str(folder(tmp_path / "a"))]) == 2
    assert "被保険者番号は10桁で" in capsys.readouterr().err


def test_a_person_who_is_not_found_in_a_faulty_file_is_told_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(folder(tmp_path / "a", by_spreadsheet, keys="UPPLAN"))
    assert main(["show", "--person", "0000000001", path]) == 2
    assert WORDS in capsys.readouterr().err
