"""The process beside the hub that checks what comes in batches: whatever becomes of it, the work is done, and no one else's."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import SimpleNamespace

import pytest

from renkei.hub.core import apart


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[apart._Pool]:
    pool = apart._Pool()
    monkeypatch.setattr(apart, "_pool", pool)
    monkeypatch.setattr(apart, "settings", SimpleNamespace(RENKEI={"HELPERS": 1}))
    yield pool
    pool.stop()


def ready(pool: apart._Pool) -> apart.Helper:
    """The helper, once it waits for work."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if helper := pool.idle():
            pool.give_back(helper)
            return helper
        time.sleep(0.02)
    raise AssertionError("no helper")


def test_the_helper_answers_and_sees_none_of_the_hubs_secrets(
    pool: apart._Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["RENKEI_SECRET", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "HTTPS_PROXY"]
    for name in secrets:
        monkeypatch.setenv(name, "secret")
    ready(pool)
    assert apart.all_of(os.getenv, secrets) == [None] * 4


def test_nobody_gets_the_answer_to_what_another_asked(pool: apart._Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(pool)
    with monkeypatch.context() as short:
        short.setattr(Connection, "recv", no_memory)
        with pytest.raises(MemoryError):
            apart.all_of(len, ["of the one"] * 4)
    ready(pool)
    assert apart.all_of(len, ["other"] * 4) == [5] * 4


def test_a_helper_that_cannot_be_started_stops_no_work_and_is_tried_again(
    pool: apart._Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(subprocess, "Popen", no_processes)
        assert apart.all_of(len, ["four"] * 4) == [4] * 4
    ready(pool)


def test_a_helper_that_hangs_or_dies_stops_no_work(pool: apart._Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_LONGEST_SECONDS", 0.2)
    helper = ready(pool)
    assert helper._process is not None
    helper._process.send_signal(signal.SIGSTOP)
    assert apart.all_of(len, ["four"] * 4) == [4] * 4
    helper = ready(pool)
    assert helper._process is not None
    helper._process.kill()
    assert apart.all_of(len, ["four"] * 4) == [4] * 4


def no_memory(_connection: object) -> None:
    raise MemoryError


def no_processes(*_args: object, **_more: object) -> None:
    raise BlockingIOError
