"""支給限度: what lies beyond the limits of the supplement must be said in 第7表 (and in the supplement's slots)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .annex_rows import Annex, AnnexRow, Fault, number

# 短期入所療養介護 of every kind is managed under one type (note of the slots).
_MANAGED_UNDER = {"23": "22", "2A": "22", "26": "25", "2B": "25"}


class Slot(NamedTuple):
    """The limit of one service type: `name` is the slot's prefix."""

    name: str
    type: str
    limit: int
    total: int | None
    excess: int | None


class Limits(NamedTuple):
    """The limits of one client with the supplement's record. `category` is None where it is not stated."""

    record: int
    category: int | None
    slots: tuple[Slot, ...]

    @property
    def is_any(self) -> bool:
        return self.category is not None or bool(self.slots)


def limits_of(record: int, values: Sequence[str]) -> Limits:
    """The limits that one record of the supplement states; `values` are those of SUPPLEMENT_COLUMNS."""
    category, *items = values
    slots = []
    for slot in range(9) if any(items) else ():
        service, *figures = items[slot * 4 : slot * 4 + 4]
        limit, total, excess = map(number, figures)
        if service and limit is not None:
            slots.append(Slot(f"type_limit_{slot + 1}", service, limit, total, excess))
    return Limits(record, number(category) or None, tuple(slots))


def wrong_limits(limits: Limits, annex: Annex) -> Iterator[tuple[bool, Fault]]:
    """Limits that are exceeded without a word; True where the fault is in the supplement."""
    within = [row for row in annex.details if row.managed is not None and not row.is_over_30_days]
    for slot in limits.slots:
        units = sum(row.managed or 0 for row in within if _MANAGED_UNDER.get(row.code[:2], row.code[:2]) == slot.type)
        if slot.excess == 0 and max(units, slot.total or 0) > slot.limit:
            words: dict[str, str | int] = {"limit": slot.limit, "units": max(units, slot.total or 0)}
            yield True, (limits.record, "W-CROSS-TYPE-LIMIT", f"{slot.name}_excess_units", "0", words)
    beyond_types = _stated(annex, "over_type")
    if any(slot.excess for slot in limits.slots) and beyond_types == 0 and annex.total:
        excess = sum(slot.excess or 0 for slot in limits.slots)
        words = {"limit": sum(slot.limit for slot in limits.slots), "units": excess}
        yield False, (annex.total.record, "W-CROSS-TYPE-LIMIT", "units_over_type_limit", "0", words)
    yield from _beyond_category(limits, annex, sum(row.managed or 0 for row in within) - (beyond_types or 0))


def _beyond_category(limits: Limits, annex: Annex, units: int) -> Iterator[tuple[bool, Fault]]:
    if limits.category is None or annex.total is None or units <= limits.category:
        return
    if not _stated(annex, "over_category"):
        value = "" if annex.total.over_category is None else str(annex.total.over_category)
        words: dict[str, str | int] = {"limit": limits.category, "units": units}
        yield False, (annex.total.record, "W-CROSS-LIMIT", "units_over_category_limit", value, words)


def _stated(annex: Annex, name: str) -> int | None:
    """What is stated to lie beyond a limit: by the grand total or, where that is silent, by the other rows."""
    rows: list[AnnexRow] = [*annex.details, *annex.subtotals, *([annex.total] if annex.total else [])]
    stated = [value for row in rows if (value := getattr(row, name)) is not None]
    return max(stated) if stated else None
