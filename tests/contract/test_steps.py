"""What may happen to a unit after it was accepted, step by step, over the public API."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from renkei.trust import cms, receipts
from renkei.trust.words import Words

from . import world
from .streets import Street, looks, street

__all__ = ["street"]  # fixture


def say(office: world.TestOffice, street: Street, step: str, text: str = "", **changes: Any) -> dict[str, Any]:
    """One office's signed step on the slip; the hub's answer."""
    digest = world.digest(office.get(f"/transmissions/{street.slip}").json()["manifest"])
    given = office.receipt(street.slip, digest, step, text=text, **changes)
    answer = office.post("/receipts", {"receipts": [given]})
    assert answer.status_code == 200, answer.content.decode()
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def detail(office: world.TestOffice, street: Street) -> dict[str, Any]:
    found: dict[str, Any] = office.get(f"/transmissions/{street.slip}").json()
    return found


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> datetime:
    """The hub's clock moves on."""
    from django.utils import timezone

    at = timezone.now() + timedelta(**passed)
    monkeypatch.setattr(timezone, "now", lambda: at)
    return at


def row(street: Street) -> Any:
    from renkei.hub.exchange.models import Transmission

    return Transmission.objects.select_related("sender__party", "recipient__party", "envelope").get(pk=street.slip)


