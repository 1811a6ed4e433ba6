"""How fast the forms are drawn: each form; 第6表 with its annex, beside ReportLab and WeasyPrint; many people in one job.

    scripts/bench.sh forms [--rounds 5] [--parts forms slips peers where job floor] [--people 100 400 1000]

Every round measures each one once, after the other, and what typst remembers is thrown away before each. Rates of one
process; typst itself uses all cores for several sheets (`RAYON_NUM_THREADS=1` in the environment measures one core).
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from measuring import ratios, spread, table
from renkei.forms.rendering import render_all
from sheets import ours
from sheets.material import people, write_units
from sheets.slip import slip
from sheets.watching import watched

_PEERS = ("reportlab", "weasyprint")
_PARTS = ("forms", "slips", "peers", "where", "job", "floor")
SERVICES = (5, 14, 40)
USUAL = 14  # services of somebody who has many
TOGETHER = 20  # in one PDF
OURS = "renkei"


def measured(works: Mapping[str, Callable[[], object]], count: int) -> dict[str, list[float]]:
    """Seconds by name, in rounds; once before, unmeasured."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(count + 1):
        for name, work in works.items():
            took = ours.seconds_of(work)
            if number:
                seconds[name].append(took)
    return seconds


def each_form(count: int, together: int) -> None:
    """Every form that is made of files: one in a PDF, and several."""
    lines = []
    for kind, drawn in ours.examples(together):
        alone = iter(itertools.cycle(drawn))
        works = {"alone": lambda alone=alone: render_all([next(alone)]), "all": lambda drawn=drawn: render_all(drawn)}
        seconds = measured(works, count)
        size = len(render_all(drawn)) / together / 1000
        lines.append(
            [
                f"{kind.label} ({kind.name})",
                spread([1 / one for one in seconds["alone"]], 1),
                spread([together / one for one in seconds["all"]], 1),
                f"{size:,.0f}",
            ]
        )
    print("## 様式ごと(1秒に何人ぶん、架空の1か月)\n")
    table(["", "1人ずつの PDF", f"{together}人で1つの PDF", "KB"], lines)


def slips(count: int, together: int) -> None:
    """第6表 and 第7表 of a person with few, many and very many services, from the records to the PDF."""
    lines = []
    for services in SERVICES:
        some = list(itertools.islice(people(services), together))
        alone = iter(itertools.cycle(some))
        works = {
            "alone": lambda alone=alone: render_all(ours.slips([next(alone)])),
            "all": lambda some=some: render_all(ours.slips(some)),
        }
        seconds = measured(works, count)
        drawn = render_all(ours.slips(some))
        lines.append(
            [
                str(services),
                f"{ours.pages(drawn) / together:.1f}",
                spread([1 / one for one in seconds["alone"]], 1),
                spread([together / one for one in seconds["all"]], 1),
                f"{len(drawn) / together / 1000:,.0f}",
            ]
        )
    print("## 第6表と第7表(記録から PDF まで、1秒に何人ぶん)\n")
    table(["サービス", "ページ", "1人ずつの PDF", f"{together}人で1つの PDF", "KB"], lines)


def peers(count: int, together: int, services: int) -> None:
    """The same two sheets by others. What stands in them is made beforehand for all; only drawing is measured."""
    some = list(itertools.islice(people(services), together))
    forms = ours.slips(some)
    texts = [slip(*pair) for pair in zip(forms[::2], forms[1::2], strict=True)]
    reportlab, weasyprint = (import_module(f"sheets.with_{name}") for name in _PEERS)
    works: dict[str, Callable[[], bytes]] = {
        OURS: lambda: render_all(forms),
        "ReportLab": lambda: reportlab.draw(texts),
        "WeasyPrint(1か月の行を1つの文字列で)": lambda: weasyprint.draw(texts),
        "WeasyPrint(同じ、PDF/UA-1)": lambda: weasyprint.draw(texts, tagged=True),
        "WeasyPrint(1日に1つの升目)": lambda: weasyprint.draw(texts, cells=True),
    }
    seconds = measured(works, count)
    lines = []
    for name, work in works.items():
        drawn = work()
        lines.append(
            [
                name,
                f"{ours.pages(drawn) / together:.1f}",
                spread([together / one for one in seconds[name]], 1),
                spread(ratios(seconds[OURS], seconds[name])),
                f"{len(drawn) / together / 1000:,.0f}",
            ]
        )
    print(f"## ほかのものと({services}のサービスの第6表と第7表、{together}人で1つの PDF、1秒に何人ぶん)\n")
    table(["", "ページ", "1秒に", f"{OURS} の何倍", "KB"], lines)


