from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.showing import folder
from tests.services.books import LINES, like_the_ministry

from renkei.cli import main


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own" / "services.csv"
    monkeypatch.setenv("RENKEI_SERVICES", str(path))
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "見本.xlsx"
    path.write_bytes(like_the_ministry())
    return path


def test_a_workbook_is_imported_and_its_counts_are_told(table: Path, book: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["services", "import", str(book), "--from", "2024-06"]) == 0

    said = capsys.readouterr().out
    assert "99 3件" in said
    assert "新しい3件、変わった0件、同じ0件" in said
    assert "実物では確かめていない" in said
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + len(LINES)


def test_a_second_import_adds_to_the_first(table: Path, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["services", "import", str(book), "--from", "2024-06"])
    more = tmp_path / "more.csv"
    more.write_text("code,name,valid_from\n991111,直した名前,2024-06\n992222,もう1つ,2024-06\n", encoding="utf-8")
    capsys.readouterr()

    assert main(["services", "import", str(more), "--format", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["services"], said["new"], said["changed"]) == (4, 1, 1)


def test_a_bad_line_is_told_with_its_place_and_the_rest_is_imported(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    bad = tmp_path / "bad.csv"
    bad.write_text("code,name\n991111,見本\n99,見本\n", encoding="utf-8")

    assert main(["services", "import", str(bad), "--from", "202406"]) == 1

    said = capsys.readouterr().out
    assert "3行目 サービスコード" in said
    assert "直し方" in said
    assert table.exists()


def test_of_several_files_all_are_imported_or_none(
    table: Path, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    other = tmp_path / "cover.csv"
    other.write_text("表紙\n", encoding="utf-8")

    assert main(["services", "import", str(book), str(other), "--from", "202406"]) == 2

    assert "何も取り込んでいません" in capsys.readouterr().err
    assert not table.exists()


def test_a_table_that_is_none_is_left_as_it_is(table: Path, book: Path):
    table.parent.mkdir()
    table.write_text("my own notes", encoding="utf-8")

    assert main(["services", "import", str(book), "--from", "202406"]) == 2

    assert table.read_text(encoding="utf-8") == "my own notes"


def test_what_was_imported_is_listed(table: Path, book: Path, capsys: pytest.CaptureFixture[str]):
    main(["services", "import", str(book), "--from", "2024-06"])
    capsys.readouterr()

    assert main(["services", "list", "99Z001", "000000"]) == 1

    said = capsys.readouterr()
    assert said.out.split() == ["99Z001", "見本加算", "33単位", "1回につき", "2024年6月〜"]
    assert "000000" in said.err


def test_of_a_month_before_the_table_nothing_is_listed(table: Path, book: Path, capsys: pytest.CaptureFixture[str]):
    main(["services", "import", str(book), "--from", "2024-06"])
    capsys.readouterr()

    assert main(["services", "list", "--month", "2024-05"]) == 0

    assert "全部で0件" in capsys.readouterr().out


def test_without_an_import_a_list_says_what_is_missing(table: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["services", "list"]) == 2
    assert "見つかりません" in capsys.readouterr().err


def test_a_month_that_is_none_is_refused(table: Path, book: Path):
    with pytest.raises(SystemExit, match="2"):
        main(["services", "import", str(book), "--from", "令和6年6月"])


def test_a_code_that_the_table_lacks_is_a_warning_and_none_without_a_table(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    other = tmp_path / "other.csv"
    other.write_text("code,name\n111112,見本\n", encoding="utf-8")
    main(["services", "import", str(other), "--from", "202406"])
    slips = str(folder(tmp_path / "month"))
    capsys.readouterr()

    assert main(["check", slips]) == 0
    assert "「111111」は、取り込んだサービスコード表の対象年月(202612)にありません" in capsys.readouterr().out

    monkeypatch.delenv("RENKEI_SERVICES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["check", slips]) == 0
    assert "サービスコード表" not in capsys.readouterr().out
