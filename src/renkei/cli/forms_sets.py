"""Which sheets of `renkei forms` go into one PDF, and what that is called: numbers of offices and of people, no names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from renkei.forms.choosing import Sheet
from renkei.forms.printing import Document, volumes


class Each(StrEnum):
    """For whom there is a PDF of its own."""

    PERSON = "person"
    PARTNER = "partner"


def documents(sheets: Sequence[Sheet], stem: str, each: str | None) -> list[Document]:
    """The PDFs in their order; a very large one comes in volumes."""
    if each is None:
        return volumes(sheets, stem, "帳票")
    sets: dict[str, list[Sheet]] = {}
    name_of = _person if each == Each.PERSON else _partners(sheets)
    for sheet in sheets:
        sets.setdefault(name_of(sheet), []).append(sheet)
    return [document for name, own in sorted(sets.items()) for document in volumes(own, name, f"帳票 {name}")]


def _person(sheet: Sheet) -> str:
    return "-".join(sheet.person)


def _partners(sheets: Sequence[Sheet]) -> Callable[[Sheet], str]:
    """Names a sheet by the side that differs: what went to several offices by its recipient, what came from several by its
    sender."""
    senders = {sheet.given.sender for sheet in sheets}
    recipients = {sheet.given.recipient for sheet in sheets}

    def name(sheet: Sheet) -> str:
        sender, recipient = "-".join(sheet.given.sender), "-".join(sheet.given.recipient)
        if len(senders) == 1:
            return recipient
        return sender if len(recipients) == 1 else f"{sender}_{recipient}"

    return name
