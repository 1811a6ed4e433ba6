"""今月: the counts of a month from both sides, the lists that they open into, and who may look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renkei.standard.units import UnitKind

from . import world
from .overviews import PAGE, Enter, counts, listed, numbers, pairs, today, unhurried, words
from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

# What it tries is above the database: one of them is enough. Its statements are in `test_plans`, which is for both.
pytestmark = pytest.mark.usefixtures("once", "today", "unhurried")

__all__ = ["full_street", "person", "street", "today", "unhurried"]  # fixtures


def sent_units(street: Street, sender: str) -> list[Any]:
    return [
        unit
        for unit in street.month.truth.units
        if unit.sender == sender and unit.kind in (UnitKind.USE_TABLE, UnitKind.ACTUAL)
    ]


def differing(street: Street) -> set[tuple[str, str]]:
    return {(one.office, one.insured) for one in street.month.truth.differences}


def step(street: Street, office: world.TestOffice, id_: str, *steps: str, text: str = "") -> None:
    digest = world.digest(office.get(f"/transmissions/{id_}").json()["manifest"])
    for name in steps:
        given = office.receipt(id_, digest, name, text=text)
        answer = office.post("/receipts", {"receipts": [given]}).json()["results"][0]
        assert answer["status"] == 201, answer


def slip_to(street: Street, number: str) -> str:
    return street.sent[street.care_manager.number, number, UnitKind.USE_TABLE]


# The counts -----------------------------------------------------------------------------------------------------------


def test_the_month_of_a_care_manager_is_the_truth(full_street: Street, person: Enter) -> None:
    found = counts(person(full_street.care_manager))
    sent, came = (
        sent_units(full_street, full_street.care_manager.number),
        {unit.sender for unit in full_street.month.truth.units if unit.kind is UnitKind.ACTUAL},
    )
    assert (found["unopened"].number, found["unopened"].partners) == (len(sent), len({u.recipient for u in sent}))
    assert (found["arrived"].number, found["arrived"].partners) == (len(came), len(came))
    different = differing(full_street)
    assert found["different"].number == len(different)
    assert found["different"].people == len({insured for _, insured in different})
    assert found["done"].number == len(pairs(full_street) - different)
    assert found["waiting"].number == 0


def test_the_month_of_a_service_office_is_the_other_way_round(full_street: Street, person: Enter) -> None:
    office = full_street.service_office.number
    page = person(full_street.service_office).get(PAGE)
    assert [section.name for section in page.context["sections"]] == ["coming", "sending"]
    found = {one.card.value: one for section in page.context["sections"] for one in section.cards}
    mine = {insured for number, insured in pairs(full_street) if number == office}
    changed = {insured for number, insured in differing(full_street) if number == office}
    assert found["arrived"].count.number == 1 and found["unopened"].count.number == 1
    assert (found["different"].count.number, found["done"].count.number) == (len(changed), len(mine - changed))
    assert found["waiting"].words.label == "実績を送っていない"


def test_a_slip_that_was_sent_alone_waits_for_its_results(street: Street, person: Enter) -> None:
    people = set(street.slip_unit.people)
    assert numbers(person(street.service_office, login="sato")) == {"arrived": 1, "waiting": len(people)}
    # The slip names the other offices of its people as well: their results are awaited too.
    everywhere = {pair for pair in pairs(street) if pair[1] in people}
    assert numbers(person(street.care_manager)) == {"unopened": 1, "waiting": len(everywhere)}


def test_what_the_partner_does_moves_a_unit_from_card_to_card(street: Street, person: Enter) -> None:
    browser, reader = person(street.care_manager), person(street.service_office, login="sato")
    assert numbers(browser)["unopened"] == 1
    reader.get(f"/transmissions/{street.slip}/contents/")
    assert (numbers(browser)["opened"], "arrived" in numbers(reader)) == (1, False)
    step(street, street.service_office, street.slip, "collected")
    assert numbers(browser)["opened"] == 1
    step(street, street.service_office, street.slip, "import_failed")
    assert numbers(browser)["failed"] == 1
    step(street, street.service_office, street.slip, "imported")
    assert numbers(browser)["imported"] == 1


def test_questions_stand_first_on_the_side_that_answers_and_on_the_side_that_waits(
    street: Street, person: Enter
) -> None:
    browser, reader = person(street.care_manager), person(street.service_office, login="sato")
    step(street, street.service_office, street.slip, "collected")
    step(street, street.service_office, street.slip, "change_requested", text="3日を休みにしてください。")
    assert (numbers(browser)["asked"], numbers(reader)["asking"]) == (1, 1)
    assert browser.get(PAGE).context["sections"][0].name == "questions"
    step(street, street.care_manager, street.slip, "change_accepted", text="送り直します。")
    assert "asked" not in numbers(browser) and "asking" not in numbers(reader)
    step(street, street.care_manager, street.slip, "recall_requested", text="送り先をまちがえました。")
    assert (numbers(browser)["asking"], numbers(reader)["asked"]) == (1, 1)
    assert "opened" not in numbers(browser)


def test_a_slip_that_a_newer_one_replaces_is_counted_once(street: Street, person: Enter) -> None:
    from renkei.hub.exchange.models import Envelope, Subject, Transmission

    browser = person(street.care_manager)
    old = Transmission.objects.get(pk=street.slip)
    fields = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields if field.name != "id"}
    fields |= {"sequence": "20261224120000", "mailbox_number": 99, "replaces_id": old.pk}
    newer = Transmission.objects.create(**fields)
    Envelope.objects.create(transmission=newer, manifest=old.envelope.manifest, signature=old.envelope.signature)
    assert numbers(browser)["unopened"] == 2  # it says nothing of the people of the older one
    Subject.objects.bulk_create(Subject(transmission=newer, subject=one.subject) for one in old.subjects.all())
    assert numbers(browser)["unopened"] == 1


def test_what_is_in_hand_and_what_went_another_way_has_its_cards(street: Street, person: Enter) -> None:
    outgoing(street, "draft", months="202612")
    outgoing(street, "approved", months="202612", number="1470000001")
    outgoing(street, "handed_over", months="202612", channel="fax")
    outgoing(street, "handed_over", months="202612", channel="hub")
    outgoing(street, "dropped", months="202612")
    outgoing(street, "draft", months="202701")
    browser = person(street.care_manager)
    found = counts(browser)
    assert (found["to-send"].number, found["to-send"].partners, found["elsewhere"].number) == (2, 2, 1)
    assert browser.get(PAGE).context["besides"] == [("202701", 1)]
    [mine, other] = listed(browser, "to-send")
    assert [row.last.staff.name for partner in (mine, other) for row in partner.in_hand] == ["佐藤　二", "佐藤　二"]
    assert "佐藤 二 さんが入れました" in words(browser, f"{PAGE}to-send/")
    assert len(listed(browser, "elsewhere")) == 1


def outgoing(street: Street, state: str, months: str, number: str = "", channel: str = "") -> Any:
    from django.utils import timezone

    from renkei.hub.parties import services
    from renkei.hub.parties.models import Staff
    from renkei.hub.workspace.models import Handling, Outgoing

    owner, now = services.office(street.care_manager.number).services.get(), timezone.now()
    staff, _ = Staff.objects.get_or_create(login="nigou", defaults={"name": "佐藤　二"})
    unit = Outgoing.objects.create(
        owner=owner,
        number=number or street.service_office.number,
        service="11",
        kind="use_table",
        sequence=f"{20261201000000 + Outgoing.objects.count()}",
        months=months,
        people=1,
        state=state,
        channel=channel,
        brought_at=now,
        changed_at=now,
    )
    Handling.objects.create(outgoing=unit, step="brought", staff=staff, at=now)
    return unit


# The lists ------------------------------------------------------------------------------------------------------------


def test_every_count_is_the_sum_of_the_lists_that_it_opens_into(full_street: Street, person: Enter) -> None:
    step(full_street, full_street.service_office, full_street.slip, "collected", "imported")
    take_back_results_of(full_street, full_street.stranger.number)
    outgoing(full_street, "draft", months="202612")
    for office in full_street.hub.offices.values():
        browser = person(office, login=office.number)
        found = counts(browser)
        for card, count in found.items():
            rows = listed(browser, card)
            assert (sum(row.number for row in rows), len(rows)) == (count.number, count.partners), card
            units = sum(len(row.lines) + len(row.in_hand) for row in rows)
            assert units == (0 if card in ("waiting", "different", "done") else count.number)
            if card in ("waiting", "different", "done"):
                people = listed(browser, f"{card}/people")
                assert (sum(len(row.partners) for row in people), len(people)) == (count.number, count.people), card
    assert found["done"].number or found["different"].number


def take_back_results_of(street: Street, number: str) -> None:
    """As if that office had not reported yet."""
    from renkei.hub.exchange.models import Transmission

    id_ = street.sent[number, street.care_manager.number, UnitKind.ACTUAL]
    Transmission.objects.filter(pk=id_).update(months="202601")


def test_the_list_by_partner_is_no_look_and_the_one_by_person_is_one_a_day(full_street: Street, person: Enter) -> None:
    browser = person(full_street.care_manager)
    for card in counts(browser):
        browser.get(f"{PAGE}{card}/")
    assert looks() == []
    rows = listed(browser, "done/people")
    names = {row.client.name for row in rows}
    assert names <= set(full_street.names.values()) and names
    assert [look.purpose for look in looks()] == ["list"]
    assert seen_subjects(looks()[0]) == {subject_of(full_street.month, row.client.insured) for row in rows}
    listed(browser, "done/people")
    assert len(looks()) == 1
    different = {insured for _, insured in differing(full_street)}
    listed(browser, "different/people")
    already = {row.client.insured for row in rows}
    assert len(looks()) == (2 if different - already else 1)


def test_nobody_is_named_where_no_look_can_be_written(
    full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .test_pages import refuse_looks

    browser = person(full_street.care_manager)
    browser.raise_request_exception = False
    counts(browser)
    refuse_looks(monkeypatch)
    answer = browser.get(f"{PAGE}done/people/")
    assert answer.status_code >= 500
    assert not [name for name in full_street.names.values() if name in answer.content.decode()]


def test_a_browser_that_fetches_ahead_is_shown_nobody(full_street: Street, person: Enter) -> None:
    answer = person(full_street.care_manager).get(f"{PAGE}done/people/", headers={"Sec-Purpose": "prefetch"})
    assert answer.status_code == 503 and looks() == []


def test_names_of_a_sent_slip_open_from_its_card(street: Street, person: Enter) -> None:
    rows = listed(person(street.care_manager), "unopened/people")
    assert {row.client.insured for row in rows} == set(street.slip_unit.people)
    assert {route.name for row in rows for route in row.partners} == {street.service_office.name}


def test_whom_what_has_not_gone_is_about_is_told_with_the_way_to_each_unit(street: Street, person: Enter) -> None:
    browser = person(street.care_manager)
    for unit, files in world.units_of(street.month.files[street.care_manager.number]):
        if unit.kind is UnitKind.USE_TABLE and unit.recipient != street.service_office.number:
            given = [SimpleUploadedFile(name, data) for name, data in files.items()]
            assert browser.post("/outbox/bring/", {"files": given}).status_code == 302
    rows = listed(browser, "to-send/people")
    # A new person's name is read from what was brought, a known one's from the month.
    assert {row.person.insured: row.person.name for row in rows} == {
        row.person.insured: street.names[row.person.insured] for row in rows
    }
    units = {unit for row in rows for unit, _ in row.units}
    assert sum(len(row.units) for row in rows) == sum(unit.people for unit in units) > len(units)
    assert {row.subject for row in rows} == seen_subjects(looks()[-1])
    shown = browser.get(f"{PAGE}to-send/people/").content.decode()
    assert f"/outbox/units/{rows[0].units[0][0].pk}/" in shown


def test_long_lists_come_in_pages(full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace.overview import services

    browser = person(full_street.care_manager)
    whole = [row.address for row in listed(browser, "done")]
    people = [row.subject for row in listed(browser, "done/people")]
    monkeypatch.setattr(services, "PARTNERS", 1)
    monkeypatch.setattr(services, "PEOPLE", 1)
    assert followed(browser, f"{PAGE}done/", "after", lambda row: row.address) == whole
    assert followed(browser, f"{PAGE}done/people/", "following", lambda row: row.subject) == people


def test_of_a_partner_with_many_units_the_first_are_shown_and_the_rest_are_counted(
    street: Street, person: Enter
) -> None:
    for _ in range(7):
        outgoing(street, "draft", months="202612")
    browser = person(street.care_manager)
    [row] = listed(browser, "to-send")
    assert (row.number, len(row.in_hand), row.more) == (7, 5, 2)
    assert "ほかに 2件あります" in words(browser, f"{PAGE}to-send/")


def followed(browser: Client, address: str, cursor: str, of: Callable[[Any], Any]) -> list[Any]:
    found, query = [], ""
    while True:
        page = browser.get(address + query).context["page"]
        found += [of(row) for row in page.rows]
        if not (after := getattr(page, cursor)):
            return found
        query = f"?after={after}" if cursor == "after" else f"?page={after}"


# Who may look ---------------------------------------------------------------------------------------------------------


def test_another_office_has_a_month_of_its_own(street: Street, person: Enter) -> None:
    assert numbers(person(street.stranger)) == {}


def test_who_is_narrowed_to_one_service_sees_that_one_alone(full_street: Street, person: Enter) -> None:
    from renkei.hub.parties.models import Membership, OfficeService

    browser = person(full_street.care_manager)
    membership = Membership.objects.get(staff__login="suzuki")
    other = OfficeService.objects.create(party=membership.party, service="46")
    assert [label for _, label in browser.get(PAGE).context["services"]][1:] == [other.label]
    Membership.objects.filter(pk=membership.pk).update(service=other)
    assert numbers(browser) == {} == numbers(browser, f"{PAGE}?service=43")
    assert looks() == []


def test_an_office_without_a_service_reads_that_there_is_none(street: Street, person: Enter) -> None:
    from renkei.hub.parties.models import Party

    party = Party.objects.create(kind="office", number="1370000009", name="はじめたばかり")
    browser = Client()
    from renkei.hub.parties import services as parties

    browser.force_login(parties.add_staff("hajime", "鈴木　一", party, "しずかな朝の提供票が届く"))
    assert "サービスが登録されていません" in browser.get("/overview/").content.decode()
    assert browser.get(f"{PAGE}waiting/").status_code == browser.get(f"{PAGE}waiting/people/").status_code == 404


# What it costs --------------------------------------------------------------------------------------------------------


def test_as_many_queries_for_a_full_month_as_for_one_unit(full_street: Street, person: Enter) -> None:
    from renkei.hub.exchange.models import Transmission

    browser = person(full_street.care_manager)
    outgoing(full_street, "draft", months="202612")
    addresses = [PAGE, f"{PAGE}unopened/", f"{PAGE}different/", f"{PAGE}to-send/", f"{PAGE}different/people/"]
    many = queries(browser, addresses)
    different = min(differing(full_street))[0]
    keep = [
        slip_to(full_street, different),
        full_street.sent[different, full_street.care_manager.number, UnitKind.ACTUAL],
    ]
    Transmission.objects.exclude(pk__in=keep).update(months="202601")
    assert queries(browser, addresses) == many
    assert max(many.values()) <= 35


def queries(browser: Client, addresses: list[str]) -> Counter[str]:
    """How many each page takes once it was counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: Counter[str] = Counter()
    for address in addresses:
        assert browser.get(address).status_code == 200
        with CaptureQueriesContext(connection) as taken:
            browser.get(address)
        found[address] = len(taken)
    return found
