"""Parts of large bodies that a killed hub left in a bucket: nobody sees them, and they cost until they are taken away.

obstore cannot ask for them, so these two requests are signed here: AWS Signature Version 4, as S3 describes it.
"""

from __future__ import annotations

import hashlib
import hmac
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit
from xml.parsers import expat

from renkei.hub.core.bodies.blobs import StoreGone
from renkei.hub.core.bodies.bucket import Bucket

_SECONDS = 20
_LONGEST_ANSWER = 4 * 1024 * 1024
_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Unfinished:
    """A body that began to go up in parts: its key in the bucket, the store's number for it, and since when."""

    key: str
    id: str
    since: datetime


def unfinished(bucket: Bucket, shelf: str) -> list[Unfinished]:
    """What began to go up on a shelf and did not end; of very many the first thousand. Raises StoreGone."""
    folder = f"{bucket.prefix}/{shelf}"
    answer = _ask(bucket, "GET", "", {"uploads": "", "prefix": f"{folder}/"})
    return [one for one in _uploads(answer) if one.key.rpartition("/")[0] == folder]


def abort(bucket: Bucket, one: Unfinished) -> None:
    """Take its parts away; when they are gone already, that is no error. Raises StoreGone."""
    _ask(bucket, "DELETE", one.key, {"uploadId": one.id})


def signed(bucket: Bucket, method: str, url: str, at: datetime) -> dict[str, str]:
    """The headers of a request without a body, its signature among them."""
    parts, time = urlsplit(url), at.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": parts.netloc, "x-amz-content-sha256": _NOTHING, "x-amz-date": time}
    names, scope = ";".join(headers), f"{time[:8]}/{bucket.region}/s3/aws4_request"
    lines = [method, parts.path, parts.query, *(f"{name}:{value}" for name, value in headers.items()), "", names]
    canonical = hashlib.sha256("\n".join([*lines, _NOTHING]).encode()).hexdigest()
    key = f"AWS4{bucket.secret}".encode()
    for step in (time[:8], bucket.region, "s3", "aws4_request"):
        key = _mac(key, step)
    signature = _mac(key, f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{canonical}").hex()
    said = f"Credential={bucket.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers | {"authorization": f"AWS4-HMAC-SHA256 {said}"}


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _ask(bucket: Bucket, method: str, key: str, query: Mapping[str, str]) -> bytes:
    base = f"{bucket.endpoint}/{bucket.name}" if bucket.endpoint else _address(bucket)
    # Sorted and escaped as the signature wants it.
    url = f"{base}/{quote(key)}?{urlencode(sorted(query.items()), quote_via=quote, safe='')}"
    request = urllib.request.Request(url, method=method, headers=signed(bucket, method, url, datetime.now(UTC)))  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the operator's own address
            return bytes(answer.read(_LONGEST_ANSWER))
    except OSError as error:
        # Gone already, or a store that knows no such request.
        if getattr(error, "code", None) in ({404} if method == "DELETE" else {405, 501}):
            return b"<nothing/>"
        raise StoreGone(type(error).__name__) from error


def _address(bucket: Bucket) -> str:
    return f"https://{bucket.name}.s3.{bucket.region}.amazonaws.com"


def _uploads(answer: bytes) -> Iterator[Unfinished]:
    """The elements Upload of the answer, each with its Key, UploadId and Initiated. Raises StoreGone."""
    found: list[dict[str, str]] = []
    names: list[str] = []

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        names.append(name)
        if name == "Upload":
            found.append({})

    def text(data: str) -> None:
        if found and names[-2:-1] == ["Upload"]:
            found[-1][names[-1]] = found[-1].get(names[-1], "") + data

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.CharacterDataHandler = start, text
    reader.EndElementHandler = lambda _name: names.pop()
    try:
        reader.Parse(answer, True)
        for one in found:
            yield Unfinished(one["Key"], one["UploadId"], datetime.fromisoformat(one["Initiated"]))
    except (expat.ExpatError, KeyError, ValueError) as error:
        raise StoreGone("the list of parts cannot be read") from error
