"""Which sheets of `renkei forms` go into one PDF, and what that is called: numbers of offices and of people, no names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from renkei.forms.choosing import Sheet
from renkei.forms.covered import CoverSheet
from renkei.forms.printing import Document, volumes

AnySheet = Sheet | CoverSheet


class Each(StrEnum):
    """For whom there is a PDF of its own."""

    PERSON = "person"
    PARTNER = "partner"


def documents(sheets: Sequence[AnySheet], stem: str, each: str | None) -> list[Document]:
    """The PDFs in their order; a very large one comes in volumes."""
    if each is None:
        return volumes(sheets, stem, "帳票")
    sets: dict[str, list[AnySheet]] = {}
    name_of = _person if each == Each.PERSON else _partners(sheets)
    for sheet in sheets:
        sets.setdefault(name_of(sheet), []).append(sheet)
    return [document for name, own in sorted(sets.items()) for document in volumes(own, name, f"帳票 {name}")]


def _person(sheet: AnySheet) -> str:
    return "-".join(sheet.person)


def _partners(sheets: Sequence[AnySheet]) -> Callable[[AnySheet], str]:
    """Names a sheet by the side that differs: what went to several offices by its recipient, what came from several by its
    sender."""
    senders, recipients = (set(side) for side in zip(*(sheet.partners for sheet in sheets), strict=True))

    def name(sheet: AnySheet) -> str:
        sender, recipient = map("-".join, sheet.partners)
        if len(senders) == 1:
            return recipient
        return sender if len(recipients) == 1 else f"{sender}_{recipient}"

    return name
