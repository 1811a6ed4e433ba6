"""An office that wears the hub down with steps, hides behind them, or reads on after a recall."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from renkei.trust.words import Words

from . import world
from .streets import Street, looks, person, street
from .test_steps import detail, say

__all__ = ["person", "street"]  # fixtures


def given(office: world.TestOffice, street: Street, step: str, **changes: Any) -> dict[str, Any]:
    """A signed step that is not sent yet."""
    return office.receipt(street.slip, world.digest(detail(office, street)["manifest"]), step, **changes)


def sent(office: world.TestOffice, receipt: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = office.post("/receipts", {"receipts": [receipt]}).json()["results"][0]
    return result


def with_words(office: world.TestOffice, street: Street, step: str, data: bytes, findings: int = 0) -> dict[str, Any]:
    """A step with just these bytes as its words; the hub's answer."""
    words = Words(bytes(32), data)
    receipt = given(office, street, step, attached=words.commitment, findings=findings)
    return sent(office, receipt | {"words": {"salt": words.salt.hex(), "data": base64.b64encode(data).decode()}})


def test_a_recall_cannot_be_asked_for_without_end(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_REQUESTS", 2)
    sender, recipient = street.care_manager, street.service_office
    for _ in range(2):
        assert say(sender, street, "recall_requested", "まちがえました。")["status"] == 201
        assert say(recipient, street, "recall_declined", "うちの利用者です。")["status"] == 201
    refused = say(sender, street, "recall_requested", "まちがえました。")
    assert (refused["status"], refused["problem"]["code"]) == (409, "E-LIMIT")
    assert recipient.get(f"/transmissions/{street.slip}/files").status_code == 200


def test_one_office_does_not_use_up_the_others_requests(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_REQUESTS", 1)
    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    say(recipient, street, "change_requested", "10時に。")
    say(sender, street, "change_accepted")
    assert say(recipient, street, "change_requested", "11時に。")["problem"]["code"] == "E-LIMIT"
    assert say(sender, street, "change_requested", "こちらも。")["status"] == 201
    assert say(recipient, street, "change_declined", "いいえ。")["status"] == 201
    assert say(sender, street, "recall_requested", "まちがえました。")["status"] == 201
    assert say(recipient, street, "deletion_confirmed")["status"] == 201


def test_a_word_that_comes_again_late_does_not_answer_a_later_request(street: Street) -> None:
    sender, recipient = street.care_manager, street.service_office
    say(sender, street, "recall_requested", "まちがえました。")
    first = given(recipient, street, "recall_declined", text="うちの利用者です。")
    assert sent(recipient, first)["status"] == 201
    say(sender, street, "recall_requested", "やはりまちがいです。")
    say(recipient, street, "recall_declined", "いいえ。")
    say(sender, street, "recall_requested", "何度もすみません。")
    assert sent(recipient, first)["status"] == 200
    assert detail(sender, street)["recall"] == "requested"


@pytest.mark.parametrize("data", [b"", b" \n", "　".encode()])
def test_a_program_gives_a_reason_too(street: Street, data: bytes) -> None:
    refused = with_words(street.care_manager, street, "recall_requested", data)
    assert refused["problem"]["code"] == "E-STATE-WORDS"


def test_findings_are_bounded_before_they_are_read(street: Street) -> None:
    recipient = street.service_office
    say(recipient, street, "collected")
    padded = json.dumps([{"code": "X", "message": "", "padding": "x" * 5_000_000}]).encode()
    refused = with_words(recipient, street, "import_failed", padded, findings=1)
    assert (refused["status"], refused["problem"]["code"]) == (413, "E-LIMIT")
    assert detail(recipient, street)["state"] == "collected"


def test_the_largest_findings_that_may_be_sent_are_taken(street: Street) -> None:
    recipient = street.service_office
    say(recipient, street, "collected")
    finding = {"code": "\u0001" * 80, "severity": "error", "file": "\u0001" * 500, "field": "\u0001" * 200}
    finding |= {"value": "\u0001" * 500, "message": "\u0001" * 1000, "remedy": "\u0001" * 1000}
    data = json.dumps([finding] * 200).encode()
    assert with_words(recipient, street, "import_failed", data, findings=200)["status"] == 201


def test_who_saves_the_files_has_opened_them(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    assert browser.get(f"/transmissions/{street.slip}/files.zip").status_code == 200
    assert [event["type"] for event in detail(street.care_manager, street)["events"]] == ["accepted", "opened"]


def test_what_was_said_before_a_recall_stays_closed_with_the_contents(
    street: Street, person: Callable[..., Client]
) -> None:
    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    say(sender, street, "change_requested", "山田さんの12日を13日に。")
    say(recipient, street, "change_accepted")
    say(sender, street, "recall_requested", "送り先をまちがえました。")
    words = f"/transmissions/{street.slip}/events/{{}}/words"
    closed = recipient.get(words.format(3))
    assert (closed.status_code, closed.json()["code"]) == (409, "E-STATE-RECALL")
    browser = person(recipient)
    assert browser.get(f"/transmissions/{street.slip}/said/3/").status_code == 409
    assert recipient.get(words.format(5)).status_code == 200
    assert browser.get(f"/transmissions/{street.slip}/said/5/").status_code == 200
    assert sender.get(words.format(3)).status_code == 200
    say(recipient, street, "recall_declined", "うちの利用者です。")
    assert recipient.get(words.format(3)).status_code == 200


def test_findings_stay_closed_during_a_recall_too(street: Street, person: Callable[..., Client]) -> None:
    sender, recipient = street.care_manager, street.service_office
    say(recipient, street, "collected")
    data = json.dumps([{"code": "X", "message": "山田 花子"}]).encode()
    with_words(recipient, street, "import_failed", data, findings=1)
    say(sender, street, "recall_requested", "送り先をまちがえました。")
    assert recipient.get(f"/transmissions/{street.slip}/findings").json()["code"] == "E-STATE-RECALL"
    assert person(recipient).get(f"/transmissions/{street.slip}/findings/").status_code == 409
    assert looks() == []


def test_the_record_of_a_recall_tells_nothing_of_other_months(street: Street, person: Callable[..., Client]) -> None:
    """A sender must not learn, by a recall, what else an office does about its client."""
    from renkei.hub.core import looks as core
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import recalling
    from renkei.hub.exchange.models import Transmission

    row = Transmission.objects.select_related("recipient").get(pk=street.slip)
    subject = row.subjects.all()[0].subject
    viewer = core.Viewer(actor="staff:1", party=row.recipient.party_id, request="r")
    with write():
        for month in ("202612", "202611"):
            about = f"month:{row.recipient_id}:{month}"
            core.record(viewer, purpose="compare", rule="own-clients", about=about, subjects=[subject])
    say(street.care_manager, street, "recall_requested", "送り先をまちがえました。")
    assert len(recalling.record(row).seen) == 1
