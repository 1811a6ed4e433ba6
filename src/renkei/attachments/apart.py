"""Opening a PDF in a process of its own: what happens there, a crash, a bomb, an endless loop, stays there.

Starting a program and loading the library for each file would cost a third of a second. So one helper is started once
(`helper`), has everything loaded, and forks itself for each file; it ends with the program that started it. Where the
system has no such sockets (Windows) the work is done here: an office's own files on its own computer.
"""

from __future__ import annotations

import atexit
import dataclasses
import io
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from renkei.attachments.limits import Limits
from renkei.attachments.nameless import nameless_file

# The environment may hold secrets: of it the helper sees what loading libraries needs.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG")
BEGUN = b">"  # what an answer begins with
_GRACE_SECONDS = 5
_PIECE = 1024 * 1024
# Each may take `Limits.memory_bytes`.
_at_once = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


class LookingUnavailable(RuntimeError):
    """The helper cannot be started: no memory or no processes left. Try again later."""


class Died(RuntimeError):
    """The work took more memory or time than it may, or crashed."""


def run(task: str, source: BinaryIO, limits: Limits, target: BinaryIO | None = None) -> Any:
    """What a task of `helper.TASKS` answers. `source` is seekable and read from its start.

    Raises Died, LookingUnavailable, OSError.
    """
    if sys.platform != "linux":
        from renkei.attachments import helper  # loads the library

        source.seek(0)
        return helper.TASKS[task](source, target, limits)
    with _at_once, _as_file(source) as file:
        request = json.dumps({"task": task, "limits": dataclasses.asdict(limits)}).encode()
        files = [file.fileno()] + ([target.fileno()] if target else [])
        for _ in range(2):
            # The helper itself may have been ended by the system; then a new one does it.
            used = _helper.connection()
            answer = _ask(used, request, files, limits.seconds + _GRACE_SECONDS)
            if answer:
                break
            _helper.forget(used)
        else:
            raise LookingUnavailable("the helper does not answer")
    if not answer.endswith(b"\n"):
        raise Died(task)
    return json.loads(answer.removeprefix(BEGUN))


def _ask(helper: socket.socket, request: bytes, files: list[int], seconds: float) -> bytes:
    """The answer: empty when the work never began, without a line break at its end when it died."""
    reading, writing = os.pipe()
    try:
        try:
            socket.send_fds(helper, [request], [writing, *files])
        except OSError:
            return b""
        finally:
            os.close(writing)
        answer, waiting = b"", select.poll()
        waiting.register(reading)
        while waiting.poll(seconds * 1000):
            piece = os.read(reading, _PIECE)
            if not piece:
                break
            answer += piece
        return answer
    finally:
        os.close(reading)


class _Helper:
    """The helper of this process; after a fork, the child starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._owner = 0

    def connection(self) -> socket.socket:
        with self._lock:
            if self._socket and self._owner == os.getpid():
                return self._socket
            self._end()
            self._socket = self._start()
            return self._socket

    def forget(self, used: socket.socket) -> None:
        """Have a new helper started, unless somebody did meanwhile. What the old one began goes on."""
        with self._lock:
            if self._socket is used:
                self._end()

    def stop(self) -> None:
        """Let the helper end, and see that it does. Only by the process that started it."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._socket:
            self._socket.close()
        if self._process and self._owner == os.getpid():
            self._process.terminate()
            self._process.wait(_GRACE_SECONDS)
        self._process = self._socket = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "renkei.attachments.helper"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                cwd="/",
            )
        self._owner = os.getpid()
        return ours


_helper = _Helper()
atexit.register(_helper.stop)


@contextmanager
def _as_file(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A real file with the stream's bytes: itself, or a copy that has no name and goes with its last user."""
    raw = stream.raw if isinstance(stream, io.BufferedReader | io.BufferedRandom) else stream
    stream.seek(0)
    if isinstance(raw, io.FileIO):
        yield stream
        stream.seek(0)
        return
    with nameless_file(stream.seek(0, 2)) as copy:
        stream.seek(0)
        while piece := stream.read(_PIECE):
            copy.write(piece)
        copy.seek(0)
        yield copy
