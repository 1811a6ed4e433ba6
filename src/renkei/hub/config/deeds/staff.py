"""Deeds about the first people of an office and of the operator, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from renkei.hub.parties import services
from renkei.hub.parties.models import Job, Level, Party, PartyKind
from renkei.hub.parties.services import OPERATOR

Arguments = Mapping[str, Any]


def add_staff(given: Arguments) -> str:
    """A person who signs in for an office, with a first password."""
    return _add(services.office(given["office"]), given, Job(given["job"]))


def add_operator(given: Arguments) -> str:
    """A person who signs in for the operator, whose party is made with the first one."""
    party = Party.objects.filter(kind=PartyKind.OPERATOR, number=OPERATOR).first()
    party = party or services.admit(PartyKind.OPERATOR, OPERATOR, settings.HUB_NAME, actor=given["actor"])
    return _add(party, given, Job.OPERATOR)


def _add(party: Party, given: Arguments, job: Job) -> str:
    level = Level(given["level"])
    services.add_staff(given["login"], given["name"], party, given["password"], level, job=job, actor=given["actor"])
    return f"登録しました。ログイン名: {given['login']}"


DEEDS = {"staff": add_staff, "operator": add_operator}
