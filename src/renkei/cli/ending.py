"""How a command ends that is told to stop, or whose words cannot be printed."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from renkei.standard.troubles import reason

_CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends what runs inside as an exit with status 143, so that working folders are cleaned up."""
    try:
        is_ours = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        if is_ours:
            signal.signal(signal.SIGTERM, _stop)
    except ValueError:  # not in the main thread, where signals arrive
        is_ours = False
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # nothing shall disturb the cleaning up
    raise SystemExit(128 + number)


@contextmanager
def in_one_go() -> Iterator[None]:
    """Ctrl+C and SIGTERM wait for the end of what is done inside, which is short."""
    came: list[int] = []
    try:
        before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in _STOPS}
    except ValueError:  # not in the main thread, where signals arrive
        yield
        return
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def flush() -> None:
    """Prints what waits to be printed, while it can still be told that this fails. Raises OSError."""
    if sys.stdout:
        sys.stdout.flush()


def cannot_write(error: Exception) -> str | None:
    """Words where the disk behind the standard output takes no more; an error with a file's name is of that file."""
    if isinstance(error, OSError) and error.filename is None and error.errno in _CANNOT_WRITE:
        return f"結果を書き出せません({reason(error)})。書き出し先を確かめて、もう一度試してください。"
    return None


def tell(words: str) -> None:
    """To the standard error, if it takes them."""
    with suppress(OSError):
        print(words, file=sys.stderr)
    silence()


def silence() -> None:
    """Lets go to nowhere what could not be printed: Python would complain of it while it ends."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
