"""Entrusted offices: what is to be passed on, to whom, with which bytes, and who waits for whom. No database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.conformance.varied import make_varied_month
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.relaying import chains, rewriting
from renkei.hub.workspace.relaying.chains import Chain, Stand, Way
from renkei.hub.workspace.relaying.rewriting import Letter, Opened
from renkei.hub.workspace.relaying.rules import Role, Seen, Waiting, due_date, is_prevention, role_of, waiting
from renkei.standard import records
from renkei.standard.checking import check
from renkei.standard.checking.prevention import PICTURE_ITEM
from renkei.standard.findings import Role as Reader
from renkei.standard.findings import Severity
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind, group

CENTRE, OTHER_CENTRE = ("1309200010", "46"), ("1309200028", "46")
NURSE, RENTAL = ("1369400013", "63"), ("1379400037", "67")
HELP = ("1379400011", "11")
ENTRUSTED = ("1379200023", "43")
MONTH = "202612"
START = datetime(2026, 12, 1, tzinfo=UTC)


def seen(
    kind: UnitKind,
    partner: tuple[str, str],
    hour: int,
    *people: str,
    ours: bool = False,
    gone: bool = True,
    number: int | None = None,
) -> Seen:
    """A unit of that hour; `number` is its sequence number where that tells another hour."""
    month = "" if kind.value.startswith(("client_basics", "prevention_plan")) else MONTH
    sequence = f"{number if number is not None else hour:014}"
    at = START + timedelta(hours=hour)
    return Seen(uuid.uuid4(), True, ours, gone, partner, kind, month, sequence, at, frozenset(people or ("nobu",)))


def slip(partner: tuple[str, str], hour: int, *people: str, gone: bool = True) -> Seen:
    return seen(UnitKind.USE_TABLE, partner, hour, *people, ours=True, gone=gone)


def offered(*units: Seen) -> list[tuple[UnitKind, set[tuple[str, str]]]]:
    return [(one.origin.kind, set(one.to)) for one in waiting(units, "202611") if one.is_ready]


BASICS = seen(UnitKind.CLIENT_BASICS, CENTRE, 1)
RESULT = seen(UnitKind.ACTUAL, NURSE, 10)


@pytest.mark.parametrize(
    ("service", "role", "prevention"),
    [
        ("46", Role.CENTRE, False),
        ("AF", Role.CENTRE, False),
        ("43", Role.ENTRUSTED, False),
        ("63", Role.PROVIDER, True),
        ("A6", Role.PROVIDER, True),
        ("2B", Role.PROVIDER, True),
        ("11", Role.PROVIDER, False),
        ("68", Role.PROVIDER, False),  # 小規模多機能型(短期利用): no 予防, though its digits look like it
    ],
)
def test_a_service_type_says_who_an_office_is(service: str, role: Role, prevention: bool) -> None:
    assert (role_of(service), is_prevention(service)) == (role, prevention)


def test_the_centres_papers_go_to_every_office_that_serves_the_person() -> None:
    assert offered(BASICS, slip(NURSE, 2), slip(RENTAL, 2)) == [(UnitKind.CLIENT_BASICS, {NURSE, RENTAL})]


def test_papers_wait_while_no_office_serves_the_person() -> None:
    (item,) = waiting([BASICS], "202611")
    assert (item.is_ready, item.homeless) == (False, {"nobu"})


def test_an_office_that_serves_others_or_serves_in_long_term_care_gets_no_papers() -> None:
    assert offered(BASICS, slip(RENTAL, 2, "gen"), slip(HELP, 2)) == []


def test_an_office_that_served_long_ago_gets_no_papers() -> None:
    assert [one.to for one in waiting([BASICS, slip(NURSE, 2)], "202701")] == [{}]


def test_a_slip_of_the_centre_waits_until_a_slip_has_gone_on() -> None:
    theirs = seen(UnitKind.USE_TABLE, CENTRE, 1)
    assert offered(theirs) == [(UnitKind.USE_TABLE, set())]
    assert offered(theirs, slip(NURSE, 2)) == []


def test_results_go_to_the_centre_that_entrusted_the_person() -> None:
    result = seen(UnitKind.ACTUAL, NURSE, 10, "nobu", "gen", "own")
    other = seen(UnitKind.CLIENT_BASICS, OTHER_CENTRE, 1, "gen")
    found = [one for one in waiting([BASICS, other, result], "202611") if one.is_back]
    ready = {one.centre: set(one.people) for one in found if one.is_ready}
    assert ready == {CENTRE: {"nobu"}, OTHER_CENTRE: {"gen"}}
    assert [set(one.homeless) for one in found if not one.is_ready] == [{"own"}]


def test_results_of_one_who_is_in_long_term_care_now_stay_here() -> None:
    result = seen(UnitKind.ACTUAL, HELP, 10)
    assert [one for one in waiting([BASICS, slip(HELP, 2), result], "202611") if one.is_back] == []
    assert offered(BASICS, slip(NURSE, 2), seen(UnitKind.CLIENT_BASICS, NURSE, 3, ours=True), result)


def test_results_of_nobodys_client_wait_until_somebody_names_the_centre() -> None:
    slip_gone, result = slip(NURSE, 2), seen(UnitKind.ACTUAL, NURSE, 10)
    (item,) = waiting([slip_gone, result], "202611")
    assert (item.is_ready, item.homeless, item.centre) == (False, {"nobu"}, ("", ""))
    (item,) = waiting([slip_gone, result], "202611", {"nobu": CENTRE})
    assert (item.is_ready, item.centre) == (True, CENTRE)
    passed = seen(UnitKind.ACTUAL, CENTRE, 11, ours=True)
    assert waiting([slip_gone, result, passed], "202611") == []
    (item,) = waiting([slip_gone, result, passed, seen(UnitKind.ACTUAL, NURSE, 12)], "202611")
    assert item.centre == CENTRE  # known from now on
    assert waiting([slip(HELP, 2), seen(UnitKind.ACTUAL, HELP, 10)], "202611") == []


def test_nothing_goes_twice_and_what_was_dropped_is_offered_again() -> None:
    passed = seen(UnitKind.ACTUAL, CENTRE, 11, ours=True, gone=False)
    assert [one for one in waiting([BASICS, RESULT, passed], "202611") if one.is_back] == []
    assert [one for one in waiting([BASICS, RESULT], "202611") if one.is_back]


def test_a_correction_is_offered_again_and_says_so() -> None:
    passed, again = seen(UnitKind.ACTUAL, CENTRE, 11, ours=True), seen(UnitKind.ACTUAL, NURSE, 12)
    (item,) = (one for one in waiting([BASICS, RESULT, passed, again], "202611") if one.is_back)
    assert (item.origin, item.is_again) == (again, True)


def test_what_was_made_early_and_came_late_is_not_taken_for_passed_on() -> None:
    """The other office wrote its file at 9, we passed on at 11, its file came at 12."""
    passed, late = seen(UnitKind.ACTUAL, CENTRE, 11, ours=True), seen(UnitKind.ACTUAL, RENTAL, 12, number=9)
    (item,) = (one for one in waiting([BASICS, RESULT, passed, late], "202611") if one.is_back)
    assert item.origin == late


def test_a_withdrawal_goes_on_only_where_something_went_before() -> None:
    away = seen(UnitKind.ACTUAL_DELETION, NURSE, 12)
    assert [one for one in waiting([BASICS, RESULT, away], "202611") if one.is_back] == []
    passed = seen(UnitKind.ACTUAL, CENTRE, 11, ours=True)
    assert [one.origin for one in waiting([BASICS, RESULT, passed, away], "202611") if one.is_back] == [away]


_PEOPLE = st.frozensets(st.sampled_from(["nobu", "gen", "toyo"]), min_size=1)
_UNITS = st.lists(
    st.builds(
        lambda kind, partner, hour, number, people, ours: seen(
            kind, partner, hour, *sorted(people), ours=ours, number=number
        ),
        st.sampled_from(
            [
                UnitKind.CLIENT_BASICS,
                UnitKind.PREVENTION_PLAN,
                UnitKind.ACTUAL,
                UnitKind.ACTUAL_DELETION,
                UnitKind.USE_TABLE,
            ]
        ),
        st.sampled_from([CENTRE, OTHER_CENTRE, NURSE, RENTAL, HELP]),
        st.integers(0, 20),
        st.integers(0, 20),
        _PEOPLE,
        st.booleans(),
    ),
    max_size=12,
)


@given(_UNITS, st.randoms())
def test_whatever_the_order_the_same_is_offered_and_after_passing_it_on_nothing(
    units: list[Seen], random: object
) -> None:
    def told(found: list[Waiting]) -> set[tuple[uuid.UUID, tuple[str, str], frozenset[str]]]:
        return {(one.origin.id, one.centre, one.people) for one in found if one.is_ready}

    found = waiting(units, "202611")
    random.shuffle(units)  # type: ignore[attr-defined]
    assert told(waiting(units, "202611")) == told(found)
    for one in found:
        to = one.to or {NURSE: one.people}
        units += [seen(one.origin.kind, address, 30, *people, ours=True) for address, people in to.items()]
    again = waiting(units, "202611")
    ready = {one.origin.id for one in found if one.is_ready}
    # A slip that went on makes an office known: papers may go there now, which could not before.
    assert not ready & {one.origin.id for one in again if one.is_ready and (one.is_back or not one.to)}


# Who waits for whom ---------------------------------------------------------------------------------------------------


def chain(*units: Seen, role: Role = Role.ENTRUSTED) -> Chain:
    (found,) = chains.chains(units, role, waiting(units, "202611"), [MONTH])
    return found


def stands(found: Chain) -> list[Stand]:
    return [link.stand for link in found.links]


DONE, PARTLY, NOT_YET, UNSEEN = Stand.DONE, Stand.PARTLY, Stand.NOT_YET, Stand.UNSEEN


def test_the_chain_moves_on_from_part_to_part() -> None:
    units = [BASICS, slip(NURSE, 2, gone=False), slip(RENTAL, 2, gone=False)]
    assert (stands(chain(*units)), chain(*units).waits) == ([DONE, NOT_YET, NOT_YET, NOT_YET], [(Way.SLIPS, 1)])
    units = [BASICS, slip(NURSE, 2), slip(RENTAL, 2)]
    assert (stands(chain(*units)), chain(*units).waits) == ([DONE, DONE, NOT_YET, NOT_YET], [(Way.RESULTS, 1)])
    units.append(RESULT)  # of one office of two
    assert chain(*units).waits == [(Way.RESULTS, 1)]
    units.append(seen(UnitKind.ACTUAL, RENTAL, 11))
    assert (stands(chain(*units)), chain(*units).waits) == ([DONE, DONE, DONE, NOT_YET], [(Way.RETURN, 1)])
    units.append(seen(UnitKind.ACTUAL, CENTRE, 12, ours=True, gone=False))
    assert chain(*units).waits == [(Way.RETURN, 1)]  # it waits in the outbox
    units[-1] = seen(UnitKind.ACTUAL, CENTRE, 12, ours=True)
    assert (stands(chain(*units)), chain(*units).waits) == ([DONE] * 4, [])
    units.append(seen(UnitKind.ACTUAL, NURSE, 13))
    assert chain(*units).waits == [(Way.RETURN, 1)]  # corrected since


def test_two_people_at_two_places_are_both_told() -> None:
    basics = seen(UnitKind.CLIENT_BASICS, CENTRE, 1, "nobu", "gen")
    found = chain(basics, slip(NURSE, 2, "nobu", "gen"), seen(UnitKind.ACTUAL, NURSE, 3, "gen"))
    assert stands(found) == [DONE, DONE, PARTLY, NOT_YET]
    assert found.waits == [(Way.RESULTS, 1), (Way.RETURN, 1)]


def test_the_centre_and_the_service_office_see_their_own_ends() -> None:
    sent = seen(UnitKind.CLIENT_BASICS, ENTRUSTED, 1, "nobu", "gen", ours=True)
    back = seen(UnitKind.ACTUAL, ENTRUSTED, 9, "gen")
    found = chain(sent, back, role=Role.CENTRE)
    assert (stands(found), found.waits) == ([DONE, UNSEEN, UNSEEN, PARTLY], [(Way.RETURN, 1)])
    found = chain(seen(UnitKind.USE_TABLE, ENTRUSTED, 2, "nobu"), role=Role.PROVIDER)
    assert (stands(found), found.waits) == ([UNSEEN, DONE, NOT_YET, UNSEEN], [(Way.RESULTS, 1)])


def test_a_centre_waits_for_nobody_in_a_month_before_the_papers_went() -> None:
    sent = seen(UnitKind.CLIENT_BASICS, ENTRUSTED, 1, "nobu", ours=True)
    found = chains.chains([sent], Role.CENTRE, [], ["202611", "202612", "202701"])
    assert [one.month for one in found] == ["202701", "202612"]


# The files ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def units() -> dict[tuple[str, str, UnitKind], Opened]:
    """The units of the entrusted client of the varied month, by sender, recipient and kind."""
    files = {name: data for own in make_varied_month().files.values() for name, data in own.items()}
    found = {}
    for unit in group(files)[0]:
        own = {name: files[name] for name in unit.files}
        ends = unit.sender, unit.recipient
        found[*ends, unit.kind] = Opened(*ends, unit.sequence, unit.kind, own)
    return found


def errors(files: dict[str, bytes]) -> list[str]:
    found = check(list(files.items()), Reader.SENDER).findings
    return [one.code for one in found if one.severity is Severity.ERROR]


def nobu(row: dict[str, str]) -> bool:
    return row["insured_person_number"] == "0000001071"


def test_basics_go_on_with_the_picture_under_its_new_name(units: dict[tuple[str, str, UnitKind], Opened]) -> None:
    old = units[CENTRE[0], ENTRUSTED[0], UnitKind.CLIENT_BASICS].files
    new = rewriting.readdressed(old, Letter(ENTRUSTED, NURSE, "20261201090000"), nobu)
    assert sorted(FileName.parse(name).kind for name in new) == sorted(FileName.parse(name).kind for name in old)
    assert {(n.sender, n.recipient, n.recipient_service, n.sequence) for n in map(FileName.parse, new)} == {
        (ENTRUSTED[0], *NURSE, "20261201090000")
    }
    by_kind = {FileName.parse(name).kind: (name, data) for name, data in new.items()}
    assert records.read(by_kind["UPKIHON"][1], "UPKIHON")[0][PICTURE_ITEM] == by_kind["UPKIHON_IMAGE"][0]
    for name, data in old.items():
        if (kind := FileName.parse(name).kind) != "UPKIHON":
            assert by_kind[kind][1] == data
    assert errors(new) == []


def test_who_is_none_of_their_clients_is_left_out(units: dict[tuple[str, str, UnitKind], Opened]) -> None:
    old = units[CENTRE[0], ENTRUSTED[0], UnitKind.CLIENT_BASICS].files
    assert rewriting.readdressed(old, Letter(ENTRUSTED, NURSE, "20261201090000"), lambda row: False) == {}
    doubled = {name: data * 2 if name.endswith(".CSV") else data for name, data in old.items()}
    turn = iter([True, False] * 20)
    halved = rewriting.readdressed(doubled, Letter(ENTRUSTED, NURSE, "20261201090000"), lambda row: next(turn))
    assert sum(len(records.read(data, "UPKIHON")) for name, data in halved.items() if "UPKIHON_1" in name) == 1


def test_results_of_all_offices_go_back_in_one_file_with_the_plan(
    units: dict[tuple[str, str, UnitKind], Opened],
) -> None:
    """What the hub makes is what the story of the varied month says that the office sends."""
    results = [units[office[0], ENTRUSTED[0], UnitKind.ACTUAL] for office in (NURSE, RENTAL)]
    plan = units[ENTRUSTED[0], NURSE[0], UnitKind.USE_TABLE]
    letters = Letter(ENTRUSTED, CENTRE, "20270104150000"), Letter(ENTRUSTED, CENTRE, "20270104150007")
    done = rewriting.actuals(results, letters[1], MONTH, nobu)
    planned = rewriting.tables({rewriting.person_of(plan.rows("UPPLAN")[0]): plan}, letters[0], MONTH)
    for made, kind in ((done, UnitKind.ACTUAL), (planned, UnitKind.USE_TABLE)):
        true = units[ENTRUSTED[0], CENTRE[0], kind].files
        assert made.keys() == true.keys()
        for name, data in made.items():
            file_kind = FileName.parse(name).kind
            assert plain(data, file_kind) == plain(true[name], file_kind)
    assert errors(done | planned) == []


def plain(data: bytes, kind: str) -> list[list[tuple[str, str]]]:
    # Who wrote a line is the service office, whoever passes it on.
    who = ("updated_by_office_number", "entered_by_code")
    rows = records.read(data, kind)
    return sorted(sorted((name, value) for name, value in row.items() if name not in who) for row in rows)


def test_results_of_long_term_care_in_the_same_file_stay_here(units: dict[tuple[str, str, UnitKind], Opened]) -> None:
    (name, data), *_ = units[NURSE[0], ENTRUSTED[0], UnitKind.ACTUAL].files.items()
    rows = [row | {"service_code": "13" + row["service_code"][2:]} for row in records.read(data, "UPJSK")]
    care = Opened(NURSE[0], ENTRUSTED[0], "20270102150000", UnitKind.ACTUAL, {name: records.write("UPJSK", rows)})
    assert rewriting.actuals([care], Letter(ENTRUSTED, CENTRE, "20270104150007"), MONTH, nobu) == {}


# The day --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "day"), [(Moves.STAYS, "2026-12-05"), (Moves.BEFORE, "2026-12-04"), (Moves.AFTER, "2026-12-07")]
)
def test_the_fifth_moves_as_the_office_says(moves: Moves, day: str) -> None:
    assert due_date("202611", 5, moves).isoformat() == day
