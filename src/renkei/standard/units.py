"""Transmission units: the files that travel together under one sequence number (standard 2.4, 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from .findings import Finding, Role, finding
from .layouts import KIND_NAMES
from .names import IMAGE, NO_MONTH, BadName, Edition, FileName


class UnitKind(StrEnum):
    """What a unit is about; `label` is its Japanese name.

    >>> UnitKind.USE_TABLE.label
    '提供票(第6表・第7表)'
    """

    CARE_PLAN = "care_plan"
    USE_TABLE = "use_table"
    ACTUAL = "actual"
    CARE_PLAN_DELETION = "care_plan_deletion"
    USE_TABLE_DELETION = "use_table_deletion"
    ACTUAL_DELETION = "actual_deletion"
    CLIENT_BASICS = "client_basics"
    PREVENTION_PLAN = "prevention_plan"
    CLIENT_BASICS_DELETION = "client_basics_deletion"
    PREVENTION_PLAN_DELETION = "prevention_plan_deletion"

    @property
    def label(self) -> str:
        """The Japanese name."""
        return _LABELS[self]


_LABELS = {
    UnitKind.CARE_PLAN: "居宅サービス計画書(第1表〜第3表)",
    UnitKind.USE_TABLE: "提供票(第6表・第7表)",
    UnitKind.ACTUAL: "実績",
    UnitKind.CARE_PLAN_DELETION: "居宅サービス計画書の削除",
    UnitKind.USE_TABLE_DELETION: "提供票の削除",
    UnitKind.ACTUAL_DELETION: "実績の削除",
    UnitKind.CLIENT_BASICS: "利用者基本情報",
    UnitKind.PREVENTION_PLAN: "介護予防サービス・支援計画書",
    UnitKind.CLIENT_BASICS_DELETION: "利用者基本情報の削除",
    UnitKind.PREVENTION_PLAN_DELETION: "介護予防サービス・支援計画書の削除",
}

# The files that a unit must have, in the standard's order, and those that it may have besides.
_REQUIRED: dict[UnitKind, tuple[str, ...]] = {
    UnitKind.CARE_PLAN: ("UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU"),
    UnitKind.USE_TABLE: ("UPPLAN", "UPSIKYU", "UPHOSOKU"),
    UnitKind.ACTUAL: ("UPJSK",),
    UnitKind.CARE_PLAN_DELETION: ("DLT1KYO",),
    UnitKind.USE_TABLE_DELETION: ("DLTPLAN",),
    UnitKind.ACTUAL_DELETION: ("DLTJSK",),
    UnitKind.CLIENT_BASICS: ("UPKIHON",),
    UnitKind.PREVENTION_PLAN: ("UPYOBO",),
    UnitKind.CLIENT_BASICS_DELETION: ("DLTKIHON",),
    UnitKind.PREVENTION_PLAN_DELETION: ("DLTYOBO",),
}
_BASICS = ("UPKIHON", "UPKIHON_SUB1", "UPKIHON_SUB2", IMAGE)
_OPTIONAL: dict[UnitKind, tuple[str, ...]] = {
    UnitKind.CLIENT_BASICS: _BASICS[1:],
    UnitKind.PREVENTION_PLAN: ("UPYOBO_SUB", *_BASICS),
}
_UNIT_OF_KIND = {
    kind: unit for unit in UnitKind for kind in (*_REQUIRED[unit], *_OPTIONAL.get(unit, ())) if kind != "UPHOSOKU"
} | dict.fromkeys(_BASICS, UnitKind.CLIENT_BASICS)


class Unit(NamedTuple):
    """One unit. `month` is None where its files have none; `files` are names in the standard's order.

    >>> units, findings = group(["UPJSK_202612_1370200014_11_1370100016_43_20270102090007.CSV"])
    >>> units[0].kind.label, units[0].sender, units[0].recipient, units[0].month
    ('実績', '1370200014', '1370100016', '202612')
    """

    sender: str
    sender_service: str
    recipient: str
    recipient_service: str
    kind: UnitKind
    sequence: str
    month: str | None
    files: tuple[str, ...]

    @property
    def months(self) -> tuple[str, ...]:
        """The service months as a manifest names them: none for units without a month."""
        return (self.month,) if self.month else ()


# What the files of one unit share; two kinds under it are two units.
_Address = tuple[str, str, str, str, str]


def group(
    names: Iterable[str], role: Role = Role.SENDER, *, known: Mapping[str, FileName] | None = None
) -> tuple[list[Unit], list[Finding]]:
    """The units that these file names make, in order of first appearance, and what is wrong with them.

    A finding's `file` is a name of those given. Names given twice count once. `known` says of names that lack them
    (third edition) which service types they are about.

    >>> units, findings = group(["UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV"])
    >>> units[0].kind.value, [finding.code for finding in findings]
    ('use_table', ['E-UNIT-MISSING', 'E-UNIT-MISSING'])
    """
    known = known or {}
    findings: list[Finding] = []
    by_address: dict[_Address, dict[UnitKind, list[FileName]]] = {}
    for name in dict.fromkeys(names):
        try:
            parsed = known.get(name) or FileName.parse(name)
        except BadName as bad:
            findings.append(finding(bad.code, role, name, value=bad.part))
            continue
        address = (parsed.sender, parsed.sender_service, parsed.recipient, parsed.recipient_service, parsed.sequence)
        by_address.setdefault(address, {}).setdefault(_unit_kind(parsed), []).append(parsed)
    made: list[_Made] = []
    for kinds in by_address.values():
        if UnitKind.PREVENTION_PLAN in kinds and UnitKind.CLIENT_BASICS in kinds:
            kinds[UnitKind.PREVENTION_PLAN] += kinds.pop(UnitKind.CLIENT_BASICS)
        together = [_made(kind, files) for kind, files in kinds.items()]
        findings += _foreign(together, role)
        made += together
    for one in made:
        findings += _faults(one, role)
    findings += _scattered(made, role)
    return [one.unit for one in made], findings


def missing(unit: Unit) -> tuple[str, ...]:
    """The file kinds that the unit lacks; a unit of the third edition needs no 第3表.

    >>> missing(group(["UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV"])[0][0])
    ('UPSIKYU', 'UPHOSOKU')
    """
    return _missing(unit.kind, [FileName.parse(name) for name in unit.files])


class _Made(NamedTuple):
    """A unit with its names parsed and the kinds that it lacks."""

    unit: Unit
    names: list[FileName]
    missing: tuple[str, ...]


def _missing(kind: UnitKind, names: list[FileName]) -> tuple[str, ...]:
    editions = {name.edition for name in names}
    present = {name.kind for name in names} | ({"UP3KYO"} if editions == {Edition.V3} else set())
    return tuple(required for required in _REQUIRED[kind] if required not in present)


def _unit_kind(name: FileName) -> UnitKind:
    if name.kind == "UPHOSOKU":
        return UnitKind.CARE_PLAN if name.month == NO_MONTH else UnitKind.USE_TABLE
    return _UNIT_OF_KIND[name.kind]


def _made(kind: UnitKind, names: list[FileName]) -> _Made:
    order = (*_REQUIRED[kind], *_OPTIONAL.get(kind, ()))
    written = sorted((order.index(name.kind), str(name), name) for name in names)
    files = [name for _, _, name in written]
    first = files[0]
    month = None if first.month == NO_MONTH else first.month
    unit = Unit(
        first.sender,
        first.sender_service,
        first.recipient,
        first.recipient_service,
        kind,
        first.sequence,
        month,
        tuple([text for _, text, _ in written]),
    )
    return _Made(unit, files, _missing(kind, files))


def _foreign(made: list[_Made], role: Role) -> Iterable[Finding]:
    """Several kinds of unit under one sequence number: the incomplete and the smaller ones are the strangers.

    Whole ones are told apart by every reader (convention C11); a part of one is a file that went astray.
    """
    largest = max(made, key=lambda one: (not one.missing, len(one.names)))
    for one in made:
        if one is not largest:
            code = "E-UNIT-FOREIGN" if one.missing else "W-UNIT-FOREIGN"
            label, other = one.unit.kind.label, largest.unit.kind.label
            yield finding(code, role, one.unit.files[0], value=label, unit=other)


def _faults(made: _Made, role: Role) -> Iterable[Finding]:
    unit = made.unit
    for kind in made.missing:
        file_ja = f"{kind}({KIND_NAMES[kind]})"
        yield finding("E-UNIT-MISSING", role, unit.files[0], unit=unit.kind.label, file_ja=file_ja)
    months = {name.month for name in made.names if name.month != NO_MONTH} - {None}
    if len(months) > 1:
        yield finding("E-UNIT-MONTH", role, unit.files[0], value="・".join(sorted(str(month) for month in months)))


def _scattered(made: list[_Made], role: Role) -> Iterable[Finding]:
    """Two incomplete units that would make a complete one: says in what their names disagree."""
    broken = [one for one in made if one.missing]
    yield from _pairs(broken, role, "E-UNIT-SEQUENCE", _without_sequence)
    yield from _pairs(broken, role, "E-UNIT-OFFICE", _without_recipient)


def _pairs(broken: list[_Made], role: Role, code: str, alike: Callable[[Unit], Hashable]) -> Iterable[Finding]:
    buckets: dict[Hashable, list[_Made]] = {}
    for one in broken:
        buckets.setdefault(alike(one.unit), []).append(one)
    for bucket in buckets.values():
        # Of more than two nobody can say which belong together.
        if len(bucket) == 2 and not set(bucket[0].missing) & set(bucket[1].missing):
            first, second = bucket[0].unit.files[0], bucket[1].unit.files[0]
            yield finding(code, role, second, value=second, other=first)


def _without_sequence(unit: Unit) -> Hashable:
    return unit.kind, unit.sender, unit.sender_service, unit.recipient, unit.recipient_service


def _without_recipient(unit: Unit) -> Hashable:
    return unit.kind, unit.sequence
