"""Deeds done together: who comes meanwhile goes in the next round, gets what is theirs, and bears no other's fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError

from renkei.hub.core.rounds import Rounds

_SECONDS = 30


class Deed:
    """Doubles numbers, once it may; `rounds` are those that it did."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, ones: list[int]) -> list[int]:
        self.rounds.append(ones)
        self.has_begun.set()
        assert self.may_end.wait(_SECONDS)
        return [2 * one for one in ones]


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as pool:
        yield pool


def behind_the_first(
    threads: ThreadPoolExecutor, deed: Deed, rounds: Rounds[int, int], *others: list[int]
) -> list[Future[list[int]]]:
    """The first is under way, the others wait behind it, in this order."""
    under_way = [threads.submit(rounds.take_part, [1])]
    assert deed.has_begun.wait(_SECONDS)
    for number, other in enumerate(others, 1):
        under_way.append(threads.submit(rounds.take_part, other))
        until(lambda number=number: len(rounds._waiting) == number)
    return under_way


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_one_alone_waits_for_nobody() -> None:
    deed = Deed()
    deed.may_end.set()
    rounds = Rounds(deed, 10)
    assert [rounds.take_part([1, 2]), rounds.take_part([]), rounds.take_part([3])] == [[2, 4], [], [6]]
    assert deed.rounds == [[1, 2], [3]]


def test_whoever_comes_meanwhile_goes_in_the_next_round_and_gets_what_is_theirs(threads: ThreadPoolExecutor) -> None:
    deed = Deed()
    under_way = behind_the_first(threads, deed, Rounds(deed, 10), [2, 3], [4], [5, 6])
    deed.may_end.set()
    assert [one.result(_SECONDS) for one in under_way] == [[2], [4, 6], [8], [10, 12]]
    assert deed.rounds == [[1], [2, 3, 4, 5, 6]]


def test_a_round_holds_no_more_than_its_bound_and_more_only_of_one_caller(threads: ThreadPoolExecutor) -> None:
    deed = Deed()
    many = list(range(30, 50))
    under_way = behind_the_first(threads, deed, Rounds(deed, 3), [2, 3], [4], [5], many, [6])
    deed.may_end.set()
    assert [one.result(_SECONDS) for one in under_way][-1] == [12]
    assert deed.rounds == [[1], [2, 3, 4], [5], many, [6]]


def test_a_fault_of_the_database_is_everybodys_in_that_round_and_nobodys_after_it(threads: ThreadPoolExecutor) -> None:
    class Gone(Deed):
        def __call__(self, ones: list[int]) -> list[int]:
            done = super().__call__(ones)
            if 3 in ones:
                raise OperationalError("gone")
            return done

    deed = Gone()
    rounds = Rounds(deed, 2)
    first, second, third, fourth = behind_the_first(threads, deed, rounds, [2], [3], [4])
    deed.may_end.set()
    assert (first.result(_SECONDS), fourth.result(_SECONDS)) == ([2], [8])
    for failed in (second, third):
        with pytest.raises(OperationalError):
            failed.result(_SECONDS)
    assert deed.rounds == [[1], [2, 3], [4]]
    assert rounds.take_part([5]) == [10]


@pytest.mark.parametrize("fault", [TypeError, IntegrityError])
def test_what_one_brings_wrong_is_no_others_fault(threads: ThreadPoolExecutor, fault: type[Exception]) -> None:
    class Picky(Deed):
        def __call__(self, ones: list[int]) -> list[int]:
            done = super().__call__(ones)
            if 3 in ones:
                raise fault
            return done

    deed = Picky()
    first, second, third, fourth = behind_the_first(threads, deed, Rounds(deed, 10), [2], [3], [4])
    deed.may_end.set()
    assert [one.result(_SECONDS) for one in (first, second, fourth)] == [[2], [4], [8]]
    with pytest.raises(fault):
        third.result(_SECONDS)


def test_a_leader_that_is_stopped_leaves_nobody_waiting(threads: ThreadPoolExecutor) -> None:
    class Stopped(Deed):
        def __call__(self, ones: list[int]) -> list[int]:
            done = super().__call__(ones)
            if 2 in ones:
                raise SystemExit
            return done

    deed = Stopped()
    first, leader, other, next_one = behind_the_first(threads, deed, Rounds(deed, 2), [2], [3], [4])
    deed.may_end.set()
    assert (first.result(_SECONDS), next_one.result(_SECONDS)) == ([2], [8])
    assert isinstance(leader.exception(_SECONDS), SystemExit)
    assert isinstance(other.exception(_SECONDS), RuntimeError)


def test_many_at_once_each_get_their_own(threads: ThreadPoolExecutor) -> None:
    calls: list[int] = []

    def deed(ones: list[int]) -> list[int]:
        calls.append(len(ones))
        time.sleep(0.001)
        return [2 * one for one in ones]

    rounds = Rounds(deed, 50)
    given = [list(range(start, start + 3)) for start in range(0, 900, 3)]
    assert list(threads.map(rounds.take_part, given)) == [[2 * one for one in ones] for ones in given]
    assert sum(calls) == 900
    assert len(calls) < len(given)
