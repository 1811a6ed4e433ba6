"""The page before the claim: everybody of a month with what to do, and the sums that go into the 給付管理票. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renkei.hub.workspace.claiming import rules
from renkei.hub.workspace.claiming.points import Code, Point, Weight
from renkei.hub.workspace.claiming.rules import Claim
from renkei.hub.workspace.ledger.tables import harmless
from renkei.hub.workspace.overview.bars import Part, bar
from renkei.hub.workspace.projecting.services import Client
from renkei.standard.layouts import code_lists

HEADS = (
    "サービスの月",
    "保険者番号",
    "被保険者番号",
    "氏名",
    "事業所番号",
    "事業所名",
    "サービス種類",
    "種類の名前",
    "給付計画単位数",
    "実績の単位数(目安)",
)


@dataclass(frozen=True)
class Told:
    """A point in words; `office` is its name, empty where no office is concerned."""

    point: Point
    office: str

    @property
    def code(self) -> Code:
        return self.point.code


@dataclass(frozen=True)
class Row:
    """One person: what to do first in front, then the lines of the 給付管理票."""

    subject: str
    client: Client
    claim: Claim
    told: Sequence[Told]

    @property
    def units(self) -> int:
        """給付計画単位数 of all lines."""
        return sum(line.plan or 0 for line in self.claim.lines)


@dataclass(frozen=True)
class Sum:
    """The planned units of an office and type: how many people and units."""

    office: str
    name: str
    type: str
    people: int
    units: int


@dataclass(frozen=True)
class Work:
    """A month: who stops, who is to be looked at, who is well; the sums and their picture."""

    rows: Mapping[Weight | None, Sequence[Row]]
    sums: Sequence[Sum]
    bar: Sequence[Part]
    units: int

    @property
    def people(self) -> int:
        return sum(map(len, self.rows.values()))


def work_of(clients: Mapping[str, Client], decided: Mapping[str, bool], names: Mapping[str, str]) -> Work:
    """Everybody of a month. `decided` says of whom with differences all was decided; `names` are those of offices."""
    rows: dict[Weight | None, list[Row]] = {Weight.STOP: [], Weight.LOOK: [], None: []}
    claims = []
    for subject, client in clients.items():
        claim = rules.from_json(client.claim)
        if client.standing == "changed" and not decided.get(subject, False):
            claim = Claim(claim.lines, (*claim.points, Point(Code.UNDECIDED)))
        claims.append(claim)
        ordered = sorted(
            claim.points, key=lambda one: (list(Weight).index(one.code.weight), list(Code).index(one.code))
        )
        told = [Told(one, names.get(one.office, one.office)) for one in ordered]
        rows[claim.weight].append(Row(subject, client, claim, told))
    for own in rows.values():
        own.sort(key=lambda row: (row.client.kana, row.client.insurer, row.client.insured))
    types = rules.totals_by_type(claims)
    sums = [
        Sum(office, names.get(office, office), _type(type_), people, units)
        for (office, type_), (people, units) in rules.totals_by_office(claims).items()
    ]
    drawn = bar([(f"{place % 6 + 1}", _type(type_), units) for place, (type_, units) in enumerate(types.items())])
    return Work(rows, sums, drawn, sum(types.values()))


def as_csv(work: Work, month: str, names: Mapping[str, str]) -> bytes:
    """The lines of the 給付管理票 in columns of our own: it is no file for the transmission to the 国保連. UTF-8 with a mark at
    the beginning, without which spreadsheets take it for something else."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(HEADS)
    everybody = sorted(
        (row for rows in work.rows.values() for row in rows), key=lambda row: (row.client.kana, row.subject)
    )
    for row in everybody:
        for line in row.claim.lines:
            cells = (
                *(month, row.client.insurer, row.client.insured, row.client.name),
                *(line.office, names.get(line.office, ""), line.service, _type(line.service)),
                *("" if units is None else str(units) for units in (line.plan, line.actual)),
            )
            writer.writerow([harmless(cell) for cell in cells])
    return made.getvalue().encode("utf-8-sig")


def _type(code: str) -> str:
    return code_lists()["service_type"].get(code, code)
