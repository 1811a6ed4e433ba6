"""File names: <KIND>[_<YYYYMM>]_<sender>_<type>_<recipient>_<type>_<YYYYMMDDHHMMSS>.CSV (layout annex of V4.1).

The family picture of UPKIHON ends in `_<4 digits>.jpg` instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .layouts import KINDS

IMAGE = "UPKIHON_IMAGE"
MONTH_KINDS = frozenset({"UPHOSOKU", "UPPLAN", "UPSIKYU", "DLTPLAN", "UPJSK", "DLTJSK"})
# The supplement that travels with a care plan belongs to no month.
NO_MONTH = "000000"

# UPKIHON_SUB1 before UPKIHON: a kind may contain an underscore.
_KINDS = sorted((*KINDS, IMAGE), key=len, reverse=True)
_MONTH = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])", re.ASCII)
_OFFICE = re.compile(r"[0-9A-Z]{10}")
_SERVICE = re.compile(r"[0-9A-Z]{2}")
_SEQUENCE = re.compile(r"\d{14}", re.ASCII)
_BRANCH = re.compile(r"\d{4}", re.ASCII)
_THREE_DIGIT_SERVICE = re.compile(r"\d{3}", re.ASCII)


class BadName(ValueError):
    """A name outside the grammar. `code` is the finding's code, `part` the segment at fault, `kind` the file kind
    where at least that can be read."""

    def __init__(self, code: str, part: str) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.kind: str | None = None


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of a file name; `str()` gives the name back.

    `month` is None for kinds without one, "000000" for the supplement of a care plan. `branch` is the picture's number.
    """

    kind: str
    month: str | None
    sender: str
    sender_service: str
    recipient: str
    recipient_service: str
    sequence: str
    branch: str | None = None
    extension: str = "CSV"

    def __str__(self) -> str:
        parts = (
            self.kind,
            self.month,
            self.sender,
            self.sender_service,
            self.recipient,
            self.recipient_service,
            self.sequence,
            self.branch,
        )
        return "_".join(part for part in parts if part is not None) + "." + self.extension

    @classmethod
    def parse(cls, name: str) -> FileName:
        """The parts of `name`; raises BadName. The extension may be in any case and is kept as it is."""
        kind = next((kind for kind in _KINDS if name.startswith(f"{kind}_")), None)
        if kind is None:
            raise BadName("E-NAME-KIND", name)
        rest, dot, extension = name.removeprefix(f"{kind}_").partition(".")
        if not dot or extension.upper() != ("JPG" if kind == IMAGE else "CSV"):
            raise BadName("E-NAME-EXTENSION", extension)
        segments = rest.split("_")
        try:
            branch = _branch(segments, name) if kind == IMAGE else None
            month = _month(kind, segments, name)
            return cls(kind, month, *_address(segments, name), branch=branch, extension=extension)
        except BadName as bad:
            bad.kind = kind
            raise


def _branch(segments: list[str], name: str) -> str:
    branch = segments.pop()
    if not segments or not _BRANCH.fullmatch(branch):
        raise BadName("E-NAME-FORM", name)
    return branch


def _month(kind: str, segments: list[str], name: str) -> str | None:
    """Takes the month off the front of `segments` where the kind has one."""
    has_month = len(segments[0]) == len(NO_MONTH) and segments[0].isdigit()
    if kind not in MONTH_KINDS:
        if has_month:
            raise BadName("E-NAME-MONTH", segments[0])
        return None
    if not has_month:
        # A shorter list of segments is about something else than the month.
        raise BadName("E-NAME-MONTH" if len(segments) >= 5 else "E-NAME-FORM", name)
    month = segments.pop(0)
    if not _MONTH.fullmatch(month) and not (month == NO_MONTH and kind == "UPHOSOKU"):
        raise BadName("E-NAME-MONTH", month)
    return month


def _address(segments: list[str], name: str) -> tuple[str, str, str, str, str]:
    if len(segments) == 3 and _OFFICE.fullmatch(segments[0]) and _OFFICE.fullmatch(segments[1]):
        raise BadName("E-NAME-VERSION", name)  # V3 names have no service types
    if len(segments) != 5:
        raise BadName("E-NAME-FORM", name)
    sender, sender_service, recipient, recipient_service, sequence = segments
    for office in (sender, recipient):
        if not _OFFICE.fullmatch(office):
            raise BadName("E-NAME-OFFICE", office)
    for service in (sender_service, recipient_service):
        if _THREE_DIGIT_SERVICE.fullmatch(service):
            raise BadName("E-NAME-VERSION", service)  # V4.0 wrote three digits here
        if not _SERVICE.fullmatch(service):
            raise BadName("E-NAME-SERVICE", service)
    if not _SEQUENCE.fullmatch(sequence):
        raise BadName("E-NAME-SEQUENCE", sequence)
    return sender, sender_service, recipient, recipient_service, sequence