def where(count: int, together: int) -> None:
    """Where the time of 第6表 and 第7表 goes."""
    some = list(itertools.islice(people(USUAL), together))
    seconds = measured(ours.parts(some, ours.slips(some)), count)
    whole = seconds[ours.ALL]
    lines = [
        [name, spread([1000 * one / together for one in own], 1), spread(ratios(own, whole))]
        for name, own in seconds.items()
    ]
    print(f"## 何に時間がかかるか({USUAL}のサービス、1人ぶんのミリ秒、{together}人で1つの PDF)\n")
    table(["", "ミリ秒", "全体のうち"], lines)


def job(folder: Path, counts: list[int], repeats: int) -> None:
    """`renkei forms` from start to end, of files on the disk, on one core and on all; the memory of all its processes."""
    cores = len(os.sched_getaffinity(0))
    lines = []
    for count in counts:
        write_units(folder / str(count), count, USUAL)
        runs: dict[tuple[int, str], list[tuple[float, float]]] = {}
        for number in range(repeats):
            for used in (1, cores):
                for each in ((), ("--each", "person")):
                    out = folder / f"out-{count}-{number}-{used}-{len(each)}"
                    runs.setdefault((used, "1人ずつの PDF" if each else "まとめた PDF"), []).append(
                        _job(folder / str(count), out if each else out.with_suffix(".pdf"), each, used)
                    )
        for (used, how), own in runs.items():
            seconds, memory = zip(*own, strict=True)
            lines.append(
                [
                    f"{count:,}",
                    how,
                    str(used),
                    spread(seconds, 1),
                    spread([count / one for one in seconds], 1),
                    spread(memory, 0),
                ]
            )
    print(f"## 1つの仕事で(`renkei forms`、{USUAL}のサービスの第6表と第7表、ファイルを読むところから)\n")
    table(["人", "", "コア", "秒", "1秒に何人ぶん", "メモリーの最大、MB(すべてのプロセス)"], lines)


def _job(files: Path, out: Path, each: tuple[str, ...], cores: int) -> tuple[float, float]:
    command = [
        sys.executable,
        "-m",
        "renkei",
        "forms",
        str(files),
        "--only",
        "第6表",
        "第7表",
        "--out",
        str(out),
        *each,
    ]
    return watched(command, cores)


def floor(folder: Path, count: int, together: int) -> None:
    """What the machine does at best with what was drawn, for one person."""
    some = list(itertools.islice(people(USUAL), together))
    drawn = render_all(ours.slips(some))
    unpacked = ours.streams(drawn)
    works: dict[str, Callable[[], object]] = {
        "typst: 何もない1ページの PDF": lambda: [ours.empty_page() for _ in range(together)],
        f"zlib: PDF の中身({len(unpacked) / together / 1000:,.0f} KB)を縮める": lambda: zlib.compress(unpacked),
        f"PDF({len(drawn) / together / 1000:,.0f} KB)を書いて、ディスクに届くまで": lambda: _written(
            folder, drawn, together
        ),
    }
    seconds = measured(works, count)
    print("## この機械の床(1人ぶん)\n")
    table(["", "ミリ秒"], [[name, spread([1000 * one / together for one in own])] for name, own in seconds.items()])


def _written(folder: Path, drawn: bytes, together: int) -> None:
    part = len(drawn) // together
    for number in range(together):
        with (folder / f"{number}.pdf").open("wb") as file:
            file.write(drawn[number * part : (number + 1) * part])
            file.flush()
            os.fsync(file.fileno())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--together", type=int, default=TOGETHER, help="people of one PDF")
    parser.add_argument("--people", type=int, nargs="+", default=[100, 400, 1_000], help="of the jobs")
    parser.add_argument("--jobs", type=int, default=1, help="how often each job is done")
    options = parser.parse_args()
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("typst", *(_PEERS if "peers" in options.parts else ()))
    )
    print(f"Python {platform.python_version()}, {options.rounds} rounds; {libraries}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works: dict[str, Callable[[], None]] = {
            "forms": lambda: each_form(options.rounds, options.together),
            "slips": lambda: slips(options.rounds, options.together),
            "peers": lambda: peers(options.rounds, options.together // 4 or 1, USUAL),
            "where": lambda: where(options.rounds, options.together),
            "job": lambda: job(folder, options.people, options.jobs),
            "floor": lambda: floor(folder, options.rounds, options.together),
        }
        for part in options.parts:
            works[part]()


if __name__ == "__main__":
    main()
