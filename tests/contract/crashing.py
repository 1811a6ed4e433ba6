"""Starts the real hub again and again, and kills it (SIGKILL) exactly at a named point of its work.

    python tests/contract/crashing.py DATA PORT

Each line of standard input is a JSON list [point, turn]: a hub is started that dies the turn-th time it comes to that
point, or only when it is killed (["", 0]); the answer is its process id. The libraries are loaded once and each hub is a
fork, so that a start costs tenths of a second. The product knows nothing of this: functions are patched from outside.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_STORE = "renkei.hub.exchange.storing:store"
_STEP = "renkei.hub.exchange.step_writing:record"
_SEAL = "renkei.hub.core.sealer:seal_once"
_COMMIT = "django.db.backends.base.base:BaseDatabaseWrapper.commit"
_INSERT = "renkei.hub.core.rows:insert"
_CORE = "renkei.hub.core.models:"
_ROWS = {
    "transmission": "Transmission",
    "envelope": "Envelope",
    "body": "Body",
    "wraps": "Wrap",
    "subjects": "Subject",
    "event": "Event",
    "feed": "FeedEntry",
    "unsealed": "UnsealedEvent",
}


@dataclass(frozen=True)
class Point:
    """Before or after a call of `target` (`module:attribute`); with `within`, only while that function runs; with `of`, only
    where the first thing given has this name."""

    target: str
    after: bool
    within: str = ""
    of: str = ""


SENDING = {
    "before a blob is linked": Point("pathlib:Path.hardlink_to", after=False),
    "after a blob is linked": Point("pathlib:Path.hardlink_to", after=True),
    "after a blob's folder is synced": Point("renkei.hub.core.bodies.blobs:FolderStore.put", after=True),
    "before the write of a unit": Point("renkei.hub.exchange.storing:write", after=False),
    "a unit's numbers written": Point("renkei.hub.core.counters:advance", after=True, within=_STORE),
    **{f"a unit's {row} written": Point(_INSERT, after=True, within=_STORE, of=model) for row, model in _ROWS.items()},
    "before the COMMIT of a unit": Point(_COMMIT, after=False, within=_STORE),
    "after the COMMIT of a unit": Point(_COMMIT, after=True, within=_STORE),
}
COLLECTING = {
    "before a look is written": Point("renkei.hub.core.looks:record_many", after=False),
    "after a look is written": Point("renkei.hub.core.looks:record_many", after=True),
    "before a step is written": Point(_STEP, after=False),
    "a step's event written": Point(_INSERT, after=True, within=_STEP, of="Event"),
    "a step's feed written": Point(_INSERT, after=True, within=_STEP, of="FeedEntry"),
    "before the COMMIT of a step": Point(_COMMIT, after=False, within=_STEP),
    "after the COMMIT of a step": Point(_COMMIT, after=True, within=_STEP),
}
SEALING = {
    "before a seal": Point("renkei.hub.core.sealer:_new_seal", after=False),
    "after a seal is written": Point("renkei.hub.core.sealer:_new_seal", after=True),
    "after the leaves of a seal are written": Point(f"{_CORE}SealedEvent.objects.bulk_create", after=True),
    "before the COMMIT of a seal": Point(_COMMIT, after=False, within=_SEAL),
    "after the COMMIT of a seal": Point(_COMMIT, after=True, within=_SEAL),
}
ERASING = {
    "before erasing is noted": Point("renkei.hub.core.bodies.erasures:append", after=False),
    "after erasing is noted": Point("renkei.hub.core.bodies.erasures:append", after=True),
    "after erasing is written": Point(f"{_CORE}Erasure.objects.bulk_create", after=True),
    "between erasing and its blobs": Point("renkei.hub.core.bodies.keeping:_delete_blobs", after=False),
    "after a blob is deleted": Point("renkei.hub.core.bodies.blobs:FolderStore.delete", after=True),
}
# Of a hub whose large bodies lie in a bucket.
_BUCKET = "renkei.hub.core.bodies.objects:BucketStore"
SENDING_TO_BUCKET = {
    "before a body goes to the bucket": Point(f"{_BUCKET}.put", after=False),
    "a body in the bucket and no row": Point(f"{_BUCKET}.put", after=True),
}
ERASING_IN_BUCKET = {"after a body is deleted from the bucket": Point(f"{_BUCKET}.delete", after=True)}
IN_BUCKET = SENDING_TO_BUCKET | ERASING_IN_BUCKET
POINTS = SENDING | COLLECTING | SEALING | ERASING


def _arm(point: Point, turn: int) -> None:
    """Have this process and its children die at a point."""
    inside = threading.local()
    left = [turn]
    if point.within:
        _wrap(point.within, lambda real: _marking(real, inside))

    def due(given: tuple[Any, ...]) -> bool:
        if point.within and not getattr(inside, "yes", False):
            return False
        if point.of and given[0].__name__ != point.of:
            return False
        left[0] -= 1
        return left[0] == 0

    _wrap(point.target, lambda real: _dying(real, due, point.after))


def _work_at_once() -> None:
    """A job that was being done when its hub died waits until its lease is over; nobody here waits ten minutes."""
    from datetime import timedelta

    jobs: Any = importlib.import_module("renkei.hub.core.jobs")
    jobs.LEASE = timedelta(milliseconds=500)


def _marking(real: Callable[..., Any], inside: threading.local) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        inside.yes = True
        try:
            return real(*given, **named)
        finally:
            inside.yes = False

    return call


def _dying(real: Callable[..., Any], due: Callable[[tuple[Any, ...]], bool], after: bool) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        now = due(given)
        if now and not after:
            os.killpg(0, signal.SIGKILL)
        result = real(*given, **named)
        if now:
            os.killpg(0, signal.SIGKILL)
        return result

    return call


def _wrap(target: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    setattr(owner, name, around(getattr(owner, name)))


def _serve(data: str, port: str, point: str, turn: int) -> None:
    """In the fork: the real program, in a process group of its own. Does not return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if point:
        _arm((POINTS | IN_BUCKET)[point], turn)
    _work_at_once()
    from renkei.cli import main

    os._exit(main(["serve", "--data", data, "--bind", f"127.0.0.1:{port}"]))


def run(data: str, port: str) -> None:
    """Start a hub for each line of standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    import django

    django.setup()
    for module in ("renkei.cli.serve", "renkei.hub.config.urls", "renkei.hub.config.serving", "gunicorn.arbiter"):
        importlib.import_module(module)
    for line in sys.stdin:
        point, turn = json.loads(line)
        process = os.fork()
        if process == 0:
            _serve(data, port, point, turn)
        print(process, flush=True)


if __name__ == "__main__":
    run(*sys.argv[1:])
