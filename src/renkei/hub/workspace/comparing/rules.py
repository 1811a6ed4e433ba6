"""Plan against actual for the pages: what is in force of a month's papers, person by person. Pure, no database.

The comparing itself is `renkei.standard.comparing`; here are the two points of view. A care-management office sees all
offices of its plan; a service office sees its own lines alone, although the slips that it received name the others'.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from renkei.standard.comparing import months
from renkei.standard.comparing.months import OfficeType as OfficeType
from renkei.standard.comparing.months import Standing as Standing
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import Paper as Read
from renkei.standard.comparing.papers import Person, read_papers
from renkei.standard.layouts import code_lists
from renkei.standard.showing.month_grid import office_names
from renkei.standard.units import UnitKind

Row = Mapping[str, str]

PLAN_KINDS = (UnitKind.USE_TABLE, UnitKind.USE_TABLE_DELETION)
ACTUAL_KINDS = (UnitKind.ACTUAL, UnitKind.ACTUAL_DELETION)


@dataclass(frozen=True)
class Desk:
    """Whose view it is. `other_types` are types of the same office that have a mailbox of their own."""

    office: str
    service: str
    other_types: frozenset[str] = frozenset()

    @property
    def makes_plans(self) -> bool:
        """True for a care-management office or support centre, False for a service office."""
        return self.service in code_lists()["service_type_office"]

    def concerns(self, row: Row) -> bool:
        """Whether a record of 第6表 counts here: a service office has nothing to do with the lines of others."""
        type_ = row["service_code"][:2]
        return self.makes_plans or (row["service_office_number"] == self.office and type_ not in self.other_types)


@dataclass(frozen=True)
class Paper:
    """One unit that was sent or received, opened."""

    sequence: str
    sender: str
    recipient: str
    kind: UnitKind
    files: Mapping[str, bytes]

    @cached_property
    def read(self) -> tuple[Read, ...]:
        """Its files as records; without what cannot be read. They are read once, however many ask."""
        return tuple(read_papers(self.files.items())[0])


@dataclass(frozen=True)
class PersonMonth(months.PersonMonth):
    """One person's month. `notices` are what somebody should look at: a number that differs, two who plan, what a newer
    file replaced."""

    notices: tuple[str, ...] = ()

    @property
    def offices(self) -> dict[str, str]:
        """Names of the service offices by number."""
        return office_names([*self.plan, *self.actual])

    @property
    def waiting_names(self) -> list[str]:
        """The offices whose actuals are still awaited."""
        return list(dict.fromkeys(self.offices.get(number, number) for number, _type in self.waiting))


def people_of(papers: Iterable[Paper], month: str, desk: Desk, told: Collection[OfficeType] = ()) -> list[PersonMonth]:
    """Everyone in these papers, the most pressing first, then by kana. Order of arrival does not matter.

    The answer is that of `renkei reconcile` for the same files. `told` are offices and types that have reported, where
    these are not all papers of the month.
    """
    read = [one for paper in papers for one in paper.read]
    found = reconcile_papers(read, read, desk.concerns, told)
    notices: dict[Person, list[str]] = {}
    for notice in found.notices:
        notices.setdefault(notice.person, []).append(notice.words)
    return [
        PersonMonth(**vars(one), notices=tuple(notices.get((one.insurer, one.insured), ())))
        for one in found.people
        if one.month == month
    ]
