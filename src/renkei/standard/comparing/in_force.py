"""Which rows are in force when files were sent again or withdrawn, and what was overridden on the way.

The standard says that units are processed by sequence number and that a changed use table is simply sent again, but
not what exactly a later one replaces. The scopes here are our convention (C10), in this one place: a use table by
sender, person and month; actuals by person, month, service office and service type. An older sequence number never
overwrites a newer one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .visits import Row, reported

Received = tuple[str, str, Iterable[Row]]  # sequence number, sender's office number, rows of one unit
# sequence number, sender's and recipient's office number, rows of one deletion file
Withdrawal = tuple[str, str, str, Iterable[Row]]
Rows = list[dict[str, str]]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Overridden:
    """Rows of one person that no longer count: a later unit replaced them, or a deletion took them back.

    `service` is the service type, "" for a whole use table. `by` is the sequence number that overrode `sequence`.
    """

    sequence: str
    by: str
    withdrawn: bool
    sender: str
    insurer: str
    insured: str
    month: str
    office: str
    service: str
    rows: int


@dataclass(frozen=True)
class InForce:
    """The rows that count, and those that differ from them and were overridden."""

    rows: Rows
    overridden: tuple[Overridden, ...]


def merge_use_tables(units: Iterable[Received], withdrawals: Iterable[Withdrawal] = ()) -> Rows:
    """The rows in force of use tables that were sent again: by sender, person and month the highest sequence number.

    Also the way to read a care manager's own outbox, where every service office gets the same use table once. A
    withdrawal (DLTPLAN) takes the lines of the office that it was sent to.
    """
    return use_tables_in_force(units, withdrawals).rows


def merge_actuals(units: Iterable[Received], withdrawals: Iterable[Withdrawal] = ()) -> Rows:
    """As `merge_use_tables`, for actuals: each pair of service office and service type is replaced on its own.

    A withdrawal (DLTJSK) takes one such pair. Where the same pair was sent by several (a care manager relays actuals
    to a support centre), the service office's own files count.
    """
    return actuals_in_force(units, withdrawals).rows


def use_tables_in_force(units: Iterable[Received], withdrawals: Iterable[Withdrawal] = ()) -> InForce:
    """As `merge_use_tables`, with what was overridden."""
    newest, overridden = latest(units, lambda row: (*_person(row), row["target_year_month"]))
    gone: dict[Key, str] = {}
    for sequence, sender, recipient, rows in withdrawals:
        for row in rows:
            withdrawn = (sender, *_person(row), row["delete_target_year_month"], recipient)
            gone[withdrawn] = max(gone.get(withdrawn, ""), sequence)
    kept: Rows = []
    for key, (sequence, rows) in _each_once(newest):
        taken: dict[str, int] = defaultdict(int)
        for row in rows:
            office = row["service_office_number"]
            if gone.get((*key, office), "") < sequence:
                kept.append(row)
            else:
                taken[office] += 1
        overridden += [
            _overridden(sequence, gone[*key, office], (*key, office, ""), count, withdrawn=True)
            for office, count in taken.items()
        ]
    return InForce(kept, tuple(overridden))


def actuals_in_force(units: Iterable[Received], withdrawals: Iterable[Withdrawal] = ()) -> InForce:
    """As `merge_actuals`, with what was overridden."""
    newest, overridden = latest(units, lambda row: (*_person(row), *reported(row)))
    gone: dict[Key, str] = {}
    for sequence, sender, _, rows in withdrawals:
        for row in rows:
            pair = (row["delete_target_year_month"], row["service_office_number"], row["service_type_code"])
            taken = (sender, *_person(row), *pair)
            gone[taken] = max(gone.get(taken, ""), sequence)
    standing: dict[Key, tuple[bool, str, str, Rows]] = {}
    for key, (sequence, rows) in sorted(newest.items()):
        sender, office = key[0], key[4]
        if gone.get(key, "") >= sequence:
            overridden.append(_overridden(sequence, gone[key], key, len(rows), withdrawn=True))
            continue
        offered = (sender == office, sequence, sender, rows)
        held = standing.get(key[1:])
        standing[key[1:]] = offered if held is None else max(held, offered, key=lambda one: one[:3])
        if held and _content(held[3]) != _content(rows):
            less = min(held, offered, key=lambda one: one[:3])
            by = standing[key[1:]][1]
            overridden.append(_overridden(less[1], by, (less[2], *key[1:]), len(less[3])))
    return InForce([row for key in sorted(standing) for row in standing[key][3]], tuple(overridden))


def latest(
    units: Iterable[Received], key_of: Callable[[Row], Key]
) -> tuple[dict[Key, tuple[str, Rows]], list[Overridden]]:
    """By sender and key the rows of the highest sequence number, and the older ones that differ from them."""
    offered: dict[Key, list[tuple[str, Rows]]] = defaultdict(list)
    for sequence, sender, rows in units:
        groups: dict[Key, Rows] = defaultdict(list)
        for row in rows:
            groups[(sender, *key_of(row))].append(dict(row))
        for key, group in groups.items():
            offered[key].append((sequence, group))
    found: dict[Key, tuple[str, Rows]] = {}
    overridden = []
    for key, candidates in sorted(offered.items()):
        # Two copies under one number (one a recipient) should be equal; if not, the order of arrival must not decide.
        newest = max(candidates, key=lambda one: (one[0], _content(one[1])))
        found[key] = newest
        older = {one[0]: one for one in candidates if _content(one[1]) != _content(newest[1])}
        scope = (*key, *[""] * (6 - len(key)))
        overridden += [_overridden(old, newest[0], scope, len(rows)) for old, rows in older.values()]
    return found, overridden


def _each_once(newest: dict[Key, tuple[str, Rows]]) -> Iterator[tuple[Key, tuple[str, Rows]]]:
    """A use table that another office passed on unchanged counts once."""
    known: dict[Key, list[list[list[tuple[str, str]]]]] = defaultdict(list)
    for key, (sequence, rows) in sorted(newest.items()):
        content = _content(rows)
        if content not in known[key[1:]]:
            known[key[1:]].append(content)
            yield key, (sequence, rows)


def _overridden(sequence: str, by: str, key: Key, rows: int, *, withdrawn: bool = False) -> Overridden:
    sender, insurer, insured, month, office, service = key
    return Overridden(sequence, by, withdrawn, sender, insurer, insured, month, office, service, rows)


def _content(rows: Rows) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def _person(row: Row) -> tuple[str, str]:
    return row["insurer_number"], row["insured_person_number"]
