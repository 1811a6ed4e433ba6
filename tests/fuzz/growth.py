"""How the time for an input grows with its size: a small input repeated, four times as often the second time.

Work that grows with the square of the size takes sixteen times as long then; nothing in reading may.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from renkei.standard import csvtext, records
from renkei.standard.checking import check
from renkei.standard.comparing.changes import compare_papers
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.converting import from_json, to_json
from renkei.standard.cp932 import CharacterError
from renkei.standard.repairing import repair
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.as_text import as_text
from renkei.standard.showing.sheets import Contents, people_of

from .targets import FILE_NAMES

Work = Callable[[str, bytes], object]

SMALL, LARGE = 8 * 1024, 32 * 1024
# Seconds of the processor below which nothing can be said, and growth beyond which it is no longer linear.
SHORTEST, WORST = 0.25, 9.0


def _split(_: str, data: bytes) -> None:
    for _record in csvtext.records(data.decode("cp932", "surrogateescape")):
        pass


def _read(name: str, data: bytes) -> None:
    try:
        records.read(data, next(kind for kind in ("UP2KYO", "UPSIKYU", "UPPLAN") if kind in name or kind == "UPPLAN"))
    except CharacterError:
        return


def _show(name: str, data: bytes) -> None:
    found, unread = read_papers([(name, data)])
    shown = Contents(people_of(found), tuple(unread), ())
    as_text(shown)
    as_html(shown)


def _compare(name: str, data: bytes) -> None:
    found, _ = read_papers([(name, data)])
    half, _ = read_papers([(name, data[: len(data) // 2])])
    compare_papers(found, half)
    reconcile_papers(found, half)


WORKS: dict[str, Work] = {
    "split": _split,
    "check": lambda name, data: check([(name, data)]),
    "read": _read,
    "repair": lambda name, data: repair(name, data),
    "to_json": lambda name, data: to_json([(name, data)]),
    "from_json": lambda _, data: from_json(data),
    "show": _show,
    "compare": _compare,
}


def growth(work: Work, name: str, data: bytes) -> tuple[float, float]:
    """Seconds of the processor for the large input, and how many times those of the small one they are."""
    small, large = (_seconds(work, name, repeated(data, size)) for size in (SMALL, LARGE))
    return large, large / max(small, 1e-6)


def repeated(data: bytes, size: int) -> bytes:
    """The beginning once, the middle as often as fits, the end once: the first and the last byte say how much each is."""
    if len(data) < 4:
        return data * (size // max(1, len(data)))
    start, end = data[0] % len(data), data[1] % len(data)
    body = data[2:]
    head, middle, tail = body[:start], body[start : len(body) - end], body[len(body) - end :]
    return head + middle * (size // max(1, len(middle))) + tail


def _seconds(work: Work, name: str, data: bytes) -> float:
    started = time.process_time()
    work(name, data)
    return time.process_time() - started


def stay_linear(data: bytes) -> None:
    """Every work on an input that repeats itself takes time in proportion to its size."""
    name = FILE_NAMES[(data[2] if len(data) > 2 else 0) % len(FILE_NAMES)]
    for title, work in WORKS.items():
        seconds, times = growth(work, name, data[3:])
        if seconds > SHORTEST and times > WORST:
            raise AssertionError(f"{title}: {seconds:.2f} s, {times:.1f} times the time for 4 times the size")
