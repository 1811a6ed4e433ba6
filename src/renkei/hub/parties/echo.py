"""The built-in office for practice: whatever is sent to it is checked and answered within seconds, and nothing is kept.

Its number begins with 99: prefectures are numbered 01 to 47, so no real office can have it. The check digit is right, so
that care software takes it as a partner.
"""

from __future__ import annotations

from renkei.hub.parties import services
from renkei.hub.parties.models import OfficeService, Party, PartyKind

NUMBER = "9979900009"
NAME = "練習用の事業所(Renkei)"
# Both sides of the exchange: care management and preventive support, and the services that most offices have.
JOB = "echo"
SERVICES = ("43", "46", "11", "13", "15", "16", "17", "21", "78")


def ensure() -> None:
    """Admit it where it is not here yet; on every new hub and at every upgrade."""
    there = OfficeService.objects.filter(party__kind=PartyKind.OFFICE, party__number=NUMBER, service__in=SERVICES)
    if there.count() < len(SERVICES):
        services.admit(PartyKind.OFFICE, NUMBER, NAME, services=SERVICES)


def is_echo(party: Party) -> bool:
    """Whether this is the office for practice."""
    return party.kind == PartyKind.OFFICE and party.number == NUMBER
