"""How long a command takes, and the most memory of it and of everything that it starts."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

_EVERY = 0.1  # seconds between two looks


def watched(command: list[str], cores: int) -> tuple[float, float]:
    """Seconds on so many cores, and the most MB at one moment: what several processes share counts once (PSS).

    Raises CalledProcessError.
    """
    own = os.sched_getaffinity(0)
    began = time.perf_counter()
    most = 0
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, sorted(own)[:cores]),
    ) as process:
        while process.poll() is None:
            most = max(most, sum(_memory(one) for one in _family(process.pid)))
            time.sleep(_EVERY)
        seconds = time.perf_counter() - began
        if process.returncode:
            told = process.stderr.read() if process.stderr else b""
            raise subprocess.CalledProcessError(process.returncode, command, stderr=told)
    return seconds, most / 1024


def _family(process: int) -> list[int]:
    """A process and all below it."""
    family = [process]
    for one in family:
        for thread in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                family += map(int, thread.read_text().split())
            except OSError:  # it ended meanwhile
                continue
    return family


def _memory(process: int) -> int:
    """KiB; nothing of a process that ended meanwhile."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
