"""What 第6表 says of one client, added up by office, satellite and service code."""

from __future__ import annotations

from collections.abc import Iterable

from .annex_rows import number
from .table import Items

# Office, satellite, service code.
Line = tuple[str, str, str]


class Planned:
    """The rows of one line: how often the service takes place in several readings, and the units.

    `times` counts a flagged day (日割) each, `counts` the rows' own counts; the `claimed` ones leave out rows of 0 units
    (共生型). `once` has the units of each different thing.
    """

    def __init__(self, record: int) -> None:
        self.record = record
        self.times = self.counts = self.total = 0
        self.claimed_rows = self.claimed_counts = self.claimed_times = 0
        self.units: set[int] = set()
        self.once: dict[Items, int] = {}

    def add(self, units: int, count: int, flagged: int, thing: Items) -> None:
        times = count * (flagged or 1)
        self.times += times
        self.counts += count
        if units:
            self.claimed_rows += 1
            self.claimed_counts += count
            self.claimed_times += times
            self.units.add(units)
            self.total += units * times
            self.once[thing] = units


def planned_lines(rows: Iterable[tuple[int, Items]]) -> dict[Line, Planned] | None:
    """The lines of one client; None where an item is no number, which is said elsewhere."""
    found: dict[Line, Planned] = {}
    for record, (office, satellite, code, units, count, days, *thing) in rows:
        each, times = number(units), number(count)
        if each is None or times is None or len(code) != 6:
            return None
        line = found.get((office, satellite, code))
        if line is None:
            line = found[office, satellite, code] = Planned(record)
        line.add(each, times, days.count("1"), (*thing, units))
    return found


def without_satellites(lines: dict[Line, Planned]) -> dict[Line, Planned]:
    """The lines of an office's satellites together."""
    found: dict[Line, Planned] = {}
    for (office, _, code), line in lines.items():
        held = found.setdefault((office, "", code), Planned(line.record))
        held.times += line.times
        held.counts += line.counts
        held.claimed_rows += line.claimed_rows
        held.claimed_counts += line.claimed_counts
        held.claimed_times += line.claimed_times
        held.total += line.total
        held.units |= line.units
        held.once.update(line.once)
    return found
