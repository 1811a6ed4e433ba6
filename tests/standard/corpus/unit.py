"""Files that do not make whole units."""

from __future__ import annotations

from ..month import DAY_CARE, HELPER, MONTH, NAMES, TABLE_SEQUENCE, files
from ..spoil import (
    added,
    renamed,
    without,
)
from .model import NOTICE, SOFT, Wrong, also

_MISSING = also("E-UNIT-MISSING")

UNIT_CASES = [
    Wrong("E-UNIT-MISSING", "第7表がない", without("UPSIKYU")),
    Wrong("E-UNIT-MISSING", "補足情報がない", without("UPHOSOKU")),
    Wrong("E-UNIT-MISSING", "第1表がない", without("UP1KYO")),
    Wrong("E-UNIT-MISSING", "第3表がない", without("UP3KYO")),
    Wrong("E-UNIT-MISSING", "別表だけ", without("UPKIHON")),
    Wrong(
        "W-UNIT-FOREIGN",
        "提供票に実績の削除",
        renamed("DLTPLAN", "20261126090007", TABLE_SEQUENCE),
        NOTICE,
        also=also("W-UNIT-DELETES-LATER"),
    ),
    Wrong(
        "W-UNIT-FOREIGN",
        "計画書に計画書の削除",
        renamed("DLT1KYO", "20261126090000", "20261125090007"),
        NOTICE,
        also=also("W-UNIT-DELETES-LATER"),
    ),
    Wrong(
        "E-UNIT-FOREIGN",
        "提供票に第1表の補足情報",
        renamed("UPHOSOKU_PLAN", "20261125090007", TABLE_SEQUENCE),
        SOFT,
        also=also("E-UNIT-MISSING", "E-UNIT-SEQUENCE"),
    ),
    Wrong("E-UNIT-MONTH", "第7表だけ翌月", renamed("UPSIKYU", MONTH, "202701"), also=also("E-CROSS-MONTH")),
    Wrong("E-UNIT-MONTH", "補足情報だけ翌月", renamed("UPHOSOKU", MONTH, "202701"), also=also("E-CROSS-MONTH")),
    Wrong("E-UNIT-SEQUENCE", "第7表の連番がちがう", renamed("UPSIKYU", "090014", "090015"), also=_MISSING),
    Wrong("E-UNIT-SEQUENCE", "第2表の連番がちがう", renamed("UP2KYO", "090007", "090008"), also=_MISSING),
    Wrong(
        "E-UNIT-OFFICE", "第7表の送信先がちがう", renamed("UPSIKYU", f"{HELPER}_11", f"{DAY_CARE}_15"), also=_MISSING
    ),
    Wrong(
        "E-UNIT-OFFICE", "補足情報の種類がちがう", renamed("UPHOSOKU", f"{HELPER}_11", f"{HELPER}_13"), also=_MISSING
    ),
    Wrong("E-UNIT-DUPLICATE", "同じ名前で別の中身", added("控え/" + NAMES["DLTPLAN"], lambda: b"\r\n"), SOFT),
    Wrong(
        "W-UNIT-COPY", "控えのフォルダ", added("控え/" + NAMES["DLTPLAN"], lambda: files()[NAMES["DLTPLAN"]]), NOTICE
    ),
]
