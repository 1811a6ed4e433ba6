"""An office that wears the hub down with uploads, or spoils a batch with the names of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import world
from .papers import Paper, begin, bring_in, complete, pdf, put, told
from .test_attached_units import Post, envelope, post, set_to

__all__ = ["post", "set_to"]  # fixtures


def blobs() -> set[Path]:
    from django.conf import settings

    return {path for path in (settings.DATA / "blobs").rglob("*") if path.is_file()}


@pytest.mark.parametrize("number", [-1, -(10**30), 10**30])
def test_a_chunk_before_the_first_or_far_behind_the_last_is_refused_and_not_kept(
    post: Post, set_to: Any, number: int
) -> None:
    set_to("UPLOAD_CHUNK_BYTES", 100)
    set_to("INLINE_BYTES", 10)
    paper = Paper(pdf())
    begin(post.sender, paper)
    before = blobs()
    answer = put(post.sender, paper, number, bytes(100))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-UPLOAD-CHUNK")
    assert blobs() == before


def test_a_file_whose_copy_can_have_no_name_spoils_no_other_unit(post: Post, set_to: Any) -> None:
    set_to("ATTACH_ACTIVE", "clean")
    units = []
    for number, name in enumerate(["a" * 120 + ".pdf", "a." + "b" * 120, "02.pdf"]):
        paper = Paper(pdf(name, script=True))
        bring_in(post.sender, paper)
        attached = {name: paper}
        if name == "02.pdf":
            attached["02.cleaned.PDF"] = Paper(pdf("other"))
            bring_in(post.sender, attached["02.cleaned.PDF"])
        units.append(envelope(post.sender, post.recipients[0], attached, sequence=f"2026112200000{number}"))
    good = Paper(pdf("good"))
    bring_in(post.sender, good)
    units.append(envelope(post.sender, post.recipients[1], {"01.pdf": good}))
    answer = post.sender.post("/transmissions/batch", {"units": units})
    assert answer.status_code == 200, answer.content.decode()
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [422, 422, 422, 201]
    assert {result["problem"]["code"] for result in results[:3]} == {"E-ATTACH-NAME"}


def party_of(office: world.TestOffice) -> int:
    from renkei.hub.parties.models import Party

    return Party.objects.get(number=office.number).pk


def whole(office: world.TestOffice, paper: Paper) -> Paper:
    """All of it is there, and nobody has looked into it."""
    begin(office, paper)
    assert put(office, paper, 0).status_code == 204
    return paper


def test_slow_files_of_one_office_keep_no_other_waiting(
    post: Post, set_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange.attachments import crowding

    monkeypatch.setattr(crowding, "WAIT_SECONDS", 1)
    slow, other = whole(post.sender, Paper(pdf("1"))), whole(post.recipients[0], Paper(pdf("2")))
    with crowding.ROOM.one(party_of(post.sender)):
        refused = complete(post.sender, slow)
        assert (refused.status_code, refused.json()["code"]) == (503, "E-ATTACH-UNAVAILABLE")
        assert refused["Retry-After"] == "1"
        assert complete(post.recipients[0], other).json()["state"] == "ready"
    assert complete(post.sender, slow).json()["state"] == "ready"
    assert told(post.sender, slow)["findings"]


def test_looking_into_files_takes_half_of_the_threads_at_most(post: Post, set_to: Any) -> None:
    from renkei.hub.exchange.attachments import crowding

    set_to("THREADS", 5)
    late = whole(post.sender, Paper(pdf("1")))
    with crowding.ROOM.one(-1), crowding.ROOM.one(-2):
        assert complete(post.sender, late).status_code == 503
        assert post.sender.get("/hub").status_code == 200
    assert complete(post.sender, late).json()["state"] == "ready"
