"""A process beside the hub for pure work: checking and verifying take one core to themselves.

It opens no database and holds no key. `all_of` takes it as a help and no more: while it is busy, not there yet or gone, the
work is done here. It ends when this process ends, however that happens, because then nobody holds the other end of its input.
"""

from __future__ import annotations

import atexit
import os
import queue
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from django.conf import settings

_One = TypeVar("_One")
_Result = TypeVar("_Result")
# The largest batch takes a small part of this.
_LONGEST_SECONDS = 120.0
# The environment may hold secrets, the hub's own and those of an object store or a database.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG")


def all_of(task: Callable[[_One], _Result], ones: Sequence[_One]) -> list[_Result]:
    """What the task makes of each, in their order.

    `task` is a function of a module without Django, its arguments and answers are plain values.
    """
    helper = _pool.idle()
    if helper is None:
        return [task(one) for one in ones]
    try:
        answer: list[_Result] = helper.ask(task, ones)
    except (OSError, EOFError):
        helper.end()
        return [task(one) for one in ones]
    except BaseException:
        # Whoever asks next must not get the answer that is still under way.
        helper.end()
        raise
    finally:
        _pool.give_back(helper)
    return answer


class Helper:
    """One such process, started when it is first wanted and again when it has gone."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._is_ready = False

    def is_ready(self) -> bool:
        """Whether it waits for work. Starting takes a while, and nobody waits for it."""
        return self.gets_ready(0)

    def gets_ready(self, seconds: float) -> bool:
        """Whether it waits for work so many seconds from now at the latest."""
        try:
            if self._connection is None:
                self._start()
            if not self._is_ready and self._connection is not None and self._connection.poll(seconds):
                self._is_ready = bool(self._connection.recv())
        except (OSError, EOFError):
            self.end()
        return self._is_ready

    def ask(self, task: Callable[[_One], _Result], ones: Sequence[_One], seconds: float | None = None) -> Any:
        """Raises OSError, EOFError where it is gone, or hangs for so long."""
        if self._connection is None:
            raise EOFError
        self._connection.send((task, ones))
        if not self._connection.poll(_LONGEST_SECONDS if seconds is None else seconds):
            raise TimeoutError
        return self._connection.recv()

    def end(self) -> None:
        """Let it end, and see that it does."""
        connection, process = self._connection, self._process
        self._connection = self._process = None
        self._is_ready = False
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._connection = Connection(ours.detach())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "renkei.hub.core.apart_work"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )


class _Pool:
    """The helpers of this process; after a fork, the child has its own."""

    def __init__(self) -> None:
        self._idle: queue.SimpleQueue[Helper] = queue.SimpleQueue()
        self._all: list[Helper] = []
        self._owner = 0

    def idle(self) -> Helper | None:
        """One that has nothing to do and is ready; None where all have."""
        if self._owner != os.getpid():
            self._begin()
        try:
            helper = self._idle.get_nowait()
        except queue.Empty:
            return None
        if helper.is_ready():
            return helper
        self._idle.put(helper)
        return None

    def give_back(self, helper: Helper) -> None:
        self._idle.put(helper)

    def stop(self) -> None:
        """Only by the process that started them."""
        if self._owner == os.getpid():
            for helper in self._all:
                helper.end()

    def _begin(self) -> None:
        self._owner, self._idle = os.getpid(), queue.SimpleQueue()
        self._all = [Helper() for _ in range(settings.RENKEI["HELPERS"])]
        for helper in self._all:
            self._idle.put(helper)


_pool = _Pool()
atexit.register(_pool.stop)
