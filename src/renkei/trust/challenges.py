"""The text that a program signs to sign in. It names hub and office, so that the signature serves nowhere else."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

FORMAT = "renkei-challenge/1"
RANDOM_BYTES = 32

_RANDOM = r"[A-Za-z0-9_-]{20,100}"
_SECONDS = r"[0-9]{1,12}"


def build(hub: str, office: str, expires_at: datetime, part: str | None = None) -> str:
    """Five lines: format, hub, office, a part that never comes twice, the end in seconds since 1970; no line end behind it.

    `part` has 20 to 100 characters `A-Za-z0-9_-`; without it, it is random.
    """
    part = part or secrets.token_urlsafe(RANDOM_BYTES)
    return "\n".join((FORMAT, hub, office, part, str(int(expires_at.timestamp()))))


def is_for(text: str, hub: str, office: str) -> bool:
    """Whether this is a challenge of `hub` to `office`, and nothing else that a signature could be wanted for."""
    lines = (re.escape(FORMAT), re.escape(hub), re.escape(office), _RANDOM, _SECONDS)
    return re.fullmatch("\n".join(lines), text) is not None


def part_of(text: str) -> str:
    """The part of a challenge that never comes twice."""
    return text.split("\n")[3]


def end_of(text: str) -> datetime:
    """Until when a challenge counts."""
    return datetime.fromtimestamp(int(text.split("\n")[4]), UTC)
