"""What a sheet is made of: items under their names, and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One item: its name on the form, and its value in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Table:
    """Rows under headings. `sums` says of each row whether it is a "subtotal", the "total" or a plain row ("").

    `main` are the columns that are always in sight where there is little room; none means all. `numbers` are the
    columns that stand flush right.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...] = ()
    main: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()

    @property
    def marked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each row after its mark of `sums`.

        >>> Table("", ("品目", "円"), (("米", "5"), ("計", "5")), sums=("", "total")).marked[1]
        ('total', ('計', '5'))
        """
        return tuple(zip(self.sums or ("",) * len(self.rows), self.rows, strict=True))
