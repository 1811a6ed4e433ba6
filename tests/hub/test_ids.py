"""Ids that sort by time."""

from __future__ import annotations

import time

from renkei.hub.core.ids import new_id


def test_ids_are_of_version_7_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {(id_.version, id_.variant) for id_ in ids} == {(7, "specified in RFC 4122")}


def test_a_later_id_sorts_behind_an_earlier_one() -> None:
    first = new_id()
    time.sleep(0.002)
    assert first < new_id()
    assert abs((first.int >> 80) / 1000 - time.time()) < 60
