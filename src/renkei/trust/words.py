"""Words that go with a receipt: bytes and their salt, bound by the commitment that the signed receipt holds."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from .manifest import SALT_BYTES, commitment


class Words(NamedTuple):
    """What was said, as it was signed: UTF-8, a text or a JSON list of findings."""

    salt: bytes
    data: bytes

    @classmethod
    def of(cls, text: str) -> Words:
        """A text with a fresh salt."""
        return cls(secrets.token_bytes(SALT_BYTES), text.encode())

    @property
    def commitment(self) -> str:
        """How a receipt names these words: its `attached`."""
        return commitment(self.salt, self.data)
