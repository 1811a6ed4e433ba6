"""The units of one run side by side: which files speak of the same thing, and in which order they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..units import Unit
from .keys import KEYS, PERSON
from .table import Items, Table

# Deletion → what it takes back (standard 2.3, 3.3).
TAKES_BACK = {
    "DLT1KYO": "UP1KYO",
    "DLTPLAN": "UPPLAN",
    "DLTJSK": "UPJSK",
    "DLTKIHON": "UPKIHON",
    "DLTYOBO": "UPYOBO",
}
# Kinds that say what is in force; the others of their unit go with them.
LEADING = frozenset(TAKES_BACK.values())
_ACTUAL = (*PERSON, "target_year_month", "service_office_number", "service_code")

# Sender, recipient, recipient's service, kind of what is sent or taken back, month.
_Address = tuple[str, str, str, str, str | None]


class Sent:
    """One file of a unit. `keys` (read once) are what it speaks of, as convention C10 has them: of actuals each service
    office and type by itself."""

    def __init__(self, unit: Unit, table: Table) -> None:
        self.unit, self.table = unit, table
        self._keys: frozenset[Items] | None = None

    @property
    def sequence(self) -> str:
        return self.unit.sequence

    @property
    def path(self) -> str:
        return self.table.path

    @property
    def keys(self) -> frozenset[Items]:
        if self._keys is None:
            self._keys = frozenset(self._read())
        return self._keys

    @property
    def created(self) -> str:
        """The last 作成年月日 in the file, "" where the kind has none."""
        if self.table.kind not in {"UP1KYO", "UPPLAN", "UPJSK"}:
            return ""
        return max((date for (date,) in self.table.distinct("document_created_date")), default="")

    def _read(self) -> Iterator[Items]:
        if self.table.kind != "UPJSK":
            yield from self.table.distinct(*KEYS[self.table.kind])
            return
        for *key, code in self.table.distinct(*_ACTUAL):
            yield (*key, code[:2])


def by_address(units: Iterable[Unit], tables: Mapping[str, Table]) -> list[list[Sent]]:
    """The leading files and the deletions of all units, those together that are about the same, in the order of their
    numbers. What stands alone is left out.

    Files with lost records are left out: nothing may be concluded from what they lack.
    """
    found: dict[_Address, list[Sent]] = {}
    for unit in units:
        for name in unit.files:
            table = tables.get(name)
            if table is None or table.lost or not table.records or table.kind not in LEADING | TAKES_BACK.keys():
                continue
            kind = TAKES_BACK.get(table.kind, table.kind)
            # One number may report its services in one file or in several: actuals are not told apart by the type.
            service = "" if kind == "UPJSK" else unit.recipient_service
            found.setdefault((unit.sender, unit.recipient, service, kind, unit.month), []).append(Sent(unit, table))
    return [sorted(sent, key=lambda one: one.sequence) for sent in found.values() if len(sent) > 1]
