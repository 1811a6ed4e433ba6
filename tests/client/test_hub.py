"""The SDK without a folder: what it sends is signed, what it hands over is verified."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
import pytest

from renkei.client import AsyncHub, HubAnswerError, HubRefused, HubUnreachable, Member, SetupError
from renkei.client import Hub as Sdk
from renkei.conformance import Month
from renkei.standard.findings import Finding, Severity
from renkei.trust import keys, receipts
from renkei.trust.authority import Authority
from renkei.trust.evidence import NothingToProve

from .conftest import URL, FakeHub, Json, b64, handing


@dataclass
class Two:
    """A care-management office and a service office, each with its own hub object, and the files for the latter."""

    sender: Sdk
    recipient: Sdk
    files: dict[str, bytes]


def transport(hub: FakeHub) -> httpx2.MockTransport:
    return httpx2.MockTransport(hub.handle)


@pytest.fixture(scope="session")
def members(authority: Authority, month: Month, seal: tuple[object, ...]) -> tuple[Member, Member]:
    """Both joined by the root's file, and certified as by post."""
    made = []
    for office in month.offices[:2]:
        own = Member.new(URL, office.number, office.service, "試験の事業所")
        with Sdk.join(own, roots=[authority.folder / "root.pem"], transport=transport(FakeHub(seal))) as sdk:  # type: ignore[arg-type]
            csr = keys.request(own.key, office.number, "試験の事業所")
            made.append(sdk.member.certified([authority.issue(csr, office.number), authority.issuing]))
    return made[0], made[1]


