"""Evidence that can be handed to a third party: one file, checked with no hub, no network and no clock.

    evidence = gather(source, subject)            # from a hub's answers
    data = pack(evidence, cover(evidence, verify(evidence)))
    read = unpack(data)
    report = verify(read.evidence, read.damaged)

The form is `renkei-evidence/1`; docs/api/evidence.md describes it for those who read it without this library.
"""

from __future__ import annotations

from .bundling import bundle, unbundle
from .cover import cover
from .gathering import NothingToProve, Source, gather
from .judging import verify
from .model import Event, Evidence, EvidenceError, Proof, Seal, Signed, Subject, Transmission
from .packing import pack
from .reports import Judged, Report, Step, Verdict
from .unpacking import Read, unpack

__all__ = [
    "Event",
    "Evidence",
    "EvidenceError",
    "Judged",
    "NothingToProve",
    "Proof",
    "Read",
    "Report",
    "Seal",
    "Signed",
    "Source",
    "Step",
    "Subject",
    "Transmission",
    "Verdict",
    "bundle",
    "cover",
    "gather",
    "pack",
    "unbundle",
    "unpack",
    "verify",
]
