"""Which sheets are printed of a pile of files: each current one, for offices or for the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from tests.standard.month import HELPER, MONTH, PLANNER, files, rows

from renkei.forms import forms
from renkei.forms.choosing import Chosen, Sheet, Wish, choose
from renkei.forms.filling.given import Given
from renkei.forms.kinds import FORM_KINDS, fill, name_of
from renkei.forms.pile import Pile
from renkei.standard.comparing.papers import read_papers
from renkei.standard.names import FileName
from renkei.standard.records import write

AKI, HARU = ("132019", "0000000001"), ("132019", "H000000002")
PLANS = ("UPPLAN", "UPSIKYU", "UPHOSOKU_202612")
OTHER = "1370200030"


def pile(*wanted: str) -> dict[str, bytes]:
    """The files of the small month whose names begin so; all but deletions where nothing is named."""
    return {
        name: data
        for name, data in files().items()
        if (name.startswith(wanted) if wanted else not name.startswith("DLT"))
    }


def again(found: Mapping[str, bytes], sequence: str, recipient: str = HELPER) -> dict[str, bytes]:
    """The same files sent once more."""
    sent = {}
    for name, data in found.items():
        sent[str(FileName.parse(name)._replace(sequence=sequence, recipient=recipient))] = data
    return sent


def chosen(found: Mapping[str, bytes], **wish: object) -> Chosen:
    return choose(Pile(read_papers(found.items())[0]), Wish(**wish))  # type: ignore[arg-type]


def told(sheets: Iterable[Sheet]) -> list[tuple[str, str]]:
    return [(sheet.person[1], sheet.kind.name) for sheet in sheets]


def test_each_unit_gives_its_forms_person_by_person() -> None:
    assert told(chosen(pile()).sheets) == [
        ("0000000001", "care-plan-1"),
        ("0000000001", "care-plan-2"),
        ("0000000001", "week"),
        ("0000000001", "use-table"),
        ("0000000001", "benefit-annex"),
        ("0000000001", "use-table"),  # what the office reported
        ("0000000001", "prevention-plan"),
        ("0000000001", "client-basics"),
        ("H000000002", "use-table"),
        ("H000000002", "benefit-annex"),
        ("H000000002", "use-table"),
    ]


def test_what_an_office_reported_stands_under_the_plan_for_its_own_services() -> None:
    reported = chosen(pile("UPPLAN", "UPJSK")).sheets[1].given
    assert reported.sender == (HELPER, "11")
    assert {row["service_office_number"] for row in reported.of("UPPLAN")} == {HELPER}
    assert len(reported.of("UPPLAN")) == len(reported.actual) == 2


def test_what_an_office_reported_says_when_the_client_was_born_as_the_plan_does() -> None:
    [reported] = [
        sheet.given for sheet in chosen(pile("UPJSK", *PLANS), insured=AKI[1]).sheets if sheet.given.of("UPJSK")
    ]
    assert reported.first("UPHOSOKU")["client_birth_date"] == "19400229"


def test_actuals_without_their_plan_are_printed_too() -> None:
    [sheet, _] = chosen(pile("UPJSK")).sheets
    assert (sheet.kind.name, sheet.month, sheet.given.of("UPPLAN")) == ("use-table", MONTH, ())


def test_of_a_slip_sent_again_the_newer_one_is_printed() -> None:
    found = pile(*PLANS)
    newer = [row | {"care_manager_name": "介護　花子"} for row in rows()["UPPLAN"]]
    sent = {name: write("UPPLAN", newer) if name.startswith("UPPLAN") else data for name, data in found.items()}
    result = chosen(found | again(sent, "20261127090000"), only=["use-table"])
    assert told(result.sheets) == [("0000000001", "use-table"), ("H000000002", "use-table")]
    assert {sheet.given.first("UPPLAN")["care_manager_name"] for sheet in result.sheets} == {"介護　花子"}
    assert result.replaced == 2


def test_a_withdrawn_slip_is_not_printed_and_one_sent_after_that_is() -> None:
    found = pile(*PLANS, "DLTPLAN")
    result = chosen(found)
    assert {sheet.person for sheet in result.sheets} == {HARU} and result.withdrawn == 1
    after = again(pile(*PLANS), "20261127090000")
    assert {sheet.person for sheet in chosen(found | after).sheets} == {AKI, HARU}


def test_a_withdrawn_care_plan_is_not_printed_and_another_day_s_is() -> None:
    assert chosen(pile("UP1KYO", "DLT1KYO")).sheets == []
    other_day = write("UP1KYO", [rows()["UP1KYO"][0] | {"care_plan_creation_or_change_date": "20260601"}])
    found = {name: other_day if name.startswith("UP1KYO") else data for name, data in pile("UP1KYO", "DLT1KYO").items()}
    assert told(chosen(found).sheets) == [("0000000001", "care-plan-1")]


def test_withdrawn_actuals_are_not_printed() -> None:
    assert {sheet.person for sheet in chosen(pile("UPJSK", "DLTJSK")).sheets} == {HARU}


def test_an_office_s_copy_is_for_each_office_and_the_client_s_is_one() -> None:
    found = pile(*PLANS) | again(pile(*PLANS), "20261125090028", OTHER)
    offices = chosen(found, only=["use-table"], insured=AKI[1])
    assert [sheet.given.recipient[0] for sheet in offices.sheets] == [HELPER, OTHER] and not offices.replaced
    [sheet] = chosen(found, only=["use-table"], insured=AKI[1], for_client=True).sheets
    assert sheet.how == {"for_client": True} and len(sheet.given.of("UPPLAN")) == 4


def test_what_is_claimed_for_a_month_is_one_sheet_however_many_offices_have_the_slip() -> None:
    found = pile(*PLANS) | again(pile(*PLANS), "20261125090028", OTHER)
    [sheet] = chosen(found, only=["benefit-management"], insured=AKI[1]).sheets
    assert sheet.given.recipient[0] == OTHER


def test_the_client_s_copy_shows_what_was_done_and_has_no_sheet_an_office() -> None:
    sheets = chosen(pile(), for_client=True, insured=AKI[1], only=["use-table"]).sheets
    [given] = [sheet.given for sheet in sheets]
    assert given.sender[0] == PLANNER and len(given.actual) == 2


def test_the_client_s_copy_lacks_the_services_of_an_office_whose_slip_was_withdrawn() -> None:
    found = pile(*PLANS, "DLTPLAN") | again(pile(*PLANS), "20261125090028", OTHER)
    [sheet] = chosen(found, only=["use-table"], insured=AKI[1], for_client=True).sheets
    assert {row["service_office_number"] for row in sheet.given.of("UPPLAN")} == {OTHER}


def test_forms_months_people_and_partners_can_be_chosen() -> None:
    assert told(chosen(pile(), only=["week"]).sheets) == [("0000000001", "week")]
    assert told(chosen(pile(), only=["week"], also=["family-week"]).sheets)[1:] == [("0000000001", "family-week")]
    assert {sheet.person for sheet in chosen(pile(), insured=HARU[1]).sheets} == {HARU}
    assert chosen(pile(*PLANS), month="202701").sheets == []
    assert told(chosen(pile(), month="202701").sheets)[:1] == [("0000000001", "care-plan-1")]
    assert chosen(pile(), partner="1370299999").sheets == []
    assert len(chosen(pile(), partner=HELPER).sheets) == 11


@pytest.mark.parametrize("word", ["第6表", "第６表", "利用票", "提供票", "use-table"])
def test_a_form_may_be_called_by_any_of_its_names(word: str) -> None:
    assert name_of(word) == "use-table"


def test_a_sheet_says_what_it_is_of_which_month_and_of_whom() -> None:
    [sheet, *_] = chosen(pile(*PLANS)).sheets
    assert sheet.title == "第6表 令和8年12月分 小野寺　髙子 様"


def test_every_form_that_can_be_asked_for_can_be_drawn() -> None:
    empty = Given(("", ""), ("", ""), ("", ""), "", {})
    for name in [kind.name for kind in FORM_KINDS] + ["large"]:
        assert fill(name, empty, {}).name == name and name in forms()