def test_every_step_is_an_event_with_receipts_of_both(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    say(recipient, street, "change_requested", "11月12日を13日にしてください。")
    say(sender, street, "change_declined", "ご本人の予定があります。")
    events = detail(sender, street)["events"]
    assert [event["type"] for event in events] == ["accepted", "collected", "change_requested", "change_declined"]
    assert [event["side"] for event in events] == ["sender", "recipient", "recipient", "sender"]
    for event in events[1:]:
        hubs, own = event["receipt"], event["counter_receipt"]
        for signed in (hubs, own):
            cms.verify(base64.b64decode(signed["body"]), base64.b64decode(signed["signature"]))
        said = receipts.parse(base64.b64decode(own["body"]))
        assert receipts.parse(base64.b64decode(hubs["body"])).attached == said.attached


def test_a_withdrawn_unit_is_never_handed_out_again(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    assert say(sender, street, "withdrawn")["state"] == "withdrawn"
    refused = recipient.get(f"/transmissions/{street.slip}/files")
    assert (refused.status_code, refused.json()["code"]) == (410, "E-STATE-WITHDRAWN")
    assert say(recipient, street, "collected")["problem"]["code"] == "E-STATE"
    assert sender.get(f"/transmissions/{street.slip}/files").status_code == 200


def test_sending_a_withdrawn_unit_again_says_that_it_was_withdrawn(street: Street) -> None:
    sender = street.care_manager
    say(sender, street, "withdrawn")
    unit, files = next(
        (unit, files)
        for unit, files in world.units_of(street.month.files[sender.number])
        if (unit.recipient, unit.kind) == (street.service_office.number, "use_table")
    )
    answer = sender.post("/transmissions", sender.envelope(unit, files)).json()
    assert (answer["id"], answer["repeated"], answer["state"]) == (street.slip, True, "withdrawn")


def test_what_is_collected_cannot_be_withdrawn(street: Street) -> None:
    say(street.service_office, street, "collected")
    refused = say(street.care_manager, street, "withdrawn")
    assert (refused["status"], refused["problem"]["code"]) == (409, "E-STATE")


def test_nobody_takes_the_other_sides_step(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    assert say(recipient, street, "withdrawn")["problem"]["code"] == "E-AUTH-SIDE"
    assert say(sender, street, "collected")["problem"]["code"] == "E-AUTH-SIDE"
    assert say(sender, street, "expired")["problem"]["code"] == "E-STATE"
    assert say(recipient, street, "opened")["problem"]["code"] == "E-STATE"
    assert detail(sender, street)["state"] == "accepted"


def test_nobody_writes_in_the_others_name(street: Street) -> None:
    recipient = street.service_office
    theirs = {"office": street.care_manager.number, "service": street.care_manager.service}
    assert say(recipient, street, "withdrawn", by=theirs)["problem"]["code"] == "E-AUTH-RECEIPT"


def test_the_sender_is_reminded_and_told_when_nobody_collects(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.exchange import stepping
    from renkei.hub.exchange.rules import Step

    sender, recipient = street.care_manager, street.service_office
    first = row(street).clock_at - row(street).accepted_at
    assert first == timedelta(days=3)
    now = later(monkeypatch, days=3)
    stepping.by_hub(row(street), Step.REMINDED, now)
    assert row(street).clock_at - row(street).accepted_at == timedelta(days=7)
    now = later(monkeypatch, days=32)
    stepping.by_hub(row(street), Step.EXPIRED, now)
    sender.sign_in()
    recipient.sign_in()
    assert [event["type"] for event in sender.get("/events", service="43").json()["events"]][-2:] == [
        "reminded",
        "expired",
    ]
    assert row(street).clock_at is None
    assert recipient.get(f"/transmissions/{street.slip}/files").json()["code"] == "E-STATE-EXPIRED"


def test_a_change_request_waits_for_one_answer(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    assert say(sender, street, "change_requested", "急ぎです。")["problem"]["code"] == "E-STATE"
    say(recipient, street, "collected")
    asked = say(recipient, street, "change_requested", "時間を10時に。")
    assert asked["status"] == 201 and detail(sender, street)["change"] == "by_recipient"
    assert say(sender, street, "change_requested", "こちらも。")["problem"]["code"] == "E-STATE"
    assert say(recipient, street, "change_accepted")["problem"]["code"] == "E-STATE"
    assert say(sender, street, "change_accepted")["status"] == 201
    assert say(recipient, street, "change_requested", "もう一つ。")["status"] == 201


def test_the_words_of_a_request_are_for_both_and_reading_them_is_a_look(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    say(recipient, street, "change_requested", "髙橋様の時間を10時に。")
    event = detail(sender, street)["events"][-1]
    assert event["has_words"]
    for office in (sender, recipient):
        read = office.get(f"/transmissions/{street.slip}/events/{event['number']}/words").json()
        words = Words(bytes.fromhex(read["salt"]), base64.b64decode(read["data"]))
        assert words.data.decode() == "髙橋様の時間を10時に。"
        assert receipts.parse(base64.b64decode(event["receipt"]["body"])).attached == words.commitment
    assert [look.purpose for look in looks()] == ["words", "words"]
    stranger = street.stranger
    assert stranger.get(f"/transmissions/{street.slip}/events/{event['number']}/words").status_code == 404


@pytest.mark.parametrize(
    ("step", "text", "status"),
    [("change_requested", "", 422), ("change_requested", "あ" * 2001, 413), ("imported", "言葉", 400)],
)
def test_words_are_there_where_needed_and_never_too_long(street: Street, step: str, text: str, status: int) -> None:
    say(street.service_office, street, "collected")
    assert say(street.service_office, street, step, text)["status"] == status


def test_words_that_were_not_signed_are_refused(street: Street) -> None:
    recipient = street.service_office
    say(recipient, street, "collected")
    digest = world.digest(detail(recipient, street)["manifest"])
    given = recipient.receipt(street.slip, digest, "change_requested", text="10時に。")
    given["words"]["data"] = base64.b64encode("11時に。".encode()).decode()
    result = recipient.post("/receipts", {"receipts": [given]}).json()["results"][0]
    assert result["problem"]["code"] == "E-AUTH-RECEIPT"


def test_a_recall_closes_the_contents_until_it_is_answered(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    recipient.get(f"/transmissions/{street.slip}/files")
    say(recipient, street, "collected")
    assert say(sender, street, "recall_requested", "送り先をまちがえました。")["status"] == 201
    closed = recipient.get(f"/transmissions/{street.slip}/files")
    assert (closed.status_code, closed.json()["code"]) == (409, "E-STATE-RECALL")
    assert say(recipient, street, "imported")["problem"]["code"] == "E-STATE"
    say(recipient, street, "recall_declined", "うちの利用者です。")
    assert recipient.get(f"/transmissions/{street.slip}/files").status_code == 200
    say(sender, street, "recall_requested", "やはりちがいます。")
    assert say(recipient, street, "deletion_confirmed")["status"] == 201
    gone = recipient.get(f"/transmissions/{street.slip}/files")
    assert (gone.status_code, gone.json()["code"]) == (410, "E-STATE-RECALLED")
    assert sender.get(f"/transmissions/{street.slip}/files").status_code == 200


def test_a_confirmed_deletion_takes_every_copy_of_the_recipient(street: Street) -> None:
    from renkei.hub.core.models import Erasure, Wrap

    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    say(sender, street, "recall_requested", "送り先をまちがえました。")
    say(recipient, street, "deletion_confirmed")
    holders = set(Wrap.objects.filter(body=row(street).body).values_list("holder", flat=True))
    assert holders == {row(street).sender.sent_copy}
    erased = set(Erasure.objects.filter(body=row(street).body).values_list("holder", flat=True))
    assert erased == {row(street).recipient.mailbox, row(street).recipient.received_copy}


def test_collecting_gives_the_recipient_a_copy_of_its_own(street: Street) -> None:
    from renkei.hub.core.models import Wrap

    say(street.service_office, street, "collected")
    transmission = row(street)
    clocks = dict(Wrap.objects.filter(body=transmission.body).values_list("holder", "erase_after"))
    assert clocks[transmission.recipient.mailbox] - transmission.collected_at == timedelta(days=93)
    assert clocks[transmission.recipient.received_copy].year == transmission.collected_at.year + 5
    assert clocks[transmission.sender.sent_copy].year == transmission.accepted_at.year + 5


def test_a_lower_number_that_waits_is_pointed_out(street: Street) -> None:
    street.send(lambda unit: unit.recipient == street.service_office.number)
    recipient = street.service_office
    ids = [event["transmission"] for event in recipient.get("/events", service=recipient.service).json()["events"]]
    newest = max(ids, key=lambda one: one["mailbox_number"])
    digest = world.digest(recipient.get(f"/transmissions/{newest['id']}").json()["manifest"])
    given = recipient.receipt(newest["id"], digest, "collected")
    result = recipient.post("/receipts", {"receipts": [given]}).json()["results"][0]
    assert result["waiting_before"] == sorted(one["mailbox_number"] for one in ids if one != newest)


def test_two_computers_of_an_office_do_not_collect_the_same_unit_at_once(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient = street.service_office
    path = f"/transmissions/{street.slip}/files"
    assert recipient.get(path, program="front-desk").status_code == 200
    assert recipient.get(path, program="front-desk").status_code == 200
    busy = recipient.get(path, program="back-office")
    assert (busy.status_code, busy.json()["code"]) == (409, "E-STATE-LEASED")
    assert 0 < int(busy["Retry-After"]) <= 301
    later(monkeypatch, seconds=301)
    assert recipient.get(path, program="back-office").status_code == 200
    say(recipient, street, "collected")
    assert recipient.get(path, program="front-desk").status_code == 200


def test_a_later_unit_about_the_same_person_is_tied_to_the_one_before(street: Street) -> None:
    sender = street.care_manager
    unit, files = next(
        (unit, files)
        for unit, files in world.units_of(street.month.files[sender.number])
        if (unit.recipient, unit.kind) == (street.service_office.number, "use_table")
    )
    newer = str(int(unit.sequence) + 1)
    renamed = {name.replace(unit.sequence, newer): data for name, data in files.items()}
    sent = sender.post("/transmissions", sender.envelope(unit, renamed, sequence=newer)).json()
    found = sender.get(f"/transmissions/{sent['id']}").json()
    assert found["replaces"] == street.slip and detail(sender, street)["replaces"] is None


def test_an_answer_tells_what_may_be_done_next(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    assert detail(sender, street)["open_steps"] == ["recall_requested", "withdrawn"]
    assert detail(recipient, street)["open_steps"] == ["collected"]
    say(recipient, street, "collected")
    assert detail(recipient, street)["open_steps"] == ["change_requested", "import_failed", "imported"]
