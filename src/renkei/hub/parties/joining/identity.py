"""Is the person who types an invitation's code the one who was meant? Birth date and insured number, against what the
inviter entered; only a keyed hash of the two is kept."""

from __future__ import annotations

import re
from datetime import date

from django.utils.crypto import constant_time_compare

from renkei.hub.core.keyring import keyring
from renkei.hub.parties.models import Invitation
from renkei.hub.parties.numbers import normalised
from renkei.hub.parties.staff import attempts

DOOR = "identity"
CHECKED = "invitation-identity"  # in the session: the invitation whose person was checked
_INSURED = re.compile(r"[0-9H][0-9]{9}")


def is_insured_number(text: str) -> bool:
    """Whether this can be an insured number: ten digits, or H and nine (public assistance alone)."""
    return bool(_INSURED.fullmatch(normalised(text)))


def keyed(party_number: str, birth: date, insured: str) -> str:
    """The keyed hash of what a person says of themself, of use for this party alone."""
    return keyring().keyed("identity", f"{party_number}\n{birth.isoformat()}\n{normalised(insured)}".encode())


def matches(row: Invitation, birth: date, insured: str, address: str) -> bool:
    """Whether a person said what the inviter entered. Raises LockedOut."""
    who = str(row.pk)
    attempts.check(DOOR, who, address)
    if not constant_time_compare(row.identity, keyed(row.party.number, birth, insured)):
        attempts.failed(DOOR, who, address)
        return False
    attempts.succeeded(DOOR, who)
    return True
