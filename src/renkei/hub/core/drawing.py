"""Sheets filled and drawn in a process of their own: it opens no database, and what takes too long is ended together with it.

One at a time, for it holds a core; whoever comes meanwhile waits for a turn.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.conf import settings

from renkei.forms.printing import Printable
from renkei.hub.core import drawing_work
from renkei.hub.core.apart import Helper
from renkei.hub.core.problems import Refused

_One = TypeVar("_One")
_Result = TypeVar("_Result")
_turn = threading.Lock()
_helper = Helper()
atexit.register(_helper.end)


class CannotDraw(Exception):
    """Sheets that cannot be drawn, by their places from 0: whose they are is for the page to say."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(f"{len(places)} sheets")
        self.places = places


def pdf(sheets: Sequence[Printable], title: str) -> bytes:
    """One PDF of these sheets, `title` its name. Call it outside any transaction. Raises CannotDraw, Refused (503)."""
    drawn = _drawn(drawing_work.pdf, (list(sheets), title))
    if isinstance(drawn, bytes):
        return drawn
    raise CannotDraw(drawn)


def svgs(sheets: Sequence[Printable]) -> list[list[str]]:
    """The pages of each sheet as SVG pictures, none of one that cannot be drawn. Call it outside any transaction.

    Raises Refused (503).
    """
    return _drawn(drawing_work.svgs, list(sheets))


def _drawn(task: Callable[[_One], _Result], one: _One) -> _Result:
    until = time.monotonic() + settings.RENKEI["DRAW_SECONDS"]
    if not _turn.acquire(timeout=_left(until)):
        raise _cannot("いま、ほかの印刷でこみあっています。", "少し待ってから、もう一度押してください。")
    try:
        if not _helper.gets_ready(_left(until)):
            _helper.end()
        drawn: _Result
        [drawn] = _helper.ask(task, [one], _left(until))
    except (OSError, EOFError) as error:
        _helper.end()
        raise _cannot(
            "様式を作れませんでした。",
            "人を選んで、少しずつ作ってください。それでもだめなときは、ファイルを保存して `renkei forms` で作れます。",
        ) from error
    except BaseException:
        # Whoever asks next must not get the answer that is still under way.
        _helper.end()
        raise
    finally:
        _turn.release()
    return drawn


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0)


def _cannot(detail: str, remedy: str) -> Refused:
    return Refused(503, "E-HUB-DRAWING", detail, remedy, retry_after=5)
