"""What every exchange of the benchmark offers, and how its servers are started and ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from hubs import wait_for

SESSIONS = 4
IDLE_SECONDS = 0.05  # before whoever collects looks again where there was nothing
_ENVIRONMENTS = Path(__file__).resolve().parents[2] / ".venv"
_One = TypeVar("_One")


class Exchange(Protocol):
    """One that is running."""

    def prepare(self, count: int) -> Any:
        """So many fresh units, ready to be sent: what a sender does beforehand is not measured."""
        ...

    def cycle(self, prepared: Any) -> None:
        """Send them, and collect and acknowledge (or delete) every one; ends when all have come."""
        ...


@contextlib.contextmanager
def server(
    command: Sequence[str | Path], port: int, log: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server for the block; it listens on this port when the block begins, and is ended by its own process id."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=out,
            env=os.environ | environment,
            start_new_session=True,
        )
    try:
        wait_for(port, process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def program(name: str) -> str:
    """A program of this machine. Raises RuntimeError where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/openssh")
    if found is None:
        raise RuntimeError(f"{name} is not installed")
    return found


def at_once(*works: Callable[[], None]) -> None:
    """All of these in threads of their own. Raises what the first of them raised."""
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def shares(ones: Sequence[_One], sessions: int = SESSIONS) -> list[Sequence[_One]]:
    """What each of some sessions is to carry."""
    return [ones[start::sessions] for start in range(sessions)]


def python(environment: str) -> Path:
    """The Python of an environment that scripts/bench.sh made. Raises RuntimeError where it did not."""
    found = _ENVIRONMENTS / environment / "bin/python"
    if not found.exists():
        raise RuntimeError(f"no {found}: scripts/bench.sh makes it")
    return found
