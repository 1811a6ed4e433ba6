"""What service codes are called in which month, and the one small file in which that is kept. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ITEMS = ("service_code", "insurer_number", "valid_from", "valid_until", "name", "units", "unit_basis")


class NotAServiceTable(ValueError):
    """A file that is none of ours; `line` counts from 1. Nothing of the file is in the text."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class Service(NamedTuple):
    """One service code from a month on.

    `code` is type (2) and item (4). `insurer` is the municipality whose own code it is, empty where the code is the same in
    the whole country. Months are YYYYMM; `valid_until` is the last one, empty while there is none. `units` and `unit_basis`
    are as the table writes them.
    """

    code: str
    insurer: str
    valid_from: str
    valid_until: str
    name: str
    units: str = ""
    unit_basis: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one of: a later import of the same replaces it."""
        return self.code, self.insurer, self.valid_from

    def is_of(self, month: str) -> bool:
        """Whether this is what the code is called in a month (YYYYMM).

        >>> Service("990001", "", "202406", "202703", "見本の訪問").is_of("202704")
        False
        """
        return self.valid_from <= month and (not self.valid_until or month <= self.valid_until)


class Merged(NamedTuple):
    """A table with more in it, and what came: of `changed` the table before said something else."""

    table: ServiceTable
    new: int
    changed: int
    same: int


class ServiceTable:
    """Service codes with their names, month by month.

    >>> table = ServiceTable([Service("990001", "", "202406", "", "見本の訪問")])
    >>> table.name("990001", "202612"), table.name("990001", "202405"), len(table)
    ('見本の訪問', '', 1)
    """

    def __init__(self, services: Iterable[Service] = ()) -> None:
        self._services = {one.key: one for one in services}
        self._by_code: dict[str, list[Service]] = {}
        self._types: dict[tuple[str, str, str], bool] = {}
        for one in self._services.values():
            self._by_code.setdefault(one.code, []).append(one)

    def __len__(self) -> int:
        return len(self._services)

    def __iter__(self) -> Iterator[Service]:
        """All of them, by code, insurer and month."""
        return iter(sorted(self._services.values()))

    def of(self, code: str) -> list[Service]:
        """What the table says of one code, the oldest first.

        >>> ServiceTable().of("990001")
        []
        """
        return sorted(self._by_code.get(code, ()))

    def name(self, code: str, month: str, insurer: str = "") -> str:
        """What a code is called in a month (YYYYMM): by its insurer if that has one of its own; empty where it is not known.

        >>> own = Service("A90001", "132019", "202406", "", "市の訪問")
        >>> ServiceTable([own]).name("A90001", "202612", "132019"), ServiceTable([own]).name("A90001", "202612", "131016")
        ('市の訪問', '')
        """
        found = [one for one in self._by_code.get(code, ()) if one.insurer in ("", insurer) and one.is_of(month)]
        return max(found, key=lambda one: (one.insurer, one.valid_from)).name if found else ""

    def knows(self, code: str, month: str, insurer: str = "") -> bool:
        """Whether a code is one of a month; so are all of a type of which the table has nothing then.

        >>> table = ServiceTable([Service("990001", "", "202406", "", "見本の訪問")])
        >>> table.knows("990001", "202612"), table.knows("990002", "202612"), table.knows("980001", "202612")
        (True, False, True)
        """
        return bool(self.name(code, month, insurer)) or not self._has_type(code[:2], month, insurer)

    def _has_type(self, type_: str, month: str, insurer: str) -> bool:
        key = (type_, month, insurer)
        if key not in self._types:
            own = (one for one in self._services.values() if one.code[:2] == type_ and one.insurer in ("", insurer))
            self._types[key] = any(one.is_of(month) for one in own)
        return self._types[key]

    def merged(self, services: Iterable[Service]) -> Merged:
        """With these too, which count more than what the table said of the same code, insurer and month.

        >>> one = Service("990001", "", "202406", "", "見本の訪問")
        >>> ServiceTable([one]).merged([one, one._replace(valid_from="202704")])[1:]
        (1, 0, 1)
        """
        added = {one.key: one for one in services}
        known = [key for key in added if key in self._services]
        same = sum(self._services[key] == added[key] for key in known)
        table = ServiceTable({**self._services, **added}.values())
        return Merged(table, new=len(added) - len(known), changed=len(known) - same, same=same)


def written(table: ServiceTable) -> bytes:
    """The file of a table: CSV in UTF-8 with headings, sorted, so that equal tables are equal bytes.

    >>> written(ServiceTable()).decode().strip()
    'service_code,insurer_number,valid_from,valid_until,name,units,unit_basis'
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(ITEMS)
    rows.writerows(table)
    return text.getvalue().encode()


def parse(data: bytes) -> ServiceTable:
    """The table of such a file. Raises NotAServiceTable.

    >>> table = ServiceTable([Service("990001", "", "202406", "", "見本の訪問")])
    >>> [one.name for one in parse(written(table))]
    ['見本の訪問']
    """
    line = 1
    try:
        rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
        if tuple(next(rows, ())) != ITEMS:
            raise NotAServiceTable(1)
        services = []
        for line, row in enumerate(rows, start=2):
            if len(row) != len(ITEMS):
                raise NotAServiceTable(line)
            services.append(Service(*row))
    except (UnicodeDecodeError, csv.Error):
        raise NotAServiceTable(line) from None
    return ServiceTable(services)
