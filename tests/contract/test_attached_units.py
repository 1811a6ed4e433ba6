"""Units with attached files, and units of attached files alone, over the public API."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from renkei.attachments import index
from renkei.attachments.index import Attached, Person, Type
from renkei.conformance import Month
from renkei.trust import manifest, receipts

from . import world
from .conftest import Hub
from .papers import Paper, bring_in, pdf

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

DAY = timedelta(days=1)


def listed(papers: Mapping[str, Paper], **changes: Any) -> bytes:
    """The index of these files."""
    return index.build(
        [
            Attached(name, f"報告書 {name}", Type.MONTHLY_REPORT, paper.media, **changes)
            for name, paper in papers.items()
        ]
    )


def envelope(
    sender: world.TestOffice,
    recipient: world.TestOffice,
    papers: Mapping[str, Paper],
    files: Mapping[str, bytes] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A signed unit that takes these papers, as the API takes it; `files` in place of the index alone."""
    inline = {index.FILE: listed(papers)} if files is None else dict(files)
    fields: dict[str, Any] = {
        "hub": world.HUB_ID,
        "sender": sender.number,
        "sender_service": sender.service,
        "recipient": recipient.number,
        "recipient_service": recipient.service,
        "kind": index.KIND,
        "months": [],
        "sequence": "20261122000001",
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    whole = inline | {name: paper.data for name, paper in papers.items()}
    salts = dict.fromkeys(inline, manifest.SALT_BYTES * b"s") | {name: p.salt for name, p in papers.items()}
    data, _ = manifest.build(**(fields | changes), files=whole, salts=salts)
    return {
        "manifest": world.b64(data),
        "signature": world.b64(sender.sign(data)),
        "salts": {name: salts[name].hex() for name in inline},
        "files": {name: world.b64(content) for name, content in inline.items()},
        "uploads": {name: paper.id for name, paper in papers.items()},
    }


@dataclass
class Post:
    """Who sends, and three who get."""

    sender: world.TestOffice
    recipients: list[world.TestOffice]


@pytest.fixture
def post(town: Hub, month: Month) -> Post:
    offices = [town.offices[office.number] for office in month.offices]
    return Post(offices[0], offices[1:4])


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.conf import settings

    return lambda name, value: monkeypatch.setitem(settings.RENKEI, name, value)


def brought_in(sender: world.TestOffice, *texts: str, script: bool = False) -> dict[str, Paper]:
    papers = {f"{n:02}.pdf": Paper(pdf(text, script)) for n, text in enumerate(texts, 1)}
    for paper in papers.values():
        assert bring_in(sender, paper)["state"] == "ready"
    return papers


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def row(id_: str) -> Any:
    from renkei.hub.exchange.models import Transmission

    return Transmission.objects.select_related("sender", "recipient").get(pk=id_)


def holders(body: Any) -> set[str]:
    from renkei.hub.core.models import Wrap

    return set(Wrap.objects.filter(body=body).values_list("holder", flat=True))


def test_attached_files_go_alone_under_the_senders_number(post: Post) -> None:
    papers = brought_in(post.sender, "1", "2")
    answer = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], papers))
    assert answer.status_code == 201, answer.content.decode()
    sent = row(answer.json()["id"])
    assert (sent.kind, sent.part_count) == ("attachment", 2)
    for part in sent.parts.all():
        assert part.commitment == papers[part.name].commitment and part.size == len(papers[part.name].data)
        assert holders(part.body) == {
            sent.recipient.mailbox,
            sent.sender.sent_copy,
            f"upload:{sent.sender.party_id}",
        }
    listing = post.sender.get(f"/transmissions/{sent.pk}").json()
    assert [file["name"] for file in listing["files"]] == ["01.pdf", "02.pdf", "ATTACHMENTS.JSON"]
    receipt = receipts.parse(base64.b64decode(answer.json()["receipt"]["body"]))
    assert receipt.copies == ()


def test_a_units_own_files_are_checked_as_always_and_carry_attached_ones(post: Post, month: Month) -> None:
    unit, files = world.units_of(month.files[post.sender.number])[0]
    recipient = world.TestOffice(unit.recipient, unit.recipient_service, "", None, None)  # type: ignore[arg-type]
    papers = brought_in(post.sender, "1")
    how = {"kind": unit.kind.value, "months": unit.months, "sequence": unit.sequence}
    whole = files | {index.FILE: listed(papers, person=Person("139998", "0000009999"))}
    given = envelope(post.sender, recipient, papers, whole, **how)
    answer = post.sender.post("/transmissions", given)
    assert answer.status_code == 201, answer.content.decode()
    from renkei.hub.core import looks

    sent = row(answer.json()["id"])
    subjects = set(sent.subjects.values_list("subject", flat=True))
    assert looks.subject("139998", "0000009999") in subjects and len(subjects) > 1


