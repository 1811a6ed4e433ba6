"""`renkei reconcile`: what a care manager runs before the 10th, in every form."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import openpyxl
import pytest
from tests.cli.showing import Rows, folder

from renkei.cli import main


def less(rows: Rows) -> None:
    """The helper did not come on the 9th; a name that a spreadsheet would run."""
    del rows["UPJSK"][1]
    rows["UPHOSOKU"][0]["client_name"] = "=1+1"
    rows["UPHOSOKU_PLAN"][0]["client_name"] = "=1+1"


def form(tmp_path: Path, kind: str) -> Path:
    out = tmp_path / f"out.{kind}"
    path = folder(tmp_path / "a", less)
    assert main(["reconcile", "--format", kind, "--out", str(out), str(path)]) == 1
    return out


def test_plans_and_actuals_may_lie_in_two_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plans = folder(tmp_path / "予定", keys="UPPLAN UPSIKYU UPHOSOKU")
    actuals = folder(tmp_path / "実績", keys="UPJSK")
    assert main(["reconcile", str(plans), str(actuals)]) == 1  # the day care has sent nothing yet
    text = capsys.readouterr().out
    assert text.split("\n")[1] == "変更なし 0人・変更あり 0人・実績待ち 2人"
    assert "実績がまだ届いていない事業所" in text and "デイサービス「ゆう・あい」" in text


def test_a_month_that_went_as_planned_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def all_home_help(rows: Rows) -> None:
        rows["UPPLAN"] = [row | {"document_created_date": "20261125"} for row in rows["UPJSK"]]

    assert main(["reconcile", str(folder(tmp_path / "a", all_home_help))]) == 0
    assert "変更なし 2人・変更あり 0人\n" in capsys.readouterr().out


def test_json_tells_counts_people_and_who_is_waited_for(tmp_path: Path):
    told = json.loads(form(tmp_path, "json").read_text(encoding="utf-8"))
    assert told["counts"] == {"unchanged": 0, "changed": 1, "waiting": 1}
    (difference,) = told["people"][0]["differences"]
    assert (difference["kind"], difference["date"]) == ("missing", "20261209")
    assert [(one["service"], one["people"]) for one in told["waiting"]] == [("15", 1), ("17", 1)]
    assert told["unread"] == [] and told["notices"] == []


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path):
    data = form(tmp_path, "csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row["氏名"] for row in rows} == {"'=1+1", "栁澤　春"}
    assert [row["結果"] for row in rows if row["日付"] == "20261209"] == ["実施なし"]
    assert [row["結果"] for row in rows if not row["日付"]] == ["実績待ち", "実績待ち"]


def test_xlsx_has_its_texts_as_texts(tmp_path: Path):
    book = openpyxl.load_workbook(form(tmp_path, "xlsx"))
    assert book.sheetnames == ["まとめ", "事業所", "利用者", "明細"]
    people = list(book["利用者"].values)
    assert people[1][:2] == ("=1+1", "0000000001")
    assert book["利用者"]["A2"].data_type == "s" and book["明細"]["M2"].data_type == "n"
    offices = list(book["事業所"].values)
    assert dict(zip(offices[0], offices[1], strict=True))["実施なし"] == 1
    assert ("変更あり", 1) in [row[:2] for row in book["まとめ"].values]


def test_the_page_has_bars_beside_the_numbers(tmp_path: Path):
    page = form(tmp_path, "html").read_text(encoding="utf-8")
    assert "<svg" in page and '<td class="number">1人</td>' in page and "=1+1" in page


def test_without_the_part_for_spreadsheets_csv_is_offered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    path = folder(tmp_path / "a")
    assert main(["reconcile", "--format", "xlsx", "--out", str(tmp_path / "x.xlsx"), str(path)]) == 2
    told = capsys.readouterr().err
    assert "renkei[forms]" in told and "csv" in told
    assert not (tmp_path / "x.xlsx").exists()


def test_xlsx_needs_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["reconcile", "--format", "xlsx", str(folder(tmp_path / "a"))]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(("keys", "words"), [("UPJSK", "予定(UPPLAN)"), ("UPPLAN", "実績(UPJSK)")])
def test_a_folder_without_plans_or_actuals_is_named(
    keys: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["reconcile", str(folder(tmp_path / "a", keys=keys))]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.shared
def test_the_sample_month_comes_out_as_it_is_known_to_be(shared: Path, capsys: pytest.CaptureFixture[str]):
    month = shared / "samples/month-202612"
    assert main(["reconcile", "--format", "json", str(month / "1370100016"), str(month)]) == 1
    told = json.loads(capsys.readouterr().out)
    found = [
        {
            "office": one["office"],
            "insured": person["insured"],
            "date": one["date"],
            "service_code": one["service_code"],
        }
        for person in told["people"]
        for one in person["differences"]
    ]
    truth = json.loads((month / "truth.json").read_text(encoding="utf-8"))["visits_that_did_not_take_place"]
    assert sorted(found, key=str) == sorted(truth, key=str)
    assert told["counts"] == {"unchanged": 3, "changed": 3, "waiting": 0}
