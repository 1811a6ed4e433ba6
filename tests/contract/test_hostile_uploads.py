"""An office that wears the hub down with uploads, or spoils a batch with the names of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .papers import Paper, begin, bring_in, pdf, put
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