def test_one_upload_goes_to_several_and_each_has_its_own_copy(post: Post) -> None:
    papers = brought_in(post.sender, "1")
    units = [envelope(post.sender, one, papers) for one in post.recipients]
    results = post.sender.post("/transmissions/batch", {"units": units}).json()["results"]
    assert [result["status"] for result in results] == [201, 201, 201]
    rows = [row(result["transmission"]["id"]) for result in results]
    [body] = {part.body for one in rows for part in one.parts.all()}
    expected = {one.recipient.mailbox for one in rows} | {rows[0].sender.sent_copy}
    assert holders(body) == expected | {f"upload:{rows[0].sender.party_id}"}


def test_the_senders_copy_counts_from_the_last_one_sent(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.clocks import copy_until

    papers = brought_in(post.sender, "1")
    first = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], papers)).json()
    at = timezone.now() + timedelta(minutes=30)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: at)
        post.sender.post("/transmissions", envelope(post.sender, post.recipients[1], papers))
    sent = row(first["id"])
    clock = Wrap.objects.get(body=sent.parts.get().body, holder=sent.sender.sent_copy).erase_after
    assert clock == copy_until(sent.sender, at)


def test_sent_twice_it_arrives_once_also_when_the_upload_is_gone(post: Post) -> None:
    from renkei.hub.exchange import tasks

    papers = brought_in(post.sender, "1")
    given = envelope(post.sender, post.recipients[0], papers)
    first = post.sender.post("/transmissions", given).json()
    again = post.sender.post("/transmissions", given)
    assert again.status_code == 200 and again.json()["receipt"] == first["receipt"]
    tasks.sweep_uploads(row(first["id"]).accepted_at + 2 * DAY, {})
    late = post.sender.post("/transmissions", given)
    assert late.status_code == 200 and late.json()["receipt"] == first["receipt"]
    anew = Paper(papers["01.pdf"].data)
    bring_in(post.sender, anew)
    same = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], {"01.pdf": anew}))
    assert same.status_code == 200 and same.json()["id"] == first["id"]


def test_the_same_number_with_another_file_is_refused(post: Post) -> None:
    one, two = brought_in(post.sender, "1"), brought_in(post.sender, "2")
    assert post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], one)).status_code == 201
    other = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], two))
    assert code(other) == (409, "E-UNIT-SEQUENCE-USED")


def test_the_same_upload_to_the_same_recipient_under_another_number_is_refused(post: Post) -> None:
    papers = brought_in(post.sender, "1")
    units = [envelope(post.sender, post.recipients[0], papers, sequence=f"2026112200000{n}") for n in (1, 2)]
    results = post.sender.post("/transmissions/batch", {"units": units}).json()["results"]
    assert [result["status"] for result in results] == [201, 409]
    assert results[1]["problem"]["code"] == "E-ATTACH-SENT-BEFORE"
    assert code(post.sender.post("/transmissions", units[1])) == (409, "E-ATTACH-SENT-BEFORE")


def test_a_swept_upload_cannot_be_sent_to_another(post: Post) -> None:
    from renkei.hub.exchange import tasks

    papers = brought_in(post.sender, "1")
    first = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], papers)).json()
    sent = row(first["id"])
    tasks.sweep_uploads(sent.accepted_at + 2 * DAY, {})
    assert holders(sent.parts.get().body) == {sent.recipient.mailbox, sent.sender.sent_copy}
    late = post.sender.post("/transmissions", envelope(post.sender, post.recipients[1], papers))
    assert code(late) == (422, "E-ATTACH-UPLOAD")


def test_an_upload_of_another_office_or_none_is_refused(post: Post) -> None:
    papers = brought_in(post.recipients[1], "1")
    assert code(post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], papers))) == (
        422,
        "E-ATTACH-UPLOAD",
    )
    one = brought_in(post.sender, "1")["01.pdf"]
    twice = envelope(post.sender, post.recipients[0], {"01.pdf": one, "02.pdf": one})
    assert code(post.sender.post("/transmissions", twice)) == (409, "E-ATTACH-SENT-BEFORE")


def test_what_is_not_ready_cannot_go(post: Post) -> None:
    from .papers import begin

    paper = Paper(pdf())
    begin(post.sender, paper)
    given = envelope(post.sender, post.recipients[0], {"01.pdf": paper})
    assert code(post.sender.post("/transmissions", given)) == (409, "E-ATTACH-NOT-READY")
    refused = Paper(pdf(script=True))
    assert bring_in(post.sender, refused)["state"] == "refused"
    given = envelope(post.sender, post.recipients[0], {"01.pdf": refused})
    assert code(post.sender.post("/transmissions", given)) == (409, "E-ATTACH-NOT-READY")


