"""The files that a command is about: named ones and those in folders, with words for whatever cannot be read."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from renkei.standard.names import IMAGE
from renkei.standard.troubles import reason

if TYPE_CHECKING:
    from pathlib import Path

# What one run reads at most; beyond it somebody has named the wrong folder.
MAX_FILES = 100_000
MAX_DEPTH = 16
MAX_FILE_BYTES = 512 * 1024 * 1024


# What commands a terminal or turns the direction of writing; a name may hold it.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(path: object) -> str:
    """A path, which strangers may have named, as it can be printed."""
    return _HARMFUL.sub("\ufffd", str(path))


class CannotRunError(Exception):
    """Words for the person who typed the command."""

    def __init__(self, words: str) -> None:
        super().__init__(visible(words))


def never_fail_to_print() -> None:
    """A file name or a terminal in an odd encoding must not stop a report."""
    for stream in (sys.stdout, sys.stderr):
        _replace_unprintable(stream)


def tell_programs(value: object) -> None:
    """For programs: one line of UTF-8, whatever the terminal speaks."""
    import json  # most runs print words

    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(encoding="utf-8", errors="backslashreplace")
    print(json.dumps(value, ensure_ascii=False))


def _replace_unprintable(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")


def files(given: Iterable[str], is_wanted: Callable[[Path], bool] | None = None) -> tuple[list[str], int]:
    """The files of the standard in order, and how many others the folders hold. Named files count whatever they are.

    `is_wanted` says of which files in a folder the command is about, where that is not those of the standard. What
    cannot be opened is among the files: whoever reads it tells why.

    Raises CannotRunError where a named path leads nowhere, or where there is nothing.
    """
    found: dict[str, None] = {}
    others = 0
    for path in given:
        if _is_file(path):
            found[path] = None
            continue
        from pathlib import Path  # takes longer to import than a small file to be checked

        for below, is_found in _walk(Path(path), is_wanted or _is_of_the_standard):
            if is_found:
                found[str(below)] = None
            else:
                others += 1
            if len(found) + others > MAX_FILES:
                raise CannotRunError(f"ファイルが{MAX_FILES}個をこえました。フォルダを分けて指定してください。")
    if not found:
        raise CannotRunError(
            "CSVファイルがありません。場所を確かめてください。zipなどにまとめてあるときは、先に取り出します。"
        )
    return list(found), others


def _is_file(path: str) -> bool:
    """A file, or a link that leads nowhere, or else a folder; anything other cannot be checked."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - without pathlib, as all here that is about one file
    except FileNotFoundError:
        if os.path.islink(path):  # noqa: PTH114
            return True
        raise CannotRunError(f"「{path}」が見つかりません。場所と名前を確かめてください。") from None
    except OSError as error:
        raise CannotRunError(f"「{path}」を開けません({reason(error)})。") from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise CannotRunError(f"「{path}」はファイルでもフォルダでもありません。")
    return stat.S_ISREG(mode)


def _walk(folder: Path, is_wanted: Callable[[Path], bool], depth: int = 0) -> Iterator[tuple[Path, bool]]:
    """The files below a folder, sorted, and whether the command is about them. Hidden ones and links to folders are
    passed over; a folder that cannot be opened, or is empty and has a file's name, stands for what should be there."""
    if depth > MAX_DEPTH:
        raise CannotRunError(f"フォルダが{MAX_DEPTH}段より深くなっています: {folder}")
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        if not depth:
            raise CannotRunError(f"フォルダ「{folder}」を開けません({reason(error)})。") from None
        yield folder, True
        return
    if depth and not entries and is_wanted(folder):
        yield folder, True
    for entry in entries:
        mode = _mode(entry)
        if entry.name.startswith(".") or (stat.S_ISDIR(mode) and entry.is_symlink()):
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(entry, is_wanted, depth + 1)
        elif stat.S_ISREG(mode) or not mode:
            yield entry, is_wanted(entry)


def _mode(path: Path) -> int:
    """What a path is; 0 where it cannot be opened."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _is_of_the_standard(path: Path) -> bool:
    return path.suffix.upper() == ".CSV" or path.name.startswith(f"{IMAGE}_")


def told(paths: Sequence[str], doing: str) -> Iterator[str]:
    """The paths one by one, with the progress on a terminal: 調べています 3/120."""
    is_shown = _is_watched() and len(paths) > 1
    for number, path in enumerate(paths, start=1):
        if is_shown:
            print(f"\r{doing} {number}/{len(paths)}", end="", file=sys.stderr)
        yield path
    if is_shown:
        print("\r\033[K", end="", file=sys.stderr)


def _is_watched() -> bool:
    """Whether somebody sees the standard error; a program started without one has None."""
    return bool(sys.stderr) and sys.stderr.isatty()


def telling(total: int, doing: str) -> Callable[[int], None]:
    """What is called with the number of files done, and shows it on a terminal: 調べています 3/120."""

    def tell(done: int) -> None:
        if _is_watched() and total > 1:
            text = f"\r{doing} {done}/{total}" if done < total else "\r\033[K"
            print(text, end="", file=sys.stderr, flush=True)

    return tell


def content(path: str) -> bytes:
    """The bytes of a file; raises CannotRunError."""
    from pathlib import Path  # as in `files`

    size_of(path)
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from None


def size_of(path: str) -> int:
    """Bytes of a file, none where it cannot be opened; raises CannotRunError where there are too many."""
    try:
        size = os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
    if size > MAX_FILE_BYTES:
        raise CannotRunError(f"「{path}」が大きすぎます(上限{MAX_FILE_BYTES // (1024 * 1024)}MB)。")
    return size


def cannot_read(path: object, error: OSError) -> CannotRunError:
    """Words for a file that cannot be read."""
    return CannotRunError(f"「{path}」を読めません({reason(error)})。")
