"""委託 between three offices: centre, entrusted office and service offices, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from renkei.conformance.varied import make_varied_month
from renkei.standard import records
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind, group

from . import world
from .conftest import Hub
from .plans import is_index_search, plan_of
from .streets import looks, person, seen_subjects

__all__ = ["person"]  # fixtures

CENTRE, ENTRUSTED = ("1309200010", "46"), ("1379200023", "43")
NURSE, RENTAL = ("1369400013", "63"), ("1379400037", "67")
NAMES = {CENTRE: "みどり包括", ENTRUSTED: "あおぞら", NURSE: "訪問看護ⅲ", RENTAL: "あかね用具"}
NOBU = "0000001071"
PAGE = "/relay/"
BACK = "-".join((*CENTRE, "202612"))  # the group of what goes back
Enter = Callable[..., Client]
Address = tuple[str, str]


@dataclass
class Town:
    """Three offices and the units of the entrusted client, by (sender, recipient, kind)."""

    hub: Hub
    units: dict[tuple[Address, Address, UnitKind], tuple[Any, dict[str, bytes]]]
    ids: list[str] = field(default_factory=list)

    def office(self, address: Address) -> world.TestOffice:
        return self.hub.offices[address[0]]

    def send(self, sender: Address, recipient: Address, kind: UnitKind, sequence: str = "", **changed: str) -> str:
        """Send that unit of the story; with another sequence number it is a correction."""
        unit, files = self.units[sender, recipient, kind]
        if sequence:
            files = {name.replace(unit.sequence, sequence): data for name, data in files.items()}
            unit = unit._replace(sequence=sequence, files=tuple(files))
        for old, new in changed.items():
            files = {name: data.replace(old.removeprefix("_").encode(), new.encode()) for name, data in files.items()}
        office = self.office(sender)
        answer = office.post("/transmissions", office.envelope(unit, files))
        assert answer.status_code == 201, answer.content.decode()
        self.ids.append(answer.json()["id"])
        return self.ids[-1]

    def slips(self) -> None:
        for office in (NURSE, RENTAL):
            self.send(ENTRUSTED, office, UnitKind.USE_TABLE)

    def basics(self) -> None:
        self.send(CENTRE, ENTRUSTED, UnitKind.CLIENT_BASICS)

    def results(self, *offices: Address) -> None:
        for office in offices or (NURSE, RENTAL):
            self.send(office, ENTRUSTED, UnitKind.ACTUAL)


@pytest.fixture(scope="session")
def story() -> dict[tuple[Address, Address, UnitKind], tuple[Any, dict[str, bytes]]]:
    files = {name: data for own in make_varied_month().files.values() for name, data in own.items()}
    found = {}
    for unit in group(files)[0]:
        ends = (unit.sender, unit.sender_service), (unit.recipient, unit.recipient_service)
        found[*ends, unit.kind] = (unit, {name: files[name] for name in unit.files})
    return found


@pytest.fixture
def town(hub: Hub, story: dict[Any, Any], today: Callable[[str], None]) -> Town:
    for (number, service), name in NAMES.items():
        hub.admit(world.new_office(hub.authority, number, service, name))
    return Town(hub, story)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`today("2027-01-06")` is the day on which the pages are looked at; it is 2027-01-04 before that."""

    def be(day: str) -> None:
        clock = SimpleNamespace(localdate=lambda: date.fromisoformat(day))
        monkeypatch.setattr("renkei.hub.workspace.relaying.views.timezone", clock)

    be("2027-01-04")
    return be


def shown(browser: Client) -> Any:
    page = browser.get(PAGE)
    assert page.status_code == 200
    return page.context["shown"]


def words(browser: Client) -> str:
    return " ".join(re.sub("<[^>]+>", "", browser.get(PAGE).content.decode()).split())


def offers(browser: Client) -> list[tuple[str, str, list[str]]]:
    """(month, kind, to whom) of each line."""
    groups = shown(browser).groups
    return [(one.month, line.item.origin.kind.value, list(line.takers)) for one in groups for line in one.lines]


