"""記録: everything that went and came is found again on whichever way, page by page, and what happened to it is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from . import crowd, world
from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

__all__ = ["full_street", "person", "street"]  # fixtures

Enter = Callable[..., Client]
MONTH = "202612"


def service_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties import services

    return services.office(office.number).services.select_related("party").get()


def went_elsewhere(street: Street, at: datetime, sequence: str, **changes: Any) -> Any:
    """A use table about one person that went by fax to an office that is not connected."""
    from renkei.hub.workspace.models import Outgoing

    given = {
        "owner": service_of(street.care_manager),
        "number": "1370299999",
        "service": "11",
        "kind": "use_table",
        "sequence": sequence,
        "months": MONTH,
        "people": 1,
        "tag": sequence,
        "brought_at": at,
        "changed_at": at,
        "state": "handed_over",
        "channel": "fax",
    }
    return Outgoing.objects.create(**given | changes)


def came_elsewhere(street: Street, at: datetime, sequence: str, **changes: Any) -> Any:
    from renkei.hub.workspace.models import Incoming

    given = {
        "owner": service_of(street.care_manager),
        "number": "1370299999",
        "service": "11",
        "kind": "actual",
        "sequence": sequence,
        "months": MONTH,
        "people": 1,
        "tag": sequence,
        "brought_at": at,
        "channel": "mail",
    }
    return Incoming.objects.create(**given | changes)


def fill_elsewhere(street: Street) -> None:
    """Some units of ours that went and came on other ways, among thousands of others'."""
    from renkei.hub.parties.models import OfficeService
    from renkei.hub.workspace.models import Incoming, Outgoing

    now = timezone.now()
    one, other = went_elsewhere(street, now, "2026110100"), came_elsewhere(street, now, "2026110100")
    for model, unit in ((Outgoing, one), (Incoming, other)):
        given = {field.attname: getattr(unit, field.attname) for field in unit._meta.fields if field.attname != "id"}
        owners = list(OfficeService.objects.order_by("-pk").values_list("pk", flat=True)[:900])
        owners = [service_of(street.care_manager).pk] * 60 + owners * 4
        rows = [model(**given | {"owner_id": owner, "sequence": f"{n:014}"}) for n, owner in enumerate(owners)]
        model.objects.bulk_create(rows)


def all_lines(browser: Client, address: str = "/ledger/") -> list[Any]:
    """The whole list, page after page."""
    found: list[Any] = []
    page = browser.get(address).context["page"]
    found += page.lines
    while page.older:
        page = browser.get(f"{address}{'&' if '?' in address else '?'}before={page.older}").context["page"]
        assert page.lines
        found += page.lines
    return found


@pytest.mark.parametrize("seed", range(3))
def test_pages_over_the_three_tables_have_no_gap_and_nothing_twice(
    full_street: Street, person: Enter, seed: int
) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.workspace.ledger import lines

    chance, now = random.Random(seed), timezone.now()
    # Many at one moment: only the id tells them apart.
    moments = [now - timedelta(minutes=chance.randrange(4)) for _ in range(40)]
    for number, at in enumerate(moments):
        make = went_elsewhere if chance.random() < 0.5 else came_elsewhere
        make(full_street, at, f"2026110{1000000 + number}")
    service = service_of(full_street.care_manager)
    for unit in Transmission.objects.all():
        Transmission.objects.filter(pk=unit.pk).update(accepted_at=chance.choice(moments))
    lines.PAGE_ROWS, usual = chance.choice([1, 3, 7]), lines.PAGE_ROWS
    try:
        shown = [line.unit for line in all_lines(person(full_street.care_manager))]
    finally:
        lines.PAGE_ROWS = usual
    units = Transmission.objects.filter(sender=service) | Transmission.objects.filter(recipient=service)
    assert len(shown) == len({unit.id for unit in shown}) == units.count() + 40
    order = [(unit.at, unit.id) for unit in shown]
    assert order == sorted(order, reverse=True)


def test_a_line_says_on_which_way_it_went_and_what_that_cannot_prove(street: Street, person: Enter) -> None:
    went_elsewhere(street, timezone.now(), "20261101000001")
    page = person(street.care_manager).get("/ledger/").content.decode()
    assert f'href="/transmissions/{street.slip}/"' in page
    assert page.count("Renkei を通していないので、署名の証明はありません。") == 1 and "ファクス" in page
    assert looks() == []


