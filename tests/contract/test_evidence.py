"""What proves a transmission, as the two offices may ask for it, and the list of a period."""

from __future__ import annotations

import base64
import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from tests.trust.stamping import Stamper, make_stamper, serving

from renkei.conformance import Month
from renkei.trust import merkle, seals, timestamps

from . import world
from .conftest import Hub
from .plans import is_index_search, plan_of

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

Json = dict[str, Any]


@pytest.fixture
def sender(town: Hub, month: Month) -> world.TestOffice:
    return town.offices[month.offices[0].number]


@pytest.fixture
def sent(town: Hub, month: Month, sender: world.TestOffice) -> list[Json]:
    """The month's units of the care manager are at the hub, in this order: what the list says of them."""
    for unit, files in world.units_of(month.files[sender.number]):
        assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 201
    return list(listed(sender))


@pytest.fixture(autouse=True)
def nothing_kept(hub: Hub) -> Iterator[None]:
    """No test finds the time-stamp authorities of the one before."""
    yield
    shutil.rmtree(hub.data / "trust" / "time-stamps", ignore_errors=True)


@pytest.fixture
def stamper(tmp_path: Path, need: Callable[[str], str]) -> Stamper:
    need("openssl")
    return make_stamper(tmp_path / "tsa")


@pytest.fixture
def stamp(stamper: Stamper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """`stamp()` has the newest seal stamped."""
    from django.conf import settings

    from renkei.hub.core import stamping

    with serving(stamper.reply) as url:
        monkeypatch.setitem(settings.RENKEI, "TSA_URL", url)
        monkeypatch.setitem(settings.RENKEI, "TSA_CA", str(stamper.folder / "root.pem"))
        yield lambda: None if stamping.stamp_once() else pytest.fail("nothing was stamped")


def seal() -> None:
    from renkei.hub.core.sealer import seal_once

    assert seal_once() is not None


def listed(office: world.TestOffice, limit: int = 100, **query: Any) -> Iterator[Json]:
    """Every page of the list, one behind the other."""
    period = {"from": "2020-01-01", "to": "2099-12-31"}
    cursor = ""
    while True:
        answer = office.get("/transmissions", service=office.service, limit=limit, cursor=cursor, **(period | query))
        assert answer.status_code == 200, answer.content.decode()
        yield from answer.json()["transmissions"]
        cursor = answer.json()["next"]
        if not cursor:
            return


def acknowledge(town: Hub, transmission: Json, *steps: str) -> None:
    recipient = town.offices[transmission["recipient"]["office"]]
    digest = world.digest(recipient.get(f"/transmissions/{transmission['id']}").json()["manifest"])
    receipts = [recipient.receipt(transmission["id"], digest, step) for step in steps]
    answer = recipient.post("/receipts", {"receipts": receipts})
    assert {result["status"] for result in answer.json()["results"]} == {201}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The queries of the block."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]


def b(text: str) -> bytes:
    return base64.b64decode(text)


def is_proved(evidence: Json, event: Json, word: Json) -> bool:
    """Whether the path of the answer leads from what the event's leaf is made of to the root in the signed statement."""
    proof = event["proof"]
    statement = next(b(one["statement"]) for one in evidence["seals"] if one["number"] == proof["seal"])
    read = seals.parse(statement)
    signed = (event["receipt"], word)
    leaf = merkle.leaf(seals.entry(*(b(one[part]) for one in signed for part in ("body", "signature"))))
    path = [bytes.fromhex(step) for step in proof["path"]]
    return merkle.verify(leaf, proof["index"], read.size, path, read.root)


def test_every_event_of_a_transmission_is_proved_to_both_ends(
    town: Hub, sent: list[Json], sender: world.TestOffice
) -> None:
    seal()
    acknowledge(town, sent[0], "collected", "imported")
    seal()
    for office in (sender, town.offices[sent[0]["recipient"]["office"]]):
        evidence = office.get(f"/transmissions/{sent[0]['id']}/evidence").json()
        assert [event["type"] for event in evidence["events"]] == ["accepted", "collected", "imported"]
        assert [event["proof"]["seal"] for event in evidence["events"]] == [1, 2, 2]
        assert [one["number"] for one in evidence["seals"]] == [1, 2]
        words = [{"body": evidence["manifest"], "signature": evidence["signature"]}]
        words += [event["counter_receipt"] for event in evidence["events"][1:]]
        assert all(is_proved(evidence, *pair) for pair in zip(evidence["events"], words, strict=True))
        assert evidence["hub"] == world.HUB_ID and evidence["more"] is False


def test_an_event_that_is_not_sealed_yet_has_no_proof_yet(sent: list[Json], sender: world.TestOffice) -> None:
    evidence = sender.get(f"/transmissions/{sent[0]['id']}/evidence").json()
    assert [event["proof"] for event in evidence["events"]] == [None] and evidence["seals"] == []


def test_the_next_time_stamp_comes_along_and_the_chain_leads_to_it(
    town: Hub, sent: list[Json], sender: world.TestOffice, stamp: Callable[[], None], stamper: Stamper
) -> None:
    seal()
    for transmission in sent[:3]:
        acknowledge(town, transmission, "collected")
        seal()
    before = sender.get(f"/transmissions/{sent[0]['id']}/evidence").json()
    assert [event["proof"]["stamped_by"] for event in before["events"]] == [None, None]
    stamp()
    evidence = sender.get(f"/transmissions/{sent[0]['id']}/evidence").json()
    assert [event["proof"]["stamped_by"] for event in evidence["events"]] == [4, 4]
    assert [one["number"] for one in evidence["seals"]] == [1, 2, 4]
    chain = sender.get("/seals", after=0, limit=3).json()
    assert [one["number"] for one in chain["seals"]] == [1, 2, 3] and chain["more"] is True
    chain = {**chain, "seals": chain["seals"] + sender.get("/seals", after=3).json()["seals"]}
    for one, following in zip(chain["seals"], chain["seals"][1:], strict=False):
        assert seals.parse(b(following["statement"])).previous == hashlib.sha256(b(one["statement"])).hexdigest()
    newest = chain["seals"][-1]
    assert newest == evidence["seals"][-1] and [one["time_stamp"] is None for one in chain["seals"]] == [True] * 3 + [
        False
    ]
    roots = x509.load_pem_x509_certificates(evidence["time_stamp_roots"].encode())
    assert timestamps.verify(b(newest["time_stamp"]), b(newest["statement"]), roots).certificate == stamper.certificate


def test_whom_the_hub_trusts_comes_with_its_revocation_lists(
    town: Hub, sent: list[Json], sender: world.TestOffice
) -> None:
    told = sender.get("/authorities").json()
    assert x509.load_pem_x509_certificates(told["roots"].encode()) == [town.authority.root]
    assert town.authority.issuing in x509.load_pem_x509_certificates(told["issuing"].encode())
    [crl] = told["revocation_lists"]
    assert x509.load_der_x509_crl(b(crl)).issuer == town.authority.issuing.subject
    evidence = sender.get(f"/transmissions/{sent[0]['id']}/evidence").json()
    assert {name: evidence[name] for name in told if name != "revocation_lists"} == {
        name: value for name, value in told.items() if name != "revocation_lists"
    }


def test_nobody_else_learns_anything(town: Hub, sent: list[Json]) -> None:
    ends = {sent[0]["sender"]["office"], sent[0]["recipient"]["office"]}
    stranger = next(office for number, office in town.offices.items() if number not in ends)
    assert stranger.get(f"/transmissions/{sent[0]['id']}/evidence").status_code == 404
    assert stranger.get(f"/transmissions/{uuid.uuid4()}/evidence").status_code == 404
    assert sent[0]["id"] not in {one["id"] for one in listed(stranger)}
    answer = stranger.get(
        "/transmissions", service=sent[0]["sender"]["service"], **{"from": "2026-01-01", "to": "2026-12-31"}
    )
    assert answer.status_code == (403 if sent[0]["sender"]["service"] != stranger.service else 200)
    stranger.token = ""
    for path in (f"/transmissions/{sent[0]['id']}/evidence", "/seals", "/authorities"):
        assert stranger.get(path).status_code == 401


def test_long_records_come_in_pieces(
    town: Hub, sent: list[Json], sender: world.TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange import evidence

    monkeypatch.setattr(evidence, "MAX_EVENTS", 2)
    acknowledge(town, sent[0], "collected", "imported")
    seal()
    first = sender.get(f"/transmissions/{sent[0]['id']}/evidence").json()
    assert [event["number"] for event in first["events"]] == [1, 2] and first["more"]
    rest = sender.get(f"/transmissions/{sent[0]['id']}/evidence", after=2).json()
    assert [event["number"] for event in rest["events"]] == [3] and not rest["more"]


def test_evidence_costs_the_same_whatever_else_is_stored(town: Hub, sent: list[Json], sender: world.TestOffice) -> None:
    from renkei.hub.exchange import evidence
    from renkei.hub.exchange.models import Transmission

    def cost() -> int:
        transmission = Transmission.objects.select_related("envelope").get(pk=sent[0]["id"])
        with counted() as queries:
            evidence.of_transmission(transmission)
        return len(queries)

    seal()
    first = cost()
    for transmission in sent[1:]:
        acknowledge(town, transmission, "collected")
        seal()
    assert first == cost() == 5  # events, their places, one seal's leaves, its time-stamp, the seal


def test_a_list_tells_what_was_sent_and_received_in_order(
    town: Hub, sent: list[Json], sender: world.TestOffice
) -> None:
    from renkei.hub.exchange.models import Transmission

    assert len(sent) == Transmission.objects.count() > 3
    assert [one["accepted_at"] for one in sent] == sorted(one["accepted_at"] for one in sent)
    assert {one["direction"] for one in sent} == {"outgoing"}
    for size in (1, 2, len(sent)):
        assert list(listed(sender, limit=size)) == sent
    recipient = town.offices[sent[0]["recipient"]["office"]]
    received = list(listed(recipient))
    assert {one["direction"] for one in received} == {"incoming"}
    assert {one["id"] for one in received} == {
        one["id"] for one in sent if one["recipient"]["office"] == recipient.number
    }


def test_a_list_is_narrowed_to_days_in_japan_and_to_a_partner(sent: list[Json], sender: world.TestOffice) -> None:
    from django.utils import timezone

    from renkei.hub.exchange.models import Transmission

    today = timezone.localdate()
    partner = sent[0]["recipient"]["office"]
    expected = [one["id"] for one in sent if one["recipient"]["office"] == partner]
    assert 0 < len(expected) < len(sent)
    assert [one["id"] for one in listed(sender, partner=partner, limit=1)] == expected
    assert list(listed(sender, partner="1370199991")) == []
    day = {"from": str(today), "to": str(today)}
    at = timezone.make_aware(timezone.datetime(today.year, today.month, today.day))
    kept = Transmission.objects.filter(pk=sent[0]["id"])
    for moment, count in ((at, 1), (at - timedelta(microseconds=1), 0), (at + timedelta(days=1), 0)):
        kept.update(accepted_at=moment)
        assert sum(one["id"] == sent[0]["id"] for one in listed(sender, **day)) == count


def test_units_of_one_moment_are_all_listed_once(sent: list[Json], sender: world.TestOffice) -> None:
    from renkei.hub.exchange.models import Transmission

    Transmission.objects.update(accepted_at=Transmission.objects.values_list("accepted_at", flat=True)[0])
    ids = [one["id"] for one in listed(sender, limit=2)]
    assert ids == sorted(ids) and len(ids) == len(sent)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-30", "to": "2026-11-01"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2026-11-01"},
        {"from": "2026-11-31", "to": "2026-12-01"},
        {"from": "2026-11-01", "to": "2026-11-30", "cursor": "1-2"},
        {"from": "2026-11-01", "to": "2026-11-30", "partner": "13"},
        {"from": "2026-11-01", "to": "2026-11-30", "limit": 501},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_words(town: Hub, sender: world.TestOffice, query: Json) -> None:
    answer = sender.get("/transmissions", service=sender.service, **query)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST")


def test_lists_and_proofs_are_index_searches(town: Hub, sent: list[Json], sender: world.TestOffice) -> None:
    from datetime import date

    from renkei.hub.core import proofs
    from renkei.hub.core.models import Seal, SealedEvent, TimeStamp
    from renkei.hub.exchange import listing
    from renkei.hub.parties.models import OfficeService

    service = OfficeService.objects.get(party__number=sender.number)
    wanted = listing.Wanted(date(2026, 11, 1), date(2026, 11, 30))
    found = {
        **dict(zip(("sent", "received"), listing.queries(service, wanted), strict=True)),
        "a seal's leaves": SealedEvent.objects.filter(seal=1).order_by("position").values_list("leaf"),
        "places": SealedEvent.objects.filter(event__in=[uuid.uuid4()]).values_list("event", "position"),
        "next stamp": TimeStamp.objects.filter(seal__number__gte=3)
        .order_by("seal__number")
        .values_list("seal__number")[:1],
        "chain": Seal.objects.filter(number__gt=3).select_related("stamp").order_by("number")[:10],
    }
    plans = {name: plan_of(query[:100] if name in ("sent", "received") else query) for name, query in found.items()}
    assert {name: plan for name, plan in plans.items() if not is_index_search(plan)} == {}
    assert proofs.stamped_from(3) is None
