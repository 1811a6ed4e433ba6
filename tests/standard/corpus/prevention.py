"""Wrong prevention files: pictures, sub-tables, numbers and dates."""

from __future__ import annotations

from pathlib import Path

from renkei.standard.checking.prevention import MAX_PICTURE_BYTES

from ..month import HARU, NAMES, TO_HELPER, Row, files, rows
from ..spoil import Files, Spoil, cell, cells, record_again, without
from .model import NOTICE, SOFT, STANDARD, UNREADABLE, Wrong, also

PICTURE = f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014_0001.jpg"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"


def with_picture(data: bytes | Path = JPEG, named: str = PICTURE, *, both: bool = False) -> Spoil:
    """Basic information with a picture; `named` is what the record says, `both`: so does that of a second client."""

    def spoil() -> dict[str, bytes | Path]:
        basics: Row = rows()["UPKIHON"][0] | {"family_chart_image_file": named}
        return files({"UPKIHON": [basics, basics | HARU] if both else [basics]}) | {PICTURE: data}

    return spoil


def _dates(key: str, **values: str) -> Spoil:
    return cells(key, 1, **values)


def _two_names(*names: str) -> Files:
    basics = rows()["UPKIHON"][0]
    people = [basics | {"family_chart_image_file": names[0]}, basics | HARU | {"family_chart_image_file": names[1]}]
    return files({"UPKIHON": people}) | {PICTURE: JPEG}


_WITHOUT_SUB = without("UPYOBO_SUB")
_LATER = PICTURE.replace("_0001", "_0002")
PREVENTION_CASES = [
    Wrong("E-UNIT-PICTURE", "写真のファイルがない", cell("UPKIHON", 1, "family_chart_image_file", PICTURE), SOFT, 1),
    Wrong("E-UNIT-PICTURE", "別の名前の写真", with_picture(named=_LATER), SOFT, 1, also=also("W-UNIT-PICTURE")),
    Wrong(
        "E-UNIT-PICTURE", "もとのパソコンの名前", with_picture(named="家族図.jpg"), SOFT, 1, also=also("W-UNIT-PICTURE")
    ),
    Wrong("W-UNIT-PICTURE", "だれの写真か書いていない", with_picture(named=""), NOTICE),
    Wrong("W-UNIT-PICTURE", "2枚目の写真", lambda: with_picture()() | {_LATER: JPEG}, NOTICE),
    Wrong("W-CROSS-PICTURE", "2人に同じ写真", with_picture(both=True), NOTICE, 2, "家族構成 画像ファイル名"),
    Wrong("W-CROSS-PICTURE", "大文字で同じ写真", lambda: _two_names(PICTURE, PICTURE.upper()), NOTICE, 2),
    Wrong("E-UNIT-JPEG", "PNGの写真", with_picture(b"\x89PNG\r\n\x1a\n"), STANDARD),
    Wrong("E-UNIT-JPEG", "空の写真", with_picture(b""), STANDARD),
    Wrong("E-UNIT-JPEG", "文章の写真", with_picture("写真です".encode("cp932")), STANDARD),
    Wrong("E-FILE-UNREADABLE", "消えた写真", with_picture(Path("消えた")), UNREADABLE),
    Wrong("W-UNIT-PICTURE-SIZE", "カメラのままの写真", with_picture(JPEG + bytes(MAX_PICTURE_BYTES)), NOTICE),
    Wrong("W-UNIT-PICTURE-SIZE", "1バイト大きい写真", with_picture(JPEG.ljust(MAX_PICTURE_BYTES + 1, b"\0")), NOTICE),
    Wrong("W-UNIT-SUB", "支援計画の別表がない", _WITHOUT_SUB, NOTICE),
    Wrong("W-UNIT-SUB", "計画書だけ", lambda: {NAMES["UPYOBO"]: files()[NAMES["UPYOBO"]]}, NOTICE),
    Wrong("W-CROSS-NUMBERS", "支援計画の同じ番号", record_again("UPYOBO_SUB", 1, overall_issue="別の課題"), NOTICE, 2),
    Wrong("E-CROSS-PARENT", "別表2だけの相談", cell("UPKIHON_SUB2", 1, "consultation_date", "20261109"), SOFT, 1),
    Wrong(
        "E-CROSS-PARENT",
        "支援計画だけの日",
        cell("UPYOBO_SUB", 1, "plan_creation_or_change_date", "20261113"),
        SOFT,
        1,
        also=also("W-CROSS-DEPENDENT"),
    ),
    Wrong("E-CROSS-TWICE", "基本情報が2件", record_again("UPKIHON", 1, hobbies="編み物"), SOFT, 2),
    Wrong("E-CROSS-TWICE", "支援計画書が2件", record_again("UPYOBO", 1, reference_number="2"), SOFT, 2),
    Wrong("W-CROSS-INSURER", "別表1の保険者番号", cell("UPKIHON_SUB1", 1, "insurer_number", "139998"), NOTICE, 1),
    Wrong(
        "W-CROSS-DATES",
        "認定の終わりが始まりより前",
        _dates("UPKIHON", certification_valid_from="20260401", certification_valid_to="20260331"),
        NOTICE,
        1,
        "認定有効期間終了日",
    ),
    Wrong("W-CROSS-DATES", "初回より前の計画", _dates("UP1KYO", first_care_plan_date="20261116"), NOTICE, 1),
    Wrong("W-CROSS-DATES", "初回より前の支援計画", _dates("UPYOBO", first_plan_date="20270101"), NOTICE, 1),
    Wrong(
        "W-CROSS-DATES",
        "限度額の適用期間",
        _dates("UPHOSOKU", benefit_limit_start_date="20260401", benefit_limit_end_date="20250331"),
        NOTICE,
        1,
    ),
    Wrong("W-CROSS-LEVEL", "変わる前の区分がない", _dates("UPHOSOKU", care_level_change_date="20261216"), NOTICE, 1),
    Wrong(
        "W-CROSS-LEVEL",
        "2人目の変わる前の区分がない",
        cells("UPHOSOKU", 2, care_level_change_date="20261202"),
        NOTICE,
        2,
        "前回要介護状態区分",
    ),
]
