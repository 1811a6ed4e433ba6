"""A unit as the sheets of paper that people know: on the screen as pictures, to be printed as PDF.

The pictures are for the eye alone; the tables beside them say the same to everybody.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from django.conf import settings

from renkei.forms.choosing import Sheet, Wish, choose
from renkei.forms.filling.family_chart import charts_of
from renkei.forms.pile import Pile
from renkei.forms.printing import Document, volumes
from renkei.hub.core import drawing, service_names
from renkei.hub.core.problems import Refused
from renkei.hub.parties.directory import phones_of
from renkei.standard.comparing.papers import Paper, Person, person_of, read_papers
from renkei.standard.showing import sheets as showing

_MOST_PICTURES = 12  # of one person; the PDF has all
_PLACE = re.compile("[1-9][0-9]{0,4}")


@dataclass(frozen=True)
class Picture:
    """One page: an address that holds the picture itself, and the words for who cannot see it."""

    address: str
    words: str


@dataclass(frozen=True)
class PersonSheets:
    """One person's sheets, and the papers of which they are made. `name` is empty where no file says it."""

    person: Person
    name: str
    sheets: tuple[Sheet, ...]
    papers: Sequence[Paper]

    @property
    def tables(self) -> showing.PersonSheets:
        """The same as tables."""
        own = ((paper, tuple(row for row in paper.rows if person_of(row) == self.person)) for paper in self.papers)
        [tables] = showing.people_of(replace(paper, rows=rows) for paper, rows in own if rows)
        return tables


@dataclass(frozen=True)
class Pictures:
    """The first pages of somebody's sheets; `is_whole` is False where there are more. `undrawn` are titles of sheets that
    could not be drawn.
    """

    pages: tuple[Picture, ...]
    is_whole: bool
    undrawn: tuple[str, ...] = ()


class Look(StrEnum):
    """How a unit is drawn; `label` is what people choose."""

    FORMS = ""
    LARGE = "large"
    FAMILY = "family"

    @property
    def label(self) -> str:
        return {"": "ふつうの様式", "large": "大きな字", "family": "家族むけの1週間"}[self.value]


def people(files: Mapping[str, bytes], look: Look = Look.FORMS) -> list[PersonSheets]:
    """Everybody in the standard's files, given by name, of whom there are sheets to be drawn."""
    papers, _ = read_papers(files.items())
    pile = Pile(papers)
    chosen = choose(pile, _wish(look, pile), charts_of(files.items()), service_names.table())
    found = []
    for person, sheets in groupby(chosen.sheets, _person):
        own = tuple(sheets)
        found.append(PersonSheets(person, own[0].client, own, papers))
    return found


def _wish(look: Look, pile: Pile) -> Wish:
    if look is Look.FAMILY:
        return Wish(only=["family-week"], phones=phones_of(pile.offices().keys()))
    return Wish(is_large=look is Look.LARGE)


def _person(sheet: Sheet) -> Person:
    return sheet.person


def shown(one: PersonSheets) -> Pictures:
    """Drawn for the screen. Raises Refused (503)."""
    drawn = drawing.svgs(one.sheets)
    pages = [page for sheet, own in zip(one.sheets, drawn, strict=True) for page in _pictures(sheet.title, own)]
    undrawn = tuple(sheet.title for sheet, own in zip(one.sheets, drawn, strict=True) if not own)
    return Pictures(tuple(pages[:_MOST_PICTURES]), len(pages) <= _MOST_PICTURES, undrawn)


def _pictures(title: str, pages: Sequence[str]) -> Iterator[Picture]:
    for number, page in enumerate(pages, start=1):
        of = f"({number}/{len(pages)}ページ)" if len(pages) > 1 else ""
        yield Picture(f"data:image/svg+xml;base64,{base64.b64encode(page.encode()).decode()}", f"{title}{of}の紙面")


def books(found: Sequence[PersonSheets]) -> list[Document]:
    """All sheets as PDFs to be printed: one, or several where there are many. None where there is nothing to draw."""
    sheets = [sheet for one in found for sheet in one.sheets]
    return volumes(sheets, "sheets", "様式", settings.RENKEI["LIMIT_PRINTED_SHEETS"])


def one_of(things: Sequence[PersonSheets] | Sequence[Document], place: str) -> int:
    """The place, counted from 1, that somebody asks for in an address; the first by default. Raises Refused (404)."""
    place = place or "1"
    if not _PLACE.fullmatch(place) or int(place) > len(things):
        raise Refused.known(404, "E-NOT-FOUND")
    return int(place)
