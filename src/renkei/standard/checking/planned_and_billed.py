"""The lines of 第6表 against the details of 第7表, for one client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .annex_rows import Annex, AnnexRow, Fault
from .plan_lines import Line, Planned, without_satellites
from .row_rules import RENTAL, is_fixed

# 居宅療養管理指導: outside the limit, and many forms leave it out of 第7表.
_OFTEN_LEFT_OUT = frozenset({"31", "34"})
# Whether the fault is in 第6表, and the fault.
_Sided = tuple[bool, Fault]


def unlike(planned: Mapping[Line, Planned], annex: Annex) -> Iterator[_Sided]:
    """Lines that stand on one side only, and those whose units or counts differ in every reading."""
    lines, details = _lined_up(dict(planned), annex.details)
    yield from _on_one_side(lines, details, annex)
    for line, rows in details.items():
        if line in lines:
            yield from _different(line[2], lines[line], rows)


def _lined_up(
    planned: dict[Line, Planned], details: list[AnnexRow]
) -> tuple[dict[Line, Planned], dict[Line, list[AnnexRow]]]:
    """Both by office, satellite and code; satellites are put together where only one side tells them apart."""
    tells_apart = {line[:2] for line in planned} == {(row.office, row.satellite) for row in details}
    found: dict[Line, list[AnnexRow]] = {}
    for row in details:
        found.setdefault((row.office, row.satellite if tells_apart else "", row.code), []).append(row)
    return (planned if tells_apart else without_satellites(planned)), found


def _on_one_side(lines: dict[Line, Planned], details: dict[Line, list[AnnexRow]], annex: Annex) -> Iterator[_Sided]:
    summed_up = {(row.office, row.code[:2]) for row in annex.subtotals}
    detailed = {(office, code[:2]) for office, _, code in details}
    for line, planned in lines.items():
        office, _, code = line
        # A form may give the subtotal of a type alone.
        is_summed_up = (office, code[:2]) in summed_up - detailed
        if line not in details and _is_told(code, planned) and not is_summed_up:
            yield True, (planned.record, "W-CROSS-NOT-BILLED", "service_code", code, {})
    for line, rows in details.items():
        if line not in lines and is_fixed(line[2]) and any(row.units for row in rows):
            yield False, (rows[0].record, "W-CROSS-NOT-PLANNED", "service_code", line[2], {})


def _is_told(code: str, planned: Planned) -> bool:
    """Whether 第7表 must surely have the code: not what may be a percentage, or what is outside the limit."""
    has_units = len(planned.units) == 1 and (is_fixed(code) or planned.claimed_rows > 1)
    return (has_units or (is_fixed(code) and bool(planned.units))) and code[:2] not in _OFTEN_LEFT_OUT


def _different(code: str, planned: Planned, rows: list[AnnexRow]) -> Iterator[_Sided]:
    if not planned.units or not _is_told(code, planned):
        return
    first = rows[0]
    each = {row.unit for row in rows} | {row.discounted for row in rows}
    if None not in {row.unit for row in rows} and not planned.units <= each:
        wrong = min(planned.units - each)
        yield False, (first.record, "W-CROSS-UNITS", "unit_points", str(first.each), {"expected": wrong})
    elif code[:2] in RENTAL:
        stated = [row.units for row in rows]
        if None not in stated and sum(one or 0 for one in stated) not in {planned.total, sum(planned.once.values())}:
            words: dict[str, str | int] = {"expected": planned.total}
            yield False, (first.record, "W-CROSS-UNITS", "service_units_or_amount", str(first.units), words)
    elif (counted := sum(row.times or 0 for row in rows)) not in _counts(planned, len(rows)):
        yield False, (first.record, "W-CROSS-COUNT", "count_or_days", str(counted), {"expected": planned.times})


def _counts(planned: Planned, details: int) -> set[int]:
    """How often the service takes place, in every reading: by day and count, 日割 by its flags or as one, without the
    rows of 0 units (共生型), and once for what is settled by the month."""
    return {planned.times, planned.counts, planned.claimed_times, planned.claimed_counts, details}
