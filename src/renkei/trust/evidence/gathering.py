"""Putting together what a hub gives, over its API or from its own tables, into one body of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from .model import MAX_CHAIN, MAX_TRANSMISSIONS, Evidence, EvidenceError, Seal, Subject, Transmission


class NothingToProve(Exception):
    """Nothing was sent or received in that period."""


class Given(NamedTuple):
    """A transmission, and for each seal of its events the seal that bears the time-stamp over it, or None."""

    transmission: Transmission
    stamped_by: dict[int, int | None]


class Authorities(NamedTuple):
    """PEM texts and revocation lists in DER."""

    roots: bytes
    issuing: bytes
    stamp_roots: bytes
    crls: tuple[bytes, ...]


class Source(Protocol):
    """A hub, asked on behalf of one office service."""

    def transmissions(self, subject: Subject) -> Iterable[Given]:
        """What was sent and received in the period, with the partner if one is named, oldest first."""

    def seals(self, first: int, last: int) -> Iterable[tuple[int, Seal]]:
        """The seals with these numbers and all between, in order."""

    def authorities(self) -> Authorities: ...


def gather(source: Source, subject: Subject) -> Evidence:
    """All that is needed to judge the subject's transmissions. Raises NothingToProve, EvidenceError when it is too much,
    and what the source raises."""
    given = []
    for one in source.transmissions(subject):
        given.append(one)
        if len(given) > MAX_TRANSMISSIONS:
            raise EvidenceError("too many transmissions for one file")
    if not given:
        raise NothingToProve
    wanted: dict[int, int | None] = {}
    for one in given:
        wanted |= one.stamped_by
    whole = wanted.keys() | {number for number in wanted.values() if number}
    seals: dict[int, Seal] = {}
    chain: dict[int, bytes] = {}
    for first, last in _spans(wanted):
        for number, seal in source.seals(first, last):
            if number in whole:
                seals[number] = seal
            else:
                chain[number] = seal.statement.body
            if len(chain) > MAX_CHAIN:
                raise EvidenceError("too many seals for one file")
    transmissions = tuple(one.transmission for one in given)
    return Evidence(subject, transmissions, seals, chain, *source.authorities())


def _spans(wanted: dict[int, int | None]) -> Sequence[tuple[int, int]]:
    """From each seal to the one with its time-stamp; what overlaps is asked for once."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((number, stamped or number) for number, stamped in wanted.items()):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
