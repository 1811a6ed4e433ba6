"""What a conversion has to say of a file: what stopped it, what a person must see to, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NoReturn

from .catalogue import NOTES


class Level(StrEnum):
    """How much a note matters: the file was not converted; somebody must look; changed as told, nothing to do.

    >>> [level.value for level in Level]
    ['error', 'warning', 'change']
    """

    ERROR = "error"
    WARNING = "warning"
    CHANGE = "change"


# Different things said of one conversion; a strange document could say one of every record.
MAX_NOTES = 500
_LONGEST_SHOWN = 40
_MORE = "W-CONVERT-MORE"
_LEVELS: Mapping[str, Level] = {"E": Level.ERROR, "W": Level.WARNING, "C": Level.CHANGE}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing said of one file, for `count` places of which the first is in `record` (from 1, None for the file).

    `file` is the path as given, `field` the item's Japanese name. Texts hold no values of records but single
    characters that cannot be written.

    >>> notes = Notes()
    >>> notes.add("C-FORM-BLANK", "a.CSV", record=3)
    >>> notes.all()[0].level.value, notes.all()[0].as_dict()["record"]
    ('change', 3)
    """

    code: str
    level: Level
    file: str
    record: int | None
    field: str | None
    count: int
    message: str
    remedy: str

    def as_dict(self) -> dict[str, str | int | None]:
        """Plain values for JSON."""
        return {**asdict(self), "level": str(self.level)}


class Stopped(Exception):
    """A file cannot be read on. The note that says why is already among the notes."""


def shown(text: str) -> str:
    """Text of strangers as it can be printed: cut when long, � for what is no printable character.

    >>> shown("a\\0b")
    'a\ufffdb'
    """
    printable = "".join(character if character.isprintable() else "\ufffd" for character in text[: _LONGEST_SHOWN + 1])
    return printable if len(printable) <= _LONGEST_SHOWN else printable[:_LONGEST_SHOWN] + "…"


class Notes:
    """Collects notes; the same said of several places of a file becomes one note with a count.

    >>> notes = Notes()
    >>> notes.add("C-FORM-BLANK", "a.CSV", record=3)
    >>> notes.add("C-FORM-BLANK", "a.CSV", record=7)
    >>> [(note.record, note.count) for note in notes.all()]
    [(3, 2)]
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str | None, str], Note] = {}
        self._failed = False

    def add(
        self,
        code: str,
        file: str,
        *,
        record: int | None = None,
        field: str | None = None,
        count: int = 1,
        **words: str | int,
    ) -> None:
        """Says `code` of `count` places; `words` fill in its texts."""
        message, remedy = NOTES[code]
        filling = {"field": field or "", **words}
        text = message.format_map(filling)
        key = (code, file, field, text)
        before = self._found.get(key)
        self._failed = self._failed or code.startswith("E-")
        if before is None and len(self._found) >= MAX_NOTES and code != _MORE:
            self.add(_MORE, file, limit=MAX_NOTES)
            return
        first, places = (record, 0) if before is None else (before.record, before.count)
        level = _LEVELS[code[0]]
        self._found[key] = Note(code, level, file, first, field, places + count, text, remedy.format_map(filling))

    def stop(self, code: str, file: str, *, record: int | None = None, **words: str | int) -> NoReturn:
        """Says why the file cannot be read on, and raises Stopped."""
        self.add(code, file, record=record, field=None, count=1, **words)
        raise Stopped

    def all(self) -> list[Note]:
        """The notes in the order in which they were first said."""
        return list(self._found.values())

    @property
    def has_errors(self) -> bool:
        """Whether anything stopped a file, also where it was no longer noted."""
        return self._failed
