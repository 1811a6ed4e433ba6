"""Handing out the parts of a unit: what each is, and its bytes from anywhere in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, StreamingHttpResponse

from renkei.attachments import index
from renkei.attachments.index import Attached
from renkei.hub.core.bodies import files as bodies
from renkei.hub.core.bodies.services import Fetched
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.models import Part
from renkei.hub.exchange.parts import CONVERTED

_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class HandedPart:
    """A part with its salt. `about` is what the sender's index says of it, or of the file that it was made of.

    `data` are the bytes of a converted copy, which is small; all others are streamed.
    """

    part: Part
    salt: bytes
    about: Attached | None
    data: bytes | None


def listed(files: Mapping[str, bytes]) -> dict[str, Attached]:
    """What the sender's index among these files says, by name."""
    return {file.name: file for file in index.parse(files[index.FILE]).files} if index.FILE in files else {}


def parts(there: Iterable[tuple[Part, Fetched]], files: Mapping[str, bytes]) -> tuple[HandedPart, ...]:
    """The parts of a unit with these small files. Raises what opening a body raises."""
    said = listed(files)
    return tuple(
        HandedPart(
            part=part,
            salt=bodies.salt_of(fetched),
            about=said.get(part.of or part.name),
            data=b"".join(bodies.read(fetched)) if part.made == CONVERTED else None,
        )
        for part, fetched in there
    )


def streamed(request: HttpRequest, part: Part, fetched: Fetched) -> StreamingHttpResponse:
    """The bytes of a part, or those that `Range` asks for. Raises Refused (416)."""
    tag = f'"{part.commitment}"'
    first, last = 0, part.size - 1
    said = request.headers.get("Range", "")
    is_same = request.headers.get("If-Range", tag) == tag
    asked = _RANGE.fullmatch(said) if is_same else None
    if asked:
        first, last = int(asked[1]), min(last, int(asked[2] or last))
        if first > last:
            raise Refused.known(416, "E-REQUEST-RANGE")
    length = last - first + 1
    response = StreamingHttpResponse(
        _exactly(_begun(bodies.read(fetched, first)), length),
        status=206 if asked else 200,
        content_type="application/octet-stream",
    )
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    if asked:
        response["Content-Range"] = f"bytes {first}-{last}/{part.size}"
    return response


def _begun(pieces: Iterator[bytes]) -> Iterable[bytes]:
    """The same, the first of them read: what cannot be opened is said by a status, not by a body that breaks off."""
    return itertools.chain([next(pieces, b"")], pieces)


def _exactly(pieces: Iterable[bytes], length: int) -> Iterable[bytes]:
    for piece in pieces:
        if length <= 0:
            return
        yield piece[:length]
        length -= len(piece)