def test_it_is_narrowed_by_each_of_what_can_be_chosen(full_street: Street, person: Enter) -> None:
    now = timezone.now()
    went_elsewhere(full_street, now - timedelta(days=3), "20261101000001")
    came_elsewhere(full_street, now - timedelta(days=9), "20261101000002", months="202611")
    browser = person(full_street.care_manager)
    everything = all_lines(browser)
    local = timezone.localtime(now - timedelta(days=3)).date().isoformat()
    number = full_street.service_office.number
    tests: dict[str, Callable[[Any], bool]] = {
        "direction=sent": lambda line: line.unit.direction == "sent",
        "direction=received": lambda line: line.unit.direction == "received",
        "kind=actual": lambda line: line.unit.kind == "actual",
        "month=202611": lambda line: line.unit.months == "202611",
        "channel=hub": lambda line: line.unit.source == "hub",
        "channel=fax": lambda line: line.unit.source == "out",
        "channel=mail": lambda line: line.unit.source == "came",
        "state=accepted": lambda line: line.unit.source == "hub",
        f"partner={number}": lambda line: line.unit.address[0] == number,
        "partner=1370299999": lambda line: line.unit.address[0] == "1370299999",
        f"first={local}": lambda line: line.unit.source != "came",
        f"first={local}&last={local}": lambda line: line.unit.source == "out",
    }
    for query, fits in tests.items():
        expected = [line.unit.id for line in everything if fits(line)]
        assert expected and len(expected) < len(everything), query
        assert [line.unit.id for line in all_lines(browser, f"/ledger/?{query}")] == expected, query


def test_a_person_found_by_number_is_a_look_and_stands_in_no_address(full_street: Street, person: Enter) -> None:
    browser, insurer = person(full_street.care_manager), full_street.month.offices[0].insurer
    insured = next(iter(full_street.names))
    answer = browser.post("/ledger/search/", {"service": "43", "insurer": insurer, "insured": insured})
    subject = subject_of(full_street.month, insured)
    assert answer["Location"] == f"/ledger/people/{subject}/?service=43"
    page = browser.get(answer["Location"])
    shown = {unit.unit.id for unit in all_lines(browser, answer["Location"])}
    from renkei.hub.exchange.models import Subject

    true = set(Subject.objects.filter(subject=subject).values_list("transmission", flat=True))
    service = service_of(full_street.care_manager)
    assert shown and shown <= true and page.status_code == 200 and service
    assert {look.purpose for look in looks()} == {"search"} and seen_subjects(looks()[0]) == {subject}


def test_a_name_finds_people_to_choose_from(full_street: Street, person: Enter) -> None:
    browser = person(full_street.care_manager)
    browser.get(f"/months/{MONTH}/")
    from renkei.hub.workspace.projecting import services

    services.project(service_of(full_street.care_manager), MONTH)
    name = next(iter(full_street.names.values()))
    answer = browser.post("/ledger/search/", {"service": "43", "who": name}, follow=True)
    assert name in answer.content.decode() and looks()[-1].purpose == "search"
    nobody = browser.post("/ledger/search/", {"service": "43", "who": "いない　ひと"}, follow=True)
    assert "見つかりませんでした" in nobody.content.decode()


def test_who_is_no_client_of_ours_is_not_there_and_nobody_looked(full_street: Street, person: Enter) -> None:
    served = {i for u in full_street.month.truth.units if u.sender == full_street.stranger.number for i in u.people}
    other = next(insured for insured in full_street.names if insured not in served)
    browser, subject = person(full_street.stranger), subject_of(full_street.month, other)
    for end in ("", "timeline/"):
        assert browser.get(f"/ledger/people/{subject}/{end}").status_code == 404
    assert looks() == []


def test_the_timeline_says_who_did_what_and_names_nobody_of_the_other_office(street: Street, person: Enter) -> None:
    there, here = person(street.service_office, login="there"), person(street.care_manager)
    there.get(f"/transmissions/{street.slip}/contents/")
    here.get(f"/transmissions/{street.slip}/contents/")
    [story] = here.get("/ledger/timeline/").context["stories"]
    assert [station.title for station in story.stations] == ["ハブに届きました", "受け手が中身を開きました"]
    assert story.stations[1].who == story.line.partner
    assert "さん" not in story.stations[1].who
    assert [(one.who, one.how, one.times) for one in story.seen] == [("鈴木　一 さん", "画面で見た", 1)]
    [theirs] = there.get("/ledger/timeline/").context["stories"]
    assert "鈴木" in theirs.stations[1].who


def test_what_went_on_paper_tells_who_made_it_ready(street: Street, person: Enter) -> None:
    from renkei.hub.parties.models import Staff
    from renkei.hub.workspace.models import Handling

    browser, at = person(street.care_manager), timezone.now() - timedelta(days=1)
    unit = went_elsewhere(street, at, "20261101000001")
    for number, step in enumerate(("brought", "checked", "handed_over")):
        Handling.objects.create(outgoing=unit, step=step, staff=Staff.objects.get(), at=at + timedelta(minutes=number))
    stories = browser.get("/ledger/timeline/?channel=fax").context["stories"]
    [story] = stories
    assert [one.title for one in story.stations] == ["入れました", "完成にしました", "渡しました"]
    assert {one.who for one in story.stations} == {"鈴木　一 さん"}


