"""Rules across the units of one run: what replaces what, whether all was sent again, whether deletions hit something.

Units are processed in the order of their sequence numbers (standard 2.5); a changed one is simply sent again. What
exactly is replaced is our convention (C10), so that everything here is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..layouts import layout
from ..units import Unit
from .collector import Collector
from .keys import PERSON
from .sent import TAKES_BACK, Sent, by_address
from .table import Items, Table

_SITES = (*PERSON, "service_office_number", "service_code", "satellite_branch_no")
# Kinds of which one month is one round: a deletion among files of its month should hit one of them.
_MONTHLY = frozenset({"UPPLAN", "UPJSK"})

# By person: the code of a finding and its words.
_Faults = dict[Items, tuple[str, dict[str, str]]]


def check_across(units: Iterable[Unit], tables: Mapping[str, Table], collector: Collector) -> None:
    """Compares the units of one sender and recipient with each other."""
    for sent in by_address(units, tables):
        given = [one for one in sent if one.table.kind not in TAKES_BACK]
        deletions = [one for one in sent if one.table.kind in TAKES_BACK]
        is_replaced = _replaced(given, collector)
        if is_replaced and given[0].table.kind == "UPJSK":
            _sites(given, deletions, collector)
        if given and deletions:
            _deletions(deletions, given, collector)


def _replaced(given: list[Sent], collector: Collector) -> bool:
    """Tells an older file what a later one replaces, and a later one that it was made earlier."""
    newest = {key: one for one in given for key in one.keys}
    is_any = False
    for older in given:
        again = {key for key in older.keys if newest[key].sequence > older.sequence}
        if not again:
            continue
        is_any = True
        later = max((newest[key] for key in again), key=lambda one: one.sequence)
        people = "全員" if again == older.keys else f"{len({key[:2] for key in again})}人"
        collector.add("W-UNIT-REPLACED", older.path, value=later.sequence, people=people)
        if later.created < older.created:
            collector.add("W-UNIT-ORDER", later.path, value=later.created, other=older.sequence, created=older.created)
    return is_any


def _sites(given: list[Sent], deletions: list[Sent], collector: Collector) -> None:
    """A correction at one site or of one service repeats all of them (standard 5.1.2.1)."""
    gone = {(one.sequence, *key[:2], *key[3:]) for one in deletions for key in one.keys}
    histories: dict[Items, list[tuple[Sent, set[Items]]]] = {}
    for one in given:
        for person, sites in _sites_of(one.table).items():
            histories.setdefault(person, []).append((one, sites))
    faults: dict[str, tuple[Sent, _Faults]] = {}
    for person, history in histories.items():
        for place, (older, had) in enumerate(history[:-1]):
            later = [(one, sites) for one, sites in history[place + 1 :] if one.sequence > older.sequence]
            again = next((one for one, sites in later if _types(sites) & _types(had)), None)
            has = set().union(*(sites for _, sites in later))
            deleted = {site for site in had if any((one.sequence, *person, *site[:2]) in gone for one in deletions)}
            if again and had - has - deleted:
                words = {"missing": _shown(had - has - deleted), "other": older.sequence}
                faults.setdefault(again.path, (again, {}))[1][person] = ("W-UNIT-SITES", words)
    for sent, found in faults.values():
        _tell(sent, found, collector)


def _sites_of(table: Table) -> dict[Items, set[Items]]:
    """By person: office, service type and satellite."""
    found: dict[Items, set[Items]] = {}
    for insurer, insured, office, code, satellite in table.distinct(*_SITES):
        found.setdefault((insurer, insured), set()).add((office, code[:2], satellite))
    return found


def _types(sites: set[Items]) -> set[Items]:
    return {site[:2] for site in sites}


def _shown(sites: set[Items]) -> str:
    return "、".join(f"{service}(枝番{branch})" if branch else service for _, service, branch in sorted(sites))


def _deletions(deletions: list[Sent], given: list[Sent], collector: Collector) -> None:
    """Every key of a deletion takes back something that was sent before it."""
    sequences: dict[Items, list[str]] = {}
    for one in given:
        for key in one.keys:
            sequences.setdefault(key, []).append(one.sequence)
    for deletion in deletions:
        before = {key for key, found in sequences.items() if min(found) < deletion.sequence}
        without_insurer = {key[1:] for key in before}
        insured = {key[1] for key in before}
        is_round = bool(before) and given[0].table.kind in _MONTHLY
        faults: _Faults = {}
        for key in deletion.keys - before:
            if key in sequences:
                faults[key[:2]] = ("W-UNIT-DELETES-LATER", {"other": min(sequences[key])})
            elif key[1:] in without_insurer:
                faults[key[:2]] = ("W-CROSS-INSURER", {"insurer": key[0]})
            elif is_round or key[1] in insured:
                faults[key[:2]] = ("W-UNIT-DELETES-NOTHING", {})
        _tell(deletion, faults, collector)


def _tell(sent: Sent, faults: _Faults, collector: Collector) -> None:
    """Each fault at the first record of its person."""
    item = layout(sent.table.kind).field(PERSON[1]).name_ja
    for person, record in sent.table.first_records(*PERSON).items() if faults else ():
        if person in faults:
            code, words = faults[person]
            collector.add(code, sent.path, record=record, field=item, value=person[1], basis=None, **words)
