"""Work for later is done once it is due, tried again when it fails, and never lost with its worker."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from . import commands
from .conftest import Hub

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def done(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Kinds `note` and `fail`, and what was done; nothing recurs."""
    from renkei.hub.core import jobs

    seen: list[Any] = []

    def note(now: datetime, payload: jobs.Payload) -> jobs.Payload | None:
        seen.append(payload.get("id"))
        return payload.get("then")

    def fail(now: datetime, payload: jobs.Payload) -> None:
        seen.append(now)
        raise ZeroDivisionError("山田　花子")

    monkeypatch.setattr(
        jobs, "_kinds", {"note": jobs.Kind("書きとめる", note), "fail": jobs.Kind("うまくいかない", fail)}
    )
    return seen


def enqueue(kind: str, payload: dict[str, Any] | None = None, **more: Any) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.writing import write

    with write():
        jobs.enqueue(kind, payload, **({"due_at": NOW} | more))


def work(now: datetime = NOW) -> int:
    """Do all that is due; how many."""
    from renkei.hub.core import jobs

    count = 0
    while jobs.run_due(now):
        count += 1
    return count


def test_a_job_is_done_once_and_is_gone(done: list[Any]) -> None:
    from renkei.hub.core.models import Job

    enqueue("note", {"id": 1})
    assert (work(), work()) == (1, 0)
    assert done == [1]
    assert not Job.objects.exists()


def test_a_job_waits_until_it_is_due_and_the_oldest_comes_first(done: list[Any]) -> None:
    enqueue("note", {"id": "later"}, due_at=NOW + MINUTE)
    enqueue("note", {"id": "second"}, due_at=NOW - MINUTE)
    enqueue("note", {"id": "first"}, due_at=NOW - 2 * MINUTE)
    work()
    assert done == ["first", "second"]
    work(NOW + MINUTE)
    assert done == ["first", "second", "later"]


def test_a_deed_that_fails_leaves_no_job(done: list[Any]) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job
    from renkei.hub.core.writing import write

    def fail() -> None:
        with write():
            jobs.enqueue("note")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Job.objects.exists()


def test_nobody_enqueues_what_nobody_does(done: list[Any]) -> None:
    with pytest.raises(LookupError):
        enqueue("nothing")


def test_work_goes_on_in_portions_and_others_get_their_turn(done: list[Any]) -> None:
    enqueue("note", {"id": "portion", "then": {"id": "rest"}}, due_at=NOW - MINUTE)
    enqueue("note", {"id": "other"}, due_at=NOW - MINUTE / 2)
    work()
    assert done == ["portion", "other", "rest"]


def test_what_fails_is_tried_again_later_and_later_and_then_left_to_a_person(done: list[Any]) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    enqueue("fail")
    waits, now = [], NOW
    for _ in range(7):
        assert work(now) == 1
        row = Job.objects.get()
        assert row.failed_at is None
        waits.append((row.due_at - now) / MINUTE)
        assert work(row.due_at - MINUTE / 60) == 0
        now = row.due_at
    assert waits == [1, 5, 25, 125, 625, 720, 720]
    work(now)
    (row,) = jobs.failed(10)
    assert row.failed_at == now and len(done) == 8
    assert work(now + timedelta(days=99)) == 0
    # Its class alone: the text may name a person.
    assert row.error == "ZeroDivisionError" and row.payload == {}


