"""What a repair says: every change that it made, and what it left to a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..catalogue.mends import MENDS, QUESTIONS


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different in the repaired file. `record` counts as a check counts (a header row is the first),
    `field` is the item's Japanese name; both None where the whole file or its name is concerned. `before` and `after`
    may be personal data: show them to the file's owner only.

    >>> Change("R-ITEM-TIME", 1, "サービス開始時刻", "9:30", "0930", "時刻を4桁に直します。").after
    '0930'
    """

    code: str
    record: int | None
    field: str | None
    before: str
    after: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON.

        >>> Change("R-ITEM-TIME", 1, "サービス開始時刻", "9:30", "0930", "時刻を4桁に直します。").as_dict()["after"]
        '0930'
        """
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Remaining:
    """One thing that a person must decide; places as in `Change`, `value` is what stands there.

    >>> Remaining("P-NAME-KIND", None, None, "一覧.csv", "種類がわかりません。").record is None
    True
    """

    code: str
    record: int | None
    field: str | None
    value: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON.

        >>> Remaining("P-NAME-KIND", None, None, "一覧.csv", "種類がわかりません。").as_dict()["value"]
        '一覧.csv'
        """
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file after the repair. `changes` are all that `name` and `data` differ in from what was given.

    `held`: something in the content must be settled by a person first (its `remaining` say what), so that the content
    is still that which was given, byte for byte.

    >>> Repaired("x.CSV", b"", (), ()).held
    False
    """

    name: str
    data: bytes
    changes: tuple[Change, ...]
    remaining: tuple[Remaining, ...]
    held: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for beyond the safe repairs.

    `geta`: write 〓 for a character that has no variant; `widen_kana`: half-width kana in texts become full-width.

    >>> Options().geta
    False
    """

    geta: bool = False
    widen_kana: bool = False


@dataclass(slots=True)
class Notes:
    """The changes and the open questions of one file, as they are found.

    >>> notes = Notes()
    >>> notes.change("R-FILE-END", "なし", "CRLF")
    >>> notes.changes[0].words
    '最後の改行を足します。'
    """

    changes: list[Change] = field(default_factory=list)
    remaining: list[Remaining] = field(default_factory=list)
    held: bool = False

    def change(
        self, code: str, before: str, after: str, *, record: int | None = None, field: str | None = None
    ) -> None:
        """A change of the catalogue's rule `code`."""
        self.changes.append(Change(code, record, field, before, after, MENDS[code].words))

    def leave(
        self, code: str, value: str, *, record: int | None = None, field: str | None = None, hold: bool = False
    ) -> None:
        """A question of the catalogue's rule `code`; with `hold` the content cannot be written until it is answered."""
        self.remaining.append(Remaining(code, record, field, value, QUESTIONS[code].words))
        self.held = self.held or hold
