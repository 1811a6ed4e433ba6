"""argparse that speaks Japanese."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class JapaneseParser(argparse.ArgumentParser):
    """An ArgumentParser whose headings and errors are Japanese; sub-parsers are of the same class."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Formatter)
        super().__init__(add_help=False, **kwargs)
        self._positionals.title = "対象"
        self._optionals.title = "オプション"
        self.add_argument("-h", "--help", action="help", help="この説明を表示します")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "使い方:", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "使い方:", 1)

    def error(self, message: str) -> NoReturn:
        for english, japanese in _MESSAGES:
            message = message.replace(english, japanese)
        self.exit(2, f"{self.format_usage()}{self.prog}: {message}\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """argparse says nothing where it cannot print; `main` does."""
        if stream := file or sys.stderr:
            stream.write(message)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal. argparse makes one for every argument and asks shutil, whose import takes 5 ms."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size().columns or _COLUMNS
    except OSError:
        return _COLUMNS


_COLUMNS = 80
_MESSAGES = (
    ("the following arguments are required:", "次の指定が足りません:"),
    ("unrecognized arguments:", "わからない指定です:"),
    ("expected one argument", "値を1つ書いてください"),
    ("expected at least one argument", "値を1つ以上書いてください"),
    ("invalid choice:", "選べない値です:"),
    ("choose from", "選べるのは"),
    ("invalid int value:", "整数で書いてください:"),
    ("argument ", "指定 "),
)
