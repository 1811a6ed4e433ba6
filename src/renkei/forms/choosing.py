"""From read files to the sheets that are printed of them: person by person, unit by unit, form by form. Pure.

A sheet is filled when it is wanted (`Sheet.form`): a thousand of them are chosen in no time and little memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from renkei.standard.comparing.papers import Paper, Person, person_of
from renkei.standard.names import NO_MONTH

from .current import Unit, current
from .filling.given import Given, given_of
from .filling.words import month
from .kinds import FORM_KINDS, LARGE, Family, FormKind, fill
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
    """One form of one person, to be filled from `given`. `month` is YYYYMM, empty where the paper has none.

    `how` is what the filling takes besides.
    """

    kind: FormKind
    given: Given
    month: str
    how: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        """Insurer and insured number."""
        return self.given.person

    @property
    def partners(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Sender and recipient, each with its service type."""
        return self.given.sender, self.given.recipient

    @property
    def title(self) -> str:
        """What it is, of which month, of whom: 第6表 令和8年12月分 栁澤　春 様."""
        told = (self.kind.label, f"{month(self.month)}分" if self.month else "", f"{self.given.client[0]} 様")
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


def choose(papers: Iterable[Paper], wish: Wish | None = None, pictures: Mapping[str, bytes] | None = None) -> Chosen:
    """The sheets that these files make, person by person. `pictures` came with them (`filling.family_chart.charts_of`).

    >>> choose([]).sheets
    []
    """
    wish = wish or Wish()
    givens = [given for given in given_of(papers, pictures) if _is_about(given, wish)]
    found = current(givens, for_client=wish.for_client)
    families = list(Family)
    units = sorted(
        (unit for unit in found.units if not (wish.month and unit.month and unit.month != wish.month)),
        key=lambda one: (one.given.person, families.index(one.family), one.month, one.given.sequence),
    )
    form_kinds = [kind for kind in FORM_KINDS if _is_wanted(kind, wish)]
    sheets = [sheet for unit in units for sheet in _sheets(unit, form_kinds, wish)]
    return Chosen(sheets, found.replaced, found.withdrawn)


def narrowed(papers: Iterable[Paper], wish: Wish) -> list[Paper]:
    """What the papers say of the people, the month and the partner that somebody wishes for.

    >>> narrowed([], Wish(insured="0000000001"))
    []
    """
    found = []
    for paper in papers:
        name = paper.name
        is_other_month = wish.month and name.month not in (None, NO_MONTH, wish.month)
        if is_other_month or (wish.partner and wish.partner not in (name.sender, name.recipient)):
            continue
        rows = tuple(row for row in paper.rows if not wish.insured or person_of(row)[1] == wish.insured)
        if rows:
            found.append(replace(paper, rows=rows))
    return found


def blank(name: str, *, for_client: bool = False) -> Sheet:
    """The empty form, to be filled in by hand. Raises StopIteration for a name of no form."""
    kind = next(kind for kind in FORM_KINDS if kind.name == name)
    given = Given(("", ""), ("", ""), ("", ""), "", {})
    return Sheet(kind, given, "", _how(kind, Wish(for_client=for_client)))


def _sheets(unit: Unit, form_kinds: Iterable[FormKind], wish: Wish) -> Iterator[Sheet]:
    own = [kind for kind in form_kinds if kind.family is unit.family and any(map(unit.given.of, kind.files))]
    if wish.is_large and own:
        large = replace(LARGE, family=unit.family)
        for file in [file for kind in own for file in kind.files] if wish.only else [""]:
            yield Sheet(large, unit.given, unit.month, {"kind": file})
        return
    for kind in own:
        yield Sheet(kind, unit.given, unit.month, _how(kind, wish))


def _how(kind: FormKind, wish: Wish) -> Mapping[str, Any]:
    if kind.name in ("use-table", "benefit-annex"):
        return {"for_client": wish.for_client}
    return {"phones": wish.phones} if kind.name == "family-week" else {}


def _is_about(given: Given, wish: Wish) -> bool:
    if wish.insured and given.person[1] != wish.insured:
        return False
    return not wish.partner or wish.partner in (given.sender[0], given.recipient[0])


def _is_wanted(kind: FormKind, wish: Wish) -> bool:
    if kind.name in wish.also:
        return True
    return kind.name in wish.only if wish.only else not kind.is_extra
