"""`renkei convert`: CSV to the JSON form and back, and older editions to V4.1, whole folders at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from renkei.standard.converting.files import ServiceTypes
from renkei.standard.converting.notes import Level, Notes, Stopped
from renkei.standard.troubles import reason

from . import service_types
from .convert_jobs import Job, Source, is_third_edition, is_wanted, jobs, outputs, sources
from .convert_output import Done, print_json, print_text
from .convert_placing import Placing, State
from .files import CannotRunError, content, files, never_fail_to_print, told, visible
from .workshop import left_behind


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "ケアプランデータ連携標準仕様のファイルを変換して、別のフォルダに書きます。もとのファイルは変えません。\n"
        "  --to json  CSV を JSON にします(1つの送信単位が1つの JSON になります)\n"
        "  --to csv   JSON を CSV に戻します。CSV は第4.1版の正しい形に書きなおします(第3版・第4.0版は第4.1版にします)\n"
        "変わったところ、足りないところは、すべて表示します。JSON の形は Renkei が決めたもので、国の第5.0版の形ではありません。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei convert 提供票フォルダ/ --to json --out JSON/\n"
        "  renkei convert JSON/ --to csv --out CSV/\n"
        "  renkei convert 第3版フォルダ/ --to 4.1 --offices offices.tsv --out 第4.1版/\n"
        "  renkei convert 第3版フォルダ/ --to 4.1 --out 第4.1版/ --dry-run\n\n"
        "終了コード: 0 すべて変換した、1 変換できないファイルがある、2 実行できなかった"
    )
    parser.add_argument("paths", nargs="+", metavar="ファイル・フォルダ", help="変換するファイルかフォルダ")
    parser.add_argument(
        "--to", required=True, choices=["json", "csv", "4.1"], help="変換したあとの形(4.1 は csv と同じ)"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="フォルダ", help="書きこむフォルダ。もとのフォルダの形を保ちます"
    )
    service_types.arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="書かずに、何が変わるかだけを表示します")
    parser.add_argument("--force", action="store_true", help="内容のちがうファイルがあれば、上書きします")
    parser.add_argument("--details", action="store_true", help="指摘ごとに、すべてのファイルの名前を表示します")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="報告の形: text 文章(初期値)、json JSON"
    )


def run(options: argparse.Namespace) -> int:
    """Converts; 1 where a file could not be converted, 2 where nothing could be done at all."""
    never_fail_to_print()
    try:
        to_json = options.to == "json"
        found, others = _found(options, to_json=to_json)
        placing = Placing(
            options.out, {Path(source.path).resolve() for source in found}, options.dry_run, options.force
        )
        _tell_left_behind(placing.out)
        done = _convert(found, _types(options, found), placing, to_json=to_json)
    except CannotRunError as error:
        print(f"renkei convert: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"renkei convert: 「{visible(options.out)}」に書けません({reason(error)})。", file=sys.stderr)
        return 2
    if others:
        print(f"CSVでも、Renkei の JSON でもないファイル{others}個は変換していません。", file=sys.stderr)
    if options.format == "json":
        print_json(done, to=options.to, is_dry=options.dry_run)
    else:
        print_text(done, options.out, is_dry=options.dry_run, is_detailed=options.details)
    return 1 if any(one.state is State.FAILED for one in done) else 0


def _found(options: argparse.Namespace, *, to_json: bool) -> tuple[list[Source], int]:
    """The files to be converted, and how many others there are. To make JSON of JSON one has to name it."""
    if options.out.exists() and not options.out.is_dir():
        raise CannotRunError(f"書きこむ場所「{options.out}」は、フォルダではなくファイルです。")
    paths, others = files(options.paths, is_wanted)
    found = sources(paths, options.paths, options.out)
    if to_json:
        found = [source for source in found if not source.is_json or source.path in options.paths]
    if not found:
        raise CannotRunError("変換するファイルがありません。")
    return found, others


def _tell_left_behind(out: Path) -> None:
    for folder in left_behind(out):
        print(
            f"途中で止められた変換の作業フォルダ「{visible(folder)}」が残っています。"
            "ほかに renkei convert を動かしていなければ、消してください。",
            file=sys.stderr,
        )


def _convert(found: list[Source], types: ServiceTypes, placing: Placing, *, to_json: bool) -> list[Done]:
    todo = jobs(found, types, to_json=to_json)
    labels = [job.sources[0].path for job in todo]
    with placing.opened():
        return [
            _one(job, types, placing, to_json=to_json)
            for _, job in zip(told(labels, "変換しています"), todo, strict=True)
        ]


def _one(job: Job, types: ServiceTypes, placing: Placing, *, to_json: bool) -> Done:
    notes = Notes()
    paths = [source.path for source in job.sources]
    try:
        state, targets = placing.place(paths[0], outputs(job, types, notes, to_json=to_json), notes)
    except Stopped:
        state, targets = State.FAILED, []
    if state is State.FAILED and len(paths) > 1:
        _tell_unit(paths, notes)
    return Done(tuple(paths), tuple(str(target) for target in targets), state, tuple(notes.all()))


def _tell_unit(paths: Sequence[str], notes: Notes) -> None:
    """The files that are held back because of another one of their unit."""
    failed = [note.file for note in notes.all() if note.level is Level.ERROR]
    for path in paths:
        if path not in failed:
            notes.add("E-CONVERT-UNIT", path, other=Path(failed[0]).name)


def _types(options: argparse.Namespace, found: list[Source]) -> ServiceTypes:
    types = ServiceTypes(options.from_type, options.to_type, service_types.register(options.offices))
    older = {source.path: source for source in found if is_third_edition(source)}
    for path in told(list(older), "第3版のファイルを調べています"):
        try:
            types.take(older[path].name, content(path))
        except CannotRunError:
            continue  # is told when its turn comes
    return types
