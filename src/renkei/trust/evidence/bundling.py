"""A bundle: a zip with an evidence file for each unit, beside papers for people, which nobody signed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from . import model
from .model import EvidenceError
from .reports import JAPAN
from .unpacking import MAX_FILE, MAX_RATIO, UNREADABLE

FOLDER = "evidence/"


def bundle(evidence: Mapping[str, bytes], papers: Mapping[str, bytes], at: datetime) -> bytes:
    """The zip: evidence files by the ids of their units, and papers by name. `at` is when it was made."""
    moment = at.astimezone(JAPAN).timetuple()[:6]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**papers, **{f"{FOLDER}{id_}.zip": data for id_, data in evidence.items()}}.items():
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unbundle(data: bytes) -> dict[str, bytes]:
    """The evidence files in a bundle by name; nothing else is read. Raises EvidenceError for what is no bundle, for a damaged
    one and for one too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if one.filename.startswith(FOLDER)]
            total = sum(one.file_size for one in entries)
            names = {one.filename for one in entries}
            if not names or len(names) != len(entries) or len(entries) > model.MAX_TRANSMISSIONS:
                raise EvidenceError("no evidence file in it, one twice, or too many")
            if total > min(MAX_FILE, MAX_RATIO * len(data)):
                raise EvidenceError("the evidence files are too large")
            return {one.filename: archive.read(one) for one in entries}
    except UNREADABLE as error:
        raise EvidenceError("not a bundle") from error