@pytest.fixture
def two(hub: FakeHub, members: tuple[Member, Member], month: Month, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.setattr("renkei.client.http.FIRST_PAUSE", 0.0)
    sender, recipient = (Sdk(member, transport=transport(hub)) for member in members)
    own = month.files[members[0].settings.office]
    return Two(sender, recipient, {n: d for n, d in own.items() if members[1].settings.office in n})


def test_what_is_sent_arrives_and_each_step_has_its_receipt(two: Two, hub: FakeHub) -> None:
    sent = two.sender.send(two.files)
    assert [one.trouble for one in sent] == [None, None]
    units = list(two.recipient.collect())
    assert {name: data for unit in units for name, data in unit.files.items()} == two.files
    told = two.recipient.acknowledge(*units)
    assert [receipts.parse(one.body).step for one in told] == ["collected", "collected"]
    assert list(two.recipient.collect()) == []
    two.recipient.tell("imported", units[0])
    wrong = Finding("X-OURS", Severity.ERROR, "C:/secret/a.CSV", 1, None, None, "読めません。", "")
    two.recipient.tell("import_failed", units[1], findings=[wrong])
    assert [event.type for event in two.sender.events()].count("imported") == 1
    assert {step for held in hub.held for step in held.steps} >= {"collected", "imported", "import_failed"}
    assert two.sender.detail(sent[0].transmission).receipts.keys() >= {"accepted", "collected"}


def test_the_same_with_waiting(members: tuple[Member, Member], two: Two, hub: FakeHub) -> None:
    class Waiting(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            answer = hub.handle(request)
            return httpx2.Response(answer.status_code, stream=httpx2.ByteStream(answer.read()))

    async def exchange() -> dict[str, bytes]:
        async with (
            AsyncHub(members[0], transport=Waiting()) as sender,
            AsyncHub(members[1], transport=Waiting()) as recipient,
        ):
            await sender.send(two.files)
            units = [unit async for unit in recipient.collect()]
            await recipient.acknowledge(*units)
            return {name: data for unit in units for name, data in unit.files.items()}

    assert asyncio.run(exchange()) == two.files
    assert len(hub.of_step("collected")) == 2


def test_what_events_announce_comes_with_one_call_and_their_receipts(two: Two, hub: FakeHub) -> None:
    two.sender.send(two.files)
    units = list(two.recipient.collect_many(two.recipient.events()))
    assert {name: data for unit in units for name, data in unit.files.items()} == two.files
    assert all(unit.receipt and unit.envelope for unit in units)
    assert (hub.collected, [call for call in hub.calls if call.startswith("GET /v1/transmissions")]) == ([2], [])
    assert len(two.recipient.acknowledge(*units)) == 2
    assert list(two.sender.collect_many(two.sender.events())) == []


def test_sent_again_the_first_receipt_comes_with_the_manifest_that_it_is_about(two: Two) -> None:
    first, again = two.sender.send(two.files), two.sender.send(two.files)
    assert [one.repeated for one in again] == [True, True]
    assert [(one.receipt, one.envelope) for one in again] == [(one.receipt, one.envelope) for one in first]


def test_faulty_files_stay_and_say_why(two: Two, hub: FakeHub) -> None:
    name = min(two.files)
    faulty, *good = two.sender.send(two.files | {name: b"202407,\r\n"})
    assert faulty.trouble and faulty.trouble.code == "E-OFFICE-FINDINGS" and faulty.findings
    assert name in faulty.files
    assert all(one.receipt for one in good) and len(hub.held) == len(good) == 1


def test_a_unit_that_is_not_what_was_signed_comes_with_trouble_and_without_files(two: Two, hub: FakeHub) -> None:
    two.sender.send(two.files)
    hub.tamper = handing(lambda _id, given: given | {"files": dict.fromkeys(given["files"], b64(b"x"))})
    units = list(two.recipient.collect())
    assert [unit.trouble and unit.trouble.code for unit in units] == ["E-AUTH-COMMITMENT"] * 2
    assert not any(unit.files for unit in units)
    with pytest.raises(SetupError, match="E-OFFICE-UNFIT"):
        two.recipient.acknowledge(*units)
    assert not hub.of_step("collected")


def test_a_receipt_that_is_not_the_hubs_is_an_error(two: Two, hub: FakeHub) -> None:
    def forge(path: str, answer: Json) -> Json:
        if path != "/v1/transmissions/batch":
            return answer
        for result in answer["results"]:
            signed = result["transmission"]["receipt"]
            body = base64.b64decode(signed["body"]).replace(b"renkei-test", b"renkei-best")
            signed["body"] = b64(body)
        return answer

    hub.tamper = forge
    with pytest.raises(HubAnswerError, match="E-HUB-RECEIPT"):
        two.sender.send(two.files)


def test_a_refused_step_is_raised_with_the_hubs_words(two: Two, hub: FakeHub) -> None:
    two.sender.send(two.files)
    unit = next(iter(two.recipient.collect()))
    problem = {"title": "だめです。", "detail": "直してください。", "code": "E-STATE-STEP", "findings": []}
    hub.tamper = lambda path, answer: (
        {"results": [{"status": 409, "problem": problem}]} if path == "/v1/receipts" else answer
    )
    with pytest.raises(HubRefused, match="E-STATE-STEP") as raised:
        two.recipient.acknowledge(unit)
    assert str(raised.value) == "だめです。直してください。(E-STATE-STEP)"


def test_a_hub_that_is_away_is_an_error_and_a_short_break_is_not(two: Two, hub: FakeHub) -> None:
    hub.cut = 2
    assert all(one.receipt for one in two.sender.send(two.files))
    hub.down = True
    with pytest.raises(HubUnreachable):
        list(two.recipient.collect())


def test_over_the_measure_nothing_is_asked_again_before_its_time(two: Two, hub: FakeHub) -> None:
    calls = []

    def full(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.url.path)
        return httpx2.Response(429, headers={"Retry-After": "3600"}, stream=httpx2.ByteStream(b"{}"))

    with pytest.raises(HubUnreachable) as raised:
        Sdk(two.sender.member, transport=httpx2.MockTransport(full)).info()
    assert (raised.value.retry_after, calls) == (3600, ["/v1/hub"])


def test_a_token_that_ended_is_renewed_in_silence(two: Two, hub: FakeHub) -> None:
    two.sender.send(two.files)
    hub.tokens.clear()
    assert len(list(two.sender.events())) == 2


def test_a_member_outlives_its_program_with_its_key_for_its_owner_alone(
    members: tuple[Member, Member], tmp_path: Path
) -> None:
    path = tmp_path / "member.json"
    for member in members:
        member.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = Member.load(path)
    assert again.to_json() == members[1].to_json()
    assert again.identity.certificate == members[1].certificate[0]
    assert "PRIVATE" not in repr(again)
    path.write_text(path.read_text().replace("renkei-member/1", "renkei-member/2"))
    with pytest.raises(SetupError, match="E-OFFICE-SETTINGS"):
        Member.load(path)


def test_without_a_certificate_nothing_is_signed(members: tuple[Member, Member], hub: FakeHub, month: Month) -> None:
    office = month.offices[0]
    new = Member.new(URL, office.number, office.service, "試験の事業所")
    with pytest.raises(SetupError, match="まだ発行されていません"):
        Sdk(new, transport=transport(hub)).info()
    with pytest.raises(SetupError, match="E-OFFICE-CERTIFICATE"):
        new.certified(members[0].certificate)
    with pytest.raises(SetupError, match="E-OFFICE-ROOTS"):
        Sdk.join(new, transport=transport(hub))


@pytest.mark.parametrize(
    ("kept", "damaged"),
    [(URL, "http://hub.example"), ('"43"', '"4"'), ('"renew": ""', '"renew": "always"'), ("hub_id", "hub_word")],
)
def test_settings_of_a_member_are_checked_like_those_of_a_folder(
    kept: str, damaged: str, members: tuple[Member, Member]
) -> None:
    text = members[0].to_json()
    assert text.count(kept) == 1
    with pytest.raises(SetupError, match="E-OFFICE-SETTINGS"):
        Member.from_json(text.replace(kept, damaged))


def test_a_certificate_that_cannot_be_read_is_told_and_not_taken(two: Two, hub: FakeHub) -> None:
    before = two.sender.member
    hub.issue = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    with pytest.raises(SetupError, match="E-OFFICE-CERTIFICATE"):
        two.sender.fetch_certificate()
    assert two.sender.member is before


def test_evidence_is_asked_for_over_the_same_line(two: Two, hub: FakeHub) -> None:
    day = date(2026, 11, 1)
    with pytest.raises(NothingToProve):
        two.sender.evidence(day, day)

    async def ask() -> None:
        async with AsyncHub(two.sender.member, transport=transport(hub)) as asking:
            await asking.evidence(day, day)

    with pytest.raises(NothingToProve):
        asyncio.run(ask())
    assert hub.calls.count("GET /v1/transmissions") == 2


def test_an_unknown_hub_in_the_place_of_ours_is_refused(two: Two, authority: Authority, hub: FakeHub) -> None:
    key = keys.new_key()
    hub.certificate = authority.issue_hub(keys.request(key, "renkei-test", "別のハブ"), "renkei-test")
    with pytest.raises(SetupError, match="E-HUB-CERTIFICATE"):
        two.sender.send(two.files)
