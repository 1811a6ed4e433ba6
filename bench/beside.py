"""What is measured beside the speed of one file: whole units, a folder on all cores, memory, the start of the command."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from competitors import split
from material import Unit, make_unit
from measuring import Work, ratios, rounds, spread, table
from renkei.conformance.offices import check_digit
from renkei.standard.checking import check
from spoils import other_units

ROOT = Path(__file__).resolve().parents[1]
_START_UPS = 3  # processes of each in a round
_STATUS = Path("/proc/self/status")


def check_files(files: Iterable[Path], processes: int = 1, *, sums: bool = True) -> None:
    """Files read from where they lie; nothing may be found."""
    report = check([(str(path), path) for path in files], processes=processes, sums=sums)
    assert report.findings == [], report.findings[:3]


def _split_files(files: Iterable[Path]) -> None:
    for path in files:
        for _ in split(path.read_bytes()):
            pass


def whole_units(folder: Path, sizes: Iterable[int], count: int) -> None:
    """第6表, 第7表 and 補足情報 together, everything that a check of a unit knows."""
    _sums_are_seen(folder / "sums")
    lines = []
    for size in sizes:
        unit = make_unit(folder / str(size), size)
        works = _unit_works(unit)
        seconds = rounds(works, count, max(1, 2_000 // size))
        floor = seconds["decode + csv"]
        for name, values in seconds.items():
            rates = [unit.records / one / 1000 for one in values]
            lines.append([f"{unit.records:,}", name, spread(rates, 0), spread(ratios(floor, values))])
    print("## 送信単位まるごと(第6表の1秒あたりの千件)\n")
    table(["第6表の記録", "", "千件/秒", "csv との比"], lines)


def _unit_works(unit: Unit) -> dict[str, Work]:
    return {
        "decode + csv": lambda: _split_files(unit.files),
        "renkei check(第6表と第7表の単位数のほか)": lambda: check_files(unit.files, sums=False),
        "renkei check(すべて)": lambda: check_files(unit.files),
    }


def _sums_are_seen(folder: Path) -> None:
    """One visit with other units: only the sums of 第6表 against 第7表 can tell."""
    plan, benefit, people = make_unit(folder, 300).files
    spoilt = [(plan.name, other_units(plan.read_bytes())), (benefit.name, benefit), (people.name, people)]
    assert check(spoilt, sums=False).findings == []
    assert check(spoilt, sums=True).findings


def many_files(folder: Path, units: int, records: int, count: int) -> None:
    """A folder of many units, with one process and with one a core."""
    stems = [f"13702{number:04}" for number in range(units)]
    made = [make_unit(folder, records, stem + check_digit(stem), seed=int(stem)) for stem in stems]
    files = [path for unit in made for path in unit.files]
    cores = len(os.sched_getaffinity(0))
    works: dict[str, Work] = {
        "1プロセス": lambda: check_files(files),
        f"{cores}プロセス": lambda: check_files(files, processes=cores),
    }
    seconds = rounds(works, count)
    print(f"## フォルダまるごと({len(files)}ファイル、第6表{sum(unit.records for unit in made):,}件、{cores}コア)\n")
    lines = [[name, spread(values), spread(ratios(seconds["1プロセス"], values))] for name, values in seconds.items()]
    table(["", "秒", "1プロセスとの比"], lines)


def memory(folder: Path, records: int) -> None:
    """The most memory of a process that does nothing else, for half as many records too: what grows?"""
    lines = [["読み込むだけ(記録なし)", f"{_peak([]):,.0f}"]]
    for size in (records // 2, records):
        made = folder / f"memory-{size}"
        # In a process of its own too, so that this one stays small.
        _run([sys.executable, __file__, "make", str(made), str(size)])
        files = sorted(made.iterdir())
        lines.append([f"第6表 {size:,}件", f"{_peak([path for path in files if path.name.startswith('UPPLAN')]):,.0f}"])
        lines.append([f"送信単位まるごと {size:,}件", f"{_peak(files):,.0f}"])
    print("## メモリーの最大\n")
    table(["1つのプロセスで", "MB"], lines)


def _peak(files: list[Path]) -> float:
    return float(_run([sys.executable, __file__, "check", *map(str, files)])) / 1024


def start_up(folder: Path, count: int) -> None:
    """Whole processes, from the call to the end."""
    unit = make_unit(folder / "start", 100)
    programs = ROOT / ".venv/bin"
    python = str(programs / "python")
    # To the recipient it is no error that the other files of the unit are not there.
    renkei_check = [str(programs / "renkei"), "check", "--as", "recipient"]
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "python -c 'import argparse'": [python, "-c", "import argparse"],
        "renkei check(100件の第6表1つ)": [*renkei_check, str(unit.plan)],
        "renkei check(100件の送信単位、3ファイル)": [*renkei_check, *map(str, unit.files)],
    }
    works: dict[str, Work] = {name: (lambda command=command: _run(command)) for name, command in commands.items()}
    seconds = rounds(works, count, _START_UPS)
    base = seconds["python -c pass"]
    print("## 始まって終わるまで\n")
    lines = [
        [name, spread([one * 1000 for one in values], 0), spread([1 / one for one in ratios(base, values)])]
        for name, values in seconds.items()
    ]
    table(["", "ミリ秒", "python だけの何倍"], lines)


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _own_peak() -> int:
    """The most memory of this process so far, in KiB. ru_maxrss remembers the process that started this one as well."""
    if _STATUS.exists():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _main() -> None:
    task, *rest = sys.argv[1:]
    if task == "make":
        make_unit(Path(rest[0]), int(rest[1]))
        return
    report = check([(path, Path(path)) for path in rest])
    assert {found.code for found in report.findings} <= {"E-UNIT-MISSING"}, report.findings[:3]
    print(_own_peak())


if __name__ == "__main__":
    _main()
