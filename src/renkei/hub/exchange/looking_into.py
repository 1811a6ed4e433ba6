"""The pure part of looking into a unit that comes in: who signed it, and what the standard's check finds. No Django here: it
runs in a process apart as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from renkei.hub.parties.keys.verifying import SignedBytes, certificate_of
from renkei.standard.checking import Report, check
from renkei.standard.findings import Role
from renkei.trust.errors import TrustError

# Service types by office number.
Register = Mapping[str, Sequence[str]]


class Given(NamedTuple):
    """One unit: what was signed (None where the author is known), the standard's files (None where there is no telling
    them), and what the register says of the offices in their names."""

    signed: SignedBytes | None
    files: Mapping[str, bytes] | None
    register: Register


class Looked(NamedTuple):
    """DER of the certificate whose key signed, or why the signature is none; what the check finds in what was signed well."""

    certificate: bytes | TrustError | None
    report: Report | None


def look(given: Given) -> Looked:
    """Verify one unit, and then check it."""
    certificate = certificate_of(given.signed) if given.signed else None
    if isinstance(certificate, TrustError) or given.files is None:
        return Looked(certificate, None)
    return Looked(certificate, report(given.files, given.register))


def report(files: Mapping[str, bytes], register: Register) -> Report:
    """The standard's check as the hub makes it: an error only where the standard itself says so."""
    return check(list(files.items()), Role.HUB, register=register)
