"""Ways to spoil a clean 第6表: who refuses which, said by trying. A wrong date everybody who checks must refuse."""

from __future__ import annotations

from collections.abc import Callable

from renkei.standard.layouts import layout

Spoil = Callable[[bytes], bytes]

WRONG_DATE = "暦にない日付"


def _item(name: str, value: bytes) -> Spoil:
    """Another value in one item of the second record."""
    place = layout("UPPLAN").field(name).no - 1

    def spoil(data: bytes) -> bytes:
        lines = data.split(b"\r\n")
        cells = lines[1].split(b",")
        cells[place] = value
        lines[1] = b",".join(cells)
        return b"\r\n".join(lines)

    return spoil


other_units = _item("unit_points", b"1")

SPOILS: dict[str, Spoil] = {
    WRONG_DATE: _item("document_created_date", b"20261131"),
    "文字が混じった数": _item("unit_points", b"2O4"),
    "長すぎる番号": _item("insured_person_number", b"00000000001"),
    "コード表にない値": _item("over_30_days_flag", b"7"),
    "必須が空": _item("service_code", b""),
    "ファイル名とちがう月": _item("target_year_month", b"202701"),
    "月の外の利用日": _item("service_date", b"20270101"),
    "親子で合わない利用者": _item("insured_person_number", b"9999999999"),
    "項目が足りない": lambda data: data.replace(b",,0,", b",0,", 1),
    "項目が多い": lambda data: data.replace(b",,0,", b",,,0,", 1),
    "引用符のくずれ": lambda data: data.replace(b'",', b'"x,', 1),
    "外字": lambda data: data.replace(b'"', b'"\xf0\x40', 1),
    "CR だけの改行": lambda data: data.replace(b"\r\n", b"\r", 1),
    "開始だけの時刻": _item("service_end_time", b"9999"),
    "作成者でない事業所": _item("care_management_office_number", b"1370100999"),
    "合計のコード": _item("service_code", b"999999"),
}