def test_a_person_has_a_failed_job_done_again_or_drops_it(done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    monkeypatch.setitem(settings.RENKEI, "JOB_ATTEMPTS", 1)
    enqueue("fail")
    work()
    (row,) = jobs.failed(10)
    assert jobs.retry(row.pk, NOW) and work() == 1
    assert len(done) == 2
    assert jobs.drop(row.pk) and not Job.objects.exists()
    assert not jobs.retry(row.pk, NOW) and not jobs.drop(row.pk)


def test_a_job_that_waits_is_not_dropped(done: list[Any]) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    enqueue("note", due_at=NOW + MINUTE)
    id_ = Job.objects.get().pk
    assert not jobs.drop(id_) and not jobs.retry(id_, NOW)
    assert Job.objects.filter(pk=id_).exists()


def test_the_job_of_a_killed_worker_is_done_again_when_its_lease_is_over(done: list[Any]) -> None:
    from renkei.hub.core import jobs

    enqueue("note", {"id": 1})
    killed = jobs._leased(NOW)
    assert killed is not None
    assert work(NOW + jobs.LEASE - MINUTE) == 0
    assert work(NOW + jobs.LEASE) == 1
    assert done == [1]


def test_a_job_that_kills_every_worker_is_left_to_a_person(done: list[Any]) -> None:
    from renkei.hub.core import jobs

    enqueue("note", {"id": 1})
    now = NOW
    for _ in range(8):
        assert jobs._leased(now) is not None
        now += jobs.LEASE
    work(now)
    assert [row.error for row in jobs.failed(10)] == ["LeaseRanOut"]
    assert done == []


def test_a_worker_that_was_slow_does_not_end_the_job_of_the_next(done: list[Any]) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    enqueue("note", {"id": 1})
    slow = jobs._leased(NOW)
    assert slow is not None and jobs._leased(NOW + jobs.LEASE) is not None
    jobs._done(slow, jobs._kinds["note"], None, NOW + jobs.LEASE)
    assert Job.objects.count() == 1


def test_two_workers_never_take_one_job(done: list[Any]) -> None:
    from renkei.hub.core import jobs

    enqueue("note", {"id": 1})
    enqueue("note", {"id": 2})
    taken = [jobs._leased(NOW), jobs._leased(NOW), jobs._leased(NOW)]
    assert [row and row.payload["id"] for row in taken] == [1, 2, None]


def test_many_workers_at_once_do_each_job_once(done: list[Any]) -> None:
    from django.db import connections

    for number in range(12):
        enqueue("note", {"id": number})

    def toil() -> None:
        work()
        connections.close_all()

    workers = [threading.Thread(target=toil) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    work()
    assert sorted(done) == list(range(12))


def test_of_one_key_a_single_job_waits_and_the_later_word_counts(done: list[Any]) -> None:
    enqueue("note", {"id": "old"}, key="office:1")
    enqueue("note", {"id": "other"}, key="office:2")
    enqueue("note", {"id": "new"}, key="office:1")
    work()
    assert sorted(done) == ["new", "other"]


def test_what_is_asked_while_it_is_being_done_is_done_once_more(done: list[Any]) -> None:
    from renkei.hub.core import jobs

    enqueue("note", {"id": "first"}, key="office:1")
    running = jobs._leased(NOW)
    assert running is not None
    enqueue("note", {"id": "again"}, key="office:1")
    jobs._done(running, jobs._kinds["note"], None, NOW)
    work()
    assert done == ["again"]


def test_a_job_of_a_newer_version_waits_for_it(done: list[Any]) -> None:
    from renkei.hub.core.models import Job

    Job.objects.create(kind="of tomorrow", due_at=NOW - MINUTE)
    enqueue("note", {"id": 1})
    assert work() == 1
    assert Job.objects.get().kind == "of tomorrow"


def test_recurring_work_comes_again_and_is_never_given_up(done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    def fail(now: datetime, payload: jobs.Payload) -> None:
        done.append(now)
        raise ZeroDivisionError

    hourly = timedelta(hours=1)
    monkeypatch.setattr(jobs, "_kinds", {"hourly": jobs.Kind("うまくいかない", fail, hourly)})
    jobs.keep_recurring(NOW)
    jobs.keep_recurring(NOW)
    assert Job.objects.count() == 1
    now = NOW
    for _ in range(20):
        assert work(now) == 1
        now = Job.objects.get().due_at
    assert Job.objects.get().failed_at is None
    # The longest wait is its own interval.
    assert done[-1] - done[-2] == hourly
    monkeypatch.setattr(jobs, "_kinds", {"hourly": jobs.Kind("書きとめる", lambda now, payload: None, hourly)})
    work(now)
    row = Job.objects.get()
    assert (row.due_at, row.attempts, row.error) == (now + hourly, 0, "")


def test_a_clock_that_was_ahead_does_not_stop_recurring_work(done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import jobs

    def note(now: datetime, payload: jobs.Payload) -> None:
        done.append(now)

    monkeypatch.setattr(jobs, "_kinds", {"hourly": jobs.Kind("書きとめる", note, timedelta(hours=1))})
    jobs.keep_recurring(NOW + timedelta(days=365))
    work(NOW + timedelta(days=365))
    jobs.keep_recurring(NOW)
    work(NOW)
    assert done[-1] == NOW


def test_looking_for_work_costs_the_same_however_much_is_dead_or_waits(done: list[Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            jobs.run_due(NOW)
        words = [query["sql"].split()[0] for query in caught.captured_queries]
        return [word for word in words if word in {"SELECT", "INSERT", "UPDATE", "DELETE"}]

    assert queries() == ["SELECT"]
    enqueue("note")
    # Is there one, which, lease it; and gone when it is done.
    expected = ["SELECT", "SELECT", "UPDATE", "DELETE"]
    assert queries() == expected
    Job.objects.bulk_create(Job(kind="note", due_at=NOW - MINUTE, failed_at=NOW) for _ in range(300))
    Job.objects.bulk_create(Job(kind="note", due_at=NOW + MINUTE) for _ in range(300))
    enqueue("note")
    assert queries() == expected
    if connection.vendor == "sqlite":
        assert "SEARCH core_job USING INDEX jobs_due" in jobs._due(NOW).explain()


def test_an_operator_sees_what_was_given_up_and_decides(hub: Hub) -> None:
    from renkei.hub.core.models import Job

    given_up = [
        Job.objects.create(kind="erase", due_at=NOW, failed_at=NOW, attempts=8, error="OSError") for _ in range(2)
    ]
    Job.objects.create(kind="clocks", due_at=NOW, attempts=2, error="OperationalError")
    Job.objects.create(kind="of-a-newer-version", due_at=NOW)
    data = ("hub", "jobs", "--data", hub.data)
    shown = commands.here(*data)
    assert "止まった仕事: 2" in shown and "期限の来た写しを消す" in shown and "わけ: OSError" in shown
    assert (
        "これからする仕事: 2" in shown
        and "of-a-newer-version" in shown
        and "うまくいかなかった回数 2  わけ: OperationalError" in shown
    )
    one, other = (row.pk for row in given_up)
    commands.here(*data, "--retry", str(one))
    commands.here(*data, "--drop", str(other))
    assert (Job.objects.get(pk=one).failed_at, Job.objects.filter(pk=other).exists()) == (None, False)
    assert "止まった仕事はありません" in commands.here(*data, "--retry", str(one), status=2)


def test_a_worker_whose_table_cannot_be_read_goes_on(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core import jobs

    tried = threading.Semaphore(0)

    def fail(now: datetime) -> None:
        tried.release()
        raise RuntimeError

    monkeypatch.setattr(jobs, "keep_recurring", fail)
    worker = jobs.Worker(0.01)
    worker.start()
    try:
        assert tried.acquire(timeout=5) and tried.acquire(timeout=5)
    finally:
        worker.stop()
    assert not worker.is_alive()


def test_the_operator_is_told_of_work_that_goes_wrong_again_and_again(
    done: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.config.status import status
    from renkei.hub.core import jobs

    fail = jobs._kinds["fail"].run
    monkeypatch.setattr(jobs, "_kinds", {"fail": jobs.Kind("うまくいかない", fail, MINUTE)})
    jobs.keep_recurring(NOW)
    assert "くり返しの仕事" not in status({})
    work(NOW + 2 * MINUTE)
    told = status({})
    assert "くり返しの仕事「うまくいかない」" in told and "山田" not in told
