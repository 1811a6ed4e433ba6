"""The imported names of service codes: where the file is, and reading it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from renkei.services.table import NotAServiceTable, ServiceTable, parse

from .files import CannotRunError, content

VARIABLE = "RENKEI_SERVICES"


def argument(parser: argparse.ArgumentParser, flag: str) -> None:
    """Adds the option that names the file."""
    parser.add_argument(
        flag,
        dest="services",
        type=Path,
        metavar="ファイル",
        help=f"取り込んだサービスコードの名前 (なければ環境変数 {VARIABLE}、それもなければ利用者のフォルダの services.csv)",
    )


def place(named: Path | None) -> Path:
    """The file that was named, or that of the environment, or the one in the person's own folder."""
    if named or os.environ.get(VARIABLE):
        return named or Path(os.environ[VARIABLE])
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA")
        return (Path(home) if home else Path.home()) / "Renkei" / "services.csv"
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "renkei" / "services.csv"


def table(named: Path | None) -> ServiceTable:
    """The names; none where nothing was imported yet. Raises CannotRunError, also where a file was named that is not there."""
    path = place(named)
    is_asked_for = bool(named or os.environ.get(VARIABLE))
    return read_table(path) if is_asked_for or path.exists() else ServiceTable()


def read_table(path: Path) -> ServiceTable:
    """The names in a file. Raises CannotRunError."""
    try:
        return parse(content(str(path)))
    except NotAServiceTable as error:
        raise CannotRunError(
            f"「{path}」の{error.line}行目を読めません。renkei services import で作ったファイルを指定してください。"
        ) from None
