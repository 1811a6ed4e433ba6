"""File names: <KIND>[_<YYYYMM>]_<sender>_<type>_<recipient>_<type>_<YYYYMMDDHHMMSS>.CSV (layout annex of V4.1).

The family picture of UPKIHON ends in `_<4 digits>.jpg` instead. Names of older editions are read too: the third had no
service types, V4.0 had a code of three digits of which we take the first two as the type.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from .layouts import CURRENT_VERSION, KINDS, V3_VERSION, kinds

IMAGE = "UPKIHON_IMAGE"
MONTH_KINDS = frozenset({"UPHOSOKU", "UPPLAN", "UPSIKYU", "DLTPLAN", "UPJSK", "DLTJSK"})
# The supplement that travels with a care plan belongs to no month.
NO_MONTH = "000000"

# What a name begins with → the kind. UPKIHON_SUB1 before UPKIHON: a kind may contain an underscore.
_KINDS = {f"{kind}_": kind for kind in sorted((*KINDS, IMAGE), key=len, reverse=True)}
_MONTH = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])", re.ASCII)
_OFFICE = re.compile(r"[0-9A-Z]{10}")
_SEQUENCE = re.compile(r"\d{14}", re.ASCII)
_BRANCH = re.compile(r"\d{4}", re.ASCII)
_THREE_DIGIT_SERVICE = re.compile(r"[0-9A-Z]{2}\d", re.ASCII)


class Edition(StrEnum):
    """The edition of the standard that a name is written after.

    >>> Edition.V3.version, Edition.V4_1.version
    ('202208', '202407')
    """

    V3 = "3"
    V4_0 = "4.0"
    V4_1 = "4.1"

    @property
    def version(self) -> str:
        """The CSV version that goes with it."""
        return V3_VERSION if self is Edition.V3 else CURRENT_VERSION


# What stands in the place of a service type.
_SERVICES = {
    Edition.V3: re.compile(""),
    Edition.V4_0: re.compile(r"[0-9A-Z]{2}[0-9]?"),
    Edition.V4_1: re.compile(r"[0-9A-Z]{2}"),
}


class BadName(ValueError):
    """A name outside the grammar. `code` is the finding's code, `part` the segment at fault, `kind` the file kind
    where at least that can be read.

    >>> try:
    ...     FileName.parse("UPJSK_202613_1370200014_11_1370100016_43_20270102090007.CSV")
    ... except BadName as bad:
    ...     bad.code, bad.part, bad.kind
    ('E-NAME-MONTH', '202613', 'UPJSK')
    """

    def __init__(self, code: str, part: str) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.kind: str | None = None


class FileName(NamedTuple):
    """The parts of a file name; `str()` gives the name back as it was written.

    `month` is None for kinds without one, "000000" for the supplement of a care plan. `branch` is the picture's number.
    The two service types are "" in a name of the third edition until somebody says them. `third_digits` are those of
    V4.0's service codes.

    >>> name = FileName.parse("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV")
    >>> name.kind, name.month, name.recipient_service
    ('DLTPLAN', '202612', '11')
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
    edition: Edition = Edition.V4_1
    third_digits: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        is_v3 = self.edition is Edition.V3
        parts = (
            self.kind,
            self.month,
            self.sender,
            None if is_v3 else self.sender_service + self.third_digits[0],
            self.recipient,
            None if is_v3 else self.recipient_service + self.third_digits[1],
            self.sequence,
            self.branch,
        )
        return "_".join(part for part in parts if part is not None) + "." + self.extension

    @classmethod
    def parse(cls, name: str) -> FileName:
        """The parts of `name`; raises BadName. The extension may be in any case and is kept as it is."""
        prefix = next(filter(name.startswith, _KINDS), None)
        if prefix is None:
            raise BadName("E-NAME-KIND", name)
        kind = _KINDS[prefix]
        rest, dot, extension = name.removeprefix(prefix).partition(".")
        if not dot or extension.upper() != ("JPG" if kind == IMAGE else "CSV"):
            raise BadName("E-NAME-EXTENSION", extension)
        segments = rest.split("_")
        try:
            branch = _branch(segments, name) if kind == IMAGE else None
            month = _month(kind, segments, name)
            edition = _edition(kind, segments, name)
            address, third_digits = _address(segments, edition)
            return cls(kind, month, *address, branch, extension, edition, third_digits)
        except BadName as bad:
            bad.kind = kind
            raise

    def with_services(self, sender_service: str, recipient_service: str) -> FileName:
        """The same name with the service types that a name of the third edition lacks.

        >>> name = FileName.parse("DLTPLAN_202612_1370100016_1370200014_20261126090000.CSV")
        >>> str(name.with_services("43", "11").current())
        'DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV'
        """
        return self._replace(sender_service=sender_service, recipient_service=recipient_service)

    def current(self) -> FileName:
        """The same name as V4.1 writes it; the service types must be known."""
        return self._replace(edition=Edition.V4_1, third_digits=("", ""))


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
        # Another number of segments is about something else than the month.
        raise BadName("E-NAME-MONTH" if len(segments) in {3, 5} else "E-NAME-FORM", name)
    month = segments.pop(0)
    if not _MONTH.fullmatch(month) and not (month == NO_MONTH and kind == "UPHOSOKU"):
        raise BadName("E-NAME-MONTH", month)
    return month


def _edition(kind: str, segments: list[str], name: str) -> Edition:
    """The edition; gives a name of the third edition the two service types that it lacks, empty."""
    if len(segments) == 3 and kind in kinds(V3_VERSION):
        segments.insert(1, "")
        segments.insert(3, "")
        return Edition.V3
    if len(segments) != 5:
        raise BadName("E-NAME-FORM", name)
    has_three_digits = any(_THREE_DIGIT_SERVICE.fullmatch(service) for service in (segments[1], segments[3]))
    return Edition.V4_0 if has_three_digits else Edition.V4_1


def _address(segments: list[str], edition: Edition) -> tuple[tuple[str, str, str, str, str], tuple[str, str]]:
    """Sender, its type, recipient, its type and sequence number; and the third digits of the types."""
    sender, sender_service, recipient, recipient_service, sequence = segments
    for office in (sender, recipient):
        if not _OFFICE.fullmatch(office):
            raise BadName("E-NAME-OFFICE", office)
    form = _SERVICES[edition]
    for service in (sender_service, recipient_service):
        if not form.fullmatch(service):
            raise BadName("E-NAME-SERVICE", service)
    if not _SEQUENCE.fullmatch(sequence):
        raise BadName("E-NAME-SEQUENCE", sequence)
    address = (sender, sender_service[:2], recipient, recipient_service[:2], sequence)
    return address, (sender_service[2:], recipient_service[2:])
