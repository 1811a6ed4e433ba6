"""A pile sorted: which units its files make, going out or come in, and which files make none. Reads two small tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from renkei.hub.core import looks
from renkei.hub.exchange.envelopes import content_tag
from renkei.hub.parties.models import OfficeService
from renkei.hub.parties.register import service_types
from renkei.hub.workspace.models import Incoming, Outgoing
from renkei.hub.workspace.outbox.pile import Named
from renkei.hub.workspace.partners.services import Address
from renkei.standard.checking import CheckedUnit, Report, check
from renkei.standard.checking.examining import file_name
from renkei.standard.findings import Finding, Role, Severity
from renkei.standard.names import BadName, FileName
from renkei.standard.units import UnitKind

Counted = tuple[str, Severity]  # the file, and how severe
NaturalKey = tuple[int, str, str, str, str]  # our service's id, number and service of the other, kind, sequence number


@dataclass(frozen=True)
class Sorted:
    """One unit of a pile. `number` and `service` are the other office's; `errors` and `warnings` count what was found."""

    owner: OfficeService
    number: str
    service: str
    kind: UnitKind
    sequence: str
    months: str
    files: Mapping[str, bytes]
    subjects: frozenset[str]
    errors: int
    warnings: int

    @property
    def key(self) -> NaturalKey:
        return self.owner.pk, self.number, self.service, self.kind.value, self.sequence

    @cached_property
    def tag(self) -> str:
        """Tells the same unit brought twice."""
        return content_tag(self.files)


@dataclass
class SortedPile:
    """Units on their way out, units that came in, and files that make none."""

    outgoing: list[Sorted] = field(default_factory=list)
    incoming: list[Sorted] = field(default_factory=list)
    left: list[Named] = field(default_factory=list)


def sort(files: Sequence[Named], services: Iterable[OfficeService]) -> SortedPile:
    """Sort files by whose they are; `services` are those for which the person who brought them may act.

    What goes out is checked strictly, what came in as leniently as its reader would be. One query at most.
    """
    own = {(one.party.number, one.service): one for one in services if one.active}
    numbers = {number for number, _ in own}
    came: list[Named] = []
    rest: list[Named] = []
    for one in files:
        (came if _is_for(one[0], numbers) else rest).append(one)
    register = service_types(name for name, _ in files)
    result = SortedPile()
    _take(result, check(rest, Role.SENDER, register=register), rest, own, is_out=True)
    _take(result, check(came, Role.RECIPIENT, register=register), came, own, is_out=False)
    return result


def findings_of(files: Mapping[str, bytes]) -> list[Finding]:
    """What is found in the files of one unit that goes out."""
    return list(check(list(files.items()), Role.SENDER, register=service_types(files)).findings)


def sort_again(unit: Outgoing, files: Mapping[str, bytes]) -> Sorted | None:
    """A unit in hand with other files; None when they are no longer that one unit."""
    again = sort(list(files.items()), [unit.owner]).outgoing
    return again[0] if len(again) == 1 and again[0].key == key_of(unit) else None


def key_of(unit: Outgoing | Incoming) -> NaturalKey:
    """By which a unit of the tables is the same as one of a pile."""
    return unit.owner_id, unit.number, unit.service, unit.kind, unit.sequence


def _is_for(path: str, numbers: set[str]) -> bool:
    """Whether a file was addressed to us by somebody else."""
    try:
        name = FileName.parse(file_name(path))
    except BadName:
        return False
    return name.recipient in numbers and name.sender not in numbers


def _take(
    result: SortedPile, report: Report, files: Sequence[Named], own: Mapping[Address, OfficeService], *, is_out: bool
) -> None:
    by_path: dict[str, bytes] = {}
    for path, data in files:
        by_path.setdefault(path, data)
    found = Counter((finding.file, finding.severity) for finding in report.findings)
    taken: dict[str, bytes] = {}
    for one in report.units:
        unit = one.unit
        mine, theirs = (unit.sender, unit.sender_service), (unit.recipient, unit.recipient_service)
        mine, theirs = (mine, theirs) if is_out else (theirs, mine)
        # What came in and cannot be read is not booked: somebody has to look at it first.
        if mine not in own or (not is_out and one.has_errors):
            continue
        sorted_one = _sorted(one, own[mine], theirs, by_path, found)
        taken.update(sorted_one.files)
        (result.outgoing if is_out else result.incoming).append(sorted_one)
    # A copy of one that was taken is no file of its own; another content under its name is.
    result.left += [(path, data) for path, data in files if taken.get(file_name(path)) != data]


def _sorted(
    one: CheckedUnit, owner: OfficeService, other: Address, by_path: Mapping[str, bytes], found: Counter[Counted]
) -> Sorted:
    errors = sum(found[path, Severity.ERROR] for path in one.paths)
    return Sorted(
        owner=owner,
        number=other[0],
        service=other[1],
        kind=one.unit.kind,
        sequence=one.unit.sequence,
        months=",".join(one.unit.months),
        files={file_name(path): by_path[path] for path in one.paths},
        subjects=frozenset(looks.subject(*person) for person in one.people),
        errors=max(errors, int(one.has_errors)),
        warnings=sum(found[path, Severity.WARNING] for path in one.paths),
    )
