"""How fast `check` passes a clean month, beside the csv module alone and beside libraries that check tables.

    scripts/bench.sh check [--rounds 5] [--sizes 100 1000 10000 100000 1000000] [--parts peers units folder memory start]

Everything is measured in one run in interleaved rounds; "csv との比" is the time of decoding and splitting the same files
with the csv module, divided by the time of the row: 1.0 means that checking everything costs as much as merely splitting.
Shown as median [min-max] over the rounds. Who checks what is found out by trying (the table 何を見つけるか).
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

import beside
from competitors import FLOOR, OURS, PEERS, competitors
from material import make_unit
from measuring import ratios, rounds, spread, table
from spoils import SPOILS, WRONG_DATE

_PARTS = ("peers", "units", "folder", "memory", "start")
_LIBRARIES = ("pandas", "pandera", "polars", "pydantic", "msgspec", "frictionless")


def strictness(folder: Path) -> None:
    """Who finds which fault. Everybody must pass the clean file, and everybody who checks refuse the wrong date."""
    unit = make_unit(folder / "strictness", 300)
    name, plan, supplement = unit.plan.name, unit.plan.read_bytes(), unit.people.read_bytes()
    checks = {who: is_clean for who, is_clean in competitors(unit.records).items() if who != FLOOR}
    for who, is_clean in checks.items():
        assert is_clean(name, plan, supplement), f"{who} refuses a clean file"
    lines = []
    for what, spoil in SPOILS.items():
        spoilt = spoil(plan)
        assert spoilt != plan, what
        found = {who: not is_clean(name, spoilt, supplement) for who, is_clean in checks.items()}
        assert found[OURS], what
        assert what != WRONG_DATE or all(found.values()), found
        lines.append([what, *("○" if one else "−" for one in found.values())])
    print("## 何を見つけるか\n")
    table(["1か所だけ悪くしたファイル", *checks], lines)


def peers(folder: Path, sizes: list[int], count: int, left_out: list[str]) -> None:
    """One use table beside its supplement, by everybody who is not left out."""
    lines = []
    for size in sizes:
        unit = make_unit(folder / f"peers-{size}", size)
        name, plan, supplement = unit.plan.name, unit.plan.read_bytes(), unit.people.read_bytes()
        works = {
            who: (lambda is_clean=is_clean, data=(name, plan, supplement): is_clean(*data))
            for who, is_clean in competitors(size).items()
            if who not in left_out
        }
        seconds = rounds(works, count, max(1, 2_000 // size))
        for who, values in seconds.items():
            rates = [unit.records / one / 1000 for one in values]
            lines.append([f"{unit.records:,}", who, spread(rates, 0), spread(ratios(seconds[FLOOR], values))])
    print("## 第6表1つ(補足情報の利用者と合うかも)\n")
    table(["記録", "", "千件/秒", "csv との比"], lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000])
    parser.add_argument("--units", type=int, default=60, help="units in the folder of many files")
    parser.add_argument("--memory-records", type=int, default=1_000_000)
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--without", nargs="+", default=[], choices=list(PEERS), help="peers that are not measured")
    options = parser.parse_args()
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    print(f"Python {platform.python_version()}, {options.rounds} rounds; {libraries}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "peers" in options.parts:
            strictness(folder)
            peers(folder, options.sizes, options.rounds, options.without)
        if "units" in options.parts:
            beside.whole_units(folder, options.sizes, options.rounds)
        if "folder" in options.parts:
            beside.many_files(folder / "many", options.units, 1_500, options.rounds)
        if "memory" in options.parts:
            beside.memory(folder, options.memory_records)
        if "start" in options.parts:
            beside.start_up(folder, options.rounds)


if __name__ == "__main__":
    main()
