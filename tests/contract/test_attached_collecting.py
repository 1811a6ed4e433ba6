"""Collecting what was attached: each file with a look, from anywhere in it, and never what is held back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from renkei.attachments import index
from renkei.attachments.index import Person
from renkei.conformance import Month
from renkei.trust.manifest import commitment

from . import world
from .conftest import Hub
from .papers import Paper, bring_in, pdf
from .streets import looks
from .test_attached_units import Post, envelope, listed, post, set_to

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["post", "set_to"]  # fixtures

LONG = 3 * 1024 * 1024 + 17


def send(post: Post, papers: dict[str, Paper], **changes: Any) -> tuple[str, str]:
    """Send these alone; the id and the manifest's digest."""
    files = {index.FILE: listed(papers, person=Person("139998", "0000000001"))}
    given = envelope(post.sender, post.recipients[0], papers, files, **changes)
    answer = post.sender.post("/transmissions", given)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()["id"], world.digest(given["manifest"])


def ready(post: Post, script: bool = False) -> dict[str, Paper]:
    paper = Paper(pdf("1", script))
    assert bring_in(post.sender, paper)["state"] == "ready"
    return {"01.pdf": paper}


def fetch(office: world.TestOffice, id_: str, name: str, program: str = "", **headers: str) -> Any:
    path = f"/v1/transmissions/{id_}/files/{name}"
    return office.client.get(path, {"program": program} if program else {}, headers=office._headers() | headers)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_recipient_gets_the_files_with_titles_and_each_is_a_look(post: Post) -> None:
    papers = ready(post)
    id_, _ = send(post, papers)
    recipient, paper = post.recipients[0], papers["01.pdf"]
    handed = recipient.get(f"/transmissions/{id_}/files", program="a").json()
    assert list(handed["files"]) == [index.FILE] == list(handed["salts"])
    [part] = handed["parts"]
    assert part == {
        "name": "01.pdf",
        "size": len(paper.data),
        "made": "",
        "of": "",
        "commitment": paper.commitment,
        "salt": paper.salt.hex(),
        "title": "報告書 01.pdf",
        "type": "monthly_report",
        "media": "application/pdf",
    }
    before = len(looks())
    answer = fetch(recipient, id_, "01.pdf", "a")
    data = body(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert commitment(bytes.fromhex(part["salt"]), data) == part["commitment"]
    assert len(looks()) == before + 1
    sent = fetch(post.sender, id_, "01.pdf")
    assert body(sent) == paper.data and len(looks()) == before + 2


def test_a_cut_off_download_goes_on_where_it_ended(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    from renkei.hub.exchange.attachments import looking
    from renkei.hub.exchange.attachments.looking import Look

    monkeypatch.setattr(looking, "look", lambda stream, media, target: Look((), is_refused=False))
    paper = Paper(random.Random(1).randbytes(LONG))
    bring_in(post.sender, paper)
    id_, _ = send(post, {"01.pdf": paper})
    recipient = post.recipients[0]
    whole = fetch(recipient, id_, "01.pdf")
    assert whole["Content-Length"] == str(LONG) and body(whole) == paper.data
    for asked, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=1048576-", 1048576, LONG - 1),
        ("bytes=2000000-2100000", 2000000, 2100000),
        (f"bytes={LONG - 1}-{LONG + 50}", LONG - 1, LONG - 1),
    ):
        answer = fetch(recipient, id_, "01.pdf", Range=asked)
        assert answer.status_code == 206 and body(answer) == paper.data[first : last + 1]
        assert answer["Content-Range"] == f"bytes {first}-{last}/{LONG}"
    for asked in (f"bytes={LONG}-", "bytes=5-4"):
        assert code(fetch(recipient, id_, "01.pdf", Range=asked)) == (416, "E-REQUEST-RANGE")
    # What is no single range from a byte on is answered as if nothing had been asked.
    assert fetch(recipient, id_, "01.pdf", Range="bytes=-5").status_code == 200
    tag = whole["ETag"]
    assert fetch(recipient, id_, "01.pdf", Range="bytes=5-", **{"If-Range": tag}).status_code == 206
    assert fetch(recipient, id_, "01.pdf", Range="bytes=5-", **{"If-Range": '"x"'}).status_code == 200


def test_nobody_else_gets_it_and_nothing_else_is_there(post: Post) -> None:
    id_, _ = send(post, ready(post))
    assert code(fetch(post.recipients[1], id_, "01.pdf")) == (404, "E-NOT-FOUND")
    for name in ("02.pdf", index.FILE, "..", "%2e%2e"):
        assert fetch(post.recipients[0], id_, name).status_code == 404


def test_another_computer_waits_until_the_lease_is_over(post: Post) -> None:
    id_, _ = send(post, ready(post))
    assert fetch(post.recipients[0], id_, "01.pdf", "first").status_code == 200
    assert code(fetch(post.recipients[0], id_, "01.pdf", "second")) == (409, "E-STATE-LEASED")


def test_a_withdrawn_unit_gives_nothing_and_the_sender_still_reads_its_own(post: Post) -> None:
    papers = ready(post)
    id_, digest = send(post, papers)
    said = post.sender.post("/receipts", {"receipts": [post.sender.receipt(id_, digest, "withdrawn")]})
    assert said.json()["results"][0]["status"] == 201
    assert code(fetch(post.recipients[0], id_, "01.pdf")) == (410, "E-STATE-WITHDRAWN")
    assert body(fetch(post.sender, id_, "01.pdf")) == papers["01.pdf"].data


def test_the_recipient_gets_the_clean_copy_and_the_sender_both(post: Post, set_to: Any) -> None:
    set_to("ATTACH_ACTIVE", "clean")
    papers = ready(post, script=True)
    id_, digest = send(post, papers)
    recipient = post.recipients[0]
    [part] = recipient.get(f"/transmissions/{id_}/files").json()["parts"]
    assert (part["name"], part["made"], part["of"]) == ("01.cleaned.pdf", "cleaned", "01.pdf")
    assert part["title"] == "報告書 01.pdf"
    copy = body(fetch(recipient, id_, "01.cleaned.pdf"))
    assert commitment(bytes.fromhex(part["salt"]), copy) == part["commitment"] and b"alert" not in copy
    assert fetch(recipient, id_, "01.pdf").status_code == 404
    both = {one["name"] for one in post.sender.get(f"/transmissions/{id_}/files").json()["parts"]}
    assert both == {"01.pdf", "01.cleaned.pdf"}
    assert body(fetch(post.sender, id_, "01.pdf")) == papers["01.pdf"].data
    collected = recipient.receipt(id_, digest, "collected")
    assert recipient.post("/receipts", {"receipts": [collected]}).json()["results"][0]["status"] == 201
    assert body(fetch(recipient, id_, "01.cleaned.pdf")) == copy
    assert fetch(recipient, id_, "01.pdf").status_code == 404


def test_many_are_collected_at_once_with_what_is_attached(post: Post) -> None:
    ids = []
    for n in (1, 2):
        paper = Paper(pdf(str(n)))
        bring_in(post.sender, paper)
        ids.append(send(post, {"01.pdf": paper}, sequence=f"2026112200000{n}")[0])
    answer = post.recipients[0].post("/transmissions/collect", {"transmissions": ids}).json()
    assert [len(one["contents"]["parts"]) for one in answer["results"]] == [1, 1]


def test_a_month_is_read_past_its_attached_files(post: Post, town: Hub, month: Month) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.exchange.reading import fetch_units, open_unit

    unit, files = world.units_of(month.files[post.sender.number])[0]
    recipient = town.offices[unit.recipient]
    papers = ready(post)
    how = {"kind": unit.kind.value, "months": unit.months, "sequence": unit.sequence}
    given = envelope(post.sender, recipient, papers, files | {index.FILE: listed(papers)}, **how)
    id_ = post.sender.post("/transmissions", given).json()["id"]
    row = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").get(pk=id_)
    [(same, fetched)] = fetch_units([row], row.recipient)
    assert open_unit(same, fetched) == files
    handed = recipient.get(f"/transmissions/{id_}/files").json()
    assert {name: base64.b64decode(data) for name, data in handed["files"].items()} == files | {
        index.FILE: listed(papers)
    }


def test_the_office_for_practice_takes_attached_files(post: Post, town: Hub) -> None:
    from renkei.hub.exchange import echoing
    from renkei.hub.exchange.models import Transmission

    id_, _ = send(post, ready(post))
    row = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").get(pk=id_)
    echoing.answer(id_, row.accepted_at)
    row.refresh_from_db()
    assert row.state == "imported"
