"""The helper of `apart`: waits on its standard input for files to open, and forks itself for each.

A request is JSON with up to three descriptors: where the answer goes, the file, where a copy is written. The answer is BEGUN
when the work begins, then JSON and a line break.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any, BinaryIO

from renkei.attachments import pdf
from renkei.attachments.apart import BEGUN
from renkei.attachments.limits import Limits

_LONGEST_REQUEST = 64 * 1024
_MOST_FILES = 3


def _look(source: BinaryIO, target: BinaryIO | None, limits: Limits) -> Any:
    return pdf.look(source, limits)


def _clean(source: BinaryIO, target: BinaryIO | None, limits: Limits) -> Any:
    if target is None:
        raise ValueError("nowhere to write to")
    return pdf.clean(source, target, limits)


TASKS: dict[str, Callable[[BinaryIO, BinaryIO | None, Limits], Any]] = {"look": _look, "clean": _clean}


def main() -> None:
    """Serve until the program that started this ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's; the starter ends us
    with socket.socket(fileno=0) as waiting:
        while True:
            request, files, _, _ = socket.recv_fds(waiting, _LONGEST_REQUEST, _MOST_FILES)
            if not request:
                return
            try:
                if os.fork() == 0:
                    waiting.close()
                    _work(json.loads(request), files)
            except OSError:
                pass  # no room for a process: the asker sees that nothing began
            for file in files:
                os.close(file)


def _work(request: dict[str, Any], files: list[int]) -> None:
    """Do one task in the forked child and end it, whatever happens."""
    try:
        limits = Limits(**request["limits"])
        _bind(limits)
        os.write(files[0], BEGUN)
        with open(files[1], "rb") as source:  # noqa: PTH123 - a descriptor
            target = open(files[2], "wb") if len(files) > 2 else None  # noqa: PTH123, SIM115
            answer = TASKS[request["task"]](source, target, limits)
            if target:
                target.flush()
        os.write(files[0], json.dumps(answer).encode() + b"\n")
    finally:
        os._exit(0)


def _bind(limits: Limits) -> None:
    """From here on: so much memory, so much time, no further process, no file but those given."""
    import resource

    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, limits.unpacked_bytes),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
