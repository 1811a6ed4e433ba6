"""The records of one file as columns, as both the fast and the slow path deliver them to the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..names import FileName


@dataclass(slots=True)
class Table:
    """`columns` holds those that the rules of the kind ask for, one value a record; `numbers` the records' numbers.

    `lines` has one hash a record, equal for equal records. `lost` counts the records that could not be split: where
    there is one, nothing may be concluded from what is absent. `name` is None where the file's name is not of the
    standard.
    """

    kind: str
    path: str
    name: FileName | None
    columns: dict[str, list[str]]
    numbers: Sequence[int]
    lines: list[int] = field(default_factory=list)
    lost: int = 0

    def rows(self, *names: str) -> Iterator[tuple[str, ...]]:
        """The values of these columns, record by record."""
        return zip(*(self.columns[name] for name in names), strict=True)

    def distinct(self, *names: str) -> Iterable[tuple[str, ...]]:
        """The different values of these columns together."""
        return dict.fromkeys(self.rows(*names))

    def where(self, names: Sequence[str], values: tuple[str, ...]) -> Iterator[int]:
        """The numbers of the records in which these columns have these values."""
        return (number for number, row in zip(self.numbers, self.rows(*names), strict=True) if row == values)
