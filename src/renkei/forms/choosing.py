"""From read files to the sheets that are printed of them: person by person, unit by unit, form by form. Pure.

One person's records are at hand at a time. A sheet holds them packed, and is filled when it is wanted (`Sheet.form`): a
thousand are chosen in little memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from renkei.services.table import ServiceTable
from renkei.standard.comparing.papers import Paper, Person
from renkei.standard.names import NO_MONTH

from .current import Unit, current
from .filling.given import Given, Picture, given_of
from .filling.words import month
from .kinds import FORM_KINDS, LARGE, Family, FormKind, fill
from .pile import PackedGiven, Pile
from .rendering import Form


@dataclass(frozen=True)
class Wish:
    """What somebody wants to have printed.

    `only` are names of forms; without any it is all but the extra ones, and `also` are extra ones besides. `insured` is an
    insured number, `month` YYYYMM (papers without a month stay), `partner` the number of an office that sent or received.
    `for_client` gives the client's own copy (利用票): once a month, to however many offices the slip went. `is_large` gives each
    unit in large letters instead. `phones` are telephone numbers by office number, for the family's week.

    >>> Wish(month="202612").for_client
    False
    """

    only: Collection[str] = ()
    also: Collection[str] = ()
    insured: str | None = None
    month: str | None = None
    partner: str | None = None
    for_client: bool = False
    is_large: bool = False
    phones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One form of one person, to be filled from what is `packed`. `month` is YYYYMM, empty where the paper has none.

    `how` is what the filling takes besides.
    """

    kind: FormKind
    packed: PackedGiven
    month: str
    how: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        """Insurer and insured number."""
        return self.packed.person

    @property
    def client(self) -> str:
        """The person's name, empty where no file says it."""
        return self.packed.client[0]

    @property
    def partners(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Sender and recipient, each with its service type."""
        return self.packed.sender, self.packed.recipient

    @property
    def given(self) -> Given:
        """The records, unpacked."""
        return self.packed.unpacked()

    @property
    def title(self) -> str:
        """What it is, of which month, of whom: 第6表 令和8年12月分 栁澤　春 様."""
        told = (self.kind.label, f"{month(self.month)}分" if self.month else "", f"{self.client} 様")
        return " ".join(word for word in told if word and word != " 様")

    def form(self) -> Form:
        """The form with what stands in it, to be drawn."""
        return fill(self.kind.name, self.given, self.how)


@dataclass(frozen=True)
class Chosen:
    """The sheets in the order in which they are printed. Units left out: `replaced` by a newer one, `withdrawn`."""

    sheets: list[Sheet] = field(default_factory=list)
    replaced: int = 0
    withdrawn: int = 0


def choose(
    pile: Pile,
    wish: Wish | None = None,
    pictures: Mapping[str, Picture] | None = None,
    services: ServiceTable | None = None,
) -> Chosen:
    """The sheets that these files make, person by person. `pictures` came with them (`filling.family_chart.charts_of`).

    `services` tells what service codes are called.

    >>> choose(Pile()).sheets
    []
    """
    wish = wish or Wish()
    form_kinds = [kind for kind in FORM_KINDS if _is_wanted(kind, wish)]
    offices = pile.offices()
    sheets: list[Sheet] = []
    replaced = withdrawn = 0
    for person in _people(pile, wish):
        own = given_of(pile.papers(person), pictures, offices, services)
        givens = [given for given in own if _is_with(wish.partner, given)]
        found = current(givens, for_client=wish.for_client)
        sheets += _sheets_of(found.units, form_kinds, wish)
        replaced, withdrawn = replaced + found.replaced, withdrawn + found.withdrawn
    return Chosen(sheets, replaced, withdrawn)


def narrowed(pile: Pile, wish: Wish) -> Iterator[list[Paper]]:
    """Person by person, what the papers of the month and the partner say that somebody wishes for.

    >>> list(narrowed(Pile(), Wish(insured="0000000001")))
    []
    """
    for person in _people(pile, wish):
        papers = [paper for paper in pile.papers(person) if _is_wished(paper, wish)]
        if any(paper.rows for paper in papers):
            yield papers


def blank(name: str, *, for_client: bool = False) -> Sheet:
    """The empty form, to be filled in by hand. Raises StopIteration for a name of no form."""
    kind = next(kind for kind in FORM_KINDS if kind.name == name)
    given = Given(("", ""), ("", ""), ("", ""), "", {})
    return Sheet(kind, PackedGiven.of(given), "", _how(kind, Wish(for_client=for_client)))


def _sheets_of(units: Iterable[Unit], form_kinds: Sequence[FormKind], wish: Wish) -> Iterator[Sheet]:
    """The sheets of one person."""
    families = list(Family)
    wanted = (unit for unit in units if not (wish.month and unit.month and unit.month != wish.month))
    ordered = sorted(wanted, key=lambda one: (families.index(one.family), one.month, one.given.sequence))
    newest = {_about(unit): unit for unit in ordered}
    for unit in ordered:
        # To however many offices a paper went: who works or lives with the extra forms wants one.
        own = [kind for kind in form_kinds if not kind.is_extra or newest[_about(unit)] is unit]
        yield from _sheets(unit, own, wish)


def _about(unit: Unit) -> tuple[Family, str, str]:
    return unit.family, unit.given.sender[0], unit.month


def _sheets(unit: Unit, form_kinds: Iterable[FormKind], wish: Wish) -> Iterator[Sheet]:
    own = [kind for kind in form_kinds if kind.family is unit.family and any(map(unit.given.of, kind.files))]
    if not own:
        return
    packed = PackedGiven.of(unit.given)
    if wish.is_large:
        large = replace(LARGE, family=unit.family)
        for file in [file for kind in own for file in kind.files] if wish.only else [""]:
            yield Sheet(large, packed, unit.month, {"kind": file})
        return
    for kind in own:
        yield Sheet(kind, packed, unit.month, _how(kind, wish))


def _how(kind: FormKind, wish: Wish) -> Mapping[str, Any]:
    if kind.name in ("use-table", "benefit-annex"):
        return {"for_client": wish.for_client}
    return {"phones": wish.phones} if kind.name == "family-week" else {}


def _people(pile: Pile, wish: Wish) -> list[Person]:
    return [person for person in pile.people if not wish.insured or person[1] == wish.insured]


def _is_with(partner: str | None, given: Given) -> bool:
    return not partner or partner in (given.sender[0], given.recipient[0])


def _is_wished(paper: Paper, wish: Wish) -> bool:
    name = paper.name
    if wish.month and name.month not in (None, NO_MONTH, wish.month):
        return False
    return not wish.partner or wish.partner in (name.sender, name.recipient)


def _is_wanted(kind: FormKind, wish: Wish) -> bool:
    if kind.name in wish.also:
        return True
    return kind.name in wish.only if wish.only else not kind.is_extra
