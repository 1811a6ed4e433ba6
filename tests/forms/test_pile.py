"""Records put by: they come back as they were, and many people take hardly more memory than a few."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.standard.month import HELPER, files, rows

from renkei.forms.choosing import Chosen, Wish, choose
from renkei.forms.covered import with_covers
from renkei.forms.filling.cover_sheet import Standing
from renkei.forms.filling.given import given_of
from renkei.forms.pile import PackedGiven, Pile
from renkei.standard.comparing.papers import Paper, person_of, read_papers
from renkei.standard.names import FileName
from renkei.standard.records import read, write

NAME = FileName.parse(f"UPPLAN_202612_1370100016_43_{HELPER}_11_20261125090000.CSV")
VISITS = 150  # lines of 第6表 of somebody with many services
FEW, MANY = 5, 30


def slips(people: int) -> Iterator[Paper]:
    """第6表 of so many people, a file each, made when it is asked for."""
    row = read(write("UPPLAN", rows()["UPPLAN"][:1]), "UPPLAN")[0]
    for number in range(people):
        day = (
            row | {"insured_person_number": f"{number:010}", "service_date": f"202612{1 + place % 31:02}"}
            for place in range(VISITS)
        )
        name = NAME._replace(sequence=f"{20261125000000 + number}")
        yield Paper(str(name), name, "202407", tuple(day))


def memory(work: Callable[[], object]) -> tuple[int, int]:
    """Bytes that its result holds, and the most that were held meanwhile."""
    tracemalloc.start()
    try:
        made = work()
        held, most = tracemalloc.get_traced_memory()
        del made
    finally:
        tracemalloc.stop()
    return held, most


def a_person_more(work: Callable[[int], object]) -> float:
    """Bytes that one person more takes, in the end or meanwhile."""
    few, many = memory(lambda: work(FEW)), memory(lambda: work(MANY))
    return max(after - before for before, after in zip(few, many, strict=True)) / (MANY - FEW)


def chosen(people: int) -> tuple[Pile, Chosen]:
    pile = Pile(slips(people))
    return pile, choose(pile)


def test_a_person_more_takes_some_kilobytes_and_not_their_records() -> None:
    records = a_person_more(lambda people: list(slips(people)))
    assert records > 100_000
    assert a_person_more(chosen) < 10_000


def test_cover_sheets_take_no_more() -> None:
    def covered(people: int) -> object:
        pile, found = chosen(people)
        return with_covers(found.sheets, pile, Wish(), {})

    assert a_person_more(covered) < 10_000


def test_everybody_s_records_come_back_as_they_were() -> None:
    papers, _ = read_papers(files().items())
    pile = Pile(papers)
    assert pile.people == sorted({person_of(row) for paper in papers for row in paper.rows})
    for person in pile.people:
        own = [replace(paper, rows=tuple(row for row in paper.rows if person_of(row) == person)) for paper in papers]
        assert [paper for paper in pile.papers(person) if paper.rows] == [paper for paper in own if paper.rows]


def test_what_a_form_is_filled_from_comes_back_as_it_was() -> None:
    for given in given_of(read_papers(files().items())[0]):
        assert PackedGiven.of(given).unpacked() == given


def test_a_file_of_the_unit_that_says_nothing_of_a_person_any_more_is_a_change() -> None:
    aki = rows()["UP3KYO"]
    haru = [row | {"insured_person_number": "H000000002"} for row in aki]
    first = rows()["UP1KYO"]
    both = first + [row | {"insured_person_number": "H000000002"} for row in first]
    sent = {}
    for sequence, week in (("20261125090000", aki + haru), ("20261126090000", haru)):
        for kind, own in (("UP1KYO", both), ("UP3KYO", week)):
            sent[str(NAME._replace(kind=kind, month=None, sequence=sequence))] = write(kind, own)
    pile = Pile(read_papers(sent.items())[0])
    cover, *_ = with_covers(choose(pile).sheets, pile, Wish(), {})
    people = {one.insured: (one.standing, one.words) for one in cover.cover.people}  # type: ignore[union-attr]
    assert people == {"0000000001": (Standing.CHANGED, ("第3表",)), "H000000002": (Standing.UNCHANGED, ())}
