"""What a recipient may rely on, and what a sender learns from it."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils.dateparse import parse_datetime

from renkei.conformance import Month
from renkei.trust import cms, manifest, receipts

from . import world
from .conftest import Hub


@pytest.fixture
def sent(town: Hub, month: Month) -> tuple[world.TestOffice, world.TestOffice, str, str, dict[str, bytes]]:
    """A unit that waits in a mailbox: sender, recipient, its id, its manifest's digest, its files."""
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    envelope = sender.envelope(unit, files)
    id_ = sender.post("/transmissions", envelope).json()["id"]
    return sender, town.offices[unit.recipient], id_, world.digest(envelope["manifest"]), files


def acknowledge(office: world.TestOffice, id_: str, digest: str, step: str, **changes: Any) -> dict[str, Any]:
    answer = office.post("/receipts", {"receipts": [office.receipt(id_, digest, step, **changes)]})
    assert answer.status_code == 200, answer.content
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def test_the_recipient_gets_the_very_bytes_that_were_signed(sent: Any) -> None:
    _, recipient, id_, _, files = sent
    handed = recipient.get(f"/transmissions/{id_}/files").json()
    data, signature = base64.b64decode(handed["manifest"]), base64.b64decode(handed["signature"])
    got = {name: base64.b64decode(content) for name, content in handed["files"].items()}
    cms.verify(data, signature)
    manifest.check_files(manifest.parse(data), got, {n: bytes.fromhex(s) for n, s in handed["salts"].items()})
    assert got == files


def test_the_steps_go_accepted_collected_imported_and_both_sides_see_them(sent: Any) -> None:
    sender, recipient, id_, digest, _ = sent
    assert acknowledge(recipient, id_, digest, "collected")["state"] == "collected"
    assert acknowledge(recipient, id_, digest, "imported")["state"] == "imported"
    for office, direction in ((sender, "outgoing"), (recipient, "incoming")):
        events = office.get("/events", service=office.service).json()["events"]
        assert [event["type"] for event in events] == ["accepted", "collected", "imported"]
        assert [event["number"] for event in events] == [1, 2, 3]
        assert {event["direction"] for event in events} == {direction}
    steps = sender.get(f"/transmissions/{id_}").json()["events"]
    counter = steps[1]["counter_receipt"]
    body = base64.b64decode(counter["body"])
    assert cms.verify(body, base64.b64decode(counter["signature"])).certificate == recipient.certificate
    assert receipts.parse(body).by == {"office": recipient.number, "service": recipient.service}


