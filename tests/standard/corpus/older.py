"""Files of the third edition: wrong to send, readable, and with faults of their own."""

from __future__ import annotations

from collections.abc import Callable

from renkei.standard.records import write

from ..month import NAMES, Row, files, rows
from ..older_month import CARE_PLAN, USE_TABLE, name, older_files
from ..spoil import Files, Spoil
from .model import SOFT, STANDARD, UNREADABLE, Wrong, also

# Whoever sends a file of the third edition hears this as well.
_OLD = also("E-NAME-VERSION")


def _row(key: str, record: int, *others: str, **values: str) -> Spoil:
    """A unit of the third edition with other values in one record; `others` are its other files."""

    def spoil() -> Files:
        records = rows()[key]
        records[record - 1] = records[record - 1] | values
        return older_files(key, *others, changed={key: records})

    return spoil


def _bytes(key: str, change: Callable[[bytes], bytes]) -> Spoil:
    return lambda: {file: change(data) for file, data in older_files(key).items()}


def _two_types() -> Files:
    """A use table whose recipient has services of two types."""
    visits = rows()["UPPLAN"]
    both: list[Row] = [*visits, visits[0] | {"service_code": "152342"}]
    return older_files(*USE_TABLE, changed={"UPPLAN": both})


def _without_haru() -> Files:
    """A use table with a client whom the recipient does not serve."""
    visits = rows()["UPPLAN"]
    return older_files(*USE_TABLE, changed={"UPPLAN": visits[:4] + visits[5:]})


OLDER_CASES = [
    Wrong("E-NAME-VERSION", "第3版の提供票", lambda: older_files(*USE_TABLE)),
    Wrong("E-NAME-VERSION", "第3版の計画書と提供票", lambda: older_files(*CARE_PLAN, *USE_TABLE)),
    Wrong("E-NAME-VERSION", "第3版の実績", lambda: older_files("UPJSK")),
    Wrong("E-NAME-VERSION", "第3版の実績の削除", lambda: older_files("DLTJSK")),
    Wrong("E-NAME-TYPES", "計画書だけ", lambda: older_files(*CARE_PLAN), SOFT, also=_OLD),
    Wrong("E-NAME-TYPES", "提供票の削除だけ", lambda: older_files("DLTPLAN"), SOFT, also=_OLD),
    Wrong("E-NAME-TYPES", "宛先に2つの種類", _two_types, SOFT, also=_OLD),
    Wrong(
        "E-CSV-VERSION",
        "第4.1版の名前に第3版の中身",
        lambda: files() | {NAMES["UPJSK"]: older_files("UPJSK")[name("UPJSK")]},
        STANDARD,
        1,
    ),
    Wrong(
        "E-CSV-VERSION",
        "第3版の名前に知らない版",
        lambda: {
            name("DLTJSK"): write("DLTJSK", [row | {"csv_version": "202003"} for row in rows()["DLTJSK"]]),
        },
        STANDARD,
        1,
        also=_OLD,
    ),
    Wrong(
        "E-UNIT-MISSING",
        "第3版の計画書に第2表がない",
        lambda: older_files("UP1KYO", "UPHOSOKU_PLAN", "UPJSK"),
        also=_OLD,
    ),
    Wrong(
        "E-FIELD-TYPE",
        "第3版の実績の被保険者番号",
        _row("UPJSK", 1, insured_person_number="A000000001"),
        SOFT,
        1,
        also=_OLD,
    ),
    Wrong("E-CROSS-DAY", "第3版の実績の利用日", _row("UPJSK", 2, service_date="20270101"), STANDARD, 2, also=_OLD),
    Wrong(
        "E-CSV-COLUMNS",
        "第3版の項目が足りない",
        _bytes("UPJSK", lambda data: data.replace(b",0,,", b",0,", 1)),
        UNREADABLE,
        1,
        also=_OLD,
    ),
    Wrong(
        "E-CROSS-SENDER",
        "第3版の実績の事業所",
        _row("UPJSK", 1, service_office_number="1370200030"),
        SOFT,
        1,
        also=_OLD,
    ),
    Wrong("E-CROSS-UNRELATED", "第3版の無関係な人", _without_haru, STANDARD, 5, also=_OLD),
]
