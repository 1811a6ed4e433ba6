"""Looking into a file that was brought in, by the operator's settings; and its copy without active parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings

from renkei.attachments import kinds
from renkei.attachments.apart import LookingUnavailable
from renkei.attachments.catalogue import finding
from renkei.attachments.cleaning import NotCleaned, clean_pdf
from renkei.attachments.inspecting import inspect
from renkei.attachments.limits import Limits
from renkei.attachments.scanning import Clamd, NoScanner, Scan, ScanFailed, Scanner
from renkei.hub.core.problems import Refused
from renkei.standard.findings import Finding

CLEAN = "clean"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Look:
    """What was found. `is_refused`: it must not go out; `is_cleaned`: only its cleaned copy may, which was written."""

    findings: tuple[Finding, ...]
    is_refused: bool
    is_cleaned: bool = False


def limits() -> Limits:
    """How much a file may ask of whoever opens it, by the settings."""
    values = settings.RENKEI
    return Limits(
        file_bytes=values["LIMIT_ATTACHMENT_BYTES"],
        office=values["ATTACH_OFFICE"] == "yes",
        pixels=values["LIMIT_ATTACHMENT_PIXELS"],
        pages=values["LIMIT_ATTACHMENT_PAGES"],
        seconds=values["ATTACH_SECONDS"],
    )


def media() -> list[str]:
    """The media types that may be attached here."""
    return list(kinds.allowed(office=limits().office))


def scanner() -> Scanner:
    """Who looks for viruses."""
    address = settings.RENKEI["CLAMD"]
    return Clamd(address) if address else NoScanner()


def is_scanning() -> bool:
    """Whether anybody looks for viruses."""
    return bool(settings.RENKEI["CLAMD"])


def scanning_words() -> str:
    """Whether anybody looks for viruses, for the operator."""
    if not is_scanning():
        return "していません。調べるには、ClamAV を用意して RENKEI_CLAMD を設定してください。"
    return f"しています(ClamAV {settings.RENKEI['CLAMD']})。"


def warnings() -> list[str]:
    """What an operator should see to: the scanner did not answer when it was asked last."""
    if not is_scanning() or not _trouble().exists():
        return []
    return [
        "ウイルスを調べる ClamAV が答えません。そのあいだ、添付ファイルは送れません。RENKEI_CLAMD を確かめてください。"
    ]


def look(stream: BinaryIO, media: str, target: Callable[[], BinaryIO]) -> Look:
    """Look into a file; where it has active parts and the operator wants a clean copy, write one to `target()`.

    Raises Refused (503) when it cannot be looked into now.
    """
    try:
        inspection = inspect(stream, media, limits())
        wants_copy = settings.RENKEI["ATTACH_ACTIVE"] == CLEAN and inspection.can_be_cleaned
        if inspection.is_refused and not wants_copy:
            return Look(inspection.findings, is_refused=True)
        scanned = _scanned(stream)
        found = (*inspection.findings, *_said(scanned))
        if scanned.virus:
            return Look(found, is_refused=True)
        if not wants_copy:
            return Look(found, is_refused=False)
        return _cleaned(stream, target(), found)
    except (LookingUnavailable, ScanFailed) as error:
        _log.error("attached files cannot be looked into", reason=str(error))
        raise Refused.known(503, "E-ATTACH-UNAVAILABLE") from error


def _scanned(stream: BinaryIO) -> Scan:
    stream.seek(0)
    try:
        scanned = scanner().scan(stream)
    except ScanFailed:
        _trouble().touch()
        raise
    _trouble().unlink(missing_ok=True)
    return scanned


def _trouble() -> Path:
    """There while the last scan has failed: a file, so that it is the same for all processes on this data."""
    folder: Path = settings.DATA
    return folder / "scan-failed"


def _said(scanned: Scan) -> list[Finding]:
    if scanned.virus:
        return [finding("E-ATTACH-VIRUS", value=scanned.virus)]
    return [] if scanned.scanned else [finding("W-ATTACH-UNSCANNED")]


def _cleaned(stream: BinaryIO, target: BinaryIO, found: tuple[Finding, ...]) -> Look:
    stream.seek(0)
    try:
        clean_pdf(stream, target, limits())
    except NotCleaned:
        return Look(found, is_refused=True)
    return Look(found, is_refused=False, is_cleaned=True)
