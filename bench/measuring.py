"""Times in interleaved rounds, so that what else the machine does falls on all alike; medians with their spread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Work = Callable[[], object]


def rounds(works: Mapping[str, Work], count: int, repeats: int = 1) -> dict[str, list[float]]:
    """Seconds of one call by name: `count` rounds, in each of them every work `repeats` times; once before, unmeasured."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(count):
        for name, work in works.items():
            started = time.perf_counter()
            for _ in range(repeats):
                work()
            seconds[name].append((time.perf_counter() - started) / repeats)
    return seconds


def ratios(base: Sequence[float], others: Sequence[float]) -> list[float]:
    """How many times as fast as the base the others were, round by round."""
    return [one / other for one, other in zip(base, others, strict=True)]


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median [least-most]."""
    return f"{statistics.median(values):,.{digits}f} [{min(values):,.{digits}f}-{max(values):,.{digits}f}]"


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Prints a Markdown table."""
    for cells in (heads, ["---"] * len(heads), *lines):
        print(f"| {' | '.join(cells)} |")
    print(flush=True)
