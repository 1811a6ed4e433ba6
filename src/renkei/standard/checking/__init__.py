"""Checking whole sets of files: names, units, characters, CSV, items, and what must agree between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ..findings import Finding, Role, Severity
from ..names import FileName
from ..units import Unit, group
from .across import check_across
from .collector import DEFAULT_LIMIT, Collector
from .examining import Examined, examine, file_name
from .keys import PERSON
from .known_services import KnowsService, check_services
from .older import Said, completed, tell_untold
from .prevention import check_prevention
from .related import check_related
from .sources import Source
from .table import Table
from .unit_rules import check_unit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CheckedUnit", "Report", "Role", "check"]

# The kinds whose units are added up and compared.
_COMPARED = {"UPPLAN", "UPSIKYU"}
# So many small files are kept as they were cut: it is not worth its memory for the files of a whole folder, nor the way
# from one process to another.
_FEW = 20

_One = TypeVar("_One")
_Result = TypeVar("_Result")


class CheckedUnit(NamedTuple):
    """A unit with the paths of its files in the order of `unit.files`, and the people in them.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> (unit,) = check([("out/" + name, b"202407,132019,0000000001,202612\\r\\n")]).units
    >>> unit.unit.kind.value, unit.paths == ("out/" + name,), unit.people
    ('use_table_deletion', True, frozenset({('132019', '0000000001')}))
    """

    unit: Unit
    paths: tuple[str, ...]
    people: frozenset[tuple[str, str]]
    has_errors: bool


class Report(NamedTuple):
    """`files` and `records` are counts; `findings` come file by file in the order of the files. `counts` has every
    finding, those that were only summed up included.

    >>> report = check([("DLTPLAN.CSV", b"")])
    >>> report.files, report.records, report.errors, report.has_errors
    (1, 0, 1, True)
    """

    files: int
    records: int
    findings: list[Finding]
    units: list[CheckedUnit]
    counts: Mapping[Severity, int]

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return self.errors > 0

    @property
    def errors(self) -> int:
        """How many errors there are, those that were only summed up included."""
        return self.counts[Severity.ERROR]

    @property
    def warnings(self) -> int:
        """How many warnings there are, those that were only summed up included."""
        return self.counts[Severity.WARNING]


def check(
    files: Iterable[tuple[str, bytes | Path | None]],
    role: Role = Role.SENDER,
    *,
    limit: int = DEFAULT_LIMIT,
    processes: int = 1,
    progress: Callable[[int], object] | None = None,
    from_type: str | None = None,
    to_type: str | None = None,
    register: Mapping[str, Collection[str]] | None = None,
    sums: bool = True,
    knows_service: KnowsService | None = None,
) -> Report:
    """Checks files together. Each is (path as given, its bytes or where they lie, None for at this path); the last part of
    the path is the file's name.

    `limit` is how many findings of one code are kept for each file; the rest is summed up. With several `processes` the
    files are looked at side by side. `progress` is called with the number of files done. Never raises for what the files
    hold; one that cannot be opened is a finding, OSError where it vanishes before it is read again.

    `from_type`, `to_type` (service types of sender and recipient) and `register` (service types by office number) are
    for names of the third edition, which have no types. With `sums`, the units of 第6表 are compared with those of 第7表.
    `knows_service` says of a service code, a month (YYYYMM) and an insurer's number whether a table that was imported has
    it; the standard has none, and without it codes are not looked up.

    >>> check([("DLTPLAN.CSV", b"")]).findings[0].code
    'E-NAME-KIND'
    """
    checking = _Checking(role, limit, Said(from_type, to_type, register or {}), processes, sums=sums)
    sources = [Source(path, content) for path, content in files]
    work = partial(examine, role=role, limit=limit, at_hand=processes < 2 and len(sources) <= _FEW)
    for done, examined in enumerate(_each(work, checking.only_once(sources), processes), start=1):
        checking.take(examined)
        if progress:
            progress(done)
    return checking.report(len(sources), knows_service)


def _each(work: Callable[[_One], _Result], ones: Iterable[_One], processes: int) -> Iterator[_Result]:
    """What is made of each, in their order."""
    if processes < 2:
        return map(work, ones)
    from .side_by_side import side_by_side  # its import takes longer than a small file

    return side_by_side(work, list(ones), processes)


class _Checking:
    """One run: takes files one after another and keeps of each only its table."""

    def __init__(self, role: Role, limit: int, said: Said, processes: int, *, sums: bool) -> None:
        self._collector = Collector(role, limit)
        self._limit, self._processes = limit, processes
        self._said, self._sums = said, sums
        self._records = 0
        self._sources: dict[str, Source] = {}
        self._names: dict[str, FileName] = {}
        self._tables: dict[str, Table] = {}

    def only_once(self, sources: Iterable[Source]) -> Iterator[Source]:
        """The files without those of a name that came before; says whether such a one is the same."""
        for source in sources:
            self._collector.begin(source.path)
            other = self._sources.setdefault(file_name(source.path), source)
            if other is source:
                yield source
            else:
                code = "W-UNIT-COPY" if source.equals(other) else "E-UNIT-DUPLICATE"
                self._collector.add(code, source.path, other=other.path)

    def take(self, examined: Examined) -> None:
        self._collector.take_over(examined.collector)
        name = file_name(examined.source.path)
        if examined.table is not None:
            self._records += examined.table.records + examined.table.lost
        if examined.name is not None:
            self._names[name] = examined.name
            if examined.table is not None:
                self._tables[name] = examined.table

    def report(self, files: int, knows_service: KnowsService | None) -> Report:
        collector = self._collector
        names = completed(self._names, self._tables, self._said)
        units, findings = group(names, collector.role, known=names)
        for found in findings:
            collector.add_finding(found, self._sources[found.file].path)
        tell_untold(units, {name: source.path for name, source in self._sources.items()}, collector)
        for unit in units:
            tables = [self._tables[name] for name in unit.files if name in self._tables]
            check_unit(unit.kind, tables, collector)
            check_prevention(unit, self._tables, self._sources, collector)
        if self._sums:
            self._check_sums(units)
        check_across(units, self._tables, collector)
        check_related(units, names, self._tables, collector)
        if knows_service:
            check_services(self._tables.values(), knows_service, collector)
        counts = {severity: collector.count(severity) for severity in Severity}
        checked = [self._checked(unit) for unit in units]
        return Report(files, self._records, collector.findings(), checked, counts)

    def _check_sums(self, units: Iterable[Unit]) -> None:
        """The units of 第6表 against those of 第7表. Where a record is lost or a figure in doubt, that comes first."""
        compared = []
        for unit in units:
            tables = [self._tables[name] for name in unit.files if name in self._tables]
            both = [table for table in tables if table.kind in _COMPARED]
            in_doubt = any(table.lost or table.path in self._collector.files_in_doubt for table in both)
            if {table.kind for table in both} == _COMPARED and not in_doubt:
                compared.append(tables)
        if compared:
            from .plan_and_annex import faulty_sums  # much to load for a single file

            work = partial(faulty_sums, role=self._collector.role, limit=self._limit)
            for found in _each(work, compared, self._processes):
                self._collector.take_over(found)

    def _checked(self, unit: Unit) -> CheckedUnit:
        paths = tuple(self._sources[name].path for name in unit.files)
        tables = [self._tables[name] for name in unit.files if name in self._tables]
        people = {(insurer, insured) for table in tables for insurer, insured in table.distinct(*PERSON)}
        has_errors = any(path in self._collector.files_with_errors for path in paths)
        return CheckedUnit(unit, paths, frozenset(people), has_errors)
