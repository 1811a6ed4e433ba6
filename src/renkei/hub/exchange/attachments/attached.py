"""What a unit names of the files that were brought in: found for many units at once, and made its parts."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.attachments.uploads import READY
from renkei.hub.exchange.models import Part, Upload
from renkei.hub.exchange.parts import CLEANED, NewPart
from renkei.hub.parties.models import Party
from renkei.trust.manifest import FILE_NAME


@dataclass(frozen=True)
class Cleaned:
    """The copy without active parts: its body, its size in bytes, its commitment."""

    body: uuid.UUID
    size: int
    commitment: str


@dataclass(frozen=True)
class Source:
    """A file that was brought in. `body` is None once its time is over: then it only tells a unit that comes again."""

    upload: uuid.UUID
    size: int
    commitment: str
    digest: str
    media: str = ""
    body: uuid.UUID | None = None
    cleaned: Cleaned | None = None


def find(party: Party, uploads: Collection[uuid.UUID]) -> dict[uuid.UUID, Source]:
    """The uploads of this party among these, those that were sent before and are gone too. Two queries for any number."""
    if not uploads:
        return {}
    rows = Upload.objects.filter(party=party, pk__in=uploads, expires_at__gt=timezone.now())
    found = {row.pk: _source(row) for row in rows}
    sent = Part.objects.filter(upload__in=set(uploads) - set(found), made="", transmission__sender__party=party)
    for part in sent:
        if part.upload:
            found[part.upload] = Source(part.upload, part.size, part.commitment, part.digest)
    return found


def named(uploads: Mapping[str, uuid.UUID], sources: Mapping[uuid.UUID, Source]) -> dict[str, Source]:
    """By file name what a unit takes. Raises Refused (409, 422): not there, not ready, or named twice."""
    if len(set(uploads.values())) != len(uploads):
        raise Refused.known(409, "E-ATTACH-SENT-BEFORE")
    for upload in uploads.values():
        if upload not in sources:
            raise Refused.known(422, "E-ATTACH-UPLOAD")
        if not sources[upload].digest:
            raise Refused.known(409, "E-ATTACH-NOT-READY")
    return {name: sources[upload] for name, upload in uploads.items()}


def parts_of(attached: Mapping[str, Source], taken: Collection[str]) -> tuple[NewPart, ...]:
    """The parts that a unit gets; `taken` are the names of all its files.

    Raises Refused (422) where a file is gone, or a copy can have no name of its own.
    """
    parts, names = [], {name.casefold() for name in taken}
    for name, source in attached.items():
        if source.body is None:
            raise Refused.known(422, "E-ATTACH-UPLOAD")
        parts.append(
            NewPart(
                name=name,
                size=source.size,
                commitment=source.commitment,
                body=source.body,
                digest=source.digest,
                upload=source.upload,
            )
        )
        if source.cleaned:
            parts.append(_cleaned(name, source, source.cleaned, names))
            names.add(parts[-1].name.casefold())
    return tuple(parts)


def _cleaned(name: str, source: Source, cleaned: Cleaned, taken: Container[str]) -> NewPart:
    return NewPart(
        name=_name_beside(name, taken),
        size=cleaned.size,
        commitment=cleaned.commitment,
        body=cleaned.body,
        made=CLEANED,
        of=name,
        upload=source.upload,
    )


def _name_beside(name: str, taken: Container[str]) -> str:
    """`01.pdf` → `01.cleaned.pdf`. Raises Refused (422) where that is taken, or longer than a name may be."""
    path = PurePath(name)
    made = f"{path.stem}.{CLEANED}{path.suffix}"
    if made.casefold() in taken or not FILE_NAME.fullmatch(made):
        raise Refused.known(422, "E-ATTACH-NAME")
    return made


def _source(row: Upload) -> Source:
    cleaned = None
    if row.cleaned_body and row.cleaned_size is not None:
        cleaned = Cleaned(row.cleaned_body, row.cleaned_size, row.cleaned_commitment)
    digest = row.digest if row.state == READY else ""
    return Source(row.pk, row.size, row.commitment, digest, row.media, row.body, cleaned)
