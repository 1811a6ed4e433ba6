"""Bringing in a file from two computers at once, and a hub that is killed meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from . import world
from .papers import Paper, begin, bring_in, complete, pdf, put, told
from .test_uploads import CHUNK, DAY, left, office, set_to, small_chunks, stored

__all__ = ["office", "set_to", "small_chunks"]  # fixtures


def at_once(*deeds: Any) -> list[Any]:
    """Do these at the same moment; what each answered."""
    from django.db import connections

    answers: list[Any] = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(place: int) -> None:
        barrier.wait()
        answers[place] = deeds[place]()
        connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_everything_at_once_ends_in_one_file(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begun = at_once(*[lambda: begin(office, paper)] * 3)
    assert sorted(answer.status_code for answer in begun) == [200, 200, 201]
    count = -(-len(paper.data) // CHUNK)
    same = at_once(*[lambda: put(office, paper, 0)] * 3)
    assert {answer.status_code for answer in same} == {204}
    for number in range(1, count - 1):
        put(office, paper, number)
    mixed = at_once(lambda: complete(office, paper), lambda: put(office, paper, count - 1))
    assert mixed[1].status_code == 204 and mixed[0].status_code in (200, 409)
    ends = at_once(*[lambda: complete(office, paper)] * 3)
    assert {answer.status_code for answer in ends} <= {200, 409} and 200 in {a.status_code for a in ends}
    assert stored(paper) == paper.data and left() == (1, 0, 1)


def test_of_two_different_chunks_for_one_place_one_is_taken(office: world.TestOffice) -> None:
    paper = Paper(pdf())
    begin(office, paper)
    different = at_once(lambda: put(office, paper, 1, b"x" * CHUNK), lambda: put(office, paper, 1))
    assert sorted(answer.status_code for answer in different) == [204, 409]


def test_a_kill_between_blob_and_row_leaves_nothing_that_is_not_swept(
    office: world.TestOffice, set_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from renkei.hub.core.bodies import sweeping
    from renkei.hub.core.bodies.blobs import SHELVES, blob_store
    from renkei.hub.exchange.models import Chunk

    set_to("INLINE_BYTES", 40)
    paper = Paper(pdf())
    begin(office, paper)

    def killed(self: Any, *args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Chunk, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            put(office, paper, 0)
    waste = [blob for shelf in SHELVES for blob in blob_store().shelf(shelf)]
    assert len(waste) == 2  # the salt's, and the chunk's that no row names
    assert told(office, paper)["missing"][0][0] == 0
    swept = sum(sweeping.sweep(shelf, timezone.now() + 2 * DAY) for shelf in SHELVES)
    assert swept == 1 and bring_in(office, paper)["state"] == "ready"
