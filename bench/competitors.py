"""Who checks a 第6表 beside 補足情報, under one call each: is it clean?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from importlib import import_module

from renkei.standard.checking import check

# Name of the file, the use table, the supplement of the same unit.
Check = Callable[[str, bytes, bytes], bool]

OURS = "renkei check"
FLOOR = "decode + csv"
# By name, the module in peers/ and the most records that it is asked to check.
PEERS = {
    "csv + own checks": ("by_hand", 1_000_000),
    "pandas + pandera": ("with_pandas", 1_000_000),
    "polars": ("with_polars", 1_000_000),
    "pydantic": ("with_pydantic", 1_000_000),
    "msgspec": ("with_msgspec", 1_000_000),
    "frictionless": ("with_frictionless", 10_000),
}


def ours(name: str, plan: bytes, supplement: bytes) -> bool:
    """The file and its supplement, completely. The unit lacks 第7表; nothing else may be found."""
    report = check([(name, plan), (name.replace("UPPLAN", "UPHOSOKU"), supplement)])
    return {found.code for found in report.findings} == {"E-UNIT-MISSING"}


def only_split(_: str, plan: bytes, supplement: bytes) -> bool:
    """What is measured against: both files decoded and split, nothing checked."""
    return sum(1 for data in (plan, supplement) for _ in split(data)) > 0


def split(data: bytes) -> csv._reader:
    """The records of bytes, by the csv module."""
    return csv.reader(io.StringIO(data.decode("cp932"), newline=""), strict=True)


def competitors(records: int) -> dict[str, Check]:
    """Everybody who takes a file of this size; loads their libraries."""
    peers = {
        name: import_module(f"peers.{module}").is_clean for name, (module, most) in PEERS.items() if records <= most
    }
    return {FLOOR: only_split, OURS: ours, **peers}
