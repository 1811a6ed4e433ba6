"""A list of offices as text: which service types each office number runs.

Tab-separated, a first line with the columns' names; `office_number` and `service_type` are read, one type a line. It is
the `offices.tsv` that `renkei sample` writes.
"""

from __future__ import annotations

import re

_OFFICE = re.compile(r"[0-9A-Z]{10}")
_SERVICE = re.compile(r"[0-9A-Z]{2}")


class NotAList(ValueError):
    """`line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def register(text: str) -> dict[str, set[str]]:
    """Service types by office number; raises NotAList with the line that is not as it should be.

    >>> register("office_number\\tservice_type\\n1370200014\\t11\\n")
    {'1370200014': {'11'}}
    """
    lines = text.removeprefix("\ufeff").splitlines()
    heading = lines[0].split("\t") if lines else []
    if not {"office_number", "service_type"} <= set(heading):
        raise NotAList(1)
    found: dict[str, set[str]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        row = dict(zip(heading, line.split("\t"), strict=False))
        office, service = row.get("office_number", ""), row.get("service_type", "")
        if not _OFFICE.fullmatch(office) or not _SERVICE.fullmatch(service):
            raise NotAList(number)
        found.setdefault(office, set()).add(service)
    return found
