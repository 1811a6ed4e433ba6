"""Looking around as a program: filters narrow and never lose, what waits, one's own office, finding others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from renkei.standard.units import UnitKind

from . import plans, world
from .streets import Street, full_street, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "street"]  # fixtures
PERIOD = {"from": "2020-01-01", "to": "2040-12-31"}


def listed(office: world.TestOffice, **query: Any) -> list[dict[str, Any]]:
    """All of a listing, two at a time."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        asked = PERIOD | {"service": office.service, "limit": 2, "cursor": cursor} | query
        answer = office.get("/transmissions", **asked)
        assert answer.status_code == 200, answer.content.decode()
        found += answer.json()["transmissions"]
        cursor = answer.json()["next"]
        if not cursor:
            return found


Test = Callable[[dict[str, Any]], bool]


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"direction": "incoming"}, lambda one: one["direction"] == "incoming"),
        ({"direction": "outgoing"}, lambda one: one["direction"] == "outgoing"),
        ({"kind": "use_table"}, lambda one: one["kind"] == "use_table"),
        ({"month": "202612"}, lambda one: one["months"] == ["202612"]),
        ({"state": "collected"}, lambda one: one["state"] == "collected"),
        ({"kind": "actual", "direction": "outgoing"}, lambda one: False),
        ({"kind": "not_there_yet"}, lambda one: False),
    ],
)
def test_a_filter_gives_what_holds_and_all_of_it(full_street: Street, asked: dict[str, str], holds: Test) -> None:
    office, recipient = full_street.care_manager, full_street.service_office
    digest = world.digest(office.get(f"/transmissions/{full_street.slip}").json()["manifest"])
    recipient.post("/receipts", {"receipts": [recipient.receipt(full_street.slip, digest, "collected")]})
    everything = listed(office)
    assert len(everything) > 5
    assert listed(office, **asked) == [one for one in everything if holds(one)]


def test_a_feed_of_some_types_alone_passes_over_the_others(full_street: Street) -> None:
    office, recipient = full_street.care_manager, full_street.service_office
    digest = world.digest(office.get(f"/transmissions/{full_street.slip}").json()["manifest"])
    recipient.post("/receipts", {"receipts": [recipient.receipt(full_street.slip, digest, "collected")]})
    found, after, more = [], 0, True
    while more:
        page = office.get("/events", service=office.service, after=after, limit=2, type="collected,imported").json()
        found += page["events"]
        after, more = page["next"], page["more"]
    assert [event["type"] for event in found] == ["collected"]
    whole = office.get("/events", service=office.service, limit=500).json()
    assert after == whole["next"]
    assert found[0] in whole["events"]


def test_what_waits_is_what_nobody_has_collected(full_street: Street) -> None:
    office = full_street.service_office
    numbers, after, more = [], 0, True
    while more:
        page = office.get("/waiting", service=office.service, after=after, limit=1).json()
        numbers += [one["mailbox_number"] for one in page["transmissions"]]
        after, more = page["next"], page["more"]
    assert numbers == sorted(numbers)
    assert {one["id"] for one in listed(office, direction="incoming", state="accepted")} == {
        one["id"] for one in office.get("/waiting", service=office.service).json()["transmissions"]
    }
    digest = world.digest(office.get(f"/transmissions/{full_street.slip}").json()["manifest"])
    office.post("/receipts", {"receipts": [office.receipt(full_street.slip, digest, "collected")]})
    left = office.get("/waiting", service=office.service).json()["transmissions"]
    assert full_street.slip not in {one["id"] for one in left}
    assert len(left) == len(numbers) - 1


def test_a_program_reads_what_its_office_is(street: Street) -> None:
    office = street.care_manager
    told = office.get("/office").json()
    assert (told["office"], told["name"], told["state"]) == (office.number, office.name, "active")
    (service,) = told["services"]
    assert service | {"form": ""} == {
        "service": "43",
        "label": "居宅介護支援",
        "active": True,
        "newest_event": 1,
        "form": "",
    }
    assert told["licence"] is None

    from renkei.hub.membership import services as licences
    from renkei.hub.parties import services

    licences.apply(services.office(office.number), "command:test")
    assert office.get("/office").json()["licence"]["until"] > "2026-11"


def test_an_office_is_found_by_number_and_by_how_its_name_begins(street: Street) -> None:
    office, other = street.care_manager, street.service_office
    for text in (other.number, other.name[:4]):
        (found,) = [
            one for one in office.get("/directory", text=text).json()["offices"] if one["office"] == other.number
        ]
        assert (found["service"], found["name"], found["joined"]) == (other.service, other.name, True)
    assert office.get("/directory", text="9999999999").json() == {"offices": []}
    assert office.get("/directory").json() == {"offices": []}


@pytest.mark.parametrize(
    "asked",
    [{}, {"kind": "use_table"}, {"state": "accepted"}, {"month": "202612"}, {"kind": "actual", "month": "202612"}],
)
def test_a_narrowed_listing_searches_an_index(street: Street, asked: dict[str, str]) -> None:
    from renkei.hub.exchange import listing
    from renkei.hub.parties import services

    service = services.office(street.care_manager.number).services.get()
    wanted = listing.Wanted(date(2026, 11, 1), date(2026, 12, 31), **asked)
    for query in [*listing.queries(service, wanted), listing.waiting_query(service, 5)]:
        assert plans.is_index_search(plans.plan_of(query[:3])), query.query


def test_the_number_of_queries_does_not_grow_with_what_is_found(full_street: Street) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(office: world.TestOffice, path: str, **query: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert office.get(path, **query).status_code == 200
        return len(seen)

    office = full_street.care_manager
    for path, query in (
        ("/events", {"service": office.service, "type": "accepted"}),
        ("/transmissions", PERIOD | {"service": office.service, "kind": UnitKind.USE_TABLE.value}),
        ("/waiting", {"service": full_street.care_manager.service}),
    ):
        assert count(office, path, **query, limit=1) == count(office, path, **query, limit=500), path
