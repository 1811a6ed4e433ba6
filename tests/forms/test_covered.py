"""Bundles for offices: each with its cover on top, and nobody on it who is not beneath."""

from __future__ import annotations

from tests.standard.month import HELPER, files
from tests.standard.month import PLANNER as CARE_MANAGER

from renkei.forms.choosing import Wish, choose
from renkei.forms.covered import CoverSheet, with_covers
from renkei.forms.filling.cover_sheet import Office
from renkei.forms.kinds import Family
from renkei.forms.pile import Pile
from renkei.forms.printing import volumes
from renkei.standard.comparing.papers import read_papers


def pile() -> Pile:
    found = {
        name: data for name, data in files().items() if name.startswith(("UP3KYO", "UPSIKYU", "UPHOSOKU", "UPPLAN"))
    }
    return Pile(read_papers(found.items())[0])


def bundled(wish: Wish) -> list[object]:
    wish = Wish(only=["week", "benefit-management"], insured=wish.insured, partner=wish.partner)
    sheets = choose(pile(), wish).sheets
    offices = {HELPER: Office(HELPER, "訪問介護ひまわり", fax="042-000-0000")}
    return list(with_covers(sheets, pile(), wish, offices, sent_on="20261122"))


def test_a_cover_lies_on_each_sort_of_sheets() -> None:
    found = bundled(Wish())
    covers = [one.cover for one in found if isinstance(one, CoverSheet)]
    assert [(one.family, one.month, len(one.people)) for one in covers] == [
        (Family.CARE_PLAN, "", 1),
        (Family.USE_TABLE, "202612", 2),
    ]
    assert [isinstance(one, CoverSheet) for one in found] == [True, False, True, False, False]
    assert (covers[0].sender.number, covers[0].recipient.fax, covers[0].sent_on) == (
        CARE_MANAGER,
        "042-000-0000",
        "20261122",
    )


def test_a_cover_speaks_of_nobody_who_is_not_beneath_it() -> None:
    found = [one for one in bundled(Wish(insured="H000000002")) if isinstance(one, CoverSheet)]
    assert [[person.name for person in one.cover.people] for one in found] == [["栁澤　春"]]


def test_without_sheets_there_is_no_cover() -> None:
    assert bundled(Wish(partner="1370299999")) == []


def test_a_cover_stays_in_the_volume_of_the_first_of_its_people() -> None:
    sheets = with_covers(choose(pile(), Wish(only=["week", "benefit-management"])).sheets, pile(), Wish(), {})
    books = volumes(sheets, "帳票", "帳票", most=2)
    assert [[type(one).__name__ for one in book.sheets] for book in books] == [
        ["CoverSheet", "Sheet"],
        ["CoverSheet", "Sheet"],
        ["Sheet"],
    ]
