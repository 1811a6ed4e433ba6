"""What somebody wants to send from the browser: which units the files make, what is wrong, and whether they can go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.addressing import require_active
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.exchange.presenting import kind_label
from renkei.hub.exchange.sealing_units import accept_sealed
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Membership, OfficeService, PartyKind
from renkei.hub.parties.register import service_types
from renkei.standard.checking import check
from renkei.standard.findings import Finding, Role
from renkei.standard.units import Unit

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Ready:
    """One unit of the pile. `why_not` is None when it can go; else what keeps it, in words."""

    unit: Unit
    names: tuple[str, ...]
    people: int
    recipient: OfficeService | None
    why_not: str | None

    @property
    def kind(self) -> str:
        """What it is, in Japanese."""
        return kind_label(self.unit.kind.value)


@dataclass(frozen=True)
class Seen:
    """A pile of files, looked through: its units, and what was found, for each file in the order of the files."""

    units: tuple[Ready, ...]
    findings: Sequence[Finding]
    errors: int

    @property
    def ready(self) -> list[Ready]:
        """The units that can go."""
        return [one for one in self.units if one.why_not is None]


@dataclass(frozen=True)
class Sent:
    """What became of one unit: taken on, or refused and why."""

    unit: Ready
    accepted: Accepted | None = None
    refused: Refused | None = None


def look_through(membership: Membership, files: Files) -> Seen:
    """Check as the sender, and say of each unit whether it can go. Two queries, however many units."""
    report = check(list(files.items()), Role.SENDER, register=service_types(files))
    mine = {(one.party.number, one.service) for one in own_services(membership) if one.active}
    recipients = _recipients([one.unit for one in report.units])
    units = []
    for one in report.units:
        unit = one.unit
        recipient = recipients.get((unit.recipient, unit.recipient_service))
        why_not = _why_not(unit, recipient, mine, has_errors=one.has_errors)
        units.append(Ready(unit, one.paths, len(one.people), recipient, why_not))
    return Seen(tuple(units), report.findings, report.errors)


def send(membership: Membership, files: Files, seen: Seen, *, is_confirmed: bool) -> list[Sent]:
    """Send every unit that can go, each taken on or refused on its own."""
    services = {one.service: one for one in own_services(membership)}
    sent = []
    for one in seen.ready:
        own = {name: files[name] for name in one.names}
        try:
            accepted = accept_sealed(services[one.unit.sender_service], membership, own, is_confirmed=is_confirmed)
            sent.append(Sent(one, accepted=accepted))
        except Refused as refusal:
            sent.append(Sent(one, refused=refusal))
    return sent


def _recipients(units: Sequence[Unit]) -> dict[tuple[str, str], OfficeService]:
    numbers = {unit.recipient for unit in units}
    found = OfficeService.objects.select_related("party").filter(
        party__kind=PartyKind.OFFICE, party__number__in=numbers
    )
    return {(one.party.number, one.service): one for one in found}


def _why_not(
    unit: Unit, recipient: OfficeService | None, mine: set[tuple[str, str]], *, has_errors: bool
) -> str | None:
    if (unit.sender, unit.sender_service) not in mine:
        return "ほかの事業所、またはあなたが任されていないサービスから送るファイルです。"
    if has_errors:
        return "直すところがあります。下の指摘を見て介護ソフトで直し、書き出し直してください。"
    if recipient is None:
        return "送り先の事業所は、このハブを使っていません。紙などで届けてください。"
    try:
        require_active(recipient)
    except Refused as refusal:
        return refusal.words
    return None
