"""What the commands that run on the hub's machine share: open the data folder, refuse with words."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path


def add_data(parser: argparse.ArgumentParser) -> None:
    """The option that names the hub's data folder."""
    parser.add_argument("--data", metavar="フォルダ", type=Path, help="ハブのデータのフォルダ (なければ RENKEI_DATA)")


def start(options: argparse.Namespace) -> None:
    """Load the settings and Django for the data folder of `options`. Raises BadOption."""
    if options.data is not None:
        os.environ["RENKEI_DATA"] = str(options.data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renkei.hub.config.settings")
    import django

    django.setup()


def data_folder(options: argparse.Namespace) -> Path:
    """The hub's data folder, of the option or of the settings. Raises BadOption for a folder that is none."""
    from renkei.hub.config import options as hub_options

    data = Path(options.data or hub_options.read()["DATA"].value).absolute()
    if not (data / "hub.json").is_file():
        raise hub_options.BadOption(f"{data} はハブのデータのフォルダではありません。--data を確かめてください。")
    return data


def guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Turn what a person can mend into words on standard error and exit status 2."""

    def guarded_run(options: argparse.Namespace) -> int:
        try:
            return run(options)
        except Exception as error:
            words = _words(error)
            if words is None:
                raise
            print(words, file=sys.stderr)
            return 2

    return guarded_run


def _words(error: Exception) -> str | None:
    """Japanese words for an expected trouble, None for a fault of ours."""
    known: dict[str, Callable[[], str]] = {
        "BadOption": lambda: str(error),
        "DeedRefused": lambda: str(error),
        "HubRunning": lambda: "このデータのハブがもう動いています。止めてから (Ctrl+C)、もう一度実行してください。",
        "KeyMissing": lambda: _missing(str(error)),
        "FileExistsError": lambda: "すでに作られています。別のフォルダを指定してください。",
        "FileNotFoundError": lambda: f"ファイルがありません: {getattr(error, 'filename', '')}",
        "IsADirectoryError": lambda: f"フォルダではなくファイルを指定してください: {getattr(error, 'filename', '')}",
        "PermissionError": lambda: f"ファイルを開く権限がありません: {getattr(error, 'filename', '')}",
        "OperationalError": lambda: (
            "データベースにつながりません。renkei hub init を先に実行したか、設定を確かめてください。"
        ),
    }
    words = known.get(type(error).__name__)
    if words is None and isinstance(error, OSError):
        words = {errno.ENOSPC: _no_space, errno.EROFS: _read_only}.get(error.errno or 0)
    return words() if words else None


def _no_space() -> str:
    return "ディスクの空きがありません。空きを増やしてから、もう一度実行してください。"


def _read_only() -> str:
    return "データのフォルダに書けません(読み取り専用です)。書けるようにしてから、もう一度実行してください。"


def _missing(name: str) -> str:
    """Words for a file of `keys/` that is absent; the receipt's certificate comes from an authority, not from init."""
    if name.endswith("receipt.pem"):
        return "受領証の証明書がまだありません。認証局に発行してもらい、renkei hub certificate で入れてください。"
    return f"ハブの鍵がありません: {name}。renkei hub init を先に実行するか、控えから戻してください。"
