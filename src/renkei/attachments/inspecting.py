"""Looking into one attached file: is it what it says, is it whole, does it hide something, what does opening it cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from renkei.attachments import apart, office, pictures
from renkei.attachments.catalogue import Found, finding
from renkei.attachments.kinds import HEAD_BYTES, MEDIA, PDF, begins_as
from renkei.attachments.limits import Limits
from renkei.standard.findings import Finding, Severity

__all__ = ["Inspection", "Limits", "inspect"]

# How Office writes a document that has a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNITS = ((1024 * 1024, "MB"), (1024, "KB"))


@dataclass(frozen=True)
class Inspection:
    """What looking into a file found. `active`: the parts of a PDF that `cleaning` takes out, in one word each."""

    findings: tuple[Finding, ...]
    active: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the file must not go out as it is."""
        return any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def can_be_cleaned(self) -> bool:
        """Whether a copy without its active parts may go instead: nothing else is wrong."""
        errors = [one for one in self.findings if one.severity is Severity.ERROR]
        return bool(self.active) and len(errors) == len(self.active)


def inspect(stream: BinaryIO, media: str, limits: Limits | None = None, name: str = "") -> Inspection:
    """Look into a file of this media type; `name` stands in the findings. Whatever the bytes, it ends and never raises.

    `stream` is seekable and is left at its start. A PDF that lies in a real file is opened there; of any other stream a
    nameless temporary copy is made. Raises `apart.LookingUnavailable` and OSError when the machine is in trouble.
    """
    limits = limits or Limits()
    found = _before(stream, media, limits)
    active: tuple[str, ...] = ()
    if not found:
        if media == PDF:
            found, active = _pdf(stream, limits)
        else:
            found = _LOOKING[media](stream, limits)
    stream.seek(0)
    return Inspection(tuple(finding(code, name, **words) for code, words in found), active)


def unfit(media: str, size: int, limits: Limits) -> Found:
    """What is wrong with a file of this media type and size in bytes, before anything of it is seen.

    >>> unfit("image/png", 0, Limits())
    [('E-ATTACH-EMPTY', {})]
    """
    kind = MEDIA.get(media)
    if kind is None:
        return [("E-ATTACH-KIND", {"value": media[:100]})]
    if kind.is_office and not limits.office:
        return [("E-ATTACH-OFFICE", {})]
    if size < 1:
        return [("E-ATTACH-EMPTY", {})]
    if size > limits.file_bytes:
        return [("E-ATTACH-SIZE", {"actual": amount(size), "limit": amount(limits.file_bytes)})]
    return []


def _before(stream: BinaryIO, media: str, limits: Limits) -> Found:
    """What is wrong before anything is opened."""
    if found := unfit(media, stream.seek(0, 2), limits):
        return found
    kind = MEDIA[media]
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if kind.is_office and head.startswith(_OLE):
        return [("E-ATTACH-ENCRYPTED", {})]
    return [] if begins_as(media, head) else [("E-ATTACH-MAGIC", {"value": kind.label})]


def _pdf(stream: BinaryIO, limits: Limits) -> tuple[Found, tuple[str, ...]]:
    try:
        found, active = apart.run("look", stream, limits)
    except apart.Died:
        return [("E-ATTACH-HEAVY", {"value": "調べるのに要る時間かメモリ"})], ()
    return [(code, {"value": value} if value else {}) for code, value in found], tuple(active)


def amount(size: int) -> str:
    """A size for people.

    >>> amount(10 * 1024 * 1024), amount(1500), amount(7)
    ('10 MB', '1.5 KB', '7 バイト')
    """
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} バイト"


_LOOKING: dict[str, Callable[[BinaryIO, Limits], Found]] = {
    media: office.look_as(media) if kind.is_office else pictures.LOOKING[media]
    for media, kind in MEDIA.items()
    if media != PDF
}
