"""Asking the running hub to carry out an operator's deed. No Django here: a command that only asks starts in a blink.

The hub listens on a Unix socket in its data folder, which only the folder's owner can open: one line of JSON asks,
one line answers.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

MAX_LINE = 4 * 1024 * 1024
SECONDS = 60


class DeedRefused(RuntimeError):
    """The hub did not do it; the text says why, in Japanese."""


def ask(data: Path, deed: str, given: dict[str, Any], seconds: float | None = SECONDS) -> str:
    """Have the hub of this data folder do it, in so many seconds; returns what to tell the operator. Raises DeedRefused."""
    try:
        answer = _exchange(socket_path(data), json.dumps({"deed": deed, "given": given}).encode() + b"\n", seconds)
    except OSError as error:
        raise DeedRefused("動いているハブが答えません。少し待ってから、もう一度実行してください。") from error
    if not answer["done"]:
        raise DeedRefused(answer["text"])
    return str(answer["text"])


def _exchange(path: str, line: bytes, seconds: float | None) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        connection.connect(path)
        connection.sendall(line)
        with connection.makefile("rb") as answers:
            answer = answers.readline(MAX_LINE)
    if not answer:
        raise ConnectionError(path)
    read: dict[str, Any] = json.loads(answer)
    return read


def socket_path(data: Path) -> str:
    """Where the hub listens. A socket's path may have 108 bytes; from here it is usually shorter than from the root."""
    return min(str(data / "hub.socket"), os.path.relpath(data / "hub.socket"), key=len)
