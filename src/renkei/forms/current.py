"""Which units are printed where several are about the same: not what a newer one replaced, not what was withdrawn. Pure.

The scopes are those of `renkei.standard.comparing.in_force`. A care plan, a prevention plan and a client's basics are replaced
by the newest of the same sender and recipient.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from renkei.standard.comparing.in_force import Received, Withdrawal, merge_actuals, use_tables_in_force
from renkei.standard.comparing.papers import Person
from renkei.standard.comparing.visits import Row, reported

from .filling.given import Given
from .kinds import Family

# A family's files; the item that says which plan or month it is, in a record and in a deletion; the deletion's file.
_FILES: dict[Family, tuple[str, ...]] = {
    Family.CARE_PLAN: ("UP1KYO", "UP2KYO", "UP3KYO"),
    Family.USE_TABLE: ("UPPLAN", "UPSIKYU"),
    Family.ACTUAL: ("UPJSK",),
    Family.PREVENTION: ("UPYOBO",),
    Family.BASICS: ("UPKIHON",),
}
_SUBJECT = {
    Family.CARE_PLAN: "care_plan_creation_or_change_date",
    Family.USE_TABLE: "target_year_month",
    Family.ACTUAL: "target_year_month",
    Family.PREVENTION: "plan_creation_or_change_date",
    Family.BASICS: "consultation_date",
}
_DELETION = {
    Family.CARE_PLAN: ("DLT1KYO", "care_plan_creation_or_change_date"),
    Family.USE_TABLE: ("DLTPLAN", "delete_target_year_month"),
    Family.ACTUAL: ("DLTJSK", "delete_target_year_month"),
    Family.PREVENTION: ("DLTYOBO", "plan_creation_or_change_date"),
    Family.BASICS: ("DLTKIHON", "consultation_date"),
}
_WITH_MONTH = frozenset({Family.USE_TABLE, Family.ACTUAL})
Key = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """One person's part of one unit that counts. `month` is YYYYMM, empty for plans. `before` is what it replaced, as the
    same recipient had it; None where these files hold nothing older.
    """

    family: Family
    given: Given
    month: str
    before: Given | None = None


@dataclass
class Current:
    """The units that count; how many were left out because a newer one is there, and how many were withdrawn."""

    units: list[Unit] = field(default_factory=list)
    replaced: int = 0
    withdrawn: int = 0


def current(givens: Iterable[Given], *, for_client: bool = False) -> Current:
    """The newest of each sender, recipient, person and month.

    For the client, whom it concerns to which office a paper went as little as how often: once a sender, person and month.

    >>> current([]).units
    []
    """
    givens = list(givens)
    gone = _withdrawals(givens)
    groups: dict[Key, list[Unit]] = defaultdict(list)
    for given in givens:
        for family, kinds in _FILES.items():
            if unit := _unit(family, kinds, given):
                groups[_key(unit, for_client=for_client)].append(unit)
    found = Current()
    for group in groups.values():
        _take(found, sorted(group, key=lambda one: one.given.sequence), gone)
    if for_client:
        # The month's plan shows what was done beneath it.
        planned = {(one.given.person, one.month) for one in found.units if one.family is Family.USE_TABLE}
        found.units = [
            one
            for one in found.units
            if one.family is not Family.ACTUAL or (one.given.person, one.month) not in planned
        ]
    else:
        _plan_above(found, givens, gone)
    return found


def _unit(family: Family, kinds: tuple[str, ...], given: Given) -> Unit | None:
    row = next((row for kind in kinds for row in given.of(kind)), None)
    if row is None:
        return None
    return Unit(family, given, row.get(_SUBJECT[family], "") if family in _WITH_MONTH else "")


def _key(unit: Unit, *, for_client: bool) -> Key:
    given = unit.given
    recipient = () if for_client else given.recipient
    return (unit.family, given.sender[0], *recipient, *given.person, unit.month)


# Deletions by family, sender and person.
_Gone = dict[tuple[Family, str, Person], list[Withdrawal]]


def _withdrawals(givens: Iterable[Given]) -> _Gone:
    gone: _Gone = defaultdict(list)
    for given in givens:
        for family, (kind, _) in _DELETION.items():
            if rows := given.of(kind):
                told = (given.sequence, given.sender[0], given.recipient[0], rows)
                gone[family, given.sender[0], given.person].append(told)
    return gone


def _take(found: Current, group: list[Unit], gone: _Gone) -> None:
    """Adds what counts of one group, the oldest first in it, and counts the rest."""
    newest = group[-1]
    own = gone.get((newest.family, newest.given.sender[0], newest.given.person), [])
    left = [unit for unit in group if not _is_withdrawn(unit, own)]
    found.withdrawn += len(group) - len(left)
    if not left:
        return
    # The same slip for four offices is four sendings and no versions.
    found.replaced += len(left) - len({unit.given.recipient for unit in left})
    newest = left[-1]
    older = [unit.given for unit in left[:-1] if unit.given.recipient == newest.given.recipient]
    newest = replace(newest, before=older[-1] if older else None)
    if newest.family is Family.USE_TABLE:
        newest = _with_rows(newest, "UPPLAN", _planned(left, own))
    elif newest.family is Family.ACTUAL:
        rows = merge_actuals([_received(one, "UPJSK") for one in left], own)
        newest = _with_rows(newest, "UPJSK", rows)
        newest = replace(newest, given=replace(newest.given, actual=rows))
    if newest.family not in _WITH_MONTH or any(newest.given.of(kind) for kind in _FILES[newest.family]):
        found.units.append(newest)


def _is_withdrawn(unit: Unit, withdrawals: Iterable[Withdrawal]) -> bool:
    """Whether all of it was withdrawn by a later deletion; of actuals, one says which service of an office it takes."""
    if unit.family is Family.ACTUAL:
        return False
    subject, item = _SUBJECT[unit.family], _DELETION[unit.family][1]
    kinds = _FILES[unit.family]
    own = {row.get(subject, "") for kind in kinds for row in unit.given.of(kind)}
    return any(
        sequence > unit.given.sequence and recipient == unit.given.recipient[0] and own & {row[item] for row in rows}
        for sequence, _, recipient, rows in withdrawals
    )


def _planned(units: Sequence[Unit], withdrawals: Iterable[Withdrawal]) -> Sequence[Row]:
    """The rows of 第6表 that count, of units in the order of their numbers. Mostly they are the same slip for each office."""
    last = units[-1].given.of("UPPLAN")
    different = [one for one in units[:-1] if one.given.of("UPPLAN") != last]
    if not different and not withdrawals:
        return last
    return use_tables_in_force([_received(one, "UPPLAN") for one in (*different, units[-1])], withdrawals).rows


def _received(unit: Unit, kind: str) -> Received:
    given = unit.given
    return Received(given.sequence, given.sender[0], given.of(kind), given.recipient[0])


def _with_rows(unit: Unit, kind: str, rows: Sequence[Row]) -> Unit:
    return replace(unit, given=replace(unit.given, rows={**unit.given.rows, kind: rows}))


def _plan_above(found: Current, givens: Iterable[Given], gone: _Gone) -> None:
    """Gives actuals the plan for the services that they report, where it is among the files."""
    reporting = {(one.given.person, one.month) for one in found.units if one.family is Family.ACTUAL}
    plans: dict[tuple[Person, str], list[Unit]] = defaultdict(list)
    for given in sorted(givens, key=lambda one: one.sequence):
        unit = _unit(Family.USE_TABLE, ("UPPLAN",), given)
        if unit and (given.person, unit.month) in reporting:
            plans[given.person, unit.month].append(unit)
    planned = {about: _planned(units, _withdrawn_by(units, gone)) for about, units in plans.items()}
    for place, unit in enumerate(found.units):
        if unit.family is Family.ACTUAL and (rows := planned.get((unit.given.person, unit.month))):
            told = {reported(row) for row in unit.given.of("UPJSK")}
            planned_unit = _with_rows(unit, "UPPLAN", [row for row in rows if reported(row) in told])
            # Born when, which care level: actuals say nothing of that, and the form has places for it.
            about = plans[unit.given.person, unit.month][-1].given.of("UPHOSOKU")
            found.units[place] = _with_rows(planned_unit, "UPHOSOKU", about)


def _withdrawn_by(units: Iterable[Unit], gone: _Gone) -> list[Withdrawal]:
    senders = {(one.given.sender[0], one.given.person) for one in units}
    return [one for sender, person in sorted(senders) for one in gone.get((Family.USE_TABLE, sender, person), [])]
