"""`renkei demo`: an invented month, played end to end through the real parts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `renkei demo`."""
    parser.description = (
        "架空の5事業所が、1か月分のケアプラン・提供票・実績をやりとりします。\n"
        "ハブを動かし、公開APIと事業所のプログラムだけを使います。終わるとハブを止めます。"
    )
    parser.epilog = "例: renkei demo --folder var/demo"
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("var/demo"),
        metavar="フォルダ",
        help="データを作るフォルダ (前の実演のデータは消します)",
    )
    parser.add_argument("--seed", type=int, metavar="数", help="架空の月の種 (同じ数なら同じ月になります)")


def run(options: argparse.Namespace) -> int:
    """Play the month; 0 when what came out is what the month says, 1 when not, 2 when it could not run."""
    from rich.console import Console

    from renkei.cli.demo.play import play
    from renkei.cli.demo.report import report
    from renkei.cli.demo.stage import DemoFailed, stage
    from renkei.conformance import DEFAULT_SEED, make_month

    # A pipe has no width of its own; narrow columns would break every name.
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 140)
    month = make_month(seed=DEFAULT_SEED if options.seed is None else options.seed)
    try:
        with stage(options.folder.absolute(), month, console) as hub:
            play(hub, console)
            return report(hub, console)
    except DemoFailed as failure:
        console.print(f"実演できませんでした。{failure}", style="bold red")
        return 2
