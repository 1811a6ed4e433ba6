"""From the papers of a month to what each person's claim rests on: the newest unit that each is in, checked once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from renkei.hub.workspace.claiming.rules import WATCHED, Claim, Knows, Sources, examine
from renkei.hub.workspace.comparing.rules import PLAN_KINDS, Desk, Paper, PersonMonth
from renkei.standard.checking import check
from renkei.standard.comparing.in_force import Received, Withdrawal, use_tables_in_force
from renkei.standard.comparing.papers import Person, person_of, withdrawn
from renkei.standard.findings import Role
from renkei.standard.units import UnitKind

_KINDS = ("UPSIKYU", "UPHOSOKU")


def claims_of(
    papers: Iterable[Paper], people: Iterable[PersonMonth], month: str, desk: Desk, knows: Knows
) -> dict[Person, Claim]:
    """By person the claim of a month YYYYMM. The order of arrival does not matter: the newest sequence number counts."""
    of_plans = [paper for paper in papers if paper.kind in PLAN_KINDS]
    sources = _sources([paper for paper in of_plans if paper.kind is UnitKind.USE_TABLE], month, _withdrawals(of_plans))
    found = {}
    for one in people:
        person = one.insurer, one.insured
        found[person] = examine(one, month, sources.get(person, Sources()), knows, desk.concerns)
    return found


@dataclass(frozen=True)
class _Unit:
    """A use table: its rows of a month by kind and person."""

    paper: Paper
    rows: Mapping[str, Mapping[Person, list[dict[str, str]]]]


def _withdrawals(papers: Iterable[Paper]) -> dict[Person, list[Withdrawal]]:
    """By person what was taken back from which office."""
    read = [one for paper in papers if paper.kind is UnitKind.USE_TABLE_DELETION for one in paper.read]
    found: dict[Person, list[Withdrawal]] = defaultdict(list)
    for sequence, sender, recipient, rows in withdrawn(read, "DLTPLAN"):
        for row in rows:
            found[person_of(row)].append((sequence, sender, recipient, [row]))
    return found


def _sources(
    papers: Iterable[Paper], month: str, withdrawals: Mapping[Person, list[Withdrawal]]
) -> dict[Person, Sources]:
    latest: dict[Person, Paper] = {}
    # Of several copies of one slip, which go to every office, any tells the same.
    for paper in sorted(papers, key=lambda one: (one.sequence, one.recipient)):
        latest |= dict.fromkeys(_people(paper, month), paper)
    units = {id(paper): _unit(paper, month) for paper in latest.values()}
    newest = {person: units[id(paper)] for person, paper in latest.items()}
    faults: dict[int, dict[Person, list[str]]] = {}
    found = {}
    for person, unit in newest.items():
        if id(unit) not in faults:
            faults[id(unit)] = _faults(unit)
        annex, supplement = (unit.rows[kind].get(person, []) for kind in _KINDS)
        if person in withdrawals:
            # As with the lines of 第6表: what was taken back later stands in no 給付管理票.
            own = Received(unit.paper.sequence, unit.paper.sender, annex)
            annex = use_tables_in_force([own], withdrawals[person]).rows
        found[person] = Sources(tuple(annex), supplement[-1] if supplement else None, faults[id(unit)].get(person, ()))
    return found


def _people(paper: Paper, month: str) -> set[Person]:
    """Everybody of whom it says something about this month."""
    return {
        person_of(row)
        for one in paper.read
        if one.kind in (*_KINDS, "UPPLAN")
        for row in one.rows
        if row["target_year_month"] == month
    }


def _unit(paper: Paper, month: str) -> _Unit:
    rows: dict[str, dict[Person, list[dict[str, str]]]] = {kind: {} for kind in (*_KINDS, "UPPLAN")}
    for one in paper.read:
        for row in one.rows if one.kind in rows else ():
            if row["target_year_month"] == month:
                rows[one.kind].setdefault(person_of(row), []).append(row)
    return _Unit(paper, rows)


def _faults(unit: _Unit) -> dict[Person, list[str]]:
    """By person the codes of what is found in the sums of a unit. What names no record is of everybody in it."""
    report = check(list(unit.paper.files.items()), Role.RECIPIENT)
    rows = {one.path: one.rows for one in unit.paper.read}
    found: dict[Person, list[str]] = defaultdict(list)
    for finding in report.findings:
        if finding.code not in WATCHED:
            continue
        own = rows.get(finding.file, ())
        if finding.record is not None and finding.record <= len(own):
            found[person_of(own[finding.record - 1])].append(finding.code)
        else:
            for person in unit.rows["UPPLAN"]:
                found[person].append(finding.code)
    return found
