"""Work for later: a table of jobs, taken one by one under a lease, tried again with longer and longer waits.

A job's function may run twice (a worker that was killed says nothing), so each is written to be repeated. It runs outside
any transaction and opens its own `write()`. Recurring work is one row per kind under its own key; it is never given up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from renkei.hub.core.models import Job
from renkei.hub.core.repeating import Repeating
from renkei.hub.core.writing import write

# A job does a bounded portion of its work, which takes seconds; after this time its worker counts as gone.
LEASE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=12)
LEASE_RAN_OUT = "LeaseRanOut"
_MOST_ATTEMPTS = 1000  # counted: recurring work may fail for years

Payload = Mapping[str, Any]
# Given the time and the payload, does a portion; returns the payload to go on with at once, None when all is done.
Run = Callable[[datetime, Payload], Payload | None]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Kind:
    """What is done for one kind of job, and what an operator reads of it. `every` is how often recurring work comes.

    `outside`: it waits for servers of others, and has a worker of its own, so that nothing else waits for them.
    """

    label: str
    run: Run
    every: timedelta | None = None
    outside: bool = False


_kinds: dict[str, Kind] = {}


def job(kind: str, label: str, every: timedelta | None = None, *, outside: bool = False) -> Callable[[Run], Run]:
    """Decorator: this function does jobs of `kind`, which come by themselves when `every` is given.

    `label` says in Japanese what they are for. `outside` as in `Kind`.
    """

    def register(run: Run) -> Run:
        _kinds[kind] = Kind(label, run, every, outside)
        return run

    return register


def label(kind: str) -> str:
    """What jobs of this kind are for, in Japanese; the kind itself where only a newer version knows it."""
    return _kinds[kind].label if kind in _kinds else kind


def enqueue(
    kind: str, payload: Payload | None = None, *, due_at: datetime | None = None, key: str | None = None
) -> None:
    """Have a job done, now or at `due_at`. Call it inside `write()`. The payload holds ids, never a person's data.

    Of one kind and `key` at most one job waits: a later one takes its place, and runs once more if that one is running.
    Raises LookupError for a kind that nobody does.
    """
    if kind not in _kinds:
        raise LookupError(kind)
    fresh = {"kind": kind, "payload": dict(payload or {}), "due_at": due_at or timezone.now(), "failed_at": None}
    if key is None:
        Job.objects.create(**fresh)
        return
    Job.objects.update_or_create(key=_key(kind, key), defaults=fresh | {"attempts": 0, "lease": "", "error": ""})


def enqueue_missing(kind: str, payloads: Mapping[str, Payload]) -> None:
    """As `enqueue` for each key, now; those of which a job is there already, in whatever state, are left to it."""
    now = timezone.now()
    fresh = [Job(kind=kind, key=_key(kind, key), payload=dict(given), due_at=now) for key, given in payloads.items()]
    Job.objects.bulk_create(fresh, ignore_conflicts=True)


def is_there(kind: str, field: str) -> Exists:
    """For queries: whether there is a job of `kind` whose key is this field, waiting, being done or given up."""
    key = Concat(Value(_key(kind, "")), Cast(OuterRef(field), CharField()))
    return Exists(Job.objects.filter(key=key))


def keep_recurring(now: datetime) -> None:
    """Have a job of each recurring kind wait, none longer than its interval: a clock may have been ahead of the time."""
    every = {kind: known.every for kind, known in _kinds.items() if known.every}
    rows = {row.kind: row for row in Job.objects.filter(key__in=every)}
    missing = [kind for kind in every if kind not in rows]
    late = [row.pk for row in rows.values() if row.due_at > now + max(every[row.kind], LEASE)]
    if missing or late:
        with write():
            fresh = [Job(kind=kind, key=kind, due_at=now) for kind in missing]
            Job.objects.bulk_create(fresh, ignore_conflicts=True)
            Job.objects.filter(pk__in=late).update(due_at=now, lease="")


def run_due(now: datetime, *, outside: bool = False) -> bool:
    """Do one job that is due, the longest waiting first; whether there was one. What it raises becomes a later attempt.

    Of the kinds that wait for servers of others, or of all the rest.
    """
    row = _leased(now, outside)
    if row is None:
        return False
    kind = _kinds[row.kind]
    if kind.every is None and row.attempts > settings.RENKEI["JOB_ATTEMPTS"]:
        # Its workers died of it, one after the other.
        _failed(row, kind, LEASE_RAN_OUT, now)
        return True
    try:
        left = kind.run(now, row.payload)
    except Exception as error:
        # Whatever it was: the others go on. The name alone; a text may quote a person's data.
        _log.error("job failed", kind=row.kind, job=row.pk, attempt=row.attempts, exc_info=error)
        close_old_connections()
        _failed(row, kind, type(error).__name__, now)
    else:
        _done(row, kind, left, now)
    return True


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 1, 5, 25 … minutes, 12 hours at most."""
    return min(timedelta(minutes=5 ** min(attempts - 1, 6)), LONGEST_WAIT)


