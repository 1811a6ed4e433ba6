"""The verdict on an evidence file, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from renkei.trust.evidence import Evidence, Judged, Report
from renkei.trust.evidence.cover import KIND_LABELS
from renkei.trust.evidence.reports import JAPAN


def report(evidence: Evidence, found: Report, *, cover_matches: bool) -> None:
    """Each transmission with its steps, then the sum and what the reader must know."""
    for one in found.transmissions:
        print("\n".join(_transmission(one)))
    subject = evidence.subject
    print(
        f"書き出したときの条件: 事業所 {subject.office} ({subject.service})、{subject.first} から {subject.last} まで"
    )
    counts = "、".join(f"{verdict.label} {count}件" for verdict, count in found.counts.items() if count)
    print(f"まとめ: {found.verdict.label}(送信 {len(found.transmissions)}件: {counts or 'なし'})")
    for text in found.problems:
        print(f"  ✗ {text}")
    notes = list(found.notes)
    if not cover_matches:
        notes.insert(
            0, "表紙 (はじめに.html) が、中身から作られるものとちがいます。表紙ではなく、この結果を見てください。"
        )
    for text in notes:
        print(f"  ・{text}")
    for what, named in (("認証局", found.roots), ("時刻認証局", found.stamp_roots)):
        for name, digest in named:
            print(f"  {what}: {name}\n    指紋(SHA-256) {digest}")


def _transmission(one: Judged) -> Iterator[str]:
    manifest = one.manifest
    if manifest is None:
        yield f"{one.id}: {one.verdict.label}"
    else:
        months = "、".join(manifest.months)
        ends = f"{manifest.sender} ({manifest.sender_service}) → {manifest.recipient} ({manifest.recipient_service})"
        what = f"{KIND_LABELS.get(manifest.kind, manifest.kind)} {months}".strip()
        yield f"{ends} {what} 連番 {manifest.sequence}: {one.verdict.label}"
        yield f"  番号 {one.id}"
    for step in one.steps:
        stamped = f"(時刻の証明 {_time(step.stamped_at)})" if step.stamped_at else "(ハブの言う時刻)"
        yield f"  {_time(step.at)} {step.label} {stamped}"
    for text in one.problems:
        yield f"  ✗ {text}"
    for text in one.missing:
        yield f"  … {text}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}"