@pytest.mark.parametrize("fault", ["no index", "broken", "other names", "other media", "more files", "alone"])
def test_an_index_that_does_not_fit_is_refused(post: Post, month: Month, fault: str) -> None:
    papers = brought_in(post.sender, "1")
    image = {"01.pdf": Paper(b"", "image/png")}
    more = next(iter(world.units_of(month.files[post.sender.number])[0][1].items()))
    files = {
        "no index": {},
        "broken": {index.FILE: b"{}"},
        "other names": {index.FILE: listed({"02.pdf": papers["01.pdf"]})},
        "other media": {index.FILE: listed(image)},
        "more files": {index.FILE: listed(papers), more[0]: more[1]},
        "alone": {index.FILE: listed(papers)},
    }[fault]
    given = envelope(post.sender, post.recipients[0], {} if fault == "alone" else papers, files)
    expected = "E-ATTACH-INDEX" if fault == "broken" else "E-ATTACH-INDEX-FILES"
    assert code(post.sender.post("/transmissions", given)) == (422, expected)


def test_other_bytes_than_were_signed_are_refused(post: Post) -> None:
    papers = brought_in(post.sender, "1", "2")
    given = envelope(post.sender, post.recipients[0], papers)
    swapped = given | {"uploads": {"01.pdf": papers["02.pdf"].id, "02.pdf": papers["01.pdf"].id}}
    assert code(post.sender.post("/transmissions", swapped)) == (422, "E-AUTH-COMMITMENT")
    fewer = given | {"uploads": {"01.pdf": papers["01.pdf"].id}}
    assert code(post.sender.post("/transmissions", fewer)) == (422, "E-AUTH-COMMITMENT")
    assert post.sender.post("/transmissions", given).status_code == 201


def test_attached_files_are_bounded_in_number_and_in_all(post: Post, set_to: Any) -> None:
    papers = brought_in(post.sender, "1", "2")
    given = envelope(post.sender, post.recipients[0], papers)
    total = sum(len(paper.data) for paper in papers.values())
    set_to("LIMIT_ATTACHMENTS", 1)
    assert code(post.sender.post("/transmissions", given)) == (413, "E-LIMIT")
    set_to("LIMIT_ATTACHMENTS", 2)
    set_to("LIMIT_TRANSMISSION_ATTACHMENT_BYTES", total - 1)
    assert code(post.sender.post("/transmissions", given)) == (413, "E-LIMIT")
    set_to("LIMIT_TRANSMISSION_ATTACHMENT_BYTES", total)
    assert post.sender.post("/transmissions", given).status_code == 201


def test_a_held_back_original_has_a_clean_copy_that_the_receipt_names(post: Post, set_to: Any) -> None:
    set_to("ATTACH_ACTIVE", "clean")
    papers = brought_in(post.sender, "1", script=True)
    answer = post.sender.post("/transmissions", envelope(post.sender, post.recipients[0], papers)).json()
    sent = row(answer["id"])
    parts = {part.name: part for part in sent.parts.all()}
    copy = parts["01.cleaned.pdf"]
    receipt = receipts.parse(base64.b64decode(answer["receipt"]["body"]))
    assert receipt.copies == (receipts.Copy("01.pdf", "cleaned", copy.name, copy.size, copy.commitment),)
    upload = f"upload:{sent.sender.party_id}"
    assert holders(parts["01.pdf"].body) == {sent.sender.sent_copy, upload}
    assert holders(copy.body) == {sent.sender.sent_copy, sent.recipient.mailbox, upload}


def test_one_report_does_not_take_the_place_of_another(post: Post) -> None:
    person = Person("139998", "0000000001")
    ids = []
    for n in (1, 2):
        papers = brought_in(post.sender, str(n))
        files = {index.FILE: listed(papers, person=person)}
        given = envelope(post.sender, post.recipients[0], papers, files, sequence=f"2026112200000{n}")
        ids.append(post.sender.post("/transmissions", given).json()["id"])
    assert row(ids[1]).replaces_id is None and row(ids[1]).subjects.count() == 1


def test_an_upload_that_is_dropped_while_a_unit_takes_it_is_refused(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import accepting
    from renkei.hub.exchange.attachments import uploads
    from renkei.hub.exchange.models import Transmission, Upload

    papers = brought_in(post.sender, "1")
    store = accepting.storing.store

    def dropped_before(units: Any) -> Any:
        with write():
            uploads.forget(list(Upload.objects.all()))
        return store(units)

    monkeypatch.setattr(accepting.storing, "store", dropped_before)
    given = envelope(post.sender, post.recipients[0], papers)
    assert code(post.sender.post("/transmissions", given)) == (422, "E-ATTACH-UPLOAD")
    assert not Transmission.objects.exists()
