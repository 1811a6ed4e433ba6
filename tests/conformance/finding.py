"""Looking for things in the files of the varied month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from renkei.conformance.varied import VariedMonth, make_varied_month
from renkei.standard import records
from renkei.standard.names import Edition, FileName

Rows = list[dict[str, str]]


class Found:
    """The month and ways into it: units of a case in order of arrival, rows of a unit's file."""

    def __init__(self) -> None:
        self.month: VariedMonth = make_varied_month()

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file by its name; names are unique because they tell the sender."""
        return {name: data for outbox in self.month.files.values() for name, data in outbox.items()}

    def units(self, case: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The units of a case, in the order in which they arrived."""
        return [u for u in self.month.truth["units"] if u["case"] == case and kind in {None, u["kind"]}]

    def rows(self, unit: dict[str, Any], kind: str) -> Rows:
        """The rows of a unit's file of one kind."""
        (name,) = [name for name in unit["files"] if FileName.parse(name).kind == kind]
        return records.read(self.files[name], kind)

    def all_rows(self, kind: str, names: Iterable[str] | None = None) -> Iterator[dict[str, str]]:
        """The rows of every file of a kind."""
        for name in self.files if names is None else names:
            if FileName.parse(name).kind == kind:
                yield from records.read(self.files[name], kind)

    def current(self) -> dict[str, dict[str, bytes]]:
        """The outboxes of the offices that write V4.1."""
        return {
            number: files
            for number, files in self.month.files.items()
            if all(FileName.parse(name).edition is Edition.V4_1 for name in files)
        }

    def in_force(self, **wanted: str) -> list[dict[str, str]]:
        """What truth says is in force, of these items."""
        return [one for one in self.month.truth["in_force"] if wanted.items() <= one.items()]


def with_code(rows: Rows, code: str) -> Rows:
    return [row for row in rows if row["service_code"] == code]
