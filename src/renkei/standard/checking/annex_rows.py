"""What 第7表 says of one client: details, subtotals, grand total; and whether its own figures agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .row_rules import RENTAL, SUBTOTALS, TOTAL_CODE, is_fixed
from .table import Items

# Record, code, English name of the item, value, words of a finding.
Fault = tuple[int, str, str, str, dict[str, str | int]]


class AnnexRow(NamedTuple):
    """One row as numbers, None where nothing is stated."""

    record: int
    office: str
    satellite: str
    code: str
    is_over_30_days: bool
    unit: int | None
    rate: int | None
    discounted: int | None
    times: int | None
    units: int | None
    managed: int | None
    over_type: int | None
    over_category: int | None
    days_before: int | None
    days_planned: int | None
    days_together: int | None

    @property
    def each(self) -> int | None:
        """Units of one time, after the discount."""
        return self.unit if self.discounted is None else self.discounted


class Annex:
    """The rows of one client."""

    def __init__(self) -> None:
        self.details: list[AnnexRow] = []
        self.subtotals: list[AnnexRow] = []
        self.total: AnnexRow | None = None


def annex_of(rows: Iterable[tuple[int, Items]]) -> Annex:
    """The rows of one client by their sort."""
    found = Annex()
    for record, (office, satellite, code, over, *figures) in rows:
        row = AnnexRow(record, office, satellite, code, over == "1", *map(number, figures))
        if code == TOTAL_CODE:
            found.total = row
        elif code[2:] in SUBTOTALS:
            found.subtotals.append(row)
        elif len(code) == 6:
            found.details.append(row)
    return found


def wrong_days(annex: Annex) -> Iterator[Fault]:
    """Days of short stay that do not add up; told once a client."""
    for row in (*annex.details, *annex.subtotals):
        if row.days_before is None or row.days_planned is None or row.days_together is None:
            continue
        expected = row.days_before + row.days_planned
        if row.days_together != expected:
            yield row.record, "W-CROSS-STAY", "cumulative_days", str(row.days_together), {"expected": expected}
            return


def wrong_lines(annex: Annex) -> Iterator[Fault]:
    """Details whose units times count is not what they state."""
    for row in annex.details:
        if row.units is None or not row.unit:
            continue
        readings = set(_products(row))
        if row.units not in readings:
            expected = "または".join(str(one) for one in sorted(readings))
            yield row.record, "W-CROSS-LINE", "service_units_or_amount", str(row.units), {"expected": expected}


def _products(row: AnnexRow) -> Iterator[int]:
    unit, count = row.unit or 0, row.times or 0
    if row.discounted is None:
        yield unit * count
    else:
        yield row.discounted * count
    if row.rate is not None and 0 < row.rate < 100:
        # Rounded once for all: an honest writer may round either way.
        whole = unit * count * row.rate
        yield from (whole // 100, -(-whole // 100))
    if row.code[:2] in RENTAL or unit < 0 or not is_fixed(row.code):
        yield row.each or 0


def wrong_subtotals(annex: Annex) -> Iterator[Fault]:
    """Subtotals that are not the sum of their details in any reading."""
    if not annex.subtotals:
        return
    sums = _Sums(annex.details)
    for row in annex.subtotals:
        readings = sums.of(row)
        if row.units is not None and readings and row.units not in readings:
            expected = "または".join(str(one) for one in sorted(readings))
            words: dict[str, str | int] = {"expected": expected, "type": row.code[:2]}
            yield row.record, "W-CROSS-PART", "service_units_or_amount", str(row.units), words


class _Sums:
    """What details add up to, by office, type and satellite; each is added up once, however many rows ask."""

    def __init__(self, details: Iterable[AnnexRow]) -> None:
        self._groups: dict[tuple[str, str, str | None], list[AnnexRow]] = {}
        self._sums: dict[tuple[str, str, str | None, str], set[int] | None] = {}
        for row in details:
            for satellite in (row.satellite, None):
                self._groups.setdefault((row.office, row.code[:2], satellite), []).append(row)

    def of(self, subtotal: AnnexRow) -> set[int] | None:
        """The readings of a subtotal; none where its details state nothing. One without a satellite may be that of the
        main house or of all."""
        office, service, kind = subtotal.office, subtotal.code[:2], subtotal.code[2:]
        own = self._of(office, service, subtotal.satellite, kind)
        whole = set() if subtotal.satellite else self._of(office, service, None, kind)
        return None if own is None or whole is None else own | whole

    def _of(self, office: str, service: str, satellite: str | None, kind: str) -> set[int] | None:
        key = (office, service, satellite, kind)
        if key not in self._sums:
            parts = _parts(kind, self._groups.get((office, service, satellite), []))
            is_stated = all(one.units is not None for part in parts for one in part)
            self._sums[key] = {sum(one.units or 0 for one in part) for part in parts} if is_stated else None
        return self._sums[key]


def _parts(kind: str, details: list[AnnexRow]) -> list[list[AnnexRow]]:
    """The details that a subtotal may be the sum of; the readings differ in what they count besides."""
    over = [one for one in details if one.is_over_30_days]
    ordinary = [one for one in details if not one.is_over_30_days]
    within = [one for one in ordinary if one.managed is not None]
    outside = [one for one in ordinary if one.managed is None]
    if kind == "ZZZZ":
        return [over] if over else []
    if kind == "EEEE":
        return [outside] if outside else []
    return [part for part in (within, ordinary, details) if part]


@lru_cache(10_000)
def number(text: str) -> int | None:
    """The number that a cell states; None for an empty one and for what is no number."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None
