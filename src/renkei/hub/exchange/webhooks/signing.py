"""Signatures after Standard Webhooks: HMAC-SHA-256 over "id.timestamp.body", one for each secret that counts.

A secret is made from the deployment's key and a salt of its own, so that none is stored; it is shown once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from renkei.hub.core.keyring import keyring

PREFIX = "whsec_"


def secret(webhook: int, salt: str) -> str:
    """The secret as the office keeps it: `whsec_` and base64 of 32 bytes."""
    made = bytes.fromhex(keyring().keyed("webhook", f"{webhook}\n{salt}".encode()))
    return PREFIX + base64.b64encode(made).decode("ascii")


def headers(secrets: Sequence[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; the newest secret's signature first."""
    seconds = str(int(at.timestamp()))
    said = f"{message}.{seconds}.".encode("ascii") + body
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(one.removeprefix(PREFIX)), said, hashlib.sha256)).decode("ascii")
        for one in secrets
    ]
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
