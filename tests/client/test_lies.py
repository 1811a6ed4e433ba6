"""A hub that lies: nothing of it gets into inbox or ledger, and nothing leaves the outbox for it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from renkei.client import Outcome, State
from renkei.client.errors import HubAnswerError
from renkei.trust import cms, keys, manifest
from renkei.trust.authority import Authority

from .conftest import HUB, FakeHub, Held, Json, Pair, b64, codes, handing, inbox

Lie = Callable[[FakeHub, Held, Json], Json]


def _other_file(_hub: FakeHub, held: Held, answer: Json) -> Json:
    name = next(iter(answer["files"]))
    return answer | {"files": answer["files"] | {name: b64(b"other")}}


def _file_left_out(_hub: FakeHub, held: Held, answer: Json) -> Json:
    return answer | {"files": dict(list(answer["files"].items())[1:])}


def _path_trick(_hub: FakeHub, held: Held, answer: Json) -> Json:
    files, salts = dict(answer["files"]), dict(answer["salts"])
    name = next(iter(files))
    files["../../../evil.CSV"], salts["../../../evil.CSV"] = files.pop(name), salts.pop(name)
    return answer | {"files": files, "salts": salts}


def _other_manifest(hub: FakeHub, held: Held, answer: Json) -> Json:
    other = next(item for item in hub.held if item is not held)
    return answer | {"manifest": b64(other.manifest), "signature": b64(other.signature)}


def _broken_signature(_hub: FakeHub, held: Held, answer: Json) -> Json:
    signature = bytearray(base64.b64decode(answer["signature"]))
    signature[-1] ^= 1
    return answer | {"signature": b64(bytes(signature))}


def _not_base64(_hub: FakeHub, held: Held, answer: Json) -> Json:
    return answer | {"manifest": "***"}


LIES: dict[Lie, str] = {
    _other_file: "E-AUTH-COMMITMENT",
    _file_left_out: "E-AUTH-COMMITMENT",
    _path_trick: "E-AUTH-COMMITMENT",
    _other_manifest: "E-HUB-RECEIPT",
    _broken_signature: "E-AUTH-SIGNATURE",
    _not_base64: "E-HUB-ANSWER",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_delivery_that_is_not_what_was_signed_stays_out(lie: Lie, sent: Pair, hub: FakeHub, tmp_path: Path) -> None:
    hub.tamper = handing(lambda id_, given: lie(hub, next(held for held in hub.held if held.id == id_), given))
    results = sent.recipient.collect()
    assert {result.outcome for result in results} == {Outcome.ERROR}
    assert codes(results) == {LIES[lie]}
    assert inbox(sent) == {}
    assert list(tmp_path.rglob("evil*")) == []
    assert hub.of_step("collected") == []
    assert {entry.state for entry in sent.recipient.ledger()} == {State.REFUSED}
    # Still reported at the next run, and taken once the hub is honest again.
    assert codes(sent.recipient.collect()) == {LIES[lie]}
    hub.tamper = lambda _path, answer: answer
    assert {result.outcome for result in sent.recipient.collect()} == {Outcome.DONE}
    assert inbox(sent) == sent.for_recipient


def resigned(held: Held, key: Any, certificate: Any, hub: FakeHub, **other: Any) -> None:
    """Replace a unit by one signed anew, as a hub in league with somebody would hand it out."""
    said = held.parsed
    given: dict[str, Any] = {
        "hub": HUB,
        "sender": said.sender,
        "sender_service": said.sender_service,
        "recipient": said.recipient,
        "recipient_service": said.recipient_service,
        "kind": said.kind,
        "months": said.months,
        "sequence": said.sequence,
        "files": {name: base64.b64decode(text) for name, text in held.files.items()},
    }
    held.manifest, salts = manifest.build(**given | other)
    held.salts = {name: salt.hex() for name, salt in salts.items()}
    held.signature = cms.sign(held.manifest, key, certificate)
    feeds = [event for feed in hub.feeds.values() for event in feed if event["transmission"]["id"] == held.id]
    receipt = hub.receipt(held, "accepted")
    for event in feeds:
        event["receipt"] = receipt
    held.events[0]["receipt"] = receipt


def ours(pair: Pair, hub: FakeHub) -> Held:
    return next(held for held in hub.held if held.parsed.recipient == pair.recipient.settings.office)


def test_a_unit_signed_by_another_office_stays_out(sent: Pair, hub: FakeHub, authority: Authority) -> None:
    key = keys.new_key()
    stranger = authority.issue(keys.request(key, "1370100016", "ほかの事業所"), "1370100016")
    resigned(ours(sent, hub), key, stranger, hub)
    assert "E-AUTH-MANIFEST" in codes(sent.recipient.collect())


def test_a_unit_signed_under_another_authority_stays_out(sent: Pair, hub: FakeHub, tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "other", "ほかの認証局")
    key, number = keys.new_key(), sent.sender.settings.office
    resigned(ours(sent, hub), key, other.issue(keys.request(key, number, "x"), number), hub)
    assert "E-CERT-AUTHORITY" in codes(sent.recipient.collect())


def test_a_unit_signed_with_a_revoked_certificate_stays_out(sent: Pair, hub: FakeHub, authority: Authority) -> None:
    key, number = keys.new_key(), sent.sender.settings.office
    certificate = authority.issue(keys.request(key, number, "x"), number)
    authority.revoke(certificate.serial_number, "keyCompromise")
    resigned(ours(sent, hub), key, certificate, hub)
    (sent.recipient.folder.trust / "list.crl").write_bytes(authority.crl())
    assert "E-CERT-REVOKED" in codes(sent.recipient.collect())


def test_a_unit_for_somebody_else_stays_out(sent: Pair, hub: FakeHub) -> None:
    key = keys.load_key(sent.sender.folder.key)
    certificate = cms.verify(ours(sent, hub).manifest, ours(sent, hub).signature).certificate
    resigned(ours(sent, hub), key, certificate, hub, recipient="1370200030")
    assert "E-OFFICE-RECIPIENT" in codes(sent.recipient.collect())


def test_a_unit_whose_receipt_says_another_sealed_it_stays_out(sent: Pair, hub: FakeHub) -> None:
    """The receipt claims that a program signed; the manifest, that the hub did."""
    key = keys.load_key(sent.sender.folder.key)
    certificate = cms.verify(ours(sent, hub).manifest, ours(sent, hub).signature).certificate
    resigned(ours(sent, hub), key, certificate, hub, sealed_by="hub")
    assert "E-AUTH-MANIFEST" in codes(sent.recipient.collect())
    assert not any(ours(sent, hub).parsed.sequence in name for name in inbox(sent))


def test_the_same_unit_under_another_number_is_not_taken_twice(sent: Pair, hub: FakeHub) -> None:
    sent.recipient.collect()
    copy = replace(ours(sent, hub), id="00000000-0000-4000-8000-000000000000", events=[])
    hub.held.append(copy)
    hub.note(copy, "accepted")
    assert codes(sent.recipient.collect()) == {"E-OFFICE-DUPLICATE"}
    assert inbox(sent) == sent.for_recipient


def test_a_hub_with_another_certificate_gets_nothing(pair: Pair, hub: FakeHub, authority: Authority) -> None:
    hub.key = keys.new_key()
    hub.certificate = authority.issue_hub(keys.request(hub.key, HUB, "新しい証明書"), HUB)
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-HUB-CERTIFICATE"}
    assert hub.held == []
    pair.sender.pin_hub()
    assert {result.outcome for result in pair.sender.send()} == {Outcome.DONE}


def test_a_receipt_for_another_manifest_is_not_believed(pair: Pair, hub: FakeHub) -> None:
    real = hub.receipt
    hub.receipt = lambda held, step, **_: real(held, step, manifest="0" * 64)  # type: ignore[method-assign]
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-HUB-RECEIPT"}
    assert {path.name for path in pair.sender.folder.outbox.iterdir()} == set(pair.files)
    assert {entry.state for entry in pair.sender.ledger()} == {State.WAITING}


def test_a_receipt_signed_by_another_key_is_not_believed(pair: Pair, hub: FakeHub, authority: Authority) -> None:
    key = keys.new_key()
    other = authority.issue_hub(keys.request(key, HUB, "にせもの"), HUB)

    def forge(path: str, answer: Json) -> Json:
        for result in answer["results"] if path.endswith("/batch") else []:
            receipt = result["transmission"]["receipt"]
            receipt["signature"] = b64(cms.sign(base64.b64decode(receipt["body"]), key, other))
        return answer

    hub.tamper = forge
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-HUB-RECEIPT"}
    assert {entry.state for entry in pair.sender.ledger()} == {State.WAITING}


@pytest.mark.parametrize(
    "asked",
    [
        lambda text: '{"format":"renkei-manifest/1"}',
        lambda text: text.replace(HUB, "another-hub"),
        lambda text: text.replace(f"{HUB}\n", ""),
        lambda text: text.replace(text.split("\n")[2], "1370200030"),
        lambda text: text + "\n",
    ],
    ids=["manifest", "of another hub", "of no hub", "to another office", "with more"],
)
def test_a_hub_that_asks_for_another_signature_gets_none(pair: Pair, hub: FakeHub, asked: Callable[[str], str]) -> None:
    hub.tamper = lambda path, answer: (
        answer | {"challenge": asked(answer["challenge"])} if "challenges" in path else answer
    )
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-AUTH-CHALLENGE"}
    assert "POST /v1/tokens" not in hub.calls


def test_a_feed_that_runs_in_circles_is_left(sent: Pair, hub: FakeHub) -> None:
    hub.tamper = lambda path, answer: answer | {"more": True, "events": []} if path == "/v1/events" else answer
    with pytest.raises(HubAnswerError):
        sent.recipient.collect()
