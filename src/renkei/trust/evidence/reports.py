"""What verification found, in words for people and as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from .. import strictjson
from ..manifest import Manifest

JAPAN = timezone(timedelta(hours=9))  # without summer time since 1952, and so without a table of zones


class Verdict(StrEnum):
    """INCOMPLETE: nothing is wrong, but something is still missing."""

    PROVED = "proved"
    INCOMPLETE = "incomplete"
    REFUTED = "refuted"

    @property
    def label(self) -> str:
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.PROVED: "確かめられました",
    Verdict.INCOMPLETE: "まだ確かめきれません",
    Verdict.REFUTED: "確かめられません",
}
STEP_LABELS: Mapping[str, str] = {
    "accepted": "ハブが受け付けた",
    "opened": "受け手が中身を開いた",
    "collected": "受け手が受け取った",
    "imported": "受け手が読み込んだ",
    "import_failed": "受け手が読み込めなかった",
    "withdrawn": "送り手が取り消した",
    "reminded": "まだ受け取られていないと知らせた",
    "expired": "受け取られないまま期限が切れた",
    "change_requested": "変更をお願いした",
    "change_accepted": "変更のお願いを引き受けた",
    "change_declined": "変更のお願いを断った",
    "recall_requested": "送り手が回収を求めた",
    "deletion_confirmed": "受け手が消したと知らせた",
    "recall_declined": "受け手が回収を断った",
}


@dataclass(frozen=True)
class Step:
    """One step as it was signed. `at` is the hub's word; `sealed_at` that of its seal, `stamped_at` the time-stamp
    authority's: by then everything about the step was there. None where there is none."""

    step: str
    by: Mapping[str, str]
    at: datetime
    sealed_at: datetime | None
    stamped_at: datetime | None

    @property
    def label(self) -> str:
        return STEP_LABELS.get(self.step, self.step)


@dataclass(frozen=True)
class Judged:
    """One transmission. `problems` say what is wrong, `missing` what is not there yet, each a Japanese sentence;
    `manifest` is None where it cannot be read."""

    id: str
    manifest: Manifest | None
    steps: tuple[Step, ...]
    problems: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        if self.problems:
            return Verdict.REFUTED
        return Verdict.INCOMPLETE if self.missing else Verdict.PROVED

    @property
    def is_stamped(self) -> bool:
        """Whether a time-stamp authority vouches for the time of every step."""
        return bool(self.steps) and all(step.stamped_at for step in self.steps)


@dataclass(frozen=True)
class Report:
    """The whole file. `notes` are what a reader must know besides; `roots` and `stamp_roots` the authorities that the
    verdict rests on, as (name, fingerprint)."""

    transmissions: tuple[Judged, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    roots: tuple[tuple[str, str], ...] = ()
    stamp_roots: tuple[tuple[str, str], ...] = ()
    counts: Mapping[Verdict, int] = field(init=False)

    def __post_init__(self) -> None:
        verdicts = [one.verdict for one in self.transmissions]
        object.__setattr__(self, "counts", {verdict: verdicts.count(verdict) for verdict in Verdict})

    @property
    def verdict(self) -> Verdict:
        """The worst one."""
        if self.problems or self.counts[Verdict.REFUTED] or not self.transmissions:
            return Verdict.REFUTED
        return Verdict.INCOMPLETE if self.counts[Verdict.INCOMPLETE] else Verdict.PROVED

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values; times are UTC."""
        return {
            "verdict": self.verdict.value,
            "problems": list(self.problems),
            "notes": list(self.notes),
            "roots": [{"name": name, "fingerprint": digest} for name, digest in self.roots],
            "time_stamp_roots": [{"name": name, "fingerprint": digest} for name, digest in self.stamp_roots],
            "transmissions": [_transmission(one) for one in self.transmissions],
        }


def _transmission(one: Judged) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "id": one.id,
        "verdict": one.verdict.value,
        "problems": list(one.problems),
        "missing": list(one.missing),
        "sender": manifest and {"office": manifest.sender, "service": manifest.sender_service},
        "recipient": manifest and {"office": manifest.recipient, "service": manifest.recipient_service},
        "kind": manifest and manifest.kind,
        "months": manifest and list(manifest.months),
        "sequence": manifest and manifest.sequence,
        "steps": [
            {
                "step": step.step,
                "by": dict(step.by),
                "at": strictjson.time_text(step.at),
                "sealed_at": step.sealed_at and strictjson.time_text(step.sealed_at),
                "stamped_at": step.stamped_at and strictjson.time_text(step.stamped_at),
            }
            for step in one.steps
        ],
    }
