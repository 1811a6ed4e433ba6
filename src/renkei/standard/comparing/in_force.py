"""Which rows are in force when files were sent again or withdrawn, and what was overridden on the way.

The standard says that units are processed by sequence number and that a changed use table is simply sent again, but
not what exactly a later one replaces. The scopes here are our convention (C10), in this one place: a use table by
sender, person and month; actuals by person, month, service office and service type. An older sequence number never
overwrites a newer one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .visits import Row, reported


class Received(NamedTuple):
    """The rows of one kind of one unit. `recipient` matters for actuals alone; "" where there is only one.

    >>> Received("20261125090014", "1370100016", []).recipient
    ''
    """

    sequence: str
    sender: str
    rows: Iterable[Row]
    recipient: str = ""


Unit = Received | tuple[str, str, Iterable[Row]]
# sequence number, sender's and recipient's office number, rows of one deletion file
Withdrawal = tuple[str, str, str, Iterable[Row]]
Rows = list[dict[str, str]]
Key = tuple[str, ...]

# They say who wrote the file and when; a copy that differs in these alone is a copy.
_WHO_AND_WHEN = frozenset({"csv_version", "document_created_date", "updated_by_office_number"})


class Reason(StrEnum):
    """Why rows no longer count.

    >>> [reason.value for reason in Reason]
    ['replaced', 'withdrawn', 'relayed']
    """

    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    RELAYED = "relayed"


@dataclass(frozen=True)
class Overridden:
    """Rows of one person that do not count: a later unit replaced them, a deletion took them back, or they were passed
    on by somebody while the service office's own are there.

    `service` is the service type, "" for a whole use table. `by` is the sequence number that overrode `sequence`.

    >>> row = {"insurer_number": "132019", "insured_person_number": "0000000001", "target_year_month": "202612"}
    >>> row |= {"service_office_number": "1370200014"}
    >>> older, newer = [row | {"unit_points": "244"}], [row | {"unit_points": "245"}]
    >>> found = use_tables_in_force([("20261125090000", "1370100016", older), ("20261126090000", "1370100016", newer)])
    >>> found.overridden[0].sequence, found.overridden[0].by, found.overridden[0].reason.value
    ('20261125090000', '20261126090000', 'replaced')
    """

    sequence: str
    by: str
    reason: Reason
    sender: str
    insurer: str
    insured: str
    month: str
    office: str
    service: str
    rows: int


@dataclass(frozen=True)
class InForce:
    """The rows that count, and those that differ from them and were overridden.

    >>> InForce([], ()).rows
    []
    """

    rows: Rows
    overridden: tuple[Overridden, ...]


def merge_use_tables(units: Iterable[Unit], withdrawals: Iterable[Withdrawal] = ()) -> Rows:
    """The rows in force of use tables that were sent again: by sender, person and month the highest sequence number.

    Also the way to read a care manager's own outbox, where every service office gets the same use table once. A
    withdrawal (DLTPLAN) takes the lines of the office that it was sent to.

    >>> row = {"insurer_number": "132019", "insured_person_number": "0000000001", "target_year_month": "202612"}
    >>> row |= {"service_office_number": "1370200014"}
    >>> older, newer = [row | {"unit_points": "244"}], [row | {"unit_points": "245"}]
    >>> [row["unit_points"] for row in merge_use_tables([("20261126", "1370100016", newer), ("20261125", "1370100016", older)])]
    ['245']
    """
    return use_tables_in_force(units, withdrawals).rows


def merge_actuals(units: Iterable[Unit], withdrawals: Iterable[Withdrawal] = ()) -> Rows:
    """As `merge_use_tables`, for actuals: each pair of service office and service type is replaced on its own.

    A withdrawal (DLTJSK) takes one such pair. Where the same pair was sent by several (a care manager relays actuals
    to a support centre), the service office's own files count.

    >>> row = {"insurer_number": "132019", "insured_person_number": "0000000001", "target_year_month": "202612"}
    >>> row |= {"service_office_number": "1370200014", "service_code": "111111"}
    >>> row |= {"service_date": "20261202", "service_start_time": "0930", "service_end_time": "1000", "service_count": "1"}
    >>> len(merge_actuals([("20270102", "1370200014", [row]), ("20270103", "1370200014", [row])]))
    1
    """
    return actuals_in_force(units, withdrawals).rows


def use_tables_in_force(units: Iterable[Unit], withdrawals: Iterable[Withdrawal] = ()) -> InForce:
    """As `merge_use_tables`, with what was overridden.

    >>> use_tables_in_force([])
    InForce(rows=[], overridden=())
    """
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
            _overridden(sequence, gone[*key, office], (*key, office, ""), count, Reason.WITHDRAWN)
            for office, count in taken.items()
        ]
    return InForce(kept, tuple(overridden))


def actuals_in_force(units: Iterable[Unit], withdrawals: Iterable[Withdrawal] = ()) -> InForce:
    """As `merge_actuals`, with what was overridden. What an office sent to two care managers is put together.

    >>> actuals_in_force([])
    InForce(rows=[], overridden=())
    """
    newest, overridden = latest(units, lambda row: (*_person(row), *reported(row)), by_recipient=True)
    gone: dict[Key, str] = {}
    for sequence, sender, recipient, rows in withdrawals:
        for row in rows:
            pair = (row["delete_target_year_month"], row["service_office_number"], row["service_type_code"])
            for to in (recipient, ""):  # "" where the caller does not tell recipients apart
                taken = (sender, *_person(row), *pair, to)
                gone[taken] = max(gone.get(taken, ""), sequence)
    own: dict[Key, Rows] = defaultdict(list)
    relayed: list[tuple[str, Key, Rows]] = []
    for key, (sequence, rows) in sorted(newest.items()):
        if gone.get(key, "") >= sequence:
            overridden.append(_overridden(sequence, gone[key], key, len(rows), Reason.WITHDRAWN))
        elif key[0] == key[4]:
            own[key[1:6]] += _new_to(own[key[1:6]], rows)
        else:
            relayed.append((sequence, key, rows))
    # A copy that somebody passed on counts where the office's own is not there; of several the newest.
    for sequence, key, rows in sorted(relayed, key=lambda one: (one[0], one[1]), reverse=True):
        if key[1:6] not in own:
            own[key[1:6]] = rows
        elif _new_to(own[key[1:6]], rows):
            overridden.append(_overridden(sequence, "", key, len(rows), Reason.RELAYED))
    return InForce([row for key in sorted(own) for row in own[key]], tuple(overridden))


def _new_to(known: Rows, rows: Rows) -> Rows:
    """The rows that are not among those known: each visit counts once, however many were told of it."""
    left = Counter(map(_visit, known))
    found = []
    for row in rows:
        if left[_visit(row)]:
            left[_visit(row)] -= 1
        else:
            found.append(row)
    return found


def _visit(row: Row) -> Key:
    names = ("service_date", "service_start_time", "service_end_time", "service_code", "service_count")
    return (*(row[name] for name in names), row.get("tais_code") or row.get("equipment_notification_code") or "")


def latest(
    units: Iterable[Unit], key_of: Callable[[Row], Key], *, by_recipient: bool = False
) -> tuple[dict[Key, tuple[str, Rows]], list[Overridden]]:
    """By sender and key (and recipient) the rows of the highest sequence number, and older ones that differ."""
    offered: dict[Key, list[tuple[str, Rows]]] = defaultdict(list)
    for unit in units:
        one = Received(*unit)
        groups: dict[Key, Rows] = defaultdict(list)
        for row in one.rows:
            key = (one.sender, *key_of(row))
            groups[(*key, one.recipient) if by_recipient else key].append(dict(row))
        for key, group in groups.items():
            offered[key].append((one.sequence, group))
    found: dict[Key, tuple[str, Rows]] = {}
    overridden = []
    for key, candidates in sorted(offered.items()):
        if len(candidates) == 1:
            found[key] = candidates[0]
            continue
        contents = [(sequence, _content(rows), rows) for sequence, rows in candidates]
        # Two copies under one number (one a recipient) should be equal; if not, the order of arrival must not decide.
        newest = max(contents, key=lambda one: one[:2])
        found[key] = newest[0], newest[2]
        # Of equal older copies the last is enough to tell.
        older = {
            str(content): (sequence, rows) for sequence, content, rows in sorted(contents, key=lambda one: one[:2])
        }
        older.pop(str(newest[1]))
        overridden += [
            _overridden(sequence, newest[0], key, len(rows), Reason.REPLACED) for sequence, rows in older.values()
        ]
    return found, overridden


def _each_once(newest: dict[Key, tuple[str, Rows]]) -> Iterator[tuple[Key, tuple[str, Rows]]]:
    """A use table that another office passed on unchanged counts once."""
    known: dict[Key, list[list[list[tuple[str, str]]]]] = defaultdict(list)
    for key, (sequence, rows) in sorted(newest.items()):
        content = _content(rows)
        if content not in known[key[1:]]:
            known[key[1:]].append(content)
            yield key, (sequence, rows)


def _overridden(sequence: str, by: str, key: Key, rows: int, reason: Reason) -> Overridden:
    sender, insurer, insured, month, office, service = (*key, "", "")[:6]
    return Overridden(sequence, by, reason, sender, insurer, insured, month, office, service, rows)


def _content(rows: Rows) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, value) for name, value in row.items() if name not in _WHO_AND_WHEN) for row in rows)


def _person(row: Row) -> tuple[str, str]:
    return row["insurer_number"], row["insured_person_number"]
