"""送付状: who sends what to whom, for how many people it differs, and for whom in what."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.forms.pictures import assert_looks_like

from renkei.forms import render
from renkei.forms.filling.cover_sheet import MASKED, Client, Cover, Office, Standing, fill, masked_name
from renkei.forms.kinds import Family

MANAGER = Office("1370100016", "居宅介護支援 やまぶき", "042-000-0001", "042-000-0002", "髙﨑 支援子")
HELPERS = Office("1370200014", "㈱訪問介護ひまわり", "042-000-0011", "042-000-0012", "田辺 一")
CHANGED = Client("小野寺 正一", Standing.CHANGED, ("訪問介護 時間の変更 2回", "通所介護 取りやめ 1回"))
SAME = (Client("栁澤 春", Standing.UNCHANGED), Client("𠮷田 さくら", Standing.UNCHANGED))
NEW = Client("林 茂", Standing.NEW)
SLIPS = Cover(Family.USE_TABLE, "202612", MANAGER, HELPERS, (*SAME, CHANGED), "20261125", 7, "29日からお休みです。")


def text_of(cover: Cover, program: str, folder: Path, *, masked: bool = False) -> str:
    (folder / "cover.pdf").write_bytes(render(*fill(cover, masked=masked)))
    done = subprocess.run([program, folder / "cover.pdf", "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def counts(cover: Cover) -> dict[str, str]:
    return {one["title"]: one["people"] for one in fill(cover).data["counts"]}


def test_the_counts_stand_first_and_the_new_only_where_there_are_any() -> None:
    assert counts(SLIPS) == {"変更なし": "2", "変更あり": "1", "合計": "3"}
    more = Cover(Family.USE_TABLE, "202612", MANAGER, HELPERS, (*SAME, CHANGED, NEW))
    assert counts(more) == {"変更なし": "2", "変更あり": "1", "はじめて送る人": "1", "合計": "4"}


def test_actuals_without_a_plan_are_not_called_new() -> None:
    cover = Cover(Family.ACTUAL, "202612", HELPERS, MANAGER, (NEW,))
    assert counts(cover) == {"変更なし": "0", "変更あり": "0", "予定とくらべられない人": "1", "合計": "1"}


@pytest.mark.parametrize(
    ("family", "subject"),
    [
        (Family.USE_TABLE, "サービス提供票(令和8年12月分)の送付について"),
        (Family.ACTUAL, "サービス提供票(実績)(令和8年12月分)の送付について"),
    ],
)
def test_the_subject_says_what_and_which_month(family: Family, subject: str) -> None:
    assert fill(Cover(family, "202612", MANAGER, HELPERS)).data["subject"] == subject
    assert "月分" not in fill(Cover(Family.CARE_PLAN, "", MANAGER, HELPERS)).data["subject"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("山田 太郎", "山○ 太○"),
        ("小野寺　正一", "小○○　正○"),
        ("林 茂", "林 ○"),
        ("山田太郎", "山○○○"),
        ("葛\U000e0100城 花", "葛○ ○"),
        ("𠮷 さくら", "𠮷 さ○○"),
        ("林", "林"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_the_first_character_of_each_part(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_no_masked_name_is_on_the_paper_in_full(need: Callable[[str], str], tmp_path: Path) -> None:
    nameless = Client("", Standing.UNCHANGED, (), "0000001234")
    cover = Cover(Family.USE_TABLE, "202612", MANAGER, HELPERS, (CHANGED, *SAME, NEW, nameless))
    plain = text_of(cover, need("pdftotext"), tmp_path, masked=True)
    assert [
        word for word in ("小○○正○様", "栁○○様", "𠮷○さ○○様", "林○様", "******1234", MASKED) if word not in plain
    ] == []
    assert [word for word in ("正一", "春", "さくら", "茂", "000001234") if word in plain] == []


def test_every_word_is_on_the_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    plain = text_of(SLIPS, need("pdftotext"), tmp_path)
    words = [text for office in (MANAGER, HELPERS) for text in (*vars(office).values(), "FAX")]
    words += [one.name for one in SLIPS.people] + [*CHANGED.words, "令和8年11月25日", "7枚", SLIPS.memo, "御中"]
    assert [word for word in words if word.replace(" ", "") not in plain] == []


def test_many_people_go_on_over_the_page_under_their_heading(need: Callable[[str], str], tmp_path: Path) -> None:
    changed = [Client(f"架空{n:03} {'長' * (n % 60)}", Standing.CHANGED, CHANGED.words * 2) for n in range(80)]
    same = [Client(f"同様{n:03}", Standing.UNCHANGED) for n in range(240)]
    memo = "\n".join(f"行{n:02}" + "長い連絡" * 20 for n in range(20))
    office = Office("1" * 10, "X" * 200, "0" * 60, "0" * 60, "名" * 60)
    cover = Cover(Family.CARE_PLAN, "", office, office, (*changed, *same), memo=memo)
    plain = text_of(cover, need("pdftotext"), tmp_path)
    assert [one.name for one in (*changed, *same) if one.name.replace(" ", "")[:5] not in plain] == []
    assert plain.count("長" * 10) >= 80 // 10 and all(f"行{n:02}" in plain for n in range(20))
    assert plain.count("変わったところ") > 2 and plain.count("変更なし240人") > 2
    assert plain.count("X") >= 400 and plain.count("0" * 10) >= 4


@pytest.mark.parametrize(
    ("name", "cover"),
    [
        ("cover-sheet", SLIPS),
        ("cover-sheet-blank", Cover(Family.USE_TABLE, "", Office(""), Office(""))),
    ],
)
def test_it_looks_as_it_did(name: str, cover: Cover) -> None:
    assert_looks_like(name, fill(cover))
