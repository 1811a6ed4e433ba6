"""Collects findings: the first few of each code and file in full, the rest as one sum."""

from __future__ import annotations

from collections import defaultdict

from ..findings import CATALOGUE, Basis, Finding, Role, Severity, finding

# Codes after which figures cannot be compared any more, whatever they weigh to the role.
_SPOILS_FIGURES = ("E-FIELD-", "E-CODE-", "E-CROSS-")
# Findings kept of each code and severity in each file, and of all together.
DEFAULT_LIMIT = 20
MOST_KEPT = 10_000


class Collector:
    """Findings of one check. `limit` is the number kept for each code and severity in each file."""

    def __init__(self, role: Role, limit: int = DEFAULT_LIMIT) -> None:
        self.role = role
        self.files_with_errors: set[str] = set()
        self.files_in_doubt: set[str] = set()
        self._limit = max(1, limit)
        self._severities: dict[tuple[str, Basis | None], Severity] = {}
        self._files: dict[str, int] = {}
        self._kept: list[Finding] = []
        self._kept_of: defaultdict[tuple[str, str, Severity], int] = defaultdict(int)
        self._count: defaultdict[tuple[str, str, Severity], int] = defaultdict(int)

    def begin(self, file: str) -> None:
        """Findings come out in the order in which their files were begun."""
        self._files.setdefault(file, len(self._files))

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
        if self._is_kept(code, file, self._severity(code, basis)):
            made = finding(code, self.role, file, record=record, field=field, value=value, basis=basis, **words)
            self._kept.append(made)

    def add_finding(self, found: Finding, file: str) -> None:
        """One that is already made, for the file at this path."""
        if self._is_kept(found.code, file, found.severity):
            self._kept.append(found._replace(file=file))

    def take_over(self, other: Collector) -> None:
        """Everything that another collector has."""
        for file in other._files:
            self.begin(file)
        self.files_with_errors |= other.files_with_errors
        self.files_in_doubt |= other.files_in_doubt
        for found in other._kept:
            if len(self._kept) < MOST_KEPT:
                self._kept.append(found)
                self._kept_of[found.file, found.code, found.severity] += 1
        for key, count in other._count.items():
            self._count[key] += count

    def count(self, severity: Severity) -> int:
        """How many findings there are, kept or not."""
        return sum(count for (_, _, of), count in self._count.items() if of is severity)

    def findings(self) -> list[Finding]:
        """By file, then by record; what is about the whole file and the sums of what was left out stand last. Files of
        which nothing of a code could be kept are summed up together, at the first of them."""
        sums: list[Finding] = []
        others: dict[tuple[str, Severity], list[tuple[str, int]]] = {}
        for key, count in self._count.items():
            file, code, severity = key
            kept = self._kept_of.get(key, 0)
            if not kept:
                others.setdefault((code, severity), []).append((file, count))
            elif count > kept:
                sums.append(_sum(file, code, severity, f"ほかに{count - kept}件"))
        for (code, severity), left in others.items():
            total = sum(count for _, count in left)
            sums.append(_sum(left[0][0], code, severity, f"ほかの{len(left)}ファイルに{total}件"))
        return sorted(
            [*self._kept, *sums], key=lambda one: (self._files[one.file], one.record is None, one.record or 0)
        )

    def _severity(self, code: str, basis: Basis | None) -> Severity:
        known = self._severities.get((code, basis))
        if known is None:
            known = self._severities[code, basis] = CATALOGUE[code].severity(self.role, basis)
        return known

    def _is_kept(self, code: str, file: str, severity: Severity) -> bool:
        """Counts a finding, and says whether there is room for it."""
        key = (file, code, severity)
        self._count[key] += 1
        if self._count[key] > self._limit:
            return False
        self.begin(file)
        if severity is Severity.ERROR:
            self.files_with_errors.add(file)
        if code.startswith(_SPOILS_FIGURES):
            self.files_in_doubt.add(file)
        is_kept = len(self._kept) < MOST_KEPT
        self._kept_of[key] += is_kept
        return is_kept


def _sum(file: str, code: str, severity: Severity, count: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        file=file,
        record=None,
        field=None,
        value=None,
        message=f"同じ種類の指摘が、{count}あります。",
        remedy="上の指摘と同じように直してください。",
    )
