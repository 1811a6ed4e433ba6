"""What bringing in files takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field
from pydantic import StringConstraints

from renkei.hub.core.schemas import FindingOut, Schema
from renkei.hub.exchange.schemas import Salt

Commitment = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MAX_SIZE = 2**53 - 1


class UploadIn(Schema):
    """A file about to be brought in: its size in bytes, SHA-256(salt ‖ bytes) and the salt in hex, its media type."""

    size: int = Field(ge=0, le=MAX_SIZE)
    commitment: Commitment
    salt: Salt
    media: str = Field(max_length=100)


class CleanedOut(Schema):
    size: int
    commitment: str


class UploadOut(Schema):
    """`missing` are the chunks that have not come, [first, last] each; `cleaned` is the copy without active parts."""

    id: UUID
    state: str
    size: int
    media: str
    chunk_bytes: int
    missing: list[list[int]]
    findings: list[FindingOut]
    cleaned: CleanedOut | None
    expires_at: datetime
