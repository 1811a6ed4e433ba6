"""The invented month: every unit that the offices send each other, and what is true of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from renkei.standard.names import MONTH_KINDS, NO_MONTH, FileName
from renkei.standard.units import UnitKind

from .clients import invent_clients
from .folder import write_folder
from .model import Office, ServiceMonth
from .offices import Sizes, invent_offices
from .papers import Bodies, Papers, make_papers
from .truth import SentUnit, TrueDifference, Truth

# A month in which every office gets a care plan and each of three offices reports another kind of difference.
DEFAULT_SEED = 10
BETWEEN_UNITS = timedelta(seconds=7)


@dataclass(frozen=True)
class Month:
    """An invented month. `files` is the outbox of each sending office: office number → file name → bytes."""

    month: str
    offices: tuple[Office, ...]
    files: dict[str, dict[str, bytes]]
    truth: Truth

    def write(self, folder: Path) -> None:
        """Write `<folder>/<office number>/<file>.CSV`, `offices.tsv` and `truth.json`; existing files are replaced."""
        truth = {"month": self.month, "offices": [office.number for office in self.offices], **self.truth.as_dict()}
        write_folder(folder, self.files, self.offices, truth)


def make_month(
    *,
    seed: int = DEFAULT_SEED,
    month: str = "202612",
    care_managers: int = 1,
    service_offices: int = 4,
    clients: int = 6,
) -> Month:
    """Invent a month of V4.1 files. The same arguments give the same bytes.

    `month` is YYYYMM from 202501 on; ValueError when it is not, or when a size is below 1 or too large.
    """
    rng, when, sizes = Random(seed), ServiceMonth(month), Sizes(care_managers, service_offices, clients)  # noqa: S311
    offices = invent_offices(sizes)
    papers = [
        make_papers(rng, nth, client, when) for nth, client in enumerate(invent_clients(rng, offices, when, sizes))
    ]
    outboxes = _send_all(papers, when)
    return Month(
        month=month,
        offices=tuple(offices),
        files={o.number: outboxes[o.number].files if o.number in outboxes else {} for o in offices},
        truth=Truth(
            units=tuple(unit for outbox in outboxes.values() for unit in outbox.units),
            differences=tuple(TrueDifference.of(p.client, change) for p in papers for change in p.changes),
        ),
    )


@dataclass
class _Outbox:
    """What one office has sent. Its clock gives every unit a sequence number of its own, in order."""

    sender: Office
    clock: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    units: list[SentUnit] = field(default_factory=list)

    def send(
        self, recipient: Office, kind: UnitKind, month: ServiceMonth, people: Sequence[Papers], bodies: Iterable[Bodies]
    ) -> None:
        """Put one unit for `recipient` together from the files of several people."""
        self.clock += BETWEEN_UNITS
        sequence = f"{self.clock:%Y%m%d%H%M%S}"
        files: defaultdict[str, list[bytes]] = defaultdict(list)
        for body in bodies:
            for file_kind, data in body.items():
                files[file_kind].append(data)
        names = [self._name(file_kind, recipient, kind, month, sequence) for file_kind in files]
        self.files.update(zip(names, map(b"".join, files.values()), strict=True))
        insured = tuple(papers.client.insured for papers in people)
        self.units.append(SentUnit(self.sender.number, recipient.number, kind, sequence, tuple(names), insured))

    def _name(self, file_kind: str, recipient: Office, kind: UnitKind, month: ServiceMonth, sequence: str) -> str:
        of_month = NO_MONTH if kind is UnitKind.CARE_PLAN else month.text
        return str(
            FileName(
                kind=file_kind,
                month=of_month if file_kind in MONTH_KINDS else None,
                sender=self.sender.number,
                sender_service=self.sender.service,
                recipient=recipient.number,
                recipient_service=recipient.service,
                sequence=sequence,
            )
        )


def _send_all(papers: Sequence[Papers], month: ServiceMonth) -> dict[str, _Outbox]:
    """Outboxes by office number: what care managers send to each service office, and what those send back."""
    pairs: defaultdict[tuple[str, str], list[Papers]] = defaultdict(list)
    offices: dict[str, Office] = {}
    for paper in papers:
        for office in [paper.client.care_manager, *paper.client.offices]:
            offices[office.number] = office
        for office in paper.client.offices:
            pairs[paper.client.care_manager.number, office.number].append(paper)
    outboxes: dict[str, _Outbox] = {}
    for (care_manager, service_office), people in sorted(pairs.items(), key=lambda pair: pair[0]):
        there = _outbox(outboxes, offices[care_manager], month.sent_on)
        back = _outbox(outboxes, offices[service_office], month.reported_on)
        _exchange(there, back, month, people)
    return outboxes


def _outbox(outboxes: dict[str, _Outbox], sender: Office, day: date) -> _Outbox:
    return outboxes.setdefault(sender.number, _Outbox(sender, datetime.combine(day, time(9))))


def _exchange(there: _Outbox, back: _Outbox, month: ServiceMonth, people: list[Papers]) -> None:
    changed = [paper for paper in people if paper.care_plan]
    if changed:
        there.send(back.sender, UnitKind.CARE_PLAN, month, changed, [p.care_plan for p in changed if p.care_plan])
    there.send(back.sender, UnitKind.USE_TABLE, month, people, [paper.use_table for paper in people])
    actuals = [paper.actuals[back.sender.number] for paper in people]
    back.send(there.sender, UnitKind.ACTUAL, month, people, actuals)
