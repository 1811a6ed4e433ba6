"""How much a hub takes at once, and how much we ever handle."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What the hub takes in one file, unit and request, never more than we ourselves would handle."""

    file_bytes: int
    unit_bytes: int
    unit_files: int
    batch_units: int
    receipts: int
    collect: int
    request_bytes: int
    attachment_bytes: int
    transmission_attachment_bytes: int
    attachments: int


# Whatever a hub allows, no more than this is read or sent at once.
CEILING = Limits(
    file_bytes=64 * _MIB,
    unit_bytes=128 * _MIB,
    unit_files=200,
    batch_units=100,
    receipts=200,
    collect=100,
    request_bytes=256 * _MIB,
    attachment_bytes=1024 * _MIB,
    transmission_attachment_bytes=4096 * _MIB,
    attachments=100,
)
