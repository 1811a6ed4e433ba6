"""`renkei sample`: an invented month of care-plan files in a folder."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from renkei.conformance import DEFAULT_SEED, make_month
from renkei.standard.troubles import reason

# What decides the seeded month, with what it is where nobody says otherwise.
SIZES: dict[str, Any] = {
    "seed": DEFAULT_SEED,
    "month": "202612",
    "care_managers": 1,
    "service_offices": 4,
    "clients": 6,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "架空の事業所・利用者の1か月分のファイル（居宅サービス計画・提供票・実績）を作ります。\n"
        "同じ種（--seed）と人数からは、いつも同じファイルができます。\n"
        "--varied は、削除・送り直し・予防・短期入所・第3版などの見本を1つずつ集めた、決まった1か月（2026年12月）です。"
    )
    parser.epilog = (
        "例: renkei sample --month 202612 --clients 20 --out 架空の月/\n    renkei sample --varied --out いろいろな月/"
    )
    parser.add_argument(
        "--varied",
        action="store_true",
        help="いろいろな場合を集めた、決まった1か月を作ります（--seed などは使えません）",
    )
    _sizes(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("sample"), metavar="フォルダ", help="書きこむフォルダ(初期値 sample)"
    )
    parser.add_argument("--force", action="store_true", help="空でないフォルダにも書きこみます")


def _sizes(parser: argparse.ArgumentParser) -> None:
    """What decides the seeded month. An absent one is None, so that --varied can tell that it was asked for."""
    parser.add_argument("--seed", type=int, metavar="数", help=f"種になる整数(初期値 {DEFAULT_SEED})")
    parser.add_argument("--month", type=_month, metavar="年月", help="サービス提供月(初期値 202612)")
    parser.add_argument("--care-managers", type=_up_to(9999), metavar="数", help="居宅介護支援事業所の数(初期値 1)")
    parser.add_argument("--service-offices", type=_up_to(9999), metavar="数", help="サービス事業所の数(初期値 4)")
    parser.add_argument("--clients", type=_up_to(99999), metavar="数", help="利用者の数(初期値 6)")


def run(options: argparse.Namespace) -> int:
    """Write the month; 2 when the folder is in use or cannot be written."""
    folder: Path = options.out
    asked = {name: value for name in SIZES if (value := getattr(options, name)) is not None}
    if options.varied and asked:
        named = "、".join(f"--{name.replace('_', '-')}" for name in asked)
        print(
            f"--varied は決まった1か月なので、{named} はいっしょに使えません。どちらかを除いてください。",
            file=sys.stderr,
        )
        return 2
    try:
        if not options.force and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            print(
                f"{folder} は空のフォルダではないので、書きこみませんでした。\n"
                "別のフォルダを --out で選ぶか、書きこんでよければ --force を付けてください。",
                file=sys.stderr,
            )
            return 2
        told = _write_varied(folder) if options.varied else _write_seeded(folder, SIZES | asked)
    except OSError as error:
        print(f"{folder} に書きこめませんでした（{reason(error)}）。場所と権限を確かめてください。", file=sys.stderr)
        return 2
    print(told)
    return 0


def _write_seeded(folder: Path, sizes: dict[str, Any]) -> str:
    month = make_month(**sizes)
    month.write(folder)
    clients = sizes["clients"]
    files = sum(len(outbox) for outbox in month.files.values())
    differing = len({(d.insurer, d.insured) for d in month.truth.differences})
    return (
        f"{folder} に、{month.month[:4]}年{int(month.month[4:])}月の架空のファイルを{files}個書きました。\n"
        f"  事業所 {len(month.offices)}か所、利用者 {clients}人、送るまとまり {len(month.truth.units)}件\n"
        f"  予定と実績: 変更なし {clients - differing}人・変更あり {differing}人\n"
        f"事業所の一覧は offices.tsv、正解は truth.json にあります。\n"
        f"ファイルを調べるには: renkei check {folder}"
    )


def _write_varied(folder: Path) -> str:
    from renkei.conformance.varied import make_varied_month

    month = make_varied_month()
    month.write(folder)
    files = sum(len(outbox) for outbox in month.files.values())
    cases = [f"  {case['id']}  {case['title']}" for case in month.truth["cases"]]
    return "\n".join(
        (
            f"{folder} に、{month.month[:4]}年{int(month.month[4:])}月の架空のファイルを{files}個書きました。",
            f"  事業所 {len(month.files)}か所、送るまとまり {len(month.truth['units'])}件、見本 {len(cases)}件",
            *cases,
            "事業所の一覧は offices.tsv、見本ごとの説明と正解は truth.json にあります。",
            "1つの事業所の分を調べるには: renkei check " + str(folder / month.offices[0].number),
        )
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
