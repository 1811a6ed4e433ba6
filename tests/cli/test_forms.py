"""`renkei forms`: what a person gets, how it is called, and that nothing is half done or overwritten."""

from __future__ import annotations

import functools
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.showing import Rows, folder
from tests.standard import month

from renkei.cli import forms as command
from renkei.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the person is."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def names(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def text_of(path: Path, program: str) -> str:
    done = subprocess.run([program, path, "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_a_folder_becomes_one_pdf(tmp_path: Path, here: Path, need: Callable[[str], str], capsys: Capture):
    assert main(["forms", str(folder(tmp_path / "a")), "--only", "第3表"]) == 0
    assert names(here) == ["帳票.pdf"]
    assert capsys.readouterr().out == "「帳票.pdf」に書きました(1人、様式1件)。\n"
    text = text_of(here / "帳票.pdf", need("pdftotext"))
    assert "週間サービス計画表" in text and "小野寺髙子" in text


def test_it_is_written_where_the_person_says_and_never_over_another_file(tmp_path: Path, here: Path, capsys: Capture):
    path, out = str(folder(tmp_path / "a")), here / "12月.pdf"
    call = ["forms", path, "--only", "第3表", "--out", str(out)]
    out.write_bytes(b"memo")
    assert main(call) == 2
    assert out.read_bytes() == b"memo" and "--force" in capsys.readouterr().err
    assert main([*call, "--force"]) == 0
    assert out.read_bytes().startswith(b"%PDF") and names(here) == ["12月.pdf"]


def test_each_person_gets_a_file_that_bears_numbers_and_no_name(tmp_path: Path, here: Path, capsys: Capture):
    def both(rows: Rows) -> None:
        rows["UP3KYO"] += [row | month.HARU for row in rows["UP3KYO"]]

    path = str(folder(tmp_path / "a", both, keys="UP3KYO"))
    assert main(["forms", path, "--each", "person", "--out", "印刷"]) == 0
    assert names(here / "印刷") == ["132019-0000000001.pdf", "132019-H000000002.pdf"]
    assert capsys.readouterr().out == "フォルダ「印刷」に 2個のファイルを書きました(2人、様式2件)。\n"


def test_what_lies_there_from_before_is_told(tmp_path: Path, here: Path, capsys: Capture):
    (here / ".renkei-1").mkdir()
    (here / "132019-0000000009.pdf").write_bytes(b"%PDF")
    path = str(folder(tmp_path / "a", keys="UP3KYO"))
    assert main(["forms", path, "--each", "person", "--only", "第3表", "--out", str(here)]) == 0
    told = capsys.readouterr().err
    assert ".renkei-1" in told and "前に作った PDF が1個" in told


def test_each_partner_gets_a_file(tmp_path: Path, here: Path):
    path = folder(tmp_path / "a", keys="UP3KYO")
    [sent] = path.iterdir()
    (path / sent.name.replace("1370200014_11", "1370200030_15")).write_bytes(sent.read_bytes())
    assert main(["forms", str(path), "--each", "partner", "--only", "第3表", "--out", str(here)]) == 0
    assert names(here) == ["1370200014-11.pdf", "1370200030-15.pdf"]


def test_the_table_that_can_be_read_aloud_stands_beside(tmp_path: Path, here: Path):
    path = str(folder(tmp_path / "a", keys="UP3KYO UPHOSOKU_PLAN UPHOSOKU"))
    assert main(["forms", path, "--only", "第3表", "--person", "0000000001", "--html"]) == 0
    assert names(here) == ["帳票.html", "帳票.pdf"]
    page = (here / "帳票.html").read_text(encoding="utf-8")
    assert "小野寺" in page and "栁澤" not in page


def test_pages_can_be_pictures(tmp_path: Path, here: Path):
    assert main(["forms", str(folder(tmp_path / "a", keys="UP3KYO")), "--only", "第3表", "--svg"]) == 0
    assert names(here) == ["帳票", "帳票/帳票-001.svg"]


def test_an_empty_form_needs_no_files(here: Path, need: Callable[[str], str]):
    assert main(["forms", "--blank", "第3表"]) == 0
    assert names(here) == ["第3表.pdf"]
    assert "週間サービス計画表" in text_of(here / "第3表.pdf", need("pdftotext"))


def test_who_asks_for_the_client_s_slip_by_its_name_gets_the_client_s(here: Path, need: Callable[[str], str]):
    assert main(["forms", "--blank", "利用票"]) == 0
    assert "居宅介護支援事業者→利用者" in text_of(here / "第6表.pdf", need("pdftotext"))


def test_what_cannot_be_read_is_named_and_the_rest_is_printed(tmp_path: Path, here: Path, capsys: Capture):
    path = folder(tmp_path / "a", keys="UP3KYO")
    (path / "メモ.CSV").write_bytes(b"\x00\x01")
    assert main(["forms", str(path)]) == 1
    assert names(here) == ["帳票.pdf"] and "メモ.CSV" in capsys.readouterr().err


def test_what_a_newer_one_replaced_is_not_printed_and_that_is_told(tmp_path: Path, here: Path, capsys: Capture):
    path = folder(tmp_path / "a", keys="UP3KYO")
    [sent] = path.iterdir()
    (path / sent.name.replace("20261125", "20261126")).write_bytes(sent.read_bytes())
    assert main(["forms", str(path), "--only", "第3表"]) == 0
    told = capsys.readouterr()
    assert "様式1件" in told.out and "前の版1件は入れていません" in told.err


def test_characters_that_no_paper_can_bear_are_told(
    tmp_path: Path, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    # Every character that a file can hold is in our fonts: let one be missing.
    from renkei.forms import legible

    known = legible._known() or frozenset(range(0x10000))
    monkeypatch.setattr(legible, "_known", lambda: known - {ord("髙")})
    monkeypatch.setattr(legible, "_plain", functools.cache(legible._plain.__wrapped__))  # nothing remembered of before
    path = str(folder(tmp_path / "a", keys="UP3KYO UPHOSOKU_PLAN"))
    assert main(["forms", path, "--only", "第3表"]) == 0
    assert "被保険者番号 0000000001: 「髙」(U+9AD9)" in capsys.readouterr().err


@pytest.fixture
def cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """No 第3表 of whoever has this number."""
    from renkei.forms import Form, kinds

    fill = kinds._FILL["week"]

    def break_it(insured: str) -> None:
        broken = {**kinds._FILL, "week": lambda given: Form("week", {}) if given.person[1] == insured else fill(given)}
        monkeypatch.setattr(kinds, "_FILL", broken)

    return break_it


def test_a_form_that_cannot_be_drawn_is_told_with_whose_it_is_and_the_others_are_written(
    tmp_path: Path, here: Path, capsys: Capture, cannot_be_drawn: Callable[[str], None]
):
    def both(rows: Rows) -> None:
        rows["UP3KYO"] += [row | month.HARU for row in rows["UP3KYO"]]

    cannot_be_drawn("H000000002")
    path = str(folder(tmp_path / "a", both, keys="UP3KYO UPHOSOKU_PLAN UPHOSOKU"))
    assert main(["forms", path, "--only", "第3表", "--each", "person", "--out", "印刷"]) == 1
    assert names(here / "印刷") == ["132019-0000000001.pdf"]
    told = capsys.readouterr()
    assert told.out == "「印刷/132019-0000000001.pdf」に書きました(1人、様式1件)。\n"
    assert "描けなかった様式が1件あります" in told.err and "renkei check" in told.err
    assert "保険者番号 132019 被保険者番号 H000000002: 第3表 栁澤　春 様" in told.err


def test_where_no_form_can_be_drawn_nothing_is_written(
    tmp_path: Path, here: Path, capsys: Capture, cannot_be_drawn: Callable[[str], None]
):
    cannot_be_drawn("0000000001")
    assert main(["forms", str(folder(tmp_path / "a", keys="UP3KYO")), "--only", "第3表", "--html"]) == 2
    told = capsys.readouterr()
    assert names(here) == [] and told.out == ""
    assert "0000000001: 第3表" in told.err and "何も書いていません" in told.err


OFFICES = """office_number\tname\tphone\tfax
1370200014\t訪問介護ひまわり\t042-000-0001\t042-000-0002
"""


def test_a_bundle_for_an_office_has_a_cover_with_its_telephone(tmp_path: Path, here: Path, need: Callable[[str], str]):
    (here / "offices.tsv").write_text(OFFICES, encoding="utf-8")
    path = str(folder(tmp_path / "a", keys="UP3KYO UPHOSOKU_PLAN"))
    call = ["forms", path, "--only", "第3表", "--cover", "--masked", "--offices", "offices.tsv", "--each", "partner"]
    assert main(call) == 0
    text = text_of(here / "帳票" / "1370200014-11.pdf", need("pdftotext"))
    assert all(words in text for words in ("送付状", "042-000-0002", "小○○", "週間サービス計画表"))


def test_large_letters_take_the_place_of_the_forms(tmp_path: Path, here: Path, need: Callable[[str], str]):
    path = str(folder(tmp_path / "a", keys="UP3KYO UPHOSOKU_PLAN"))
    assert main(["forms", path, "--large"]) == 0
    text = text_of(here / "帳票.pdf", need("pdftotext"))
    assert "利用者補足情報" in text and "起床" in text  # what the form has no place for stands there too


def test_a_list_without_numbers_of_offices_is_refused(tmp_path: Path, here: Path, capsys: Capture):
    (here / "offices.tsv").write_text("名前\tひまわり\n", encoding="utf-8")
    path = str(folder(tmp_path / "a", keys="UP3KYO"))
    assert main(["forms", path, "--offices", "offices.tsv"]) == 2
    assert "見出し office_number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--only", "第5表"], "「第5表」という様式はありません"),
        (["--blank", "第5表"], "「第5表」という様式はありません"),
        (["--month", "12月"], "202612"),
        (["--person", "9999999999"], "印刷する様式がありません"),
        (["--out", "12月.doc"], ".pdf で終わる"),
        (["--out", "ない/12月.pdf"], "先に作ってください"),
        (["--client", "--each", "partner"], "いっしょには使えません"),
        (["--client", "--cover"], "いっしょには使えません"),
        (["--cover", "--each", "person"], "いっしょには使えません"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    tmp_path: Path, here: Path, capsys: Capture, given: list[str], words: str
):
    assert main(["forms", str(folder(tmp_path / "a", keys="UP3KYO")), *given]) == 2
    told = capsys.readouterr()
    assert told.out == "" and words in told.err and "9999999999" not in told.err
    assert names(here) == []


def test_without_files_the_person_is_told_what_to_write(here: Path, capsys: Capture):
    assert main(["forms"]) == 2
    assert "例: renkei forms" in capsys.readouterr().err


def test_without_the_library_the_person_is_told_how_to_get_it(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    find = importlib.util.find_spec
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None if name == "typst" else find(name))
    assert main(["forms", "--blank", "第3表"]) == 2
    assert "pip install 'renkei[forms]'" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = str(folder(tmp_path / "a", keys="UP3KYO"))
    assert main(["forms", path, "--only", "第3表", "--each", "person", "--out", "印刷"]) == 2
    assert "空きがありません" in capsys.readouterr().err
    assert names(here) == []


def test_whoever_presses_ctrl_c_finds_nothing_half_done(tmp_path: Path, here: Path):
    def many(rows: Rows) -> None:
        rows["UP3KYO"] = [
            row | {"insured_person_number": f"{number:010}"} for number in range(120) for row in rows["UP3KYO"]
        ]

    path = str(folder(tmp_path / "a", many, keys="UP3KYO"))
    program = Path(sys.executable).with_name("renkei")
    call = [program, "forms", path, "--only", "第3表", "--each", "person", "--out", "印刷"]
    job = subprocess.Popen(call, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 20
    while not list(here.glob("印刷/.renkei-*/*.pdf")) and time.monotonic() < until:
        time.sleep(0.02)
    job.send_signal(signal.SIGINT)
    _, told = job.communicate(timeout=20)
    assert (job.returncode, told) == (130, "中止しました。\n")
    assert names(here) == []


def test_services_have_the_names_of_the_imported_table(
    tmp_path: Path, here: Path, need: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RENKEI_SERVICES", raising=False)
    (tmp_path / "表.csv").write_text("code,name\n111111,見本の訪問\n", encoding="utf-8")
    assert main(["services", "import", str(tmp_path / "表.csv"), "--from", "202404"]) == 0

    assert main(["forms", str(folder(tmp_path / "a")), "--only", "第6表"]) == 0

    assert "見本の訪問" in text_of(here / "帳票.pdf", need("pdftotext"))


def test_a_table_of_names_that_is_not_there_is_told_before_anything_is_made(
    tmp_path: Path, here: Path, capsys: Capture
):
    assert main(["forms", str(folder(tmp_path / "a")), "--services", "ない.csv"]) == 2
    assert "ない.csv" in capsys.readouterr().err and names(here) == []
