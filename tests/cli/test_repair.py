"""`renkei repair`, as a clerk types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renkei.cli import main
from renkei.standard.repairing import MENDS, QUESTIONS

NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
GOOD = b"202407,132019,0000000001,202612\r\n"
# As a spreadsheet saves it: a mark in front, a header, the zeros gone, a slash in the month.
SAVED = "\ufeff版,保険者,被保険者,年月\n202407,132019,1,2026/12\n".encode()
PLAN = "UPYOBO_1370100016_43_1370200014_11_20261126090028.CSV"


def _written(folder: Path, data: bytes, name: str = NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def _plan(name: str) -> bytes:
    """A plan of prevention in UTF-8 for a client of this name."""
    return f'202407,132019,0000000001,20261112,1,2,,"{name}"{"," * 49}\r\n'.encode()


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main(["repair", "--format", "json", *arguments])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_what_would_be_mended_is_shown_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, SAVED, NAME.replace(".CSV", ".csv"))
    before = _tree(tmp_path)
    assert main(["repair", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert _tree(tmp_path) == before
    assert "[直す] R-ITEM-ZEROS  表計算ソフトなどで消えた先頭の0を足します。" in out
    assert "2件目 被保険者番号  「1」 → 「0000000001」" in out
    assert f"新しい名前: {NAME}" in out
    assert "エラー2件・注意0件 → 直すと エラー0件・注意0件" in out
    assert "まだ何も書いていません" in out


def test_the_mended_files_are_written_into_the_folder_that_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    _written(tmp_path / "月" / "提供票", SAVED, NAME + ".txt")
    _written(tmp_path / "月", GOOD, NAME.replace("202612", "202611"))
    before = _tree(tmp_path / "月")
    assert main(["repair", "--out", str(tmp_path / "直し"), str(tmp_path / "月")]) == 1  # the months do not fit
    assert _tree(tmp_path / "直し") == {f"提供票/{NAME}": GOOD, NAME.replace("202612", "202611"): GOOD}
    assert _tree(tmp_path / "月") == before
    assert "2ファイルを、" in capsys.readouterr().out


def test_a_file_that_is_right_after_the_repair_ends_with_0(tmp_path: Path):
    out = str(tmp_path / "直し")
    assert main(["repair", "--out", out, str(_written(tmp_path, SAVED))]) == 0
    assert main(["repair", out]) == 0


def test_a_folder_written_before_is_not_read_again(tmp_path: Path):
    _written(tmp_path, SAVED)
    arguments = ["repair", "--out", str(tmp_path / "直し"), str(tmp_path)]
    assert [main(arguments), main(arguments)] == [0, 0]
    assert len(_tree(tmp_path)) == 2


def test_another_file_is_not_written_over_without_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path / "月", SAVED)
    other = _written(tmp_path / "直し", b"other")
    assert main(["repair", "--out", str(other.parent), str(path)]) == 2
    assert (other.read_bytes(), "もうあります" in capsys.readouterr().err) == (b"other", True)
    assert main(["repair", "--force", "--out", str(other.parent), str(path)]) == 0
    assert other.read_bytes() == GOOD


def test_two_files_that_would_become_one_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path / "月", SAVED, NAME.replace(".CSV", " (1).CSV"))
    _written(tmp_path / "月", GOOD.replace(b"132019", b"132020"))
    assert main(["repair", "--force", "--out", str(tmp_path / "直し"), str(tmp_path / "月")]) == 2
    assert "2つあり" in capsys.readouterr().err
    assert len(_tree(tmp_path / "直し")) == 1


def test_what_could_not_be_written_is_not_counted_as_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path / "月", SAVED)
    other = _written(tmp_path / "直し", b"other")
    assert main(["repair", "--out", str(other.parent), str(path)]) == 2
    assert "0ファイルを、フォルダ" in capsys.readouterr().out


def test_in_place_the_original_is_kept_beside(tmp_path: Path):
    old = NAME.replace(".CSV", ".csv")
    _written(tmp_path, SAVED, old)
    clean = _written(tmp_path, GOOD, NAME.replace("202612", "202611").replace("090007", "090014"))
    main(["repair", "--in-place", str(tmp_path)])
    assert _tree(tmp_path) == {NAME: GOOD, f"{old}.orig": SAVED, clean.name: GOOD}
    assert main(["repair", "--in-place", str(tmp_path)]) == main(["check", str(tmp_path)])


def test_in_place_nothing_goes_when_the_original_cannot_be_kept(tmp_path: Path):
    path = _written(tmp_path, SAVED)
    _written(tmp_path, b"an earlier original", f"{NAME}.orig")
    assert main(["repair", "--in-place", str(path)]) == 2
    assert path.read_bytes() == SAVED


def test_a_name_of_a_person_is_mended_by_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path, _plan("𠮷田　髙子"), PLAN)
    main(["repair", "--out", str(tmp_path / "直し"), str(path)])
    assert "1件目 利用者名  「𠮷」(U+20BB7) → 「吉」(U+5409)" in capsys.readouterr().out
    assert "吉田　髙子".encode("cp932").replace(b"\xee\xe0", b"\xfb\xfc") in (tmp_path / "直し" / PLAN).read_bytes()


def test_a_character_without_a_variant_holds_its_file_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    held, other = _written(tmp_path, _plan("山𩸽"), PLAN), _written(tmp_path, SAVED)
    out = tmp_path / "直し"
    assert main(["repair", "--out", str(out), str(held), str(other)]) == 1
    shown = capsys.readouterr().out
    assert "[人が決める] P-CHAR-NONE" in shown and "直しません" in shown
    assert list(_tree(out)) == [NAME]


def test_ones_own_table_and_the_geta_let_it_go(tmp_path: Path):
    path = _written(tmp_path, _plan("山𩸽"), PLAN)
    table = tmp_path / "表.toml"
    table.write_text('"𩸽" = "ほっけ"', encoding="utf-8")
    main(["repair", "--variants", str(table), "--out", str(tmp_path / "表"), str(path)])
    main(["repair", "--geta", "--out", str(tmp_path / "下駄"), str(path)])
    assert "山ほっけ".encode("cp932") in (tmp_path / "表" / PLAN).read_bytes()
    assert "山〓".encode("cp932") in (tmp_path / "下駄" / PLAN).read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [('"𩸽" ='.encode(), "書き方"), ('"𩸽" = "ほっけ"'.encode("utf-16"), "UTF-8"), (None, "読めません")],
)
def test_a_table_that_cannot_be_used_ends_with_2(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path, table = _written(tmp_path, GOOD), tmp_path / "表.toml"
    if content is not None:
        table.write_bytes(content)
    assert main(["repair", "--variants", str(table), str(path)]) == 2
    assert words in capsys.readouterr().err


def test_the_same_change_in_many_records_is_told_once_with_its_first_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = str(_written(tmp_path, b"".join(b"202407,132019,%d,202612\r\n" % n for n in range(1, 11))))
    main(["repair", path])
    out = capsys.readouterr().out
    assert (out.count("R-ITEM-ZEROS"), out.count("件目"), "ほか7か所" in out) == (1, 3, True)
    main(["repair", "--all", path])
    assert capsys.readouterr().out.count("件目") == 10


def test_json_tells_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(_written(tmp_path, SAVED))
    found = _json(capsys, path)
    [file] = found["files"]
    assert (file["path"], file["name"], file["held"], file["written"]) == (path, NAME, False, None)
    assert [change["code"] for change in file["changes"]] == [
        "R-FILE-ENCODING",
        "R-FILE-NEWLINE",
        "R-FILE-HEADER",
        "R-ITEM-ZEROS",
        "R-ITEM-DATE",
    ]
    assert (found["before"]["errors"], found["after"]["errors"]) == (1, 0)


def test_a_clean_folder_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    assert main(["repair", str(tmp_path)]) == 0
    assert "直すところはありません" in capsys.readouterr().out


def test_other_files_in_a_folder_are_left_alone(tmp_path: Path):
    _written(tmp_path, GOOD)
    _written(tmp_path, b"PK", "予定表.xlsx")
    main(["repair", "--out", str(tmp_path / "直し"), str(tmp_path)])
    assert list(_tree(tmp_path / "直し")) == [NAME]


def test_a_csv_of_something_else_is_told_and_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    _written(tmp_path, b"a,b\r\n", "一覧.csv")
    assert main(["repair", "--out", str(tmp_path / "直し"), str(tmp_path)]) == 1
    assert list(_tree(tmp_path / "直し")) == [NAME]
    out = capsys.readouterr().out
    assert "P-NAME-KIND" in out and "1ファイルは、書いていません" in out


def test_the_folder_of_the_originals_is_no_folder_for_the_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path, SAVED)
    assert main(["repair", "--out", str(tmp_path), str(path)]) == 2
    assert main(["repair", "--out", str(tmp_path), str(tmp_path)]) == 2
    assert "別のフォルダ" in capsys.readouterr().err
    assert _tree(tmp_path) == {NAME: SAVED}


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", b"\0" * 50, b"\xff" * 50, b'"' * 50, b"", b"\r" * 50])
def test_a_file_that_is_no_csv_is_answered_in_words(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["repair", str(_written(tmp_path, data))]) == 1
    assert "Traceback" not in capsys.readouterr().out


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("renkei.cli.files.MAX_FILE_BYTES", 60)
    _written(tmp_path, GOOD * 2, NAME.replace("090007", "090014"))
    _written(tmp_path, SAVED[:59])
    assert main(["repair", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "大きすぎます" in captured.err and "R-FILE-HEADER" in captured.out


def test_without_a_path_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]):
    assert main(["repair"]) == 2
    assert "指定してください" in capsys.readouterr().err


def test_every_rule_is_listed(capsys: pytest.CaptureFixture[str]):
    assert main(["repair", "--list"]) == 0
    out = capsys.readouterr().out
    assert [code for code in [*MENDS, *QUESTIONS] if code not in out] == []


def test_every_rule_is_in_the_document(root: Path):
    text = (root / "docs" / "repair.md").read_text(encoding="utf-8")
    assert [code for code in [*MENDS, *QUESTIONS] if code not in text] == []
