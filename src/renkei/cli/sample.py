"""`renkei sample`: an invented month of care-plan files in a folder."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from renkei.conformance import DEFAULT_SEED, Month, make_month

from .troubles import reason


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "架空の事業所・利用者の1か月分のファイル（居宅サービス計画・提供票・実績）を作ります。\n"
        "同じ種（--seed）と人数からは、いつも同じファイルができます。"
    )
    parser.epilog = "例: renkei sample --month 202612 --clients 20 --out 架空の月/"
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, metavar="数", help=f"種になる整数(初期値 {DEFAULT_SEED})"
    )
    parser.add_argument("--month", type=_month, default="202612", metavar="年月", help="サービス提供月(初期値 202612)")
    parser.add_argument(
        "--care-managers", type=_up_to(9999), default=1, metavar="数", help="居宅介護支援事業所の数(初期値 1)"
    )
    parser.add_argument(
        "--service-offices", type=_up_to(9999), default=4, metavar="数", help="サービス事業所の数(初期値 4)"
    )
    parser.add_argument("--clients", type=_up_to(99999), default=6, metavar="数", help="利用者の数(初期値 6)")
    parser.add_argument(
        "--out", type=Path, default=Path("sample"), metavar="フォルダ", help="書きこむフォルダ(初期値 sample)"
    )
    parser.add_argument("--force", action="store_true", help="空でないフォルダにも書きこみます")


def run(options: argparse.Namespace) -> int:
    """Write the month; 2 when the folder is in use or cannot be written."""
    folder: Path = options.out
    try:
        if not options.force and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            print(
                f"{folder} は空のフォルダではないので、書きこみませんでした。\n"
                "別のフォルダを --out で選ぶか、書きこんでよければ --force を付けてください。",
                file=sys.stderr,
            )
            return 2
        month = make_month(
            seed=options.seed,
            month=options.month,
            care_managers=options.care_managers,
            service_offices=options.service_offices,
            clients=options.clients,
        )
        month.write(folder)
    except OSError as error:
        print(f"{folder} に書きこめませんでした（{reason(error)}）。場所と権限を確かめてください。", file=sys.stderr)
        return 2
    print(_told(month, folder, options.clients))
    return 0


def _told(month: Month, folder: Path, clients: int) -> str:
    files = sum(len(outbox) for outbox in month.files.values())
    differing = len({(d.insurer, d.insured) for d in month.truth.differences})
    return (
        f"{folder} に、{month.month[:4]}年{int(month.month[4:])}月の架空のファイルを{files}個書きました。\n"
        f"  事業所 {len(month.offices)}か所、利用者 {clients}人、送るまとまり {len(month.truth.units)}件\n"
        f"  予定と実績: 変更なし {clients - differing}人・変更あり {differing}人\n"
        f"事業所の一覧は offices.tsv、正解は truth.json にあります。\n"
        f"ファイルを調べるには: renkei check {folder}"
    )


def _month(text: str) -> str:
    if not re.fullmatch(r"20(?:2[5-9]|[3-9][0-9])(?:0[1-9]|1[0-2])", text, re.ASCII):
        raise argparse.ArgumentTypeError("202501 以降の年月を6けたで書いてください。例: 202612")
    return text


def _up_to(most: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not re.fullmatch(r"[1-9][0-9]{0,5}", text, re.ASCII) or int(text) > most:
            raise argparse.ArgumentTypeError(f"1から{most}までの整数を書いてください")
        return int(text)

    return count
