"""Collects findings: the first few of each code and file in full, the rest as one sum."""

from __future__ import annotations

from dataclasses import replace

from ..findings import CATALOGUE, Basis, Finding, Role, Severity, finding

DEFAULT_LIMIT = 20


class Collector:
    """Findings of one check. `limit` is the number kept for each code in each file."""

    def __init__(self, role: Role, limit: int = DEFAULT_LIMIT) -> None:
        self.role = role
        self._limit = limit
        self._kept: dict[tuple[str, str], list[Finding]] = {}
        self._left_out: dict[tuple[str, str, Severity], int] = {}
        self.files_with_errors: set[str] = set()

    def add(
        self,
        code: str,
        file: str,
        *,
        record: int | None = None,
        field: str | None = None,
        value: str | None = None,
        basis: Basis | None = None,
        **words: str | int,
    ) -> None:
        """A finding of the catalogue; see `findings.finding`."""
        severity = CATALOGUE[code].severity(self.role, basis)
        if severity is Severity.ERROR:
            self.files_with_errors.add(file)
        kept = self._kept.setdefault((file, code), [])
        if len(kept) >= self._limit:
            key = (file, code, severity)
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return
        kept.append(finding(code, self.role, file, record=record, field=field, value=value, basis=basis, **words))

    def add_finding(self, found: Finding, file: str) -> None:
        """One that is already made, for the file at this path."""
        if found.severity is Severity.ERROR:
            self.files_with_errors.add(file)
        self._kept.setdefault((file, found.code), []).append(replace(found, file=file))

    def findings(self) -> list[Finding]:
        """In the order of files as they came, then of records; the sums of what was left out at each file's end."""
        order: dict[str, int] = {}
        for file, _ in self._kept:
            order.setdefault(file, len(order))
        found = [one for kept in self._kept.values() for one in kept]
        found.sort(key=lambda one: (order[one.file], one.record is None, one.record or 0))
        sums = [_sum(file, code, severity, count) for (file, code, severity), count in self._left_out.items()]
        return sorted([*found, *sums], key=lambda one: order[one.file]) if sums else found


def _sum(file: str, code: str, severity: Severity, count: int) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        file=file,
        record=None,
        field=None,
        value=None,
        message=f"同じ種類の指摘が、ほかに{count}件あります。",
        remedy="上の指摘と同じように直してください。",
    )
