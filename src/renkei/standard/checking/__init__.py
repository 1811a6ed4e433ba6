"""Checking whole sets of files: names, units, characters, CSV, items, and what must agree between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..findings import Finding, Role, Severity
from ..names import IMAGE, BadName, FileName
from ..units import Unit, group
from . import encoding, fast, slow
from .collector import DEFAULT_LIMIT, Collector
from .file_names import check_name
from .file_rules import check_file
from .keys import PERSON
from .rules import check_rows
from .table import Table
from .unit_rules import check_unit

__all__ = ["CheckedUnit", "Report", "Role", "check"]

_SEPARATOR = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class CheckedUnit:
    """A unit with the paths of its files in the order of `unit.files`, and the people in them."""

    unit: Unit
    paths: tuple[str, ...]
    people: frozenset[tuple[str, str]]
    has_errors: bool


@dataclass(frozen=True, slots=True)
class Report:
    """`files` and `records` are counts; `findings` come file by file in the order of the files."""

    files: int
    records: int
    findings: list[Finding]
    units: list[CheckedUnit]

    @property
    def has_errors(self) -> bool:
        return any(found.severity is Severity.ERROR for found in self.findings)


def check(files: Iterable[tuple[str, bytes]], role: Role = Role.SENDER, *, limit: int = DEFAULT_LIMIT) -> Report:
    """Checks files together. Each is (path as given, content); the last part of the path is the file's name.

    `limit` is how many findings of one code are kept for each file; the rest is summed up. Never raises for what the
    files hold.

    >>> check([("DLTPLAN.CSV", b"")]).findings[0].code
    'E-NAME-KIND'
    """
    checking = _Checking(role, limit)
    for path, data in files:
        checking.take(path, data)
    return checking.report()


class _Checking:
    """One run: takes files one after another and keeps of each only its table."""

    def __init__(self, role: Role, limit: int) -> None:
        self._collector = Collector(role, limit)
        self._files = 0
        self._records = 0
        # Of each file name the first path, and what tells a copy from another content.
        self._paths: dict[str, tuple[str, int, int]] = {}
        self._tables: dict[str, Table] = {}

    def take(self, path: str, data: bytes) -> None:
        self._files += 1
        self._collector.begin(path)
        file_name = _SEPARATOR.split(path)[-1]
        if self._is_known(file_name, path, data):
            return
        name, kind = self._name(file_name, path)
        if name is not None:
            self._paths[file_name] = (path, len(data), hash(data))
            check_name(name, path, self._collector)
        if kind is None or kind == IMAGE:
            return
        table = _table(data, kind, path, name, self._collector)
        if table is not None:
            self._records += len(table.numbers) + table.lost
            check_rows(table, self._collector)
            check_file(table, self._collector)
            if name is not None:
                self._tables[file_name] = table

    def report(self) -> Report:
        collector = self._collector
        units, findings = group(self._paths, collector.role)
        for found in findings:
            collector.add_finding(found, self._paths[found.file][0])
        for unit in units:
            check_unit(unit.kind, [self._tables[name] for name in unit.files if name in self._tables], collector)
        checked = [self._checked(unit) for unit in units]
        return Report(self._files, self._records, collector.findings(), checked)

    def _is_known(self, file_name: str, path: str, data: bytes) -> bool:
        """Whether a file of this name came before; says whether it is the same."""
        known = self._paths.get(file_name)
        if known is None:
            return False
        other, *content = known
        code = "W-UNIT-COPY" if content == [len(data), hash(data)] else "E-UNIT-DUPLICATE"
        self._collector.add(code, path, other=other)
        return True

    def _name(self, file_name: str, path: str) -> tuple[FileName | None, str | None]:
        """The parsed name and the kind; a kind alone where only the rest of the name is wrong."""
        try:
            name = FileName.parse(file_name)
        except BadName as bad:
            self._collector.add(bad.code, path, value=bad.part)
            return None, bad.kind
        return name, name.kind

    def _checked(self, unit: Unit) -> CheckedUnit:
        paths = tuple(self._paths[name][0] for name in unit.files)
        tables = [self._tables[name] for name in unit.files if name in self._tables]
        people = {(insurer, insured) for table in tables for insurer, insured in table.distinct(*PERSON)}
        has_errors = any(path in self._collector.files_with_errors for path in paths)
        return CheckedUnit(unit, paths, frozenset(people), has_errors)


def _table(data: bytes, kind: str, path: str, name: FileName | None, collector: Collector) -> Table | None:
    code = encoding.foreign_encoding(data)
    if code:
        collector.add(code, path)
        return None
    text = encoding.strict(data)
    if text is not None:
        table = fast.read(text, kind, path, name)
        if table is not None:
            return table
    return slow.read(encoding.lenient(data), kind, path, name, collector)
