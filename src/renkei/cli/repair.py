"""`renkei repair`: mends what is safe in files of the standard, and shows every change before anything is written."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from renkei.standard.checking import Report, check
from renkei.standard.repairing import Repaired, VariantsError, is_of_the_standard, parse, repair

from . import repair_output
from .ending import in_one_go
from .files import CannotRunError, content, files, never_fail_to_print, told, visible
from .outputs import write_output

KEPT = ".orig"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "ファイルの、直しても安全なところ(文字、改行、消えた先頭の0、日付の形、ファイル名など)を直します。\n"
        "はじめは何も書かず、直すところをすべて表示します。書くには --out でフォルダを指定します。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei repair 提供票フォルダ/\n"
        "  renkei repair --out 直したもの/ 提供票フォルダ/\n"
        "  renkei repair --variants うちの対応表.toml 提供票フォルダ/\n"
        "  renkei repair --list\n\n"
        "終了コード: 0 直すところも人が決めることもない(または、すべて直した)、1 見てほしいところがある、"
        "2 読めない・書けないファイルがあった"
    )
    parser.add_argument("paths", nargs="*", metavar="ファイル・フォルダ", help="直すファイルかフォルダ")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--dry-run", action="store_true", help="何も書かず、直すところを表示します(初期値)")
    where.add_argument("--out", type=Path, metavar="フォルダ", help="直したファイルを、このフォルダに書きます")
    where.add_argument(
        "--in-place", action="store_true", help=f"その場で書きかえます。もとのファイルは、名前に{KEPT}を付けて残します"
    )
    parser.add_argument("--force", action="store_true", help="--out に別の中身のファイルがあっても、書きかえます")
    parser.add_argument("--variants", type=Path, metavar="ファイル", help="自分の対応表(TOML)を足します")
    parser.add_argument("--geta", action="store_true", help="置きかえる文字がないときは〓にします(一覧に出します)")
    parser.add_argument("--widen-kana", action="store_true", help="文章の半角カナを全角に直します")
    parser.add_argument("--all", action="store_true", help="同じ直しも、すべての場所を表示します")
    parser.add_argument("--list", action="store_true", help="直し方の一覧を表示して終わります")
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="表示の形: text 文章(初期値)、json JSON(すべての場所)",
    )


def run(options: argparse.Namespace) -> int:
    """Repair; 1 when a person should look at something, 2 when a file could not be read or written."""
    never_fail_to_print()
    if options.list:
        repair_output.print_rules()
        return 0
    if not options.paths:
        print("renkei repair: 直すファイルかフォルダを指定してください。", file=sys.stderr)
        return 2
    try:
        _refuse_own_folder(options)
        job = _Job(options, _table(options.variants))
        paths, _ = files(options.paths, job.is_wanted)
        before = check((path, data) for path, data in job.read(paths, "調べています"))
        after = check(job.repaired(paths))
    except CannotRunError as error:
        print(f"renkei repair: {error}", file=sys.stderr)
        return 2
    return _tell(options, job, before, after)


def _tell(options: argparse.Namespace, job: _Job, before: Report, after: Report) -> int:
    is_applied = bool(options.out or options.in_place)
    if options.format == "json":
        repair_output.print_json(job.outcomes, before, after)
    else:
        repair_output.print_text(job.outcomes, before, after, is_applied=is_applied, is_all=options.all)
        if is_applied:
            _tell_written(options, job)
        elif any(outcome.repaired.changes for outcome in job.outcomes):
            print("まだ何も書いていません。よければ、--out でフォルダを指定して、もう一度動かしてください。")
            print(f"  renkei repair --out 直したもの {shlex.join(options.paths)}")
    for trouble in job.troubles.values():
        print(f"renkei repair: {visible(trouble)}", file=sys.stderr)
    if job.troubles:
        return 2
    is_open = any(one.repaired.remaining or (one.repaired.changes and not is_applied) for one in job.outcomes)
    return 1 if is_open or after.has_errors else 0


def _tell_written(options: argparse.Namespace, job: _Job) -> None:
    place = f"フォルダ「{options.out}」" if options.out else "もとの場所"
    print(f"{len({one.written for one in job.outcomes} - {None})}ファイルを、{visible(place)}に書きました。")
    if left := sum(not one.written and bool(one.repaired.remaining) for one in job.outcomes):
        print(f"人が決めることのある{left}ファイルは、書いていません。")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file: where it was, what the repair says (without the content), and where it was written, if it was."""

    path: str
    repaired: Repaired
    written: Path | None


