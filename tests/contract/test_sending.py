"""What a sender may rely on: a good unit is taken once, everything else is refused whole."""

from __future__ import annotations

import base64
import errno
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month
from renkei.standard import records
from renkei.standard.units import Unit
from renkei.trust import cms, manifest, receipts
from renkei.trust.authority import Authority

from . import world
from .conftest import Hub

OTHER_NUMBER = "1370299990"


@pytest.fixture
def sender(town: Hub, month: Month) -> world.TestOffice:
    return town.offices[month.offices[0].number]


@pytest.fixture
def units(sender: world.TestOffice, month: Month) -> list[tuple[Unit, dict[str, bytes]]]:
    return world.units_of(month.files[sender.number])


def nothing_kept() -> bool:
    from renkei.hub.core.models import Body, Event, UnsealedEvent, Wrap
    from renkei.hub.exchange.models import Envelope, Subject, Transmission

    return not any(m.objects.exists() for m in (Body, Wrap, Event, UnsealedEvent, Transmission, Envelope, Subject))


def test_every_unit_of_a_month_is_taken_with_a_signed_receipt(town: Hub, sender: world.TestOffice, units: Any) -> None:
    certificate = world.pem_chain(sender.get("/hub").json()["certificate"])[0]
    for unit, files in units:
        envelope = sender.envelope(unit, files)
        answer = sender.post("/transmissions", envelope)
        assert answer.status_code == 201, answer.content
        given = answer.json()
        body, signature = (base64.b64decode(given["receipt"][part]) for part in ("body", "signature"))
        receipt = receipts.parse(body)
        assert cms.verify(body, signature).certificate == certificate
        assert (receipt.step, receipt.transmission) == ("accepted", given["id"])
        assert receipt.sealed_by == manifest.parse(base64.b64decode(envelope["manifest"])).sealed_by == "program"
        assert receipt.manifest == world.digest(envelope["manifest"])


def test_the_same_unit_twice_arrives_once_with_the_first_receipt(
    town: Hub, sender: world.TestOffice, units: Any
) -> None:
    unit, files = units[0]
    first = sender.post("/transmissions", sender.envelope(unit, files)).json()
    # Another PC of the office: other salts, another time, another signature.
    again = sender.post("/transmissions", sender.envelope(unit, files, created_at=datetime(2026, 11, 26, tzinfo=UTC)))
    assert again.status_code == 200
    assert again.json() | {"repeated": False} == first
    from renkei.hub.exchange.models import Transmission

    assert Transmission.objects.count() == 1


def test_the_same_unit_from_many_threads_at_once_arrives_once(town: Hub, sender: world.TestOffice, units: Any) -> None:
    unit, files = units[0]
    envelopes = [sender.envelope(unit, files) for _ in range(8)]

    def send(envelope: dict[str, Any]) -> tuple[int, str]:
        from django.db import connections

        try:
            answer = sender.post("/transmissions", envelope)
            return answer.status_code, answer.json()["receipt"]["body"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, envelopes))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({receipt for _, receipt in answers}) == 1


def test_the_same_key_with_other_content_is_refused(town: Hub, sender: world.TestOffice, units: Any) -> None:
    unit, files = units[0]
    assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201
    rows = records.read(files[unit.files[0]], "UP1KYO")
    rows[0]["overall_support_policy"] = "見直した方針"
    changed = files | {unit.files[0]: records.write("UP1KYO", rows)}
    answer = sender.post("/transmissions", sender.envelope(unit, changed))
    assert (answer.status_code, answer.json()["code"]) == (409, "E-UNIT-SEQUENCE-USED")


def test_a_batch_takes_the_good_and_refuses_the_bad(town: Hub, sender: world.TestOffice, units: Any) -> None:
    envelopes = [sender.envelope(unit, files) for unit, files in units[:3]]
    envelopes[1]["signature"] = envelopes[0]["signature"]
    results = sender.post("/transmissions/batch", {"units": envelopes}).json()["results"]
    assert [result["status"] for result in results] == [201, 422, 201]
    assert results[1]["problem"]["code"] == "E-AUTH-SIGNATURE"


Change = Callable[[Hub, world.TestOffice, Unit, dict[str, bytes]], dict[str, Any]]


