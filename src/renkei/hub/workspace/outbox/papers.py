"""Papers in the outbox: PDF and pictures that wait to be finished, approved and sent like any unit.

They are a unit of their own (`attachments.index.KIND`), with the index that says what each is and about whom. Papers go
through this hub alone: whoever is reached otherwise gets them printed, by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from renkei.attachments import index, kinds
from renkei.attachments.index import Attached, Index, Person
from renkei.hub.core import looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Kept
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.attachments import attached, papers
from renkei.hub.exchange.attachments.papers import service_at
from renkei.hub.exchange.envelopes import content_tag
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.sealing_units import accept_sealed_papers
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.models import Channel, Outgoing, OutgoingSubject, Step
from renkei.hub.workspace.outbox import bodies as packed
from renkei.hub.workspace.outbox.acting import note
from renkei.hub.workspace.outbox.numbering import Numbers
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address


@dataclass(frozen=True)
class Paper:
    """One file with the index's words for it. `month` is YYYYMM."""

    title: str
    type: index.Type
    media: str
    data: bytes
    person: Person | None = None
    month: str | None = None


def put(owner: OfficeService, membership: Membership, to: Address, found: Sequence[Paper]) -> Outgoing:
    """Put papers for one partner into the outbox, as a draft.

    Raises Refused: 403 and 409 where they cannot go through this hub, 422 for a file that must not go, with what is wrong with it.
    """
    _require_way(owner, to)
    files = _files(owner, found)
    now = timezone.now()
    people = {(one.person.insurer, one.person.insured) for one in found if one.person}
    months = sorted({one.month for one in found if one.month})
    prepared = packed.prepare(files)
    unit = Outgoing(
        owner=owner, number=to[0], service=to[1], kind=index.KIND, sequence=Numbers(owner, [to[0]]).next(to[0])
    )
    unit.months, unit.people, unit.tag, unit.body = ",".join(months), len(people), content_tag(files), prepared.id
    unit.brought_at = unit.changed_at = now
    try:
        with write():
            partners.ensure(owner, {to})
            bodies.store_many([Kept(prepared, {unit.holder: None})])
            unit.save(force_insert=True)
            OutgoingSubject.objects.bulk_create(
                OutgoingSubject(outgoing=unit, subject=subject)
                for subject in sorted(looks.subject(*person) for person in people)
            )
            note([unit], Step.BROUGHT, membership.staff_id, now)
    except BaseException:
        bodies.discard(prepared)
        raise
    return unit


def is_paper(unit: Outgoing) -> bool:
    """Whether it is such a unit, not one of the standard's."""
    return unit.kind == index.KIND


def listed(files: Mapping[str, bytes]) -> Index:
    """What the papers of a unit are. Its files come from `put` alone."""
    return index.parse(files[index.FILE])


def send(unit: Outgoing, files: Mapping[str, bytes], membership: Membership) -> Transmission:
    """Send such a unit, sealed by the hub; one that was sent before stays the same. Raises Refused."""
    recipient = service_at(unit.number, unit.service)
    if recipient is None:
        raise _no_way()
    names = listed(files)
    brought = {one.name: papers.bring_in(unit.owner.party, _upload(one, files[one.name])) for one in names.files}
    for paper in brought.values():
        if paper.upload is None:
            raise Refused(422, "E-ATTACH-KIND", *paper.why_not[0])
    ids = {name: paper.upload.pk for name, paper in brought.items() if paper.upload}
    sources = attached.named(ids, attached.find(unit.owner.party, list(ids.values())))
    months = unit.months.split(",") if unit.months else []
    return accept_sealed_papers(
        unit.owner, membership, recipient, unit.sequence, files[index.FILE], sources, months, is_confirmed=True
    ).transmission


def _require_way(owner: OfficeService, to: Address) -> None:
    if partners.routes(owner, {to})[to].channel != Channel.HUB:
        raise _no_way()
    if not owner.party.browser_seal:
        raise Refused(
            403,
            "E-SEAL-FORBIDDEN",
            "この事業所では、画面から書類を送れません。",
            "事業所の鍵を持つプログラム(`renkei office attach`)で送ってください。",
        )


def _no_way() -> Refused:
    return Refused(
        409,
        "E-STATE",
        "送り先は Renkei を使っていないので、書類は送れません。",
        "印刷して、いつものやり方で渡してください。",
    )


def _files(owner: OfficeService, found: Sequence[Paper]) -> dict[str, bytes]:
    """The files of the unit, looked into as they are when they go. Neutral names: the manifest is kept for years."""
    files: dict[str, bytes] = {}
    entries = []
    for place, one in enumerate(found, 1):
        name = f"{place:02}{kinds.MEDIA[one.media].extensions[0]}"
        entry = Attached(name, one.title, one.type, one.media, one.person, one.month)
        looked_into = papers.bring_in(owner.party, _upload(entry, one.data))
        if looked_into.upload is None:
            raise Refused(422, "E-ATTACH-KIND", *looked_into.why_not[0])
        files[name] = one.data
        entries.append(entry)
    return {index.FILE: index.build(entries), **files}


def _upload(one: Attached, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(one.name, data, one.media)