@dataclass(slots=True)
class _Job:
    """One run over all files; what cannot be read or written is told at the end, and the others go on."""

    options: argparse.Namespace
    table: dict[str, str]
    outcomes: list[Outcome] = field(default_factory=list)
    written: dict[Path, bytes] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)

    def is_wanted(self, path: Path) -> bool:
        """Files of the standard, misnamed ones too; not what an earlier run kept or wrote."""
        out = self.options.out
        is_ours = path.suffix == KEPT or (out and path.resolve().is_relative_to(out.resolve()))
        return not is_ours and (is_of_the_standard(path.name) or path.suffix.upper() == ".CSV")

    def read(self, paths: list[str], doing: str) -> Iterator[tuple[str, bytes]]:
        for path in told(paths, doing):
            try:
                yield path, content(path)
            except CannotRunError as error:
                self.troubles[path] = str(error)

    def repaired(self, paths: list[str]) -> Iterator[tuple[str, bytes]]:
        """Every file after its repair, written where the person asked for it."""
        for path, data in self.read(paths, "直しています" if self.options.out else "直すところを探しています"):
            found = repair(path, data, variants=self.table, geta=self.options.geta, widen_kana=self.options.widen_kana)
            written = self._write(Path(path), data, found)
            self.outcomes.append(Outcome(path, replace(found, data=b""), written))
            yield str(Path(path).with_name(found.name)), found.data

    def _write(self, path: Path, data: bytes, found: Repaired) -> Path | None:
        try:
            if self.options.out and _can_be_sent(found):
                return self._write_out(self.options.out / self._below(path).with_name(found.name), found.data)
            if self.options.in_place and found.changes and not found.held:
                with in_one_go():
                    return self._write_here(path, data, found)
        except (CannotRunError, OSError) as error:
            is_ours = isinstance(error, CannotRunError)
            self.troubles[str(path)] = (
                str(error) if is_ours else f"「{path}」を書けません。場所と権限を確かめてください。"
            )
        return None

    def _write_out(self, target: Path, data: bytes) -> Path:
        if self.written.setdefault(target, data) != data:
            raise CannotRunError(f"「{target}」になるファイルが2つあり、中身がちがいます。どちらかを除いてください。")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_output(target, data, force=self.options.force)
        return target

    def _write_here(self, path: Path, data: bytes, found: Repaired) -> Path:
        """The original under its old name and .orig, the mended one beside it."""
        target = path.with_name(found.name)
        write_output(path.with_name(path.name + KEPT), data)
        is_same_file = target.exists() and target.samefile(path)
        write_output(target, found.data, force=is_same_file)
        if not is_same_file:
            path.unlink()
        self.written[target] = b""
        return target

    def _below(self, path: Path) -> Path:
        """The path as seen from the folder that the person named."""
        folders = (Path(given) for given in self.options.paths)
        return next((path.relative_to(f) for f in folders if f in path.parents), Path(path.name))


def _can_be_sent(found: Repaired) -> bool:
    """Whether the file belongs among the mended ones: of the standard, and nothing of it waiting for a person."""
    return not found.held and is_of_the_standard(found.name)


def _refuse_own_folder(options: argparse.Namespace) -> None:
    """Mended files among those that they came from could not be told apart."""
    folders = {path if path.is_dir() else path.parent for path in (Path(given).resolve() for given in options.paths)}
    if options.out and options.out.resolve() in folders:
        raise CannotRunError("--out には、もとのファイルとは別のフォルダを指定してください。")


def _table(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        return parse(content(str(path)).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CannotRunError(f"対応表「{path}」は、UTF-8で保存してください。") from None
    except VariantsError as error:
        raise CannotRunError(f"対応表「{path}」: {error}") from None