def _key(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def _due(now: datetime, outside: bool = False) -> QuerySet[Job]:
    # A kind that only a newer version knows waits for it.
    kinds = [kind for kind, known in _kinds.items() if known.outside == outside]
    return Job.objects.filter(failed_at=None, due_at__lte=now, kind__in=kinds).order_by("due_at")


def _leased(now: datetime, outside: bool = False) -> Job | None:
    """Take one job; until the lease ends it is not due for others."""
    if not _due(now, outside).exists():
        return None
    with write():
        row = _due(now, outside).select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.lease, row.leased_until = secrets.token_hex(16), now + LEASE
        row.due_at, row.attempts = row.leased_until, min(row.attempts + 1, _MOST_ATTEMPTS)
        row.save(update_fields=["lease", "leased_until", "due_at", "attempts"])
    return row


def _done(row: Job, kind: Kind, left: Payload | None, now: datetime) -> None:
    with write():
        mine = Job.objects.filter(pk=row.pk, lease=row.lease)
        if left is None and kind.every is None:
            mine.delete()
            return
        due_at = now if left is not None or kind.every is None else now + kind.every
        mine.update(due_at=due_at, payload=dict(left or {}), lease="", leased_until=None, attempts=0, error="")


def _failed(row: Job, kind: Kind, error: str, now: datetime) -> None:
    over = kind.every is None and row.attempts >= settings.RENKEI["JOB_ATTEMPTS"]
    wait = min(wait_after(row.attempts), kind.every or LONGEST_WAIT)
    with write():
        Job.objects.filter(pk=row.pk, lease=row.lease).update(
            lease="", leased_until=None, due_at=now + wait, error=error[:80], failed_at=now if over else None
        )


def failed(limit: int) -> list[Job]:
    """Jobs that were given up, oldest first: a person decides."""
    return list(Job.objects.exclude(failed_at=None).order_by("pk")[:limit])


def waiting(limit: int) -> list[Job]:
    """Jobs that are to be done or being done, the next first."""
    return list(Job.objects.filter(failed_at=None).order_by("due_at")[:limit])


def retry(id_: int, now: datetime) -> bool:
    """Have a job that was given up done again, as if for the first time; whether there is such a one."""
    with write():
        given_up = Job.objects.filter(pk=id_).exclude(failed_at=None)
        return bool(given_up.update(failed_at=None, due_at=now, attempts=0, error=""))


def drop(id_: int) -> bool:
    """Forget a job that was given up; whether there was such a one."""
    with write():
        return bool(Job.objects.filter(pk=id_).exclude(failed_at=None).delete()[0])


class Worker(Repeating):
    """Does what is due until it is told to stop; several hubs on one PostgreSQL share the table."""

    def __init__(self, seconds: float) -> None:
        super().__init__("worker", seconds)

    def once(self) -> None:
        """Do all that is due, as long as nobody asks to stop."""
        try:
            keep_recurring(timezone.now())
            while not self._stop_asked.is_set() and run_due(timezone.now()):
                pass
        except Exception:
            # The table itself cannot be read or written: it will be again.
            _log.exception("working failed; trying again")
            close_old_connections()
