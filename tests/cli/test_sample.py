"""`renkei sample`: a folder of invented files, and plain words about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from renkei.cli import main


def test_the_command_writes_a_month_and_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "month"
    assert main(["sample", "--seed", "2", "--month", "202701", "--clients", "8", "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    files = list(folder.glob("*/*.CSV"))
    assert f"{folder} に、2027年1月の架空のファイルを{len(files)}個書きました。" in told
    assert "事業所 5か所、利用者 8人" in told
    assert f"renkei check {folder}" in told
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert truth["month"] == "202701"
    assert {name for unit in truth["units"] for name in unit["files"]} == {path.name for path in files}
    changed = len({d["insured"] for d in truth["differences"]})
    assert f"変更なし {8 - changed}人・変更あり {changed}人" in told


def test_the_sizes_asked_for_are_those_written(tmp_path: Path) -> None:
    folder = tmp_path / "month"
    assert main(["sample", "--care-managers", "2", "--service-offices", "5", "--out", str(folder)]) == 0
    lines = (folder / "offices.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split("\t")[1] for line in lines] == ["43", "43", "11", "13", "15", "17", "12"]


def test_a_folder_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "大事.txt"
    kept.write_text("残す", encoding="utf-8")
    assert main(["sample", "--out", str(tmp_path)]) == 2
    assert "--force" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [kept]


def test_with_force_a_folder_in_use_is_written_beside_what_is_there(tmp_path: Path) -> None:
    kept = tmp_path / "大事.txt"
    kept.write_text("残す", encoding="utf-8")
    assert main(["sample", "--force", "--out", str(tmp_path)]) == 0
    assert kept.read_text(encoding="utf-8") == "残す"
    assert (tmp_path / "truth.json").exists()


def test_an_empty_folder_needs_no_force(tmp_path: Path) -> None:
    assert main(["sample", "--out", str(tmp_path)]) == 0


def test_a_file_where_the_folder_should_be_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "file"
    place.touch()
    assert main(["sample", "--out", str(place)]) == 2
    assert main(["sample", "--force", "--out", str(place)]) == 2
    assert "書きこめませんでした" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--month", "202613"], "年月を6けた"),
        (["--month", "２０２６１２"], "年月を6けた"),
        (["--month", "202412"], "202501 以降"),
        (["--clients", "0"], "1から99999まで"),
        (["--clients", "100000"], "1から99999まで"),
        (["--service-offices", "10000"], "1から9999まで"),
        (["--seed", "x"], "整数"),
    ],
)
def test_a_wrong_option_is_explained(wrong: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sample", *wrong])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_the_help_is_japanese_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sample", "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "例: renkei sample" in told
    assert "使い方:" in told


def test_the_varied_month_is_written_with_its_cases_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "いろいろ"
    assert main(["sample", "--varied", "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    written = {path.name for path in folder.glob("*/*")}
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert {name for unit in truth["units"] for name in unit["files"]} == written
    assert f"2026年12月の架空のファイルを{len(written)}個" in told
    for case in truth["cases"]:
        assert f"{case['id']}  {case['title']}" in told
    suggested = told.splitlines()[-1].partition("renkei check ")[2]
    assert Path(suggested).is_dir()


@pytest.mark.parametrize("option", ["--seed", "--month", "--care-managers", "--service-offices", "--clients"])
def test_the_varied_month_has_no_sizes_to_choose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    value = "202612" if option == "--month" else "3"
    assert main(["sample", "--varied", option, value, "--out", str(tmp_path / "month")]) == 2
    assert option in capsys.readouterr().err
    assert not (tmp_path / "month").exists()


def test_the_varied_month_leaves_a_folder_in_use_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "大事.txt"
    kept.write_text("残す", encoding="utf-8")
    assert main(["sample", "--varied", "--out", str(tmp_path)]) == 2
    assert "--force" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [kept]


def test_no_half_written_file_is_left_behind(tmp_path: Path) -> None:
    assert main(["sample", "--varied", "--out", str(tmp_path)]) == 0
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".part"] == []
