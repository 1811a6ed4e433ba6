"""Looking at many files with several processes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from ..findings import Role
from .examining import Examined, examine
from .sources import Source

# Files handed to a process at once: few enough that none sits idle at the end, many enough that handing over costs little.
_MOST_AT_ONCE = 32


def side_by_side(sources: list[Source], role: Role, limit: int, processes: int) -> Iterator[Examined]:
    """`examine` of each file, in their order."""
    at_once = max(1, min(_MOST_AT_ONCE, len(sources) // (4 * processes)))
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(examine, role=role, limit=limit), sources, chunksize=at_once)
