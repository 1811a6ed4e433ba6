"""`renkei check` on a folder of the third edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from renkei.cli import main

from ..standard.older_month import CARE_PLAN, older_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in older_files(*CARE_PLAN).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_without_a_word_about_the_recipient_it_asks_for_one(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", "--as", "recipient", str(folder)]) == 0
    assert "E-NAME-TYPES" in capsys.readouterr().out


def test_the_type_may_be_said(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", "--as", "recipient", "--to-type", "11", str(folder)]) == 0
    assert "E-NAME-TYPES" not in capsys.readouterr().out


def test_the_type_may_come_from_a_list_of_offices(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    offices = tmp_path / "offices.tsv"
    offices.write_text("office_number\tservice_type\n1370200014\t11\n", encoding="utf-8")
    assert main(["check", "--as", "recipient", "--offices", str(offices), str(folder)]) == 0
    assert "E-NAME-TYPES" not in capsys.readouterr().out


def test_a_list_that_is_none_is_told_with_its_line(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    offices = tmp_path / "offices.tsv"
    offices.write_text("なにか\n", encoding="utf-8")
    assert main(["check", "--offices", str(offices), str(folder)]) == 2
    assert "1行目" in capsys.readouterr().err
