"""Plan against actual of a whole month: what a care manager with 400 clients waits for, beside a plain join of the same rows.

The peers join planned and actual visits on person, office, day, time and code, and say which are on one side only. They do
not know which file is in force, what moved to another time, or who has not reported yet.

    scripts/bench.sh reconcile [--clients N…] [--rounds N]
"""

from __future__ import annotations

import argparse
import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping

import pandas as pd
import polars as pl

from measuring import ratios, rounds, spread, table
from renkei.conformance import make_month
from renkei.hub.workspace.comparing.rules import Desk, Paper, people_of
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.layouts import layout
from renkei.standard.units import UnitKind, group

MONTH = "202612"
_KEY = (
    "insurer_number",
    "insured_person_number",
    "service_office_number",
    "service_date",
    "service_start_time",
    "service_end_time",
    "service_code",
)
_NAMES = [field.name for field in layout("UPPLAN").fields]
_PLACES = [_NAMES.index(name) for name in _KEY]
Files = Mapping[str, bytes]


def main() -> None:
    """Prints a table for each number of clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[100, 400])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for clients in options.clients:
        measure(clients, options.rounds)


def measure(clients: int, count: int) -> None:
    """One month with so many clients: every use table once, and all results."""
    month = make_month(month=MONTH, clients=clients)
    files = {name: data for own in month.files.values() for name, data in own.items()}
    files = {name: data for name, data in files.items() if name.startswith(("UPPLAN", "UPSIKYU", "UPHOSOKU", "UPJSK"))}
    papers = [
        Paper(unit.sequence, unit.sender, unit.recipient, unit.kind, {name: files[name] for name in unit.files})
        for unit in group(files)[0]
        if unit.kind in (UnitKind.USE_TABLE, UnitKind.ACTUAL)
    ]
    desk = Desk(month.offices[0].number, month.offices[0].service)
    works: dict[str, Callable[[], object]] = {
        "床(文字にして csv で分けるだけ)": lambda: floor(files),
        "renkei reconcile(読んで見くらべる)": lambda: command(files),
        "予定と実績のページ(開いたあと)": lambda: people_of(papers, MONTH, desk),
        "csv と Counter の引き算": lambda: by_hand(files),
        "pandas(merge)": lambda: with_pandas(files),
        "polars(join)": lambda: with_polars(files),
    }
    seconds = rounds(works, count)
    first = next(iter(seconds.values()))
    size = sum(map(len, files.values())) / 1e6
    print(f"利用者 {clients}人、ファイル {len(files)}個、{size:.1f} MB。{count}回。\n")
    lines = [
        [name, spread([one * 1000 for one in times], 0), spread(ratios(times, first), 1)]
        for name, times in seconds.items()
    ]
    table(["", "ミリ秒", "床の何倍の時間か"], lines)


def floor(files: Files) -> int:
    """Every record in cells, and nothing more."""
    return sum(1 for data in files.values() for _ in csv.reader(io.StringIO(data.decode("cp932"))))


def command(files: Files) -> object:
    """As `renkei reconcile` does it."""
    read, _ = read_papers(files.items())
    return reconcile_papers(read, read)


def by_hand(files: Files) -> int:
    """Which visits are on one side only, with what Python has."""
    sides: dict[str, Counter[tuple[str, ...]]] = {"UPPLAN": Counter(), "UPJSK": Counter()}
    seen: set[bytes] = set()
    for name, data in files.items():
        kind = name.partition("_")[0]
        if kind not in sides or data in seen:
            continue
        seen.add(data)
        for row in csv.reader(io.StringIO(data.decode("cp932"))):
            sides[kind][tuple(row[place] for place in _PLACES)] += 1
    plan, actual = sides["UPPLAN"], sides["UPJSK"]
    return len(plan - actual) + len(actual - plan)


def with_pandas(files: Files) -> int:
    """The same as an outer join."""
    sides = {
        kind: pd.concat(
            pd.read_csv(io.BytesIO(data), encoding="cp932", header=None, names=_NAMES, dtype=str)
            for name, data in files.items()
            if name.startswith(kind)
        ).drop_duplicates()
        for kind in ("UPPLAN", "UPJSK")
    }
    joined = sides["UPPLAN"].merge(sides["UPJSK"], on=list(_KEY), how="outer", indicator=True)
    return int((joined["_merge"] != "both").sum())


def with_polars(files: Files) -> int:
    """The same, with all cores."""
    sides = {}
    for kind in ("UPPLAN", "UPJSK"):
        frames = [
            pl.read_csv(data.decode("cp932").encode(), has_header=False, new_columns=_NAMES, infer_schema=False)
            for name, data in files.items()
            if name.startswith(kind)
        ]
        sides[kind] = pl.concat(frames).unique()
    left = sides["UPPLAN"].join(sides["UPJSK"], on=list(_KEY), how="anti")
    return len(left) + len(sides["UPJSK"].join(sides["UPPLAN"], on=list(_KEY), how="anti"))


if __name__ == "__main__":
    main()