def press(browser: Client, **given: str) -> Any:
    return browser.post(f"{PAGE}pass-on/", {"service": "43", **given}, follow=True)


def press_all(browser: Client) -> Any:
    answer = None
    for one in shown(browser).groups:
        answer = press(browser, group=one.cursor)
    return answer


def in_hand() -> dict[tuple[str, str, str], Any]:
    """What waits in the outbox, by (number, service, kind)."""
    from renkei.hub.workspace.models import IN_HAND, Outgoing

    return {(one.number, one.service, one.kind): one for one in Outgoing.objects.filter(state__in=IN_HAND)}


def files_of(unit: Any) -> dict[str, bytes]:
    from renkei.hub.workspace.outbox import bodies

    return bodies.open_files(bodies.fetch([unit])[unit.body])


def send_everything() -> None:
    """All in hand is handed over, as if it had gone."""
    from renkei.hub.workspace.models import IN_HAND, Outgoing

    Outgoing.objects.filter(state__in=IN_HAND).update(state="handed_over", channel="national")


def test_the_centres_papers_reach_the_offices_that_serve_with_one_click(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    town.basics()
    assert offers(browser) == []
    assert [line.giver for line in shown(browser).homeless] == ["みどり包括"]
    town.slips()
    assert offers(browser) == [("", "client_basics", ["訪問看護ⅲ", "あかね用具"])]
    press(browser, group=shown(browser).groups[0].cursor)
    made = in_hand()
    assert set(made) == {(*NURSE, "client_basics"), (*RENTAL, "client_basics")}
    assert all(unit.errors == 0 and unit.state == "draft" for unit in made.values())
    files = files_of(made[*NURSE, "client_basics"])
    _, came = town.units[CENTRE, ENTRUSTED, UnitKind.CLIENT_BASICS]
    assert {FileName.parse(name).kind for name in files} == {FileName.parse(name).kind for name in came}
    assert offers(browser) == []


def test_results_go_back_to_the_centre_together_with_the_plan(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results()
    back = [one for one in offers(browser) if one[0]]
    assert back == [("202612", "actual", ["みどり包括"])] * 2
    answer = press(browser, group=BACK)
    assert "1人分、2件を、送るものに入れました" in answer.content.decode()
    made = in_hand()
    assert {key[2] for key in made if key[:2] == CENTRE} == {"use_table", "actual"}
    plan, actual = made[*CENTRE, "use_table"], made[*CENTRE, "actual"]
    assert (plan.errors, actual.errors) == (0, 0) and plan.sequence < actual.sequence
    assert {FileName.parse(name).kind for name in files_of(plan)} == {"UPPLAN", "UPSIKYU", "UPHOSOKU"}
    rows = [row for data in files_of(actual).values() for row in records.read(data, "UPJSK")]
    assert {row["service_office_number"] for row in rows} == {NURSE[0], RENTAL[0]}
    assert not [one for one in offers(browser) if one[0]]


def test_one_click_for_one_takes_all_results_of_the_same_person(town: Town, person: Enter) -> None:
    """The standard wants the whole set of a person; so the second needs no click of its own."""
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results()
    line = next(line for one in shown(browser).groups if one.month for line in one.lines)
    press(browser, origin=str(line.item.origin.id))
    rows = [row for data in files_of(in_hand()[*CENTRE, "actual"]).values() for row in records.read(data, "UPJSK")]
    assert {row["service_office_number"] for row in rows} == {NURSE[0], RENTAL[0]}
    assert not [one for one in offers(browser) if one[0]]


def test_a_late_result_takes_the_place_of_the_draft_and_nothing_is_lost(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results(NURSE)
    press(browser, group=BACK)
    first = in_hand()[*CENTRE, "actual"]
    town.results(RENTAL)
    press(browser, group=BACK)
    second = in_hand()[*CENTRE, "actual"]
    first.refresh_from_db()
    assert first.state == "dropped" and second.pk != first.pk
    rows = [row for data in files_of(second).values() for row in records.read(data, "UPJSK")]
    assert {row["service_office_number"] for row in rows} == {NURSE[0], RENTAL[0]}


def test_a_correction_after_it_has_gone_is_offered_again(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results()
    press_all(browser)
    send_everything()
    assert offers(browser) == []
    town.send(NURSE, ENTRUSTED, UnitKind.ACTUAL, "20270104120000", _20261202="20261203")
    assert offers(browser) == [("202612", "actual", ["みどり包括"])]
    assert "直したもの" in words(browser)
    press_all(browser)
    rows = [row for data in files_of(in_hand()[*CENTRE, "actual"]).values() for row in records.read(data, "UPJSK")]
    assert "20261203" in {row["service_date"] for row in rows}
    assert "20261202" not in {row["service_date"] for row in rows if row["service_office_number"] == NURSE[0]}
    # The centre has the plan already.
    assert (*CENTRE, "use_table") not in in_hand()


def test_pressed_twice_there_is_one_and_dropped_it_is_offered_again(town: Town, person: Enter) -> None:
    from renkei.hub.workspace.models import Outgoing

    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results()
    press(browser, group=BACK)
    assert "もうありませんでした" in press(browser, group=BACK).content.decode()
    assert Outgoing.objects.count() == 2
    Outgoing.objects.update(state="dropped")
    assert [one for one in offers(browser) if one[0]]


def test_a_slip_of_the_centre_goes_to_the_offices_named_in_it(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    unit, files = town.units[ENTRUSTED, NURSE, UnitKind.USE_TABLE]
    old, new = "_".join((*ENTRUSTED, *NURSE)), "_".join((*CENTRE, *ENTRUSTED))
    ends = {"sender": CENTRE[0], "sender_service": "46", "recipient": ENTRUSTED[0], "recipient_service": "43"}
    files = {name.replace(old, new): data for name, data in files.items()}
    town.units[CENTRE, ENTRUSTED, UnitKind.USE_TABLE] = (unit._replace(files=tuple(files), **ends), files)
    town.send(CENTRE, ENTRUSTED, UnitKind.USE_TABLE)
    assert offers(browser) == [("202612", "use_table", [])]
    press_all(browser)
    assert set(in_hand()) == {(*NURSE, "use_table"), (*RENTAL, "use_table")}
    assert offers(browser) == []
    for one in in_hand().values():
        assert one.errors == 0 and set(files_of(one).values()) == set(files.values())


def test_what_came_on_another_way_goes_on_as_well(town: Town, person: Enter) -> None:
    from renkei.hub.parties.models import Membership
    from renkei.hub.workspace.models import Incoming
    from renkei.hub.workspace.outbox import bringing

    browser = person(town.office(ENTRUSTED))
    membership = Membership.objects.select_related("party").get(party__number=ENTRUSTED[0])
    for ends in ((CENTRE, ENTRUSTED, UnitKind.CLIENT_BASICS), (NURSE, ENTRUSTED, UnitKind.ACTUAL)):
        bringing.bring(membership, list(town.units[ends][1].items()))
    assert Incoming.objects.count() == 2
    bringing.bring(membership, list(town.units[ENTRUSTED, NURSE, UnitKind.USE_TABLE][1].items()))
    assert sorted(offers(browser)) == [("", "client_basics", ["訪問看護ⅲ"]), ("202612", "actual", ["みどり包括"])]
    press_all(browser)
    assert offers(browser) == []
    assert {kind for number, _, kind in in_hand() if number == CENTRE[0]} == {"use_table", "actual"}


def test_results_of_one_entrusted_on_paper_go_to_the_centre_that_somebody_chooses(town: Town, person: Enter) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties import services
    from renkei.hub.workspace.partners import services as partners

    browser = person(town.office(ENTRUSTED))
    town.slips(), town.results(NURSE)
    (line,) = shown(browser).lost
    assert offers(browser) == [] and "相手の名簿に、センターがありません" in words(browser)
    given = {"lost": str(line.item.origin.id), "centre": "-".join(CENTRE)}
    assert press(browser, **given).status_code == 404
    with write():
        partners.ensure(services.office(ENTRUSTED[0]).services.get(service="43"), {CENTRE})
    assert press(browser, **given).status_code == 200
    assert {key[2] for key in in_hand() if key[:2] == CENTRE} == {"use_table", "actual"}
    assert not shown(browser).lost
    town.results(RENTAL)
    assert offers(browser) == [("202612", "actual", ["みどり包括"])]


def test_a_withdrawal_of_the_centre_and_of_a_service_office_go_on(town: Town, person: Enter) -> None:
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results(NURSE)
    press_all(browser)
    send_everything()
    rows = records.read(next(iter(town.units[NURSE, ENTRUSTED, UnitKind.ACTUAL][1].values())), "UPJSK")
    who = {name: rows[0][name] for name in ("insurer_number", "insured_person_number")}
    gone = who | {"delete_target_year_month": "202612", "service_office_number": NURSE[0], "service_type_code": "63"}
    told = who | {"consultation_date": "20261110"}
    for kind, sender, row in (("DLTJSK", NURSE, gone), ("DLTKIHON", CENTRE, told)):
        month = "202612" if kind == "DLTJSK" else None
        name = str(FileName(kind, month, *sender, *ENTRUSTED, "20270105100000"))
        ((unit, files),) = world.units_of({name: records.write(kind, [row])})
        answer = town.office(sender).post("/transmissions", town.office(sender).envelope(unit, files))
        assert answer.status_code == 201, answer.content.decode()
    assert {(kind, len(to)) for _, kind, to in offers(browser)} == {
        ("actual_deletion", 1),
        ("client_basics_deletion", 2),
    }
    press_all(browser)
    assert {key[2] for key in in_hand()} == {"actual_deletion", "client_basics_deletion"}
    assert all(one.errors == 0 for one in in_hand().values()) and offers(browser) == []


def test_the_history_of_a_unit_says_what_it_was_made_of(town: Town, person: Enter) -> None:
    from renkei.hub.workspace.models import Handling

    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips()
    press_all(browser)
    said = set(Handling.objects.exclude(words="").values_list("words", flat=True))
    sequence = town.units[CENTRE, ENTRUSTED, UnitKind.CLIENT_BASICS][0].sequence
    assert said == {f"みどり包括から届いたもの({sequence})を回しました。"}


def test_to_look_at_the_page_is_no_look_and_to_pass_on_is_one(town: Town, person: Enter) -> None:
    from renkei.hub.core.looks import subject

    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results()
    browser.get(PAGE)
    assert looks() == []
    press(browser, group=BACK)
    (look,) = looks()
    row = records.read(next(iter(town.units[NURSE, ENTRUSTED, UnitKind.ACTUAL][1].values())), "UPJSK")[0]
    assert look.purpose == "relay" and seen_subjects(look) == {subject(row["insurer_number"], NOBU)}


def test_no_name_or_number_of_a_person_is_on_the_page(town: Town, person: Enter) -> None:
    town.basics(), town.slips(), town.results()
    for office in (ENTRUSTED, CENTRE, NURSE):
        text = person(town.office(office), login=office[0]).get(PAGE).content.decode()
        assert NOBU not in text and "小鳥遊" not in text


def test_all_three_see_who_waits_for_whom(town: Town, person: Enter, today: Callable[[str], None]) -> None:
    ours, centre, nurse = (person(town.office(one), login=one[0]) for one in (ENTRUSTED, CENTRE, NURSE))

    def turns(browser: Client) -> list[tuple[str, int]]:
        return [turn for one in shown(browser).chains if one.chain.month == "202612" for turn in one.turns]

    town.basics(), town.slips()
    today("2026-12-28")
    assert turns(ours) == turns(nurse) == turns(centre) == [("この月が終わると、実績が返ってきます", 1)]
    today("2027-01-04")
    assert turns(ours) == [("事業所の実績を待っています", 1)]
    assert "実績がまだの事業所: 訪問看護ⅲ 1人、あかね用具 1人" in words(ours)
    assert turns(nurse) == [("こちらが、実績を居宅へ返す番です", 1)]
    assert turns(centre) == [("居宅から、予定と実績が回ってくるのを待っています", 1)]
    town.results()
    assert turns(ours) == [("こちらが、センターへ回して送る番です", 1)]
    assert turns(nurse) == []
    for kind in (UnitKind.USE_TABLE, UnitKind.ACTUAL):
        town.send(ENTRUSTED, CENTRE, kind)
    assert (turns(ours), turns(centre)) == ([], [])


def test_others_see_nothing_and_can_pass_nothing_on(town: Town, person: Enter) -> None:
    town.basics(), town.slips(), town.results()
    centre = person(town.office(CENTRE), login="centre")
    assert centre.post(f"{PAGE}pass-on/", {"service": "43", "group": "x"}).status_code == 404
    id_ = town.ids[-1]
    assert (
        "もうありませんでした"
        in centre.post(f"{PAGE}pass-on/", {"service": "46", "origin": id_}, follow=True).content.decode()
    )
    assert in_hand() == {} and looks() == []


def test_the_day_is_the_offices_own(town: Town, person: Enter, today: Callable[[str], None]) -> None:
    browser = person(town.office(ENTRUSTED))
    assert "あと 2営業日" in words(browser)  # 4 and 5 January
    today("2027-01-06")
    assert "令和9年1月分をセンターへ返すまで" in words(browser)
    today("2027-06-04")  # Friday; the 5th is a Saturday
    assert "最後の営業日は 6月4日(金)" in words(browser)
    revision = browser.get(f"{PAGE}due/").context["form"]["revision"].value()
    given = {"service": "43", "revision": revision, "day": "5", "moves": "after"}
    assert browser.post(f"{PAGE}due/", given).status_code == 302
    assert "あと 2営業日" in words(browser) and "6月7日(月)" in words(browser)
    assert browser.post(f"{PAGE}due/", given | {"day": "3"}).status_code == 409
    assert browser.post(f"{PAGE}due/", given | {"day": "11", "revision": "1"}).status_code == 200
    assert "6月7日(月)" in words(browser)


def test_as_many_queries_for_much_as_for_little(town: Town, person: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core import notices
    from renkei.hub.exchange.models import Subject

    monkeypatch.setattr(notices, "SECONDS", 3600)
    browser = person(town.office(ENTRUSTED))
    town.basics(), town.slips(), town.results(NURSE)
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    town.results(RENTAL)
    town.send(NURSE, ENTRUSTED, UnitKind.ACTUAL, "20270104120000", _20261202="20261203")
    Subject.objects.bulk_create(
        Subject(transmission_id=id_, subject=f"{number:064}") for id_ in town.ids for number in range(40)
    )
    with CaptureQueriesContext(connection) as many:
        assert browser.get(PAGE).status_code == 200
    assert len(many) == len(few) <= 30


def test_what_is_asked_goes_by_an_index(town: Town) -> None:
    from django.db import connection

    from renkei.hub.parties import services
    from renkei.hub.workspace.relaying import reading

    service = services.office(ENTRUSTED[0]).services.get(service="43")
    for partners in (["46", "AF"], None):
        for on_hub, _, query in reading._queries(service, ["202611", "202612"], partners):
            narrowed = query if partners else query.filter(subject__in=["0" * 64, "1" * 64])
            plan = plan_of(narrowed)
            assert is_index_search(plan), plan
            if connection.vendor == "sqlite":  # PostgreSQL chooses by how much there is
                assert ("months=? AND kind=?" if on_hub else "months=?") in plan, plan
