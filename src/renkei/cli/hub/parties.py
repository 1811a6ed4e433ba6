"""`renkei hub`: who is who: the public list of offices, changes with their day, satellites."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

from .shared import OFFICE, REASON, CarryOut, Deeds, Given, Own, actor, day

PORTION = 500  # rows of one write
MOST_TOLD = 100
_TOKYO = timezone(timedelta(hours=9))
CHANGES = {
    "renamed": "名前",
    "renumbered": "番号の変更",
    "merged": "合併",
    "closed": "廃止",
    "suspended": "停止",
    "resumed": "再開",
}
DEEDS: Deeds = {
    "known-offices": (
        "公表されている事業所の一覧を取り込みます",
        "jigyosho_110.csv jigyosho_430.csv --as-of 2026-06-30",
        (
            ("files", {"type": Path, "nargs": "+", "metavar": "ファイル", "help": "公表の CSV、またはその zip"}),
            ("--as-of", {"type": day, "metavar": "日付", "help": "一覧の時点。例: 2026-06-30 (なければ今日)"}),
        ),
    ),
    "change": (
        "廃止・合併・番号や名前の変更・停止を、日を決めて登録します",
        "--office 1379100017 --kind closed --day 2027-03-31 --successor 1379100025 --reason 法人の合併",
        (
            ("--office", {"metavar": "番号", "help": "事業所番号 (10桁)"}),
            (
                "--kind",
                {"choices": list(CHANGES), "help": "、".join(f"{key} {words}" for key, words in CHANGES.items())},
            ),
            ("--day", {"type": day, "metavar": "日付", "help": "この日から (日本時間)。なければ今日"}),
            ("--successor", {"metavar": "番号", "help": "引き継ぐ事業所 (先に登録しておきます)"}),
            ("--name", {"metavar": "名称", "default": "", "help": "新しい名前 (renamed のとき)"}),
            REASON,
            ("--list", {"action": "store_true", "help": "これからの変更を表示します"}),
            ("--cancel", {"type": int, "metavar": "番号", "help": "まだ来ていない変更をやめます"}),
        ),
    ),
    "satellite": (
        "サテライト(同じ番号の出張所)を登録します。送り先は、もとの番号のままです",
        "--office 1379100017 --service 15 --branch 01 --name すずらん北",
        (
            OFFICE,
            ("--service", {"required": True, "metavar": "種類", "help": "サービス種類 (2桁)"}),
            ("--branch", {"required": True, "metavar": "枝番", "help": "サテライト枝番 (2桁)"}),
            ("--name", {"required": True, "metavar": "名称", "help": "サテライトの名前"}),
        ),
    ),
}


def _change(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "office": options.office,
        "kind": options.kind,
        "day": options.day and options.day.isoformat(),
        "successor": options.successor,
        "name": options.name,
        "reason": options.reason,
        "list": options.list,
        "cancel": options.cancel,
        "actor": actor(),
    }


def _satellite(options: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name) for name in ("office", "service", "branch", "name")}
    return given | {"actor": actor()}


GIVEN: Given = {"change": _change, "satellite": _satellite}


def known_offices(options: argparse.Namespace, carry_out: CarryOut) -> int:
    """Import the list, a portion at a time; 1 when some rows were wrong and left out."""
    from renkei.hub.parties.known.reading import Wrong, read

    as_of = (options.as_of or datetime.now(_TOKYO).date()).isoformat()
    told: list[Wrong] = []
    counts = {"new": 0, "again": 0, "left": 0}
    kinds: set[str] = set()
    for path in options.files:
        rows = read(path, told.append)
        before = sum(counts.values())
        for portion in _portions(rows):
            kinds.update(row["kind"] for row in portion)
            kept = carry_out("known-offices", {"rows": portion, "as_of": as_of})
            for name, count in zip(counts, kept.split(), strict=True):
                counts[name] += int(count)
            print(f"\r{path.name}: {sum(counts.values()) - before:,} 行", end="", file=sys.stderr, flush=True)
        print(f"\r{path.name}: {sum(counts.values()) - before:,} 行", file=sys.stderr)
    given = {"kinds": sorted(kinds), "as_of": as_of, "rows": sum(counts.values()), "actor": actor()}
    gone = carry_out("known-offices-finish", given)
    _tell(told)
    print(f"取り込みました: 新しく {counts['new']:,}、書き直し {counts['again']:,}、一覧の時点 {as_of}")
    if counts["left"]:
        print(f"もっと新しい一覧を先に取り込んでいるので、{counts['left']:,} 行は変えていません。")
    if gone != "0":
        print(f"この一覧にないもの: {int(gone):,} 行。前の日付のまま残しています(廃止されたのかもしれません)。")
    return 1 if any(not wrong.is_kept for wrong in told) else 0


def _portions(rows: Iterator[Any]) -> Iterator[list[dict[str, str]]]:
    while portion := [row._asdict() for row in islice(rows, PORTION)]:
        yield portion


def _tell(told: list[Any]) -> None:
    for wrong in told[:MOST_TOLD]:
        print(wrong, file=sys.stderr)
    if len(told) > MOST_TOLD:
        print(f"ほかに {len(told) - MOST_TOLD:,} か所あります。", file=sys.stderr)


OWN: Own = {"known-offices": known_offices}
