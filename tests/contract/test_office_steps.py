"""The office program against the real hub: what a person decides after sending and receiving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.cli import main
from renkei.client import Direction, Office, Outcome, State
from renkei.conformance import Month

from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

Desks = tuple[Office, Office]


@pytest.fixture
def offices(hub: Hub, month: Month, tmp_path: Path) -> Desks:
    """A care manager and the service office of the month's first use table, each with its folder; one unit is sent."""
    from renkei.hub.config.wsgi import application
    from renkei.hub.parties import services

    transport = httpx2.WSGITransport(app=application)
    root = tmp_path / "root.pem"
    root.write_bytes(hub.authority.root.public_bytes(Encoding.PEM))
    made = []
    for known in month.offices[:2]:
        office = Office.create(
            tmp_path / known.number,
            "http://127.0.0.1",
            known.number,
            known.service,
            known.name,
            [root],
            transport=transport,
        )
        request = x509.load_pem_x509_csr(office.folder.request.read_bytes())
        certificate = hub.authority.issue(request, known.number)
        chain = tmp_path / "chain.pem"
        chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, hub.authority.issuing)))
        office.install_certificate(chain)
        services.admit_office(known.number, known.name, [known.service], certificate)
        made.append(office)
    sender, recipient = made
    for name, data in month.files[month.offices[0].number].items():
        if f"_{month.offices[1].number}_" in name:
            (sender.folder.outbox / name).write_bytes(data)
    assert sender.send()
    return sender, recipient


def first(office: Office) -> str:
    return str(office.ledger()[0].transmission)


def test_a_unit_is_withdrawn_and_the_recipient_is_not_troubled(offices: Desks) -> None:
    sender, recipient = offices
    withdrawn = first(sender)
    assert sender.say(withdrawn, "withdrawn").outcome is Outcome.DONE
    assert all(result.outcome is Outcome.DONE for result in recipient.collect())
    states = {entry.transmission: entry.state for entry in recipient.ledger()}
    assert states.pop(withdrawn) is State.WITHDRAWN and set(states.values()) <= {State.COLLECTED}
    assert recipient.collect() == []


def test_a_change_is_asked_for_read_and_answered(offices: Desks) -> None:
    sender, recipient = offices
    recipient.collect()
    asked = first(recipient)
    assert recipient.say(asked, "change_requested", "12日を13日に。").outcome is Outcome.DONE
    sender.collect()
    [said] = sender.said(asked)
    assert (said.step, said.side, said.text) == ("change_requested", "recipient", "12日を13日に。")
    assert sender.say(asked, "change_declined", "ご予定があります。").outcome is Outcome.DONE
    recipient.collect()
    assert [one.step for one in recipient.said(asked)] == ["change_requested", "change_declined"]
    for office in offices:
        assert not any(one.troubles for one in office.verify())


def test_a_recall_is_confirmed_and_stands_in_both_ledgers(offices: Desks) -> None:
    sender, recipient = offices
    recipient.collect()
    recalled = first(recipient)
    sender.say(recalled, "recall_requested", "送り先をまちがえました。")
    recipient.say(recalled, "deletion_confirmed")
    sender.collect()
    for office, direction in ((sender, Direction.OUTGOING), (recipient, Direction.INCOMING)):
        entry = next(entry for entry in office.ledger() if entry.transmission == recalled)
        assert (entry.direction, entry.state) == (direction, State.RECALLED)
        assert entry.receipt("deletion_confirmed", "hub")
    assert not any(one.troubles for one in sender.verify())


def test_the_reason_for_a_recall_is_read_though_all_else_is_closed(offices: Desks) -> None:
    sender, recipient = offices
    recipient.collect()
    recalled = first(recipient)
    recipient.say(recalled, "change_requested", "12日を13日に。")
    sender.collect()
    sender.say(recalled, "recall_requested", "送り先をまちがえました。")
    recipient.collect()
    assert [one.text for one in recipient.said(recalled)] == ["送り先をまちがえました。"]
    recipient.say(recalled, "deletion_confirmed")
    assert recipient.said(recalled) == []
    assert [one.step for one in sender.said(recalled)] == ["change_requested", "recall_requested"]


def test_what_may_not_be_done_comes_back_in_words(offices: Desks) -> None:
    sender, recipient = offices
    recipient.collect()
    told = sender.say(first(sender), "withdrawn")
    assert told.outcome is Outcome.ERROR and told.trouble and told.trouble.code == "E-STATE"
    assert next(entry for entry in sender.ledger()).state is not State.WITHDRAWN


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["ask-change", "{id}", "--words", "10時に。"], "お願いしました"),
        (["words", "{id}"], "お願いも返事も、まだありません。"),
        (["decline-recall", "{id}", "--words", "うちのです。"], "E-STATE"),
        (["withdraw", "00000000-0000-4000-8000-000000000000"], "E-OFFICE-UNKNOWN"),
    ],
)
def test_the_commands_say_what_they_did(
    offices: Desks,
    arguments: list[str],
    word: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipient = offices[1]
    recipient.collect()
    opened: Callable[..., Office] = lambda _folder: recipient  # noqa: E731  (the transport is not in the folder)
    monkeypatch.setattr(Office, "open", opened)
    main(["office", *(argument.format(id=first(recipient)) for argument in arguments), "--folder", "x"])
    printed = capsys.readouterr()
    assert word in printed.out + printed.err


def test_an_empty_request_is_refused_before_it_is_on_record(offices: Desks) -> None:
    recipient = offices[1]
    recipient.collect()
    told = recipient.say(first(recipient), "change_requested", "  ")
    assert told.trouble and told.trouble.code == "E-STATE-WORDS"