def _altered_file(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    envelope = sender.envelope(unit, files)
    name = unit.files[0]
    envelope["files"][name] = world.b64(files[name] + b"\r\n")
    return envelope


def _no_signature(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    return sender.envelope(unit, files) | {"signature": ""}


def _altered_manifest(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    envelope = sender.envelope(unit, files)
    fields = json.loads(base64.b64decode(envelope["manifest"]))
    fields["created_at"] = "2026-11-25T00:00:01Z"
    return envelope | {"manifest": world.b64(world.compact(fields))}


def _readdressed(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    """Signed for one office, sent on to another by whoever holds the bytes."""
    envelope = sender.envelope(unit, files)
    fields = json.loads(base64.b64decode(envelope["manifest"]))
    other = next(o for o in hub.offices.values() if o.number not in (unit.sender, unit.recipient))
    fields["recipient"] = {"office": other.number, "service": other.service}
    return envelope | {"manifest": world.b64(world.compact(fields))}


def _other_address_signed(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    """Properly signed, but the manifest names another recipient than the files do."""
    other = next(o for o in hub.offices.values() if o.number not in (unit.sender, unit.recipient))
    return sender.envelope(unit, files, recipient=other.number, recipient_service=other.service)


def _for_another_hub(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    return sender.envelope(unit, files, hub="renkei-elsewhere")


def _sealed_by_hub(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    """Signed by the office, and says that the hub did."""
    return sender.envelope(unit, files, sealed_by="hub")


def _strangers_key(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    """A certificate with the right number from an authority that nobody trusts here."""
    folder = hub.data / f"stranger-{unit.sequence}"
    if not folder.exists():
        Authority.create(folder, "別の認証局")
    stranger = world.new_office(Authority.load(folder), sender.number, sender.service, sender.name)
    return stranger.envelope(unit, files)


def _other_offices_key(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    other = next(o for o in hub.offices.values() if o.number != sender.number)
    return other.envelope(unit, files)


def _unregistered_key(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    return world.new_office(hub.authority, sender.number, sender.service, sender.name).envelope(unit, files)


def _bad_content(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    name = unit.files[0]
    return sender.envelope(unit, files | {name: files[name].replace(b"202407,", b"202407,X", 1)})


def _missing_file(hub: Hub, sender: world.TestOffice, unit: Unit, files: dict[str, bytes]) -> dict[str, Any]:
    return sender.envelope(unit, {name: files[name] for name in unit.files[:-1]})


REFUSALS: list[tuple[Change, int, str]] = [
    (_altered_file, 422, "E-AUTH-COMMITMENT"),
    (_no_signature, 422, "E-AUTH-SIGNATURE"),
    (_altered_manifest, 422, "E-AUTH-SIGNATURE"),
    (_readdressed, 422, "E-AUTH-SIGNATURE"),
    (_other_address_signed, 422, "E-AUTH-MANIFEST"),
    (_for_another_hub, 422, "E-AUTH-HUB"),
    (_sealed_by_hub, 422, "E-AUTH-MANIFEST"),
    (_strangers_key, 422, "E-CERT-AUTHORITY"),
    (_other_offices_key, 422, "E-CERT-OFFICE"),
    (_unregistered_key, 422, "E-CERT-UNKNOWN"),
    (_bad_content, 422, "E-UNIT-CONTENT"),
    (_missing_file, 422, "E-UNIT-CONTENT"),
]


@pytest.mark.parametrize(("change", "status", "code"), REFUSALS, ids=[c.__name__.strip("_") for c, _, _ in REFUSALS])
def test_a_unit_that_is_not_right_is_refused_and_nothing_is_kept(
    town: Hub, sender: world.TestOffice, units: Any, change: Change, status: int, code: str
) -> None:
    answer = sender.post("/transmissions", change(town, sender, *units[0]))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["title"] and problem["detail"]
    assert ("送信票" in problem["title"]) == (code in ("E-AUTH-MANIFEST", "E-AUTH-COMMITMENT"))
    assert nothing_kept()


def test_wrong_content_is_refused_with_place_and_mend(town: Hub, sender: world.TestOffice, units: Any) -> None:
    findings = sender.post("/transmissions", _bad_content(town, sender, *units[0])).json()["findings"]
    assert findings
    assert all(finding["message"] and finding["remedy"] for finding in findings)
    assert any(finding["record"] == 1 and finding["field"] for finding in findings)


def test_an_expired_certificate_is_refused(town: Hub, sender: world.TestOffice, units: Any) -> None:
    now = datetime.now(UTC)
    expired = world.new_office(
        town.authority,
        sender.number,
        sender.service,
        sender.name,
        not_before=now - timedelta(days=400),
        not_after=now - timedelta(days=1),
    )
    answer = sender.post("/transmissions", expired.envelope(*units[0]))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-CERT-EXPIRED")
    assert nothing_kept()


def test_a_certificate_withdrawn_here_is_refused_at_once(town: Hub, sender: world.TestOffice, units: Any) -> None:
    from renkei.hub.parties import services
    from renkei.trust.chain import fingerprint

    spare = world.new_office(town.authority, sender.number, sender.service, sender.name)
    services.admit_office(spare.number, spare.name, [spare.service], spare.certificate)
    assert sender.post("/transmissions", spare.envelope(*units[0])).status_code == 201
    assert services.withdraw_certificate(fingerprint(spare.certificate))
    answer = sender.post("/transmissions", spare.envelope(*units[1]))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-CERT-REVOKED")


def test_a_certificate_revoked_by_its_authority_is_refused(town: Hub, sender: world.TestOffice, units: Any) -> None:
    from renkei.hub.config import preparing
    from renkei.hub.parties import services

    spare = world.new_office(town.authority, sender.number, sender.service, sender.name)
    services.admit_office(spare.number, spare.name, [spare.service], spare.certificate)
    town.authority.revoke(spare.certificate.serial_number, "keyCompromise")
    preparing.trust({"crls": {"list.crl": town.authority.crl()}})
    answer = sender.post("/transmissions", spare.envelope(*units[0]))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-CERT-REVOKED")
    assert nothing_kept()


def test_an_unknown_recipient_is_refused(hub: Hub, month: Month) -> None:
    office = month.offices[0]
    sender = hub.admit(world.new_office(hub.authority, office.number, office.service, office.name))
    unit, files = world.units_of(month.files[office.number])[0]
    answer = sender.post("/transmissions", sender.envelope(unit, files))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-DEST-UNKNOWN")
    assert nothing_kept()


def test_a_recipient_that_takes_nothing_is_refused(town: Hub, sender: world.TestOffice, units: Any) -> None:
    from renkei.hub.parties.models import Party, PartyState

    unit, files = units[0]
    Party.objects.filter(number=unit.recipient).update(state=PartyState.SUSPENDED)
    answer = sender.post("/transmissions", sender.envelope(unit, files))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-DEST-INACTIVE")
    assert nothing_kept()


def test_a_retry_gets_its_receipt_although_the_recipient_has_stopped_since(
    town: Hub, sender: world.TestOffice, units: Any
) -> None:
    from renkei.hub.parties.models import Party, PartyState

    unit, files = units[0]
    first = sender.post("/transmissions", sender.envelope(unit, files)).json()
    Party.objects.filter(number=unit.recipient).update(state=PartyState.SUSPENDED)
    again = sender.post("/transmissions", sender.envelope(unit, files))
    assert (again.status_code, again.json()["receipt"]) == (200, first["receipt"])


def test_another_offices_token_cannot_send_in_its_name(town: Hub, sender: world.TestOffice, units: Any) -> None:
    other = next(o for o in town.offices.values() if o.number != sender.number)
    answer = other.post("/transmissions", sender.envelope(*units[0]))
    assert (answer.status_code, answer.json()["code"]) == (403, "E-AUTH-SENDER")
    assert nothing_kept()


@pytest.mark.parametrize(
    ("limit", "value"),
    [("LIMIT_FILE_BYTES", 100), ("LIMIT_UNIT_BYTES", 100), ("LIMIT_UNIT_FILES", 2), ("LIMIT_BATCH_UNITS", 0)],
)
def test_what_is_over_a_limit_is_refused(
    town: Hub, sender: world.TestOffice, units: Any, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, limit, value)
    envelope = sender.envelope(*units[0])
    path, body = ("/transmissions/batch", {"units": [envelope]}) if "BATCH" in limit else ("/transmissions", envelope)
    answer = sender.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (413, "E-LIMIT")
    assert nothing_kept()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"manifest": "?"}', '{"manifest": 1}', "\ud800", "null"])
def test_a_malformed_request_is_a_clear_problem(town: Hub, sender: world.TestOffice, body: str) -> None:
    answer = sender.client.post(
        "/v1/transmissions",
        body.encode("utf-8", "surrogatepass"),
        content_type="application/json",
        headers={"Authorization": f"Bearer {sender.token}"},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "E-REQUEST"


def test_a_request_over_the_limit_is_refused_unread(
    town: Hub, sender: world.TestOffice, units: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 100)
    answer = sender.post("/transmissions", sender.envelope(*units[0]))
    assert (answer.status_code, answer.json()["code"]) == (413, "E-LIMIT")


def test_on_a_full_disk_a_large_unit_is_put_off_and_taken_later(
    town: Hub, sender: world.TestOffice, units: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.core.bodies import blobs

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 10)
    with monkeypatch.context() as patched:
        patched.setattr(blobs.os, "fsync", full)
        answer = sender.post("/transmissions", sender.envelope(*units[0]))
    assert (answer.status_code, answer.json()["code"]) == (503, "E-HUB-STORAGE")
    assert answer["Retry-After"] and nothing_kept()
    assert not [path for path in (settings.DATA / "blobs").rglob("*") if path.is_file()]
    assert sender.post("/transmissions", sender.envelope(*units[0])).status_code == 201


def test_a_commit_whose_answer_was_lost_keeps_its_body(
    town: Hub, sender: world.TestOffice, units: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has it, the hub does not know: the retry finds it, and the recipient gets every byte."""
    from django.conf import settings
    from django.db import OperationalError

    from renkei.hub.core import writing
    from renkei.hub.exchange import storing

    @contextmanager
    def cut_off() -> Iterator[None]:
        with writing.write():
            yield
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 10)
    unit, files = units[0]
    with monkeypatch.context() as patched:
        patched.setattr(storing, "write", cut_off)
        assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 503
    again = sender.post("/transmissions", sender.envelope(unit, files))
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    handed = town.offices[unit.recipient].get(f"/transmissions/{again.json()['id']}/files").json()
    assert handed["files"] == {name: world.b64(data) for name, data in files.items()}


@pytest.mark.parametrize("address", ["/v1/challenges", "/v1/tokens", "/sign-in/"])
def test_who_has_not_signed_in_sends_little(town: Hub, address: str) -> None:
    browser = Client()
    for form in ("application/json", "multipart/form-data; boundary=x"):
        answer = browser.post(address, b" " * (1024 * 1024 + 1), content_type=form)
        assert answer.status_code == 413
        assert ("json" in answer["Content-Type"]) == address.startswith("/v1/")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/checks", {"files": [[]] * 1000}),
        ("/transmissions/batch", {"units": [{}] * 1000}),
        ("/receipts", {"receipts": [{}] * 1000}),
        ("/transmissions", {"files": dict.fromkeys(map(str, range(1000)), 1)}),
    ],
)
def test_a_thousand_wrong_entries_are_not_explained_one_by_one(
    sender: world.TestOffice, monkeypatch: pytest.MonkeyPatch, address: str, body: dict[str, Any]
) -> None:
    from ninja import errors as api_errors  # needs the settings

    explained: list[int] = []
    refuse = api_errors.ValidationError.__init__

    def counting(error: Any, errors: list[Any]) -> None:
        explained.append(len(errors))
        refuse(error, errors)

    monkeypatch.setattr(api_errors.ValidationError, "__init__", counting)
    answer = sender.post(address, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST")
    assert explained and max(explained) < 10


def test_the_check_before_sending_names_place_and_mend(town: Hub, sender: world.TestOffice, units: Any) -> None:
    files = units[0][1]
    asked = [{"name": name, "data": world.b64(data)} for name, data in files.items()]
    clean = sender.post("/checks", {"files": asked}).json()
    assert clean == {"files": len(files), "records": clean["records"], "findings": []} and clean["records"] > 0
    found = sender.post("/checks", {"files": asked[:-1], "role": "sender"}).json()["findings"]
    assert found and found[0]["severity"] == "error" and found[0]["remedy"]
    assert nothing_kept()
