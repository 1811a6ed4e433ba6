"""`renkei convert`, as a clerk and a vendor's developer type it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renkei.cli import main
from renkei.conformance import make_month
from renkei.standard.names import FileName
from renkei.standard.records import read, write

NAME = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
THIRD = "DLTPLAN_202612_1370100016_1370200014_20261126090007.CSV"
DOCUMENT = "1370100016_43_1370200014_11_20261126090007.json"
GOOD = b"202407,132019,0000000001,202612\r\n"
OLD = b"202208,132019,0000000001,202612\r\n"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def month(tmp_path: Path) -> Path:
    folder = tmp_path / "month"
    make_month(seed=3, clients=4).write(folder)
    return folder


def _written(folder: Path, data: bytes, name: str = NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def _tree(folder: Path, ending: str = "") -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name.endswith(ending)
    }


def _report(capsys: Capture, *arguments: Path | str) -> tuple[int, dict[str, Any]]:
    status = main(["convert", "--format", "json", *map(str, arguments)])
    return status, json.loads(capsys.readouterr().out)


def _codes(report: dict[str, Any]) -> list[str]:
    return [note["code"] for note in report["notes"]]


def test_a_folder_goes_to_json_and_back_with_the_same_bytes_in_the_same_folders(
    month: Path, tmp_path: Path, capsys: Capture
):
    assert main(["convert", str(month), "--to", "json", "--out", str(tmp_path / "json")]) == 0
    out = capsys.readouterr().out
    assert "値も形も、変わったところはありません。" in out
    assert main(["convert", str(tmp_path / "json"), "--to", "csv", "--out", str(tmp_path / "csv")]) == 0
    assert _tree(tmp_path / "csv") == _tree(month, ".CSV")


def test_each_unit_is_one_document_in_the_standards_order(month: Path, tmp_path: Path):
    main(["convert", str(month), "--to", "json", "--out", str(tmp_path / "json")])
    documents = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "json").rglob("*.json")]
    kinds = sorted(",".join(file["name"]["kind"] for file in document["files"]) for document in documents)
    assert set(kinds) == {"UPHOSOKU,UP1KYO,UP2KYO,UP3KYO", "UPHOSOKU,UPPLAN,UPSIKYU", "UPJSK"}


@pytest.mark.shared
def test_the_teams_month_goes_there_and_back(shared: Path, tmp_path: Path):
    month = shared / "samples/month-202612"
    assert main(["convert", str(month), "--to", "json", "--out", str(tmp_path / "json")]) == 0
    assert main(["convert", str(tmp_path / "json"), "--to", "csv", "--out", str(tmp_path / "csv")]) == 0
    assert _tree(tmp_path / "csv") == _tree(month, ".CSV")


def test_a_picture_goes_with_its_unit(tmp_path: Path):
    folder = tmp_path / "in"
    names = [
        "UPKIHON_1370100016_43_1370200014_11_20261126090014.CSV",
        "UPKIHON_IMAGE_1370100016_43_1370200014_11_20261126090014_0001.jpg",
    ]
    _written(folder, write("UPKIHON", [{"insurer_number": "132019"}]), names[0])
    _written(folder, b"\xff\xd8\xff", names[1])
    assert main(["convert", str(folder), "--to", "json", "--out", str(tmp_path / "json")]) == 0
    assert main(["convert", str(tmp_path / "json"), "--to", "csv", "--out", str(tmp_path / "csv")]) == 0
    assert _tree(tmp_path / "csv") == _tree(folder)


def _third_month(month: Path, folder: Path) -> None:
    """The month as a program of the third edition would have written it."""
    for path in month.rglob("*.CSV"):
        name = FileName.parse(path.name)
        if name.kind != "UP3KYO":
            rows = [
                {item: value for item, value in row.items() if not item.startswith(("tais", "equip", "csv_version"))}
                for row in read(path.read_bytes(), name.kind)
            ]
            parts = [part for part in path.name.split("_") if len(part) != 2]
            _written(folder / path.parent.name, write(name.kind, rows, "202208"), "_".join(parts))


def test_a_month_of_the_third_edition_becomes_v4_1_with_a_report(month: Path, tmp_path: Path, capsys: Capture):
    _third_month(month, tmp_path / "third")
    assert main(["convert", str(tmp_path / "third"), "--to", "4.1", "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    made, before = _tree(tmp_path / "out"), _tree(month, ".CSV")
    assert set(made) == {name for name in before if "UP3KYO" not in name}
    assert all(made[name] == before[name] for name in made if "HOSOKU" in name or "KYO" in name)
    assert "CSVバージョンを 202208 から 202407 にしました。" in out
    assert "第3表(UP3KYO)がありません。" in out
    assert "(もと: 記録のサービスコード)" in out


def test_a_name_that_nobody_can_complete_is_told_and_the_options_complete_it(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path / "in", OLD, THIRD)
    status, report = _report(capsys, path, "--to", "csv", "--out", tmp_path / "out")
    assert (status, _codes(report)) == (1, ["E-CONVERT-SERVICE"])
    assert "--to-type" in report["notes"][0]["remedy"]
    assert not (tmp_path / "out").exists()
    status, report = _report(capsys, path, "--to", "csv", "--out", tmp_path / "out", "--to-type", "11")
    assert status == 0
    assert _tree(tmp_path / "out") == {NAME: GOOD}


def test_the_list_of_offices_completes_a_name(month: Path, tmp_path: Path, capsys: Capture):
    offices = month / "offices.tsv"
    number = offices.read_text("utf-8").splitlines()[2].split("\t")[0]
    _written(tmp_path / "in", OLD, THIRD.replace("1370200014", number))
    status, report = _report(capsys, tmp_path / "in", "--to", "csv", "--out", tmp_path / "out", "--offices", offices)
    assert status == 0
    assert "(もと: 事業所の一覧)" in report["notes"][1]["message"]


@pytest.mark.parametrize("data", [b"", b"number\ttype\n", b"office_number\tservice_type\n12\t11\n", b"\xff"])
def test_a_list_that_is_none_ends_with_2_and_its_line(data: bytes, tmp_path: Path, capsys: Capture):
    path = _written(tmp_path / "in", GOOD)
    offices = _written(tmp_path, data, "offices.tsv")
    options = ["--to", "csv", "--out", str(tmp_path / "out"), "--offices", str(offices)]
    assert main(["convert", str(path), *options]) == 2
    assert "offices.tsv" in capsys.readouterr().err


def test_what_cannot_be_converted_is_named_and_the_rest_goes_on(tmp_path: Path, capsys: Capture):
    folder = tmp_path / "in"
    _written(folder / "a", GOOD)
    _written(folder, b"\xff\xfe\x00", NAME.replace("090007", "090014"))
    _written(folder, b"", "メモ.csv")
    _written(folder, b"GIF", "絵.gif")
    assert main(["convert", str(folder), "--to", "csv", "--out", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert "2ファイルは変換できませんでした。" in captured.out
    assert "メモ.csv" in captured.out
    assert "1個は変換していません" in captured.err
    assert _tree(tmp_path / "out") == {f"a/{NAME}": GOOD}


def test_a_unit_with_a_broken_file_gives_no_half_document(month: Path, tmp_path: Path, capsys: Capture):
    broken = next(path for path in month.rglob("UPSIKYU*"))
    broken.write_bytes(b"202407,1\r\n")
    status, report = _report(capsys, month, "--to", "json", "--out", tmp_path / "json")
    assert status == 1
    assert _codes(report) == ["E-CONVERT-COLUMNS", "E-CONVERT-UNIT", "E-CONVERT-UNIT"]
    failed = [file for file in report["files"] if file["state"] == "failed"]
    assert [len(file["sources"]) for file in failed] == [3]
    assert len(_tree(tmp_path / "json")) == len(report["files"]) - 1


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path / "in", GOOD.replace(b"\r", b""))
    status, planned = _report(capsys, path, "--to", "csv", "--out", tmp_path / "out", "--dry-run")
    assert (status, planned["files"][0]["state"]) == (0, "planned")
    assert not (tmp_path / "out").exists()
    _, done = _report(capsys, path, "--to", "csv", "--out", tmp_path / "out")
    assert done["notes"] == planned["notes"]
    assert done["files"][0] == planned["files"][0] | {"state": "written"}


def test_a_second_run_leaves_what_is_there(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path / "in", GOOD)
    arguments = (path, "--to", "json", "--out", tmp_path / "out")
    _report(capsys, *arguments)
    assert _report(capsys, *arguments)[1]["files"][0]["state"] == "unchanged"
    assert _report(capsys, *arguments, "--dry-run")[1]["files"][0]["state"] == "unchanged"


def test_another_file_is_written_over_only_when_told_to(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path / "in", GOOD)
    there = _written(tmp_path / "out", b"old", DOCUMENT)
    arguments = (path, "--to", "json", "--out", tmp_path / "out")
    for more in ((), ("--dry-run",)):
        status, report = _report(capsys, *arguments, *more)
        assert (status, _codes(report)) == (1, ["E-CONVERT-THERE"])
        assert there.read_bytes() == b"old"
    assert _report(capsys, *arguments, "--force")[0] == 0
    assert b"renkei-careplan/1" in there.read_bytes()


def test_the_originals_are_never_written_over(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path, GOOD + b"\r\n")
    status, report = _report(capsys, path, "--to", "csv", "--out", tmp_path, "--force")
    assert (status, _codes(report)) == (1, ["C-FORM-BLANK", "E-CONVERT-ITSELF"])
    assert path.read_bytes() == GOOD + b"\r\n"


def test_what_was_written_below_a_folder_is_no_input_of_the_next_run(tmp_path: Path, capsys: Capture):
    _written(tmp_path, GOOD)
    arguments = (tmp_path, "--to", "csv", "--out", tmp_path / "out")
    _report(capsys, *arguments)
    status, report = _report(capsys, *arguments)
    assert status == 0
    assert len(report["files"]) == 1


@pytest.mark.parametrize("out", ["", "in", "in/out", "other"])
def test_the_output_folder_may_lie_anywhere(out: str, tmp_path: Path, capsys: Capture):
    _written(tmp_path / "in", GOOD)
    for state in ("written", "unchanged"):
        status, report = _report(capsys, tmp_path / "in", "--to", "json", "--out", tmp_path / out)
        assert (status, report["files"][0]["state"]) == (0, state)
    assert (tmp_path / out / DOCUMENT).is_file()


def test_two_different_files_that_would_be_the_same_are_told(tmp_path: Path, capsys: Capture):
    first = _written(tmp_path / "a", GOOD)
    second = _written(tmp_path / "b", GOOD * 2)
    for to in ("csv", "json"):
        for more in ((), ("--dry-run",)):
            out = tmp_path / f"{to}{len(more)}"
            status, report = _report(capsys, first, second, "--to", to, "--out", out, "--force", *more)
            assert (status, _codes(report)[0]) == (1, "E-CONVERT-TWICE")


def test_folders_of_one_run_are_kept_apart(tmp_path: Path, capsys: Capture):
    _written(tmp_path / "a/2026", GOOD)
    _written(tmp_path / "b", GOOD * 2)
    status, _ = _report(capsys, tmp_path / "a", tmp_path / "b", "--to", "csv", "--out", tmp_path / "out")
    assert status == 0
    assert _tree(tmp_path / "out") == {f"a/2026/{NAME}": GOOD, f"b/{NAME}": GOOD * 2}


def test_a_file_that_may_not_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    _written(tmp_path / "in", GOOD)
    closed = _written(tmp_path / "in", GOOD, NAME.replace("090007", "090014"))
    read_bytes = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path == closed:
            raise PermissionError(13, "no")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    status, report = _report(capsys, tmp_path / "in", "--to", "csv", "--out", tmp_path / "out")
    assert (status, _codes(report)) == (1, ["E-CONVERT-UNREADABLE"])
    assert "開く権限がありません" in report["notes"][0]["message"]


def test_a_character_that_csv_cannot_carry_is_named_with_its_place(tmp_path: Path, capsys: Capture):
    name = NAME.replace("DLTPLAN", "UPHOSOKU")
    main(["convert", str(_written(tmp_path, write("UPHOSOKU", [{"client_name": "吉野"}]), name)), "--to", "json",
          "--out", str(tmp_path / "j")])  # fmt: skip
    path = tmp_path / "j" / DOCUMENT
    path.write_text(path.read_text("utf-8").replace("吉", "𠮷"), "utf-8")
    capsys.readouterr()
    assert main(["convert", str(path), "--to", "csv", "--out", str(tmp_path / "out")]) == 1
    out = capsys.readouterr().out
    assert "MS932にない文字「𠮷」(U+20BB7)があります。" in out
    assert f"({name}) … 1件目、「利用者氏名」" in out
    assert "renkei repair" in out
    assert not (tmp_path / "out").exists()


def test_a_json_of_others_in_a_folder_is_left_alone_and_a_named_one_is_told(tmp_path: Path, capsys: Capture):
    _written(tmp_path / "in", GOOD)
    other = _written(tmp_path / "in", b'{"a": 1}', "設定.json")
    assert main(["convert", str(tmp_path / "in"), "--to", "csv", "--out", str(tmp_path / "out")]) == 0
    assert "1個は変換していません" in capsys.readouterr().err
    assert _report(capsys, other, "--to", "csv", "--out", tmp_path / "out")[0] == 1


def test_json_to_json_is_told(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path, b"{}", "x.json")
    status, report = _report(capsys, path, "--to", "json", "--out", tmp_path / "out")
    assert (status, _codes(report)) == (1, ["E-CONVERT-ALREADY"])


def test_a_folder_without_files_and_an_output_that_is_a_file_end_with_2(tmp_path: Path, capsys: Capture):
    path = _written(tmp_path, GOOD)
    (tmp_path / "empty").mkdir()
    assert main(["convert", str(tmp_path / "empty"), "--to", "csv", "--out", str(tmp_path / "out")]) == 2
    assert main(["convert", str(path), "--to", "csv", "--out", str(path)]) == 2
    assert "フォルダではなくファイル" in capsys.readouterr().err


def test_a_full_disk_ends_with_2_in_words_and_leaves_nothing_half_done(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    path = _written(tmp_path / "in", GOOD)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(Path, "replace", full)
    assert main(["convert", str(path), "--to", "csv", "--out", str(tmp_path / "out")]) == 2
    assert "ディスクに空きがありません" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_said_of_many_files_is_said_once(tmp_path: Path, capsys: Capture):
    for second in range(10, 20):
        _written(tmp_path / "in", b"202407,1\r\n", NAME.replace("090007", f"0900{second}"))
    arguments = ["convert", str(tmp_path / "in"), "--to", "csv", "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    out = capsys.readouterr().out
    assert out.count("項目が2個あります(4個のはずです)。") == 1
    assert "ほか7ファイル(すべて見るには --details)" in out
    assert main([*arguments, "--details"]) == 1
    assert capsys.readouterr().out.count(".CSV … 1件目") == 10


def test_a_service_type_of_three_characters_is_refused(tmp_path: Path, capsys: Capture):
    with pytest.raises(SystemExit):
        main(["convert", "x", "--to", "csv", "--out", str(tmp_path), "--to-type", "111"])
    assert "2文字" in capsys.readouterr().err


def test_no_value_of_a_record_is_in_the_report(tmp_path: Path, capsys: Capture):
    name = NAME.replace("DLTPLAN", "UPHOSOKU").replace("_43_", "_").replace("_11_", "_")
    row = {"client_name": "秘密　太郎", "insured_person_number": "99887766", "insurer_number": "1320190"}
    _written(tmp_path / "in", write("UPHOSOKU", [row], "202208"), name)
    status, report = _report(capsys, tmp_path / "in", "--to", "csv", "--out", tmp_path / "out", "--to-type", "11")
    assert status == 0
    assert _codes(report).count("W-VALUE") == 2
    assert not any(value in json.dumps(report, ensure_ascii=False) for value in row.values())
