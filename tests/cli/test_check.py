"""`renkei check`, as a clerk types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from renkei.cli import check as command
from renkei.cli import files as reading
from renkei.cli import main
from renkei.standard.checking import sources

NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
OTHER_NAME = NAME.replace("202612", "202611").replace("090007", "090014")
GOOD = b"202407,132019,0000000001,202612\r\n"
BAD = b"202407,132019,,202612\r\n"
SOFT = b"202407,132019,0000000001,202612\n"


def _written(folder: Path, data: bytes, name: str = NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    status = main(["check", "--format", "json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def test_a_clean_folder_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    assert main(["check", str(tmp_path)]) == 0
    assert "1ファイル・1件の記録" in capsys.readouterr().out


def test_a_wrong_file_ends_with_1_and_says_where_and_how_to_mend_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path, BAD)
    assert main(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert str(path) in out
    assert "[エラー] E-FIELD-REQUIRED  1件目 ・ 被保険者番号" in out
    assert "「被保険者番号」が空です。" in out
    assert "→ 「被保険者番号」を入力してください。" in out


def test_a_mistake_in_every_record_is_told_once_with_its_first_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["check", str(_written(tmp_path, BAD * 10))]) == 1
    out = capsys.readouterr().out
    assert out.count("「被保険者番号」が空です。") == 1
    assert out.count("E-FIELD-REQUIRED  ") == 3
    assert "4件目から10件目までの7件も同じです。" in out


def test_a_warning_alone_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(_written(tmp_path, SOFT))]) == 0
    assert "[注意] W-CSV-NEWLINE" in capsys.readouterr().out


def test_a_missing_path_ends_with_2_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(tmp_path / "ない")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "見つかりません" in captured.err


def test_what_is_neither_file_nor_folder_ends_with_2(capsys: pytest.CaptureFixture[str]):
    assert main(["check", os.devnull]) == 2
    assert "ファイルでもフォルダでもありません" in capsys.readouterr().err


def test_an_empty_folder_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(tmp_path)]) == 2
    assert "ありません" in capsys.readouterr().err


def test_a_file_that_cannot_be_opened_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    path = _written(tmp_path, GOOD)

    def refuse(path: str, *_: object) -> BinaryIO:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(sources, "open", refuse, raising=False)
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr()
    assert "読めません(開く権限がありません)" in told.err and "denied" not in told.err
    assert (told.out, NAME in told.err) == ("", True)


def _vanished(folder: Path) -> str:
    (folder / NAME).symlink_to(folder / "nowhere")
    return "見つかりません"


def _a_folder(folder: Path) -> str:
    (folder / NAME).mkdir()
    return "ファイルではなくフォルダです"


@pytest.mark.parametrize("role", ["sender", "hub", "recipient"])
@pytest.mark.parametrize("spoil", [_vanished, _a_folder])
def test_of_many_files_the_one_that_cannot_be_opened_is_named_and_the_others_are_checked(
    spoil: Callable[[Path], str], role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    why = spoil(tmp_path)
    _written(tmp_path, GOOD.replace(b"202612", b"202611"), OTHER_NAME)
    assert main(["check", "--as", role, str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert f"[エラー] E-FILE-UNREADABLE\n    ファイルを読めません({why})。\n    → " in told.out
    assert "2ファイル・1件の記録" in told.out and told.err == ""
    status, report = _json(capsys, "--as", role, str(tmp_path))
    (found,) = report["findings"]  # type: ignore[misc]
    assert (status, report["records"], report["errors"]) == (1, 1, 1)
    assert (found["code"], found["file"], found["record"]) == ("E-FILE-UNREADABLE", str(tmp_path / NAME), None)


def test_a_named_link_that_leads_nowhere_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _vanished(tmp_path)
    other = _written(tmp_path, GOOD.replace(b"202612", b"202611"), OTHER_NAME)
    status, report = _json(capsys, str(tmp_path / NAME), str(other))
    assert (status, report["records"], report["errors"]) == (1, 1, 1)


def test_a_folder_below_that_cannot_be_opened_is_named_and_the_others_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    _written(tmp_path, GOOD)
    closed = tmp_path / "閉じた"
    closed.mkdir()
    listed = Path.iterdir

    def refuse(path: str) -> None:
        if path == str(closed):
            raise PermissionError(13, "Permission denied", path)

    def iterdir(path: Path) -> Iterator[Path]:
        refuse(str(path))
        return listed(path)

    def opening(path: str, mode: str) -> BinaryIO:
        refuse(path)
        return cast(BinaryIO, Path(path).open(mode))

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(sources, "open", opening, raising=False)
    status, report = _json(capsys, str(tmp_path))
    (found,) = report["findings"]  # type: ignore[misc]
    assert (status, report["records"], found["code"]) == (1, 1, "E-FILE-UNREADABLE")
    assert found["file"] == str(closed) and "開く権限がありません" in found["message"]


def test_a_folder_with_the_name_of_a_file_is_no_fault_where_files_are_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    _written(tmp_path / NAME, GOOD)
    assert _json(capsys, str(tmp_path)) == (0, {"files": 1, "records": 1, "errors": 0, "warnings": 0, "findings": []})


def test_many_files_of_which_none_can_be_opened_end_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _vanished(tmp_path)
    (tmp_path / OTHER_NAME).symlink_to(tmp_path / "nowhere")
    assert main(["check", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("読めません(見つかりません)") == 2


def test_a_pipe_among_the_files_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    os.mkfifo(tmp_path / OTHER_NAME)
    assert _json(capsys, str(tmp_path))[1]["files"] == 1


@pytest.mark.parametrize("arguments", [[], ["--as", "clerk", "x"], ["--format", "xml", "x"]])
def test_a_wrong_option_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    assert ended.value.code == 2
    assert "使い方" in capsys.readouterr().err


def test_json_has_exactly_the_promised_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path / "中", BAD)
    status, report = _json(capsys, str(tmp_path))
    assert status == 1
    assert list(report) == ["files", "records", "errors", "warnings", "findings"]
    assert (report["files"], report["records"]) == (1, 1)
    (found,) = report["findings"]  # type: ignore[misc]
    assert found == {
        "code": "E-FIELD-REQUIRED",
        "severity": "error",
        "file": str(path),
        "record": 1,
        "field": "被保険者番号",
        "value": "",
        "message": "「被保険者番号」が空です。",
        "remedy": found["remedy"],
    }


def test_the_role_decides_how_much_a_fault_weighs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD, NAME.replace(".CSV", ".csv"))
    assert [_json(capsys, "--as", role, str(tmp_path))[0] for role in ("sender", "hub", "recipient")] == [1, 0, 0]
    assert _json(capsys, str(tmp_path))[0] == 1  # sender unless said otherwise


def test_files_in_folders_below_are_found_whatever_the_case_of_their_ending(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    _written(tmp_path / "a" / "b", GOOD)
    _written(tmp_path / "c", GOOD, "DLTJSK.csv")
    assert _json(capsys, str(tmp_path))[1]["files"] == 2


def test_other_files_in_a_folder_get_a_gentle_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    _written(tmp_path, b"x", "memo.txt")
    _written(tmp_path, b"x", ".DS_Store")
    assert main(["check", "--format", "json", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["findings"] == []
    assert "CSVではないファイル1個" in captured.err


def test_a_named_file_is_checked_whatever_it_is_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    status, report = _json(capsys, str(_written(tmp_path, b"x", "memo.txt")))
    assert (status, [found["code"] for found in report["findings"]]) == (1, ["E-NAME-KIND"])  # type: ignore[attr-defined]


def test_a_file_named_twice_is_checked_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path, GOOD)
    assert _json(capsys, str(path), str(tmp_path), str(path))[1] == {
        "files": 1,
        "records": 1,
        "errors": 0,
        "warnings": 0,
        "findings": [],
    }


def test_a_folder_that_links_to_itself_comes_to_an_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert _json(capsys, str(tmp_path))[1]["files"] == 1


@pytest.mark.parametrize(("limit", "status"), [(1, 2), (2, 0)])
def test_too_many_files_are_refused(
    limit: int, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MAX_FILES", limit)
    _written(tmp_path, GOOD)
    _written(tmp_path, b"202407,132019,0000000001,202611\r\n", OTHER_NAME)
    assert main(["check", str(tmp_path)]) == status
    assert ("こえました" in capsys.readouterr().err) == (status == 2)


@pytest.mark.parametrize(("limit", "status"), [(1, 2), (2, 0)])
def test_too_deep_a_folder_is_refused(
    limit: int, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MAX_DEPTH", limit)
    _written(tmp_path / "a" / "b", GOOD)
    assert main(["check", str(tmp_path)]) == status
    assert ("深く" in capsys.readouterr().err) == (status == 2)


@pytest.mark.parametrize(("limit", "status"), [(len(GOOD) - 1, 2), (len(GOOD), 0)])
def test_too_large_a_file_is_refused(
    limit: int, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", limit)
    assert main(["check", str(_written(tmp_path, GOOD))]) == status
    assert ("大きすぎます" in capsys.readouterr().err) == (status == 2)


def test_odd_names_and_a_terminal_in_ascii_do_not_stop_the_report(tmp_path: Path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe.CSV"
    Path(os.fsdecode(path)).write_bytes(b"\xf0\x40,\xff\r\n")
    for form in ("text", "json"):
        run = subprocess.run(
            [sys.executable, "-m", "renkei", "check", "--format", form, os.fsencode(tmp_path)],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            check=False,
        )
        assert (run.returncode, run.stderr) == (1, b"")
        assert b"E-NAME-KIND" in run.stdout


def test_progress_is_not_written_where_nobody_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    _written(tmp_path, b"202407,132019,0000000001,202611\r\n", OTHER_NAME)
    main(["check", str(tmp_path)])
    assert capsys.readouterr().err == ""


@pytest.mark.shared
@pytest.mark.parametrize("role", ["sender", "hub", "recipient"])
def test_the_sample_month_is_clean(shared: Path, role: str, capsys: pytest.CaptureFixture[str]):
    status, report = _json(capsys, "--as", role, str(shared / "samples" / "month-202612"))
    assert (status, report) == (0, {"files": 32, "records": 303, "errors": 0, "warnings": 0, "findings": []})


def test_a_large_folder_is_checked_side_by_side_with_the_same_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for second in range(12):
        _written(tmp_path, [GOOD, BAD, SOFT][second % 3], NAME.replace("090007", f"0900{second:02}"))
    alone = _json(capsys, str(tmp_path))
    monkeypatch.setattr(command, "SIDE_BY_SIDE_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert _json(capsys, str(tmp_path)) == alone
    assert len(alone[1]["findings"]) >= 8  # type: ignore[arg-type]


def test_more_mistakes_than_are_kept_are_still_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _, report = _json(capsys, str(_written(tmp_path, BAD * 5_000)))
    assert (report["records"], report["errors"]) == (5_000, 5_001)  # each record, and the same client twice
    assert len(report["findings"]) < 30  # type: ignore[arg-type]


def test_errors_come_first_and_warnings_of_several_items_are_told_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "UP2KYO_1370100016_43_1370200014_11_20261125090007.CSV"
    path.write_bytes(b",".join([b"202407", *[b"x"] * 21]) + b"\n")
    assert main(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.count('引用符(")で囲まれていません') == 1
    assert "ほかの" in out and "項目(" in out
    assert out.index("[エラー]") < out.index("[注意]") and "[エラー]" not in out[out.index("[注意]") :]


def test_the_units_are_listed_with_month_and_recipient(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    _written(tmp_path, GOOD)
    _written(tmp_path, GOOD.replace(b"202612", b"202611"), OTHER_NAME)
    main(["check", str(tmp_path)])
    out = capsys.readouterr().out
    assert "2026年11月 提供票の削除 1370100016(43) → 1370200014(11) 利用者1人" in out
    assert "2026年12月 提供票の削除 1370100016(43) → 1370200014(11) 利用者1人" in out


def test_json_is_utf_8_whatever_the_terminal_speaks(tmp_path: Path):
    path = _written(tmp_path / "提供票", BAD)
    run = subprocess.run(
        [sys.executable, "-m", "renkei", "check", "--format", "json", str(path)],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp932"},
    )
    assert json.loads(run.stdout.decode("utf-8"))["findings"][0]["file"] == str(path)
