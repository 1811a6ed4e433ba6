"""`renkei evidence`: one file that proves a period to a third party, and judging one. Exit status 0, 1, 2."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .files import CannotRunError
from .outputs import write_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from renkei.trust.evidence import Report

MAX_BYTES = 256 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `renkei evidence`."""
    parser.description = "送った・受け取った証拠を1つのファイルにまとめ、ハブにつながずに確かめます。"
    parser.epilog = "例: renkei evidence verify 証拠.zip"
    deeds = parser.add_subparsers(dest="deed", metavar="すること", title="すること", required=True)
    text = "ある期間の証拠を1つのファイルに書き出します"
    example = "renkei evidence export --folder 事業所 --from 2026-11-01 --to 2026-11-30 --out 証拠.zip"
    export = deeds.add_parser(
        "export", help=text, description=f"{text}。運営指導などで見せられます。", epilog=f"例: {example}"
    )
    whose = export.add_mutually_exclusive_group()
    whose.add_argument("--folder", type=Path, metavar="フォルダ", help="事業所のフォルダ (なければ、今いるフォルダ)")
    whose.add_argument("--data", type=Path, metavar="フォルダ", help="運営者のとき: ハブのデータのフォルダ")
    export.add_argument("--office", metavar="番号", help="--data のとき: 事業所番号")
    export.add_argument("--service", metavar="種類", help="--data のとき: サービス種類")
    export.add_argument("--from", dest="first", required=True, type=_day, metavar="日", help="はじめの日 (2026-11-01)")
    export.add_argument("--to", dest="last", required=True, type=_day, metavar="日", help="終わりの日 (2026-11-30)")
    export.add_argument("--partner", default="", metavar="番号", help="相手の事業所番号 (なければ、すべての相手)")
    export.add_argument("--out", required=True, type=Path, metavar="ファイル", help="書き出すファイル (zip)")
    export.add_argument("--force", action="store_true", help="同じ名前のファイルを書きかえます")
    text = "証拠のファイルを、ハブにもインターネットにもつながずに確かめます"
    end = "終了コード: 0 すべて確かめられました、1 確かめられないものがあります、2 実行できませんでした。"
    verify = deeds.add_parser(
        "verify", help=text, description=f"{text}。\n{end}", epilog="例: renkei evidence verify 証拠.zip"
    )
    verify.add_argument("file", type=Path, metavar="ファイル", help="証拠のファイル (zip)")
    for flag, words in (("--root", "信頼する認証局の証明書"), ("--tsa-root", "信頼する時刻認証局の証明書")):
        verify.add_argument(
            flag, type=Path, action="append", metavar="PEM", help=f"{words} (なければ、ファイルの中のもの。何度でも)"
        )
    verify.add_argument("--format", choices=("text", "json"), default="text", metavar="形", help="text か json")


def run(options: argparse.Namespace) -> int:
    """Carry out one sub-command."""
    try:
        return _export(options) if options.deed == "export" else _verify(options)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 2


def _export(options: argparse.Namespace) -> int:
    from renkei.trust.evidence import EvidenceError, NothingToProve

    from . import evidence_sources

    if options.first > options.last:
        raise CannotRunError("はじめの日が、終わりの日よりあとになっています。--from と --to を確かめてください。")
    if options.out.exists() and not options.force:
        raise CannotRunError(f"「{options.out}」はもうあります。別の名前にするか、--force を付けてください。")
    try:
        data, report = evidence_sources.exported(options)
    except NothingToProve:
        print("この期間に送ったもの・受け取ったものはありません。何も書き出していません。", file=sys.stderr)
        return 1
    except EvidenceError as error:
        raise CannotRunError("1つのファイルには多すぎます。期間を短くしてください。") from error
    write_output(options.out, data, force=options.force)
    _summarise(report)
    print(f"証拠を書き出しました: {options.out} (はじめに.html から読めます)")
    return _status(report)


def _verify(options: argparse.Namespace) -> int:
    from renkei.trust.evidence import EvidenceError, cover, unbundle, unpack, verify

    from .evidence_output import report as show

    data = _bytes_of(options.file, MAX_BYTES)
    roots, stamp_roots = _certificates(options.root), _certificates(options.tsa_root)
    try:
        files = {"": unpack(data)}
    except EvidenceError as error:
        try:
            files = {name: unpack(one) for name, one in unbundle(data).items()}
        except EvidenceError:
            raise CannotRunError(
                f"「{options.file}」は証拠のファイルではないか、こわれています。"
                "renkei evidence export か、「記録」のページで作った zip を指定してください。"
            ) from error
    told, worst = {}, 0
    for name, read in files.items():
        report = verify(read.evidence, read.damaged, roots=roots, stamp_roots=stamp_roots)
        is_same = cover(read.evidence, verify(read.evidence)) == read.cover
        told[name] = report.as_dict() | {"cover_matches": is_same}
        worst = max(worst, _status(report))
        if options.format == "text":
            if name:
                print(f"# {name}")
            show(read.evidence, report, cover_matches=is_same)
    if options.format == "json":
        print(json.dumps(told.get("", {"files": told}), ensure_ascii=False, indent=1))
    elif "" not in told:
        print(
            f"束のまとめ: {len(told)}個の証拠のファイルを{'すべて確かめられました' if not worst else '確かめました。確かめられないものがあります'}"
        )
    return worst


def _summarise(report: Report) -> None:
    counts = "、".join(f"{verdict.label} {count}件" for verdict, count in report.counts.items() if count)
    print(f"送信 {len(report.transmissions)}件: {counts}")
    for text in (*report.problems, *report.notes):
        print(f"・{text}")


def _status(report: Report) -> int:
    from renkei.trust.evidence import Verdict

    return int(report.verdict is not Verdict.PROVED)


def _certificates(paths: Sequence[Path] | None) -> Sequence[Certificate] | None:
    from cryptography import x509

    if paths is None:
        return None
    try:
        return [one for path in paths for one in x509.load_pem_x509_certificates(_bytes_of(path, 4 * 1024 * 1024))]
    except ValueError as error:
        raise CannotRunError("認証局の証明書を読めません。PEM 形式のファイルを指定してください。") from error


def _bytes_of(path: Path, most: int) -> bytes:
    from renkei.standard.troubles import reason

    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise CannotRunError(f"「{path}」を読めません({reason(error)})。場所を確かめてください。") from error
    if len(data) > most:
        raise CannotRunError(f"「{path}」は大きすぎます。")
    return data


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("日は 2026-11-01 のように書いてください") from error
