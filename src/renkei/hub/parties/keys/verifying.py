"""The pure part of finding out who signed. No Django here: it runs in a process apart as well."""

from __future__ import annotations

from typing import NamedTuple

from renkei.trust import cms
from renkei.trust.errors import TrustError


class SignedBytes(NamedTuple):
    """Bytes and the detached signature over them, as they came."""

    data: bytes
    signature: bytes


def certificate_of(given: SignedBytes) -> bytes | TrustError:
    """DER of the certificate whose key signed the bytes, or why the signature is none."""
    try:
        return cms.verify(given.data, given.signature).encoded
    except TrustError as error:
        return error