def test_a_clock_that_was_set_back_does_not_change_what_came_first(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    sender, recipient, id_, digest, _ = sent
    set_back = timezone.now() - timedelta(seconds=30)
    monkeypatch.setattr(timezone, "now", lambda: set_back)
    acknowledge(recipient, id_, digest, "collected")
    steps = sender.get(f"/transmissions/{id_}").json()["events"]
    assert [step["type"] for step in steps] == ["accepted", "collected"]
    assert steps[0]["at"] > steps[1]["at"]


def test_collecting_twice_returns_the_first_receipt(sent: Any) -> None:
    _, recipient, id_, digest, _ = sent
    first = acknowledge(recipient, id_, digest, "collected")
    again = acknowledge(recipient, id_, digest, "collected")
    assert (first["status"], again["status"]) == (201, 200)
    assert first["receipt"] == again["receipt"]


def test_what_was_collected_can_be_fetched_again(sent: Any) -> None:
    _, recipient, id_, digest, files = sent
    acknowledge(recipient, id_, digest, "collected")
    handed = recipient.get(f"/transmissions/{id_}/files").json()
    assert {name: base64.b64decode(content) for name, content in handed["files"].items()} == files


def test_an_import_that_failed_tells_the_sender_why(sent: Any) -> None:
    sender, recipient, id_, digest, _ = sent
    acknowledge(recipient, id_, digest, "collected")
    finding = {"code": "E-CODE-SERVICE", "message": "この事業所の利用者ではありません。"}
    receipt = recipient.receipt(id_, digest, "import_failed", [finding])
    result = recipient.post("/receipts", {"receipts": [receipt]}).json()["results"][0]
    assert result["state"] == "import_failed"
    assert sender.get(f"/transmissions/{id_}").json()["state"] == "import_failed"
    (told,) = sender.get(f"/transmissions/{id_}/findings").json()["findings"]
    assert (told["code"], told["message"]) == (finding["code"], finding["message"])
    assert acknowledge(recipient, id_, digest, "imported")["state"] == "imported"


@pytest.mark.parametrize("step", ["imported", "import_failed"])
def test_nothing_is_imported_before_it_is_collected(sent: Any, step: str) -> None:
    _, recipient, id_, digest, _ = sent
    result = acknowledge(recipient, id_, digest, step)
    assert (result["status"], result["problem"]["code"]) == (409, "E-STATE")


def test_a_refused_or_repeated_step_leaves_no_findings_behind(
    town: Hub, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 10)
    _, recipient, id_, digest, _ = sent
    finding = {"code": "E-1", "message": "この事業所の利用者ではありません。"}

    def fail() -> int:
        receipt = recipient.receipt(id_, digest, "import_failed", [finding])
        answer = recipient.post("/receipts", {"receipts": [receipt]})
        status: int = answer.json()["results"][0]["status"]
        return status

    def blobs() -> int:
        return len([path for path in (town.data / "blobs").rglob("*") if path.is_file()])

    before = blobs()
    assert (fail(), blobs()) == (409, before)
    acknowledge(recipient, id_, digest, "collected")
    assert (fail(), blobs()) == (201, before + 1)
    assert (fail(), blobs()) == (200, before + 1)


def test_a_receipt_that_counts_other_findings_than_come_with_it_is_refused(sent: Any) -> None:
    _, recipient, id_, digest, _ = sent
    acknowledge(recipient, id_, digest, "collected")
    result = acknowledge(recipient, id_, digest, "import_failed", findings=3)
    assert (result["status"], result["problem"]["code"]) == (422, "E-AUTH-RECEIPT")


def test_only_the_recipient_may_acknowledge(town: Hub, sent: Any) -> None:
    sender, recipient, id_, digest, _ = sent
    assert acknowledge(sender, id_, digest, "collected")["status"] == 403
    stranger = next(o for o in town.offices.values() if o.number not in (sender.number, recipient.number))
    assert acknowledge(stranger, id_, digest, "collected")["status"] == 404


@pytest.mark.parametrize(
    "change",
    [
        {"manifest": "0" * 64},
        {"by": {"office": "1370100016", "service": "99"}},
        {"hub": "renkei-elsewhere"},
        {"sealed_by": "hub"},
    ],
    ids=["manifest", "office", "hub", "sealed by the hub"],
)
def test_a_receipt_for_something_else_is_refused(sent: Any, change: dict[str, Any]) -> None:
    _, recipient, id_, digest, _ = sent
    result = acknowledge(recipient, id_, digest, "collected", **change)
    assert (result["status"], result["problem"]["code"]) == (422, "E-AUTH-RECEIPT")
    assert recipient.get(f"/transmissions/{id_}").json()["state"] == "accepted"


def test_others_see_nothing_of_a_unit(town: Hub, sent: Any) -> None:
    sender, recipient, id_, _, _ = sent
    stranger = next(o for o in town.offices.values() if o.number not in (sender.number, recipient.number))
    for path in (f"/transmissions/{id_}", f"/transmissions/{id_}/files"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/events", service=stranger.service).json()["events"] == []
    assert stranger.get("/events", service=recipient.service).status_code == 403


def test_a_feed_is_read_in_pieces_without_loss(town: Hub, month: Month) -> None:
    sender = town.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    ids = [sender.post("/transmissions", sender.envelope(unit, files)).json()["id"] for unit, files in units]
    seen, after, more = [], 0, True
    while more:
        answer = sender.get("/events", service=sender.service, after=after, limit=3)
        page = answer.json()
        seen += [event["transmission"]["id"] for event in page["events"]]
        after, more = page["next"], page["more"]
        assert int(answer["Retry-After"]) >= 0
    assert seen == ids


def test_every_download_is_on_record_before_it_is_shown(sent: Any) -> None:
    from renkei.hub.core.models import Look, LookSubject

    _, recipient, id_, _, _ = sent
    assert recipient.get(f"/transmissions/{id_}/files").status_code == 200
    look = Look.objects.get()
    assert (look.about, look.purpose) == (f"transmission:{id_}", "collect")
    assert LookSubject.objects.filter(look=look.id).count() >= 1


def test_if_the_look_cannot_be_written_nothing_is_shown(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from renkei.hub.core import looks

    _, recipient, id_, _, _ = sent

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(looks.rows, "insert", full)
    answer = recipient.get(f"/transmissions/{id_}/files")
    assert answer.status_code == 503
    assert "files" not in answer.json()


def test_too_many_findings_refuse_one_receipt_and_not_its_neighbours(
    sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_FINDINGS", 1)
    _, recipient, id_, digest, _ = sent
    finding = {"code": "E-1", "message": "だめでした。"}
    good = recipient.receipt(id_, digest, "collected")
    many = recipient.receipt(id_, digest, "import_failed", [finding] * 2)
    results = recipient.post("/receipts", {"receipts": [good, many, good]}).json()["results"]
    assert [result["status"] for result in results] == [201, 413, 200]


def test_there_are_no_findings_where_nothing_failed(sent: Any) -> None:
    sender, _, id_, _, _ = sent
    assert sender.get(f"/transmissions/{id_}/findings").status_code == 404


def test_a_restored_hub_is_known_by_its_epoch(town: Hub, sent: Any) -> None:
    sender = sent[0]
    epoch = sender.get("/hub").json()["epoch"]
    assert epoch and sender.get("/events", service=sender.service).json()["epoch"] == epoch


def test_what_an_import_found_stays_with_its_step(sent: Any) -> None:
    """A later import with a warning of its own does not bury why the first one failed."""
    from renkei.hub.core.models import Event

    _, recipient, id_, digest, _ = sent
    acknowledge(recipient, id_, digest, "collected")
    finding = {"code": "E-1", "message": "だめでした。"}
    for step in ("import_failed", "imported"):
        receipt = recipient.receipt(id_, digest, step, [finding])
        assert recipient.post("/receipts", {"receipts": [receipt]}).json()["results"][0]["status"] == 201
    bodies = Event.objects.exclude(words=None).values_list("words", flat=True)
    assert len(set(bodies)) == 2


def test_what_is_answered_has_the_shapes_that_are_promised(sent: Any) -> None:
    from renkei.hub.exchange import schemas

    _, recipient, id_, digest, _ = sent
    said = [recipient.receipt(id_, digest, step) for step in ("collected", "collected", "imported", "withdrawn")]
    answer = recipient.post("/receipts", {"receipts": said}).json()
    assert [one["status"] for one in answer["results"]] == [201, 200, 201, 403]
    assert schemas.ReceiptsOut.model_validate(answer).model_dump(mode="json") == answer
    page = recipient.get("/events", service=recipient.service).json()
    assert len(page["events"]) == 3
    told = [one | {"at": parse_datetime(one["at"])} for one in page["events"]]
    assert schemas.EventsOut.model_validate(page).model_dump()["events"] == [
        one | {"transmission": one["transmission"] | {"id": UUID(id_)}} for one in told
    ]
