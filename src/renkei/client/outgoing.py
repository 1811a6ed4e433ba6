"""Finding the files to be sent, and putting them away once the hub has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .entries import Entry
from .errors import Trouble
from .folder import DROPPED, Folder, make_durably, month_name, sync_folder, write_durably
from .results import Outcome, SendResult

MAX_FILE_BYTES = 64 * 1024 * 1024
_OF_THE_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Found:
    """A file as it was read."""

    path: Path
    data: bytes

    @property
    def name(self) -> str:
        return self.path.name


def find(paths: Iterable[Path]) -> tuple[list[Found], list[SendResult]]:
    """The files at these paths, folders with all below them; and the ones that could not be read.

    Without those that are to be attached: they go their own way.
    """
    found, failed = [], []
    for path in dict.fromkeys(file for given in paths for file in files_below(given) if not _is_dropped(file, given)):
        read = _read(path)
        if isinstance(read, bytes):
            found.append(Found(path, read))
        else:
            failed.append(
                SendResult(Outcome.ERROR if read is not BEING_WRITTEN else Outcome.WAITING, (path,), trouble=read)
            )
    return found, failed


def place_of(entry: Entry) -> Path:
    """Where a sent unit is kept, below the office's folder."""
    return Path("sent", month_name(entry.months), f"{entry.recipient}_{entry.recipient_service}")


def put_away(folder: Folder, entry: Entry, files: Sequence[Found], repeated: bool) -> SendResult:
    """Keep the sent files, and take them out of the outbox. What was not in the outbox stays where it is."""
    paths = tuple(file.path for file in files)
    try:
        _move(folder, folder.root / place_of(entry), files)
    except OSError:
        return SendResult(Outcome.WAITING, paths, entry, repeated, _STILL_HERE)
    return SendResult(Outcome.DONE, paths, entry, repeated)


def _move(folder: Folder, target: Path, files: Sequence[Found]) -> None:
    make_durably(target)
    for file in files:
        write_durably(target / file.name, file.data)
    take_out(folder, files)


def take_out(folder: Folder, files: Iterable[Found]) -> None:
    """Remove from the outbox what is kept elsewhere by now, and is still the same. Raises OSError."""
    outbox = folder.outbox.resolve()
    for file in files:
        if outbox in file.path.resolve().parents and _read(file.path) == file.data:
            file.path.unlink()
            sync_folder(file.path.parent)


BEING_WRITTEN = Trouble(
    "E-OFFICE-WRITING", "ファイルが書きこまれている途中です。", "書き出しが終わってから、もう一度実行してください。"
)
_UNREADABLE = Trouble(
    "E-OFFICE-UNREADABLE",
    "ファイルを読めません。",
    "ファイルがあること、ほかのソフトで開いていないことを確かめてください。",
)
TOO_LARGE = Trouble("E-LIMIT", "ファイルが大きすぎます。", "利用者を分けて書き出し直してください。")


_STILL_HERE = Trouble(
    "E-OFFICE-PUT-AWAY",
    "送り終わりましたが、ファイルを sent フォルダに移せません。",
    "ディスクの空きを確かめ、ファイルを開いているソフトを閉じて、もう一度実行してください。",
)


def _is_dropped(file: Path, given: Path) -> bool:
    return file.relative_to(given).parts[:1] == (DROPPED,)


def files_below(path: Path) -> Iterator[Path]:
    """A file itself, or all in a folder but what is hidden and what systems leave there."""
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in child.relative_to(path).parts)
        if not hidden and child.name.lower() not in _OF_THE_SYSTEM and not child.is_dir():
            yield child


def _read(path: Path) -> bytes | Trouble:
    """The content, unless the file changed while it was read."""
    try:
        before = path.stat()
        if not path.is_file():
            return _UNREADABLE
        if before.st_size > MAX_FILE_BYTES:
            return TOO_LARGE
        data = path.read_bytes()
        after = path.stat()
    except OSError:
        return _UNREADABLE
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        return BEING_WRITTEN
    return data
