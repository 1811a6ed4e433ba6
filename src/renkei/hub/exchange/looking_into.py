"""The pure part of looking into a unit that comes in. No Django here: it runs in a process apart as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from renkei.standard.checking import Report, check
from renkei.standard.findings import Role

# Service types by office number.
Register = Mapping[str, Sequence[str]]


class Given(NamedTuple):
    """The standard's files of one unit, and what the register says of the offices in their names."""

    files: Mapping[str, bytes]
    register: Register


def report(given: Given) -> Report:
    """The standard's check as the hub makes it: an error only where the standard itself says so."""
    return check(list(given.files.items()), Role.HUB, register=given.register)
