"""What the sub-commands of `renkei hub` share: their tables, who gives them, options that several take."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Callable
from datetime import date
from typing import Any

Options = tuple[tuple[str, dict[str, Any]], ...]
# name → (what it does, example, options as argparse takes them)
Deeds = dict[str, tuple[str, str, Options]]
# name → what the deed is given, as JSON values
Given = dict[str, Callable[[argparse.Namespace], dict[str, Any]]]
CarryOut = Callable[[str, dict[str, Any]], str]
# Sub-commands that are more than one deed.
Own = dict[str, Callable[[argparse.Namespace, CarryOut], int]]

OFFICE = ("--office", {"required": True, "metavar": "番号", "help": "事業所番号 (10桁)"})
REASON = ("--reason", {"metavar": "わけ", "default": "", "help": "記録に残ります"})


def actor() -> str:
    """Who gives the command, as records name them: the user of this machine, also behind sudo."""
    return f"command:{os.environ.get('SUDO_USER') or getpass.getuser()}"


def day(text: str) -> date:
    """A day, as argparse's `type`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("日付は 2027-03-31 のように書いてください。") from error
