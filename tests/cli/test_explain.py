"""`renkei explain`: an answer, or the nearest words."""

from __future__ import annotations

import json

import pytest

from renkei.cli import main


def test_a_finding_is_explained(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "e-cross-day"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("指摘 E-CROSS-DAY\n") and "ハブはエラー" in text


def test_an_item_is_explained_with_its_codes(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "UPHOSOKU.care_level"]) == 0
    text = capsys.readouterr().out
    assert "項目 要介護状態区分" in text and "21      要介護１" in text


def test_an_unknown_word_gets_the_nearest_ones(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "UPPLAM"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "もしかして: UPPLAN" in told.err


def test_several_words_are_joined(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "保険者", "番号"]) == 0
    assert "項目 保険者番号" in capsys.readouterr().out
    assert main(["explain", "ない", "言葉"]) == 1
    assert "「ない 言葉」" in capsys.readouterr().err


def test_codes_of_repair_and_convert_and_words_of_the_trade_are_known(capsys: pytest.CaptureFixture[str]):
    for word, start in (
        ("R-ITEM-ZEROS", "直すこと R-ITEM-ZEROS"),
        ("P-CHAR-GAIJI", "人が直すこと P-CHAR-GAIJI"),
        ("e-json-key", "変換の知らせ E-JSON-KEY"),
        ("連番", "ことば 連番"),
    ):
        assert main(["explain", word]) == 0
        assert capsys.readouterr().out.startswith(start)


def test_a_program_gets_answers_and_near_misses(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "--format", "json", "UPJSK"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["explanations"]
    assert (one["sort"], one["entries"]["ファイル"]) == ("kind", "実績情報")
    assert main(["explain", "--format", "json", "UPJSKK"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["explanations"] == [] and told["near_misses"][0] == "UPJSK"
