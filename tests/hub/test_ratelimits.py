"""A caller's bucket: ten seconds' worth at once, then as fast as it refills; and the pause that a busy hub asks for."""

from __future__ import annotations

import threading

import pytest

from renkei.hub.core.load import Load, pause
from renkei.hub.core.ratelimits import Buckets


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_ten_seconds_worth_may_come_at_once_and_no_more() -> None:
    buckets = Buckets("party", Clock())
    taken = [buckets.take("a", 5) for _ in range(51)]
    assert [one.wait for one in taken] == [0] * 50 + [1]
    assert (taken[0].quota, taken[0].left, taken[0].seconds) == (50, 49, 1)
    assert (taken[-1].left, taken[-1].seconds) == (0, 10)


def test_after_the_wait_that_was_told_the_next_one_passes() -> None:
    clock = Clock()
    buckets = Buckets("party", clock)
    for _ in range(50):
        buckets.take("a", 5)
    clock.now += buckets.take("a", 5).wait
    assert [buckets.take("a", 5).wait for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_a_steady_caller_at_the_rate_is_never_stopped() -> None:
    clock = Clock()
    buckets = Buckets("party", clock)
    for _ in range(5000):
        assert buckets.take("a", 200).wait == 0
        clock.now += 1 / 200


def test_callers_do_not_share_and_the_longest_silent_one_is_forgotten() -> None:
    buckets = Buckets("address", Clock(), most=3)
    for _ in range(11):
        buckets.take("greedy", 1)
    assert buckets.take("greedy", 1).wait == 1
    assert buckets.take("other", 1).wait == 0
    for caller in "abcdefgh":
        buckets.take(caller, 1)
    assert len(buckets) == 3
    assert buckets.take("greedy", 1).wait == 0


def test_threads_together_take_no_more_than_there_is() -> None:
    buckets = Buckets("party", Clock())
    passed: list[bool] = []

    def take() -> None:
        passed.extend(buckets.take("a", 10).wait == 0 for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 100


def test_the_load_is_what_was_being_answered_in_the_last_minute() -> None:
    clock = Clock()
    load = Load(clock)
    with load.one(), load.one():
        assert load.average == 0
        clock.now += 600
        assert load.average == pytest.approx(2, abs=0.01)
    clock.now += 60
    assert load.average == pytest.approx(2 / 2.718, abs=0.01)
    clock.now += 600
    assert load.average == pytest.approx(0, abs=0.01)


def test_the_pause_grows_from_half_of_the_threads_on() -> None:
    pauses = [pause(30, share / 10) for share in range(16)]
    assert pauses[:6] == [30] * 6
    assert pauses == sorted(pauses)
    assert pauses[10:] == [300] * 6
