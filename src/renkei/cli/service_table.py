"""The imported names of service codes: where the file is, and reading it.

Paths are texts, and what reads them is imported late: `renkei check` asks at every start whether there is a table.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from .files import CannotRunError, content

if TYPE_CHECKING:
    from renkei.services.table import ServiceTable

VARIABLE = "RENKEI_SERVICES"


def argument(parser: argparse.ArgumentParser, flag: str) -> None:
    """Adds the option that names the file."""
    parser.add_argument(
        flag,
        dest="services",
        metavar="ファイル",
        help=f"取り込んだサービスコードの名前 (なければ環境変数 {VARIABLE}、それもなければ利用者のフォルダの services.csv)",
    )


def place(named: str | None) -> str:
    """The file that was named, or that of the environment, or the one in the person's own folder."""
    if given := named or os.environ.get(VARIABLE):
        return given
    join, home = os.path.join, os.path.expanduser("~")  # noqa: PTH111
    if sys.platform == "win32":
        return join(os.environ.get("LOCALAPPDATA") or home, "Renkei", "services.csv")
    return join(os.environ.get("XDG_DATA_HOME") or join(home, ".local", "share"), "renkei", "services.csv")


def table(named: str | None) -> ServiceTable | None:
    """The names; None where nothing was imported yet. Raises CannotRunError, also where a file was named that is not there."""
    path = place(named)
    is_asked_for = bool(named or os.environ.get(VARIABLE))
    return read_table(path) if is_asked_for or os.path.exists(path) else None  # noqa: PTH110


def read_table(path: str) -> ServiceTable:
    """The names in a file. Raises CannotRunError."""
    from renkei.services.table import NotAServiceTable, parse

    try:
        return parse(content(path))
    except NotAServiceTable as error:
        raise CannotRunError(
            f"「{path}」の{error.line}行目を読めません。renkei services import で作ったファイルを指定してください。"
        ) from None