def test_a_list_costs_as_many_queries_for_much_as_for_little(
    full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import notices

    monkeypatch.setattr(notices, "SECONDS", 3600)
    browser, now = person(full_street.care_manager), timezone.now()
    went_elsewhere(full_street, now, "20261101000001")
    came_elsewhere(full_street, now, "20261101000002")
    counts = []
    for turn in range(2):
        for number in range(30 * turn):
            went_elsewhere(full_street, now, f"2026110{2000000 + number}", number=f"13702{number:05}")
        for address in ("/ledger/", "/ledger/timeline/"):
            browser.get(address)
            with CaptureQueriesContext(connection) as asked:
                browser.get(address)
            counts.append(len(asked))
    assert counts[0] == counts[2] and counts[3] <= counts[1] < 40


def test_each_page_goes_by_an_index_however_much_is_stored(town: Any, month: Any, person: Enter) -> None:
    from .test_plans import read_whole, sizes

    crowd.fill(town)
    street = Street(town, month)
    fill_elsewhere(street)
    crowd.analyze()
    office = town.offices[month.offices[0].number]
    browser = person(office)
    growing = {table for table, rows in sizes().items() if rows >= 400}
    assert {"exchange_transmission", "workspace_incoming", "workspace_outgoing"} <= growing
    statements: list[Any] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    subject = f"{1:064}"
    with connection.execute_wrapper(note):
        for address in ("/ledger/?", "/ledger/timeline/?", f"/ledger/people/{subject}/?"):
            answer = browser.get(address)
            assert answer.status_code == 200
            if older := answer.context["page"].older:
                browser.get(f"{address}before={older}")
    found = {sql: tables for sql, params in statements if (tables := read_whole((sql, params), growing))}
    assert found == {}


def version(sequence: str, **changes: Any) -> Any:
    from renkei.hub.core.ids import new_id
    from renkei.hub.exchange.presenting import Direction
    from renkei.hub.workspace.ledger.reading import Source, Unit
    from renkei.hub.workspace.models import Channel

    given: dict[str, Any] = {
        "id": new_id(),
        "source": Source.OUT,
        "direction": Direction.SENT,
        "address": ("1370299999", "11"),
        "kind": "use_table",
        "months": MONTH,
        "sequence": sequence,
        "at": timezone.now(),
        "channel": Channel.FAX,
        "people": 1,
    }
    return Unit(**given | changes)


def test_a_newer_slip_takes_the_place_person_by_person_and_a_withdrawn_one_of_nobody() -> None:
    from renkei.hub.exchange.rules import Standing, State
    from renkei.hub.workspace.ledger.versions import spells

    first, second, third = version("1"), version("2"), version("3")
    withdrawn = version("25", standing=Standing(State.WITHDRAWN))
    elsewhere = [version("4", months="202701"), version("5", address=("1370288888", "11")), version("6", kind="actual")]
    deletion = version("7", kind="use_table_deletion")
    everything = [third, withdrawn, first, second, *elsewhere, deletion]
    about = {unit.id: {"a", "b", "c"} for unit in (first, *elsewhere)}
    about |= {second.id: {"a"}, withdrawn.id: {"b"}, third.id: {"a", "b"}, deletion.id: {"a"}}
    found = spells([first, second, third, withdrawn], everything, about)
    assert [(unit.sequence, count) for unit, count in found[first.id].followed] == [("2", 1), ("3", 1)]
    assert found[first.id].left == 1 and found[first.id].is_in_force
    assert [unit.sequence for unit, _ in found[second.id].followed] == ["3"] and not found[second.id].is_in_force
    assert [unit.sequence for unit, _ in found[third.id].followed] == ["7"] and found[third.id].left == 1
    assert found[withdrawn.id].is_void and not found[withdrawn.id].is_in_force


def test_the_timeline_tells_when_a_slip_was_replaced_also_by_fax(street: Street, person: Enter) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.workspace.models import OutgoingSubject

    slip = Transmission.objects.select_related("recipient__party").get(pk=street.slip)
    address = {"number": slip.recipient.party.number, "service": slip.recipient.service, "months": slip.months}
    later = went_elsewhere(street, timezone.now(), "99991101000001", **address)
    subject = slip.subjects.values_list("subject", flat=True)[0]
    OutgoingSubject.objects.create(outgoing=later, subject=subject)
    browser = person(street.care_manager)
    stories = {story.line.unit.id: story for story in browser.get("/ledger/timeline/").context["stories"]}
    spell = stories[slip.pk].spell
    assert [(unit.id, count) for unit, count in spell.followed] == [(later.pk, 1)]
    assert spell.left == slip.subjects.count() - 1
    [of_person] = [
        one
        for one in browser.get(f"/ledger/people/{subject}/timeline/").context["stories"]
        if one.line.unit.id == slip.pk
    ]
    assert of_person.spell.left == 0 and "替わりました" in of_person.spell.words


def test_who_sees_one_service_alone_sees_nothing_of_the_others(street: Street, person: Enter) -> None:
    from renkei.hub.parties.models import Membership, OfficeService

    service = service_of(street.care_manager)
    went_elsewhere(street, timezone.now(), "20261101000001")
    other = OfficeService.objects.create(party=service.party, service="11")
    browser = person(street.care_manager)
    assert len(all_lines(browser, "/ledger/?service=43")) == 2
    Membership.objects.update(service=other)
    for address in ("/ledger/?service=43", "/ledger/timeline/?service=43"):
        assert list(browser.get(address).context["page"].lines) == []
    for address in ("/ledger/search/", "/ledger/evidence/"):
        assert browser.post(address, {"service": "43", "who": "やまだ"}).status_code == 404
    assert looks() == []
