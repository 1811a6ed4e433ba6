"""How fast `check` passes a clean month, beside decoding it and splitting it with the csv module.

    .venv/bin/python bench/check.py [--rounds 7] [--sizes 1000 10000 100000]

The file is an invented 第6表 made here. All three are measured in the same run in interleaved rounds; the ratio is
(b) the time of decode + csv.reader divided by the time of check: 1.0 means that checking everything costs as much as
merely splitting. Shown as median [min-max] over the rounds.
"""

from __future__ import annotations

import argparse
import csv
import io
import platform
import random
import statistics
import time
from collections.abc import Callable

from renkei.standard.checking import check
from renkei.standard.records import write

MONTH = "202612"
SENDER, RECIPIENT = "1370100016", "1370200014"
NAME = f"UPPLAN_{MONTH}_{SENDER}_43_{RECIPIENT}_11_20261125090014.CSV"
SERVICES = (
    ("111111", 244, "0930", "1000", RECIPIENT, "㈱訪問介護ひまわり1"),
    ("131010", 314, "1300", "1330", "1370200022", "訪問看護ステーション①番館2"),
    ("152342", 673, "0930", "1640", "1370200030", "デイサービス「ゆう・あい」3"),
)


def month(records: int, seed: int = 1) -> bytes:
    """A clean 第6表 with this many records, thirty a client."""
    dice = random.Random(seed)
    rows = []
    for number in range(records):
        client, visit = divmod(number, 30)
        code, units, start, end, office, name = SERVICES[visit % len(SERVICES)]
        rows.append(
            {
                "insurer_number": "132019",
                "insured_person_number": f"{client + 1:010}",
                "document_created_date": "20261125",
                "target_year_month": MONTH,
                "care_management_office_number": SENDER,
                "care_manager_name": "介護　支援子",
                "unit_points": str(units + dice.randrange(3)),
                "service_date": f"{MONTH}{visit + 1:02}",
                "service_start_time": start,
                "service_end_time": end,
                "service_count": "1",
                "service_code": code,
                "service_office_number": office,
                "service_office_name": name,
                "over_30_days_flag": "0",
                "updated_by_office_number": SENDER,
            }
        )
    return write("UPPLAN", rows)


def checking(data: bytes) -> None:
    # The file alone lacks the two others of its unit; nothing else may be found.
    report = check([(NAME, data)])
    assert {finding.code for finding in report.findings} == {"E-UNIT-MISSING"}


def splitting(data: bytes) -> None:
    text = data.decode("cp932")
    assert sum(1 for _ in csv.reader(io.StringIO(text, newline=""), strict=True)) > 0


def decoding(data: bytes) -> None:
    data.decode("cp932")


def seconds(work: Callable[[bytes], None], data: bytes) -> float:
    start = time.perf_counter()
    work(data)
    return time.perf_counter() - start


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} [{min(values):{form}}-{max(values):{form}}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {options.rounds} rounds, records a second in thousands")
    print("| records | check | decode + csv | decode | check / csv |")
    print("|---|---|---|---|---|")
    for size in options.sizes:
        data = month(size)
        checking(data)  # compile the pattern once
        rounds = [
            (seconds(checking, data), seconds(splitting, data), seconds(decoding, data)) for _ in range(options.rounds)
        ]
        rates = [spread([size / one[column] / 1000 for one in rounds], ".0f") for column in range(3)]
        ratio = spread([split / checked for checked, split, _ in rounds], ".2f")
        print(f"| {size:,} | {' | '.join(rates)} | {ratio} |")


if __name__ == "__main__":
    main()
