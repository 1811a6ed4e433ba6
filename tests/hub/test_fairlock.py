"""The writers' queue."""

from __future__ import annotations

import threading
import time

import pytest

from renkei.hub.core.fairlock import FairLock, LockTimeout


def test_turns_come_in_the_order_of_asking() -> None:
    lock, order = FairLock(), []
    lock.acquire(1)

    def wait(name: int) -> None:
        lock.acquire(5)
        order.append(name)
        lock.release()

    threads = []
    for name in range(5):
        thread = threading.Thread(target=wait, args=(name,))
        thread.start()
        threads.append(thread)
        time.sleep(0.02)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_who_waits_too_long_leaves_the_queue() -> None:
    lock = FairLock()
    lock.acquire(1)
    with pytest.raises(LockTimeout):
        lock.acquire(0.01)
    lock.release()
    lock.acquire(0.01)
    lock.release()
