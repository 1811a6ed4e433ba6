"""`renkei show`: what a person sees, and what happens when something cannot be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.showing import folder
from tests.standard import month

from renkei.cli import main
from renkei.standard.showing.terminal import columns


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_folder_is_shown_person_by_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", str(folder(tmp_path / "a", deletions=True))]) == 0
    text = capsys.readouterr().out
    assert text.index("小野寺　髙子(オノデラ タカコ)") < text.index("【第6表") < text.index("栁澤　春")
    assert max(columns(line) for line in text.split("\n")) <= 80


def test_one_file_can_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = folder(tmp_path / "a") / month.NAMES["UPSIKYU"]
    assert main(["show", str(path)]) == 0
    assert "通所介護 小計" in capsys.readouterr().out


def test_one_person_can_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", "--person", "H000000002", str(folder(tmp_path / "a"))]) == 0
    text = capsys.readouterr().out
    assert "栁澤　春" in text and "小野寺" not in text


def test_a_person_who_is_not_there_is_an_answer_without_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", "--person", "9999999999", str(folder(tmp_path / "a"))]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "いません" in told.err and "9999999999" not in told.err


def test_what_cannot_be_shown_is_named_and_the_rest_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = folder(tmp_path / "a", keys="UPPLAN")
    (path / "メモ.CSV").write_bytes(b"\x00\x01\x02")
    (path / month.NAMES["UPSIKYU"]).write_bytes(b"")
    assert main(["show", str(path)]) == 1
    text = capsys.readouterr().out
    assert "【第6表" in text and "メモ.CSV" in text and "記録が1件もありません" in text


def test_a_file_that_may_not_be_opened_does_not_stop_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    path = folder(tmp_path / "a", keys="UPPLAN UPSIKYU")
    read_bytes = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name.startswith("UPSIKYU"):
            raise PermissionError(13, "Permission denied")
        return read_bytes(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert main(["show", str(path)]) == 1
    text = capsys.readouterr().out
    assert "【第6表" in text and "    読めません(開く権限がありません)。" in text and "denied" not in text


def test_nothing_to_show_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", str(tmp_path)]) == 2
    assert main(["show", str(tmp_path / "ない")]) == 2
    assert "見つかりません" in capsys.readouterr().err


def test_the_page_is_written_and_never_over_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out, path = tmp_path / "提供票.html", str(folder(tmp_path / "a"))
    assert main(["show", "--html", str(out), path]) == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["show", "--html", str(out), path]) == 0  # the same page again changes nothing
    out.write_text("大事なメモ", encoding="utf-8")
    assert main(["show", "--html", str(out), path]) == 2
    assert out.read_text(encoding="utf-8") == "大事なメモ" and "--force" in capsys.readouterr().err
    assert main(["show", "--force", "--html", str(out), path]) == 0
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_page_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(folder(tmp_path / "a"))
    assert main(["show", "--html", str(tmp_path / "ない" / "x.html"), path]) == 2
    assert "書けません" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.shared
def test_the_sample_month_is_shown(shared: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["show", str(shared / "samples/month-202612")]) == 0
    text = capsys.readouterr().out
    assert text.count("保険者番号 132019・被保険者番号") == 6 and "表示できなかった" not in text
