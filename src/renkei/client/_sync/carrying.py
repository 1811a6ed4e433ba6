"""Made from `renkei.client._async` by `make docs`: change it there."""

from __future__ import annotations

import os
from pathlib import Path

from renkei.client import http, pieces
from renkei.client.errors import HubAnswerError, HubRefused, HubUnreachable, Trouble
from renkei.client.papers import Paper
from renkei.client.pieces import Piece
from renkei.client.protocol import Part, Upload
from renkei.trust.errors import ManifestError

from .calls import Calls
from .waiting import aside

ROUNDS = 10  # of asking what is missing
_MISSING, _BUSY = "E-UPLOAD-MISSING", "E-UPLOAD-BUSY"


def bring_in(calls: Calls, paper: Paper) -> str:
    """Bring a file to the hub, or what is missing of it; the number of its upload.

    Raises HubRefused E-ATTACH-REFUSED with the findings when the hub looked into it and will not carry it.
    """
    upload = calls.announce(paper.size, paper.commitment, paper.salt, paper.listed.media)
    for attempt in range(ROUNDS):
        if upload.state != "open":
            break
        _check_holes(upload, paper.size)
        _fill(calls, paper.path, upload)
        upload = _completed(calls, upload, attempt)
    if upload.state == "refused":
        raise HubRefused(422, _refused(upload))
    if upload.state != "ready":
        raise HubUnreachable
    return upload.id


def fetch(calls: Calls, transmission: str, part: Part, target: Path) -> None:
    """A part's bytes into a file, behind what is there of an earlier try. On the disk and verified when it returns.

    Raises HubUnreachable (what came stays), HubRefused, ManifestError E-AUTH-COMMITMENT (nothing stays), OSError.
    """
    attempt = 0
    while (start := _size(target)) < part.size:
        try:
            _append(calls, transmission, part, target, start)
        except HubUnreachable:
            attempt = 0 if _size(target) > start else attempt + 1
            if attempt >= http.ATTEMPTS:
                raise
            calls.rest(attempt)
    try:
        aside(_settle, part, target)
    except ManifestError:
        target.unlink()
        raise


def _check_holes(upload: Upload, size: int) -> None:
    """A hub that asks for what no file has would have us read without end."""
    count = -(-size // upload.chunk_bytes)
    if not all(0 <= first <= last < count for first, last in upload.missing):
        raise HubAnswerError("holes outside the file")


def _fill(calls: Calls, path: Path, upload: Upload) -> None:
    with path.open("rb") as file:
        for first, last in upload.missing:
            for number in range(first, last + 1):
                aside(file.seek, number * upload.chunk_bytes)
                calls.put_chunk(upload.id, number, aside(file.read, upload.chunk_bytes))


def _completed(calls: Calls, upload: Upload, attempt: int) -> Upload:
    try:
        return calls.complete(upload.id)
    except HubRefused as refusal:
        if refusal.code not in (_MISSING, _BUSY):
            raise
        if refusal.code == _BUSY:
            calls.rest(attempt)
    return calls.upload(upload.id)


def _append(calls: Calls, transmission: str, part: Part, target: Path, start: int) -> None:
    with target.open("ab") as file:
        for chunk in calls.part(transmission, part.name, start):
            if file.tell() + len(chunk) > part.size:
                raise HubAnswerError("a file is longer than signed")
            file.write(chunk)
    if _size(target) == start:
        raise HubUnreachable


def _size(path: Path) -> int:
    """Of an empty file nothing is asked for, and it is there all the same."""
    path.touch()
    return path.stat().st_size


def _settle(part: Part, target: Path) -> None:
    with target.open("r+b") as file:  # Windows syncs what may be written alone
        os.fsync(file.fileno())
    pieces.check_file(Piece(part.name, part.name, part.size, part.commitment), target, part.salt)


def _refused(upload: Upload) -> Trouble:
    return Trouble(
        "E-ATTACH-REFUSED",
        "ハブが調べて、この添付ファイルを断りました。",
        "指摘を見て、作り直したファイルを送ってください。",
        upload.findings,
    )
