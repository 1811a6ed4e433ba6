"""The hub's own challenges: each carries a code that only this hub can make, so that asking for one writes nothing."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime

from django.conf import settings

from renkei.hub.core.keyring import keyring
from renkei.trust import challenges

_RANDOM_CHARACTERS = 22  # of 16 bytes


def ask(office: str, expires_at: datetime) -> str:
    """A fresh challenge for `office`; whether it is known does not show."""
    random = secrets.token_urlsafe(16)
    return challenges.build(settings.HUB_ID, office, expires_at, random + _code(office, random, expires_at))


def is_ours(text: str, office: str, now: datetime) -> bool:
    """Whether this hub asked `office` this, and the time for the answer is not over."""
    if not challenges.is_for(text, settings.HUB_ID, office):
        return False
    part, expires_at = challenges.part_of(text), challenges.end_of(text)
    random, code = part[:_RANDOM_CHARACTERS], part[_RANDOM_CHARACTERS:]
    return now <= expires_at and hmac.compare_digest(code, _code(office, random, expires_at))


def _code(office: str, random: str, expires_at: datetime) -> str:
    # With the epoch: whoever has a backup finds no challenge in it that a hub restored from it would take.
    said = (settings.HUB_ID, settings.HUB_EPOCH, office, random, str(int(expires_at.astimezone(UTC).timestamp())))
    return keyring().keyed("challenge", "\n".join(said).encode())
