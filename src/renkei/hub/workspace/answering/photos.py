"""Photographs from visits, and files that are put beside the results: looked into as every attached file, kept encrypted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone

from renkei.attachments import index, kinds
from renkei.hub.core import looks
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Kept
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.attachments.papers import bring_in
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.answering.visits import Filled
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import Answer, Outgoing, VisitPhoto
from renkei.hub.workspace.outbox import papers
from renkei.hub.workspace.outbox.papers import Paper
from renkei.standard.showing.words import day_words

MOST = 10  # of one visit
_PICTURES = (kinds.JPEG, kinds.PNG)


def keep(answer: Answer, date: str, key: str, file: UploadedFile[bytes], membership: Membership) -> VisitPhoto:
    """Keep a photograph of a visit. Raises Refused: 413 for too many, 422 for what is no picture or must not be kept."""
    if VisitPhoto.objects.filter(answer=answer, date=date, key=key).count() >= MOST:
        raise Refused(
            413, "E-LIMIT", f"1回の訪問の写真は、{MOST}枚までです。", "いらない写真を消してから、入れてください。"
        )
    media = kinds.of_name(file.name or "")
    if media not in _PICTURES:
        raise Refused(422, "E-ATTACH-KIND", "写真のファイルではありません。", "JPEG か PNG の写真を選んでください。")
    _require_sound(answer.owner, file)
    file.seek(0)
    prepared = bodies.prepare(file.chunks())
    try:
        with write():
            bodies.store_many([Kept(prepared, {answer.holder: None})])
            made = VisitPhoto(answer=answer, date=date, key=key, staff_id=membership.staff_id, at=timezone.now())
            made.media, made.body = media, prepared.id
            made.save(force_insert=True)
    except BaseException:
        bodies.discard(prepared)
        raise
    return made


def of_answer(answer: Answer) -> QuerySet[VisitPhoto]:
    """The photographs of a person's month, in the order of days."""
    return VisitPhoto.objects.select_related("staff").filter(answer=answer).order_by("date", "at")


def own_photo(services: Sequence[OfficeService], id_: uuid.UUID) -> VisitPhoto | None:
    """A photograph of one of these services, or None."""
    rows = VisitPhoto.objects.select_related("answer__owner__party")
    return rows.filter(answer__owner__in=services, pk=id_).first()


def opened(photo: VisitPhoto, viewer: Viewer, purpose: str) -> bytes:
    """The picture; a look. Raises Refused (410)."""
    answer = photo.answer
    with write():
        about = about_month(answer.owner_id, answer.month)
        looks.record(viewer, purpose=purpose, rule=RULE, about=about, subjects=[answer.subject])
        stored = bodies.fetch_many({photo.body: [answer.holder]}).get(photo.body)
    if stored is None:
        raise Refused.known(410, "E-BODY-GONE")
    return b"".join(bodies.open_body(stored))


def forget(photo: VisitPhoto) -> None:
    """Erase one."""
    with write():
        keeping.drop([photo.body], photo.answer.holder)
        photo.delete()


def send(photo: VisitPhoto, filled: Filled, membership: Membership, viewer: Viewer) -> Outgoing:
    """Put a photograph into the outbox, for the office that planned. Raises Refused, as `papers.put`."""
    title = f"写真 {day_words(photo.date)}{kinds.MEDIA[photo.media].extensions[0]}"
    paper = _beside(photo.answer, filled, title, index.Type.OTHER, photo.media, opened(photo, viewer, "send"))
    return papers.put(photo.answer.owner, membership, (photo.answer.number, photo.answer.service), [paper])


def attach(answer: Answer, filled: Filled, file: UploadedFile[bytes], membership: Membership) -> Outgoing:
    """Put a file that somebody has (a report, a monitoring) into the outbox beside the results. Raises Refused."""
    name = (file.name or "").replace("\\", "/").rpartition("/")[2]
    media = kinds.of_name(name)
    if media is None:
        raise Refused(422, "E-ATTACH-KIND", "この種類のファイルは送れません。", "PDF か写真にしてください。")
    title = name if index.is_title(name) else f"報告{kinds.MEDIA[media].extensions[0]}"
    paper = _beside(answer, filled, title, index.Type.MONTHLY_REPORT, media, file.read())
    return papers.put(answer.owner, membership, (answer.number, answer.service), [paper])


def _beside(answer: Answer, filled: Filled, title: str, type_: index.Type, media: str, data: bytes) -> Paper:
    return Paper(title, type_, media, data, index.Person(filled.insurer, filled.insured), answer.month)


def _require_sound(owner: OfficeService, file: UploadedFile[bytes]) -> None:
    looked_into = bring_in(owner.party, file)
    if looked_into.upload is None:
        raise Refused(422, "E-ATTACH-KIND", *looked_into.why_not[0])
