"""Large bodies in a bucket of any store that speaks S3, by way of obstore.

A blob of one piece is written by one conditional request. A larger one goes up in parts, which no store makes
conditional everywhere: first its name is claimed by an empty object with a dot before it, which one writer gets alone.
What a killed hub left is swept up: the claim, and the parts, which no list of names shows.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from renkei.hub.core.bodies import parts
from renkei.hub.core.bodies.blobs import Blob, StoreGone
from renkei.hub.core.bodies.bucket import Bucket

if TYPE_CHECKING:
    from obstore.store import S3Credential

PIECE_BYTES = 8 * 1024 * 1024
_FIRST_BYTES = 1024 * 1024 + 4096  # of a file often its head alone is wanted: one sealed chunk
_AT_ONCE = 2  # parts on their way, each held in memory
_OWNER = "hub.json"
_CONNECT = timedelta(seconds=5)
_REQUEST = timedelta(seconds=60)  # for one piece, up or down
_QUICK, _FRESH_SECONDS = timedelta(seconds=3), 5
_RETRIES = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5), "base": 2},
}


class NoBucket(StoreGone):
    """There is no such bucket."""


class NotOurs(ValueError):
    """The bucket cannot be used as it is set; the text says why, in Japanese."""


class BucketStore:
    """A BlobStore in a bucket: `<prefix>/<shelf>/<name>`. Make it after a fork: it has threads of its own."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._store = _open(bucket, _REQUEST, _RETRIES)
        self._quick = _open(bucket, _QUICK, {"max_retries": 0})
        self._gone, self._ask_again = False, 0.0

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        first, rest = _first_piece(iter(pieces))
        if rest is None:
            self._create(_path(name), first)
            return
        claim = f".{name}"
        self._create(_path(claim), b"")
        try:
            if self.has(name):
                raise FileExistsError(name)
            with (
                _Words(),
                obstore.open_writer(
                    self._store, _path(name), buffer_size=PIECE_BYTES, max_concurrency=_AT_ONCE
                ) as writer,
            ):
                # Not by obstore.put, which would ask for the pieces in a thread of its own: they may come out of this
                # very store, and from the database.
                for piece in itertools.chain([first], rest):
                    writer.write(piece)
        finally:
            self.delete(claim)

    def get(self, name: str, start: int = 0) -> Iterator[bytes]:
        # In pieces, each a request of its own: who reads slowly keeps no connection waiting.
        piece, size = self._first(name, start)
        yield piece
        start += len(piece)
        while start < size:
            with _Words():
                end = min(start + PIECE_BYTES, size)
                piece = obstore.get_range(self._store, _path(name), start=start, end=end).to_bytes()
            yield piece
            start = end

    def _first(self, name: str, start: int) -> tuple[bytes, int]:
        """What stands at `start`, and how much there is in all, by one request."""
        try:
            with _Words():
                found = obstore.get(self._store, _path(name), options={"range": (start, start + _FIRST_BYTES)})
                return found.bytes().to_bytes(), int(found.meta["size"])
        except StoreGone:
            # A range behind the end is refused as anything else is.
            with _Words():
                size = int(obstore.head(self._store, _path(name))["size"])
            if size > start:
                raise
            return b"", size

    def has(self, name: str) -> bool:
        try:
            with _Words():
                obstore.head(self._store, _path(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        with _Words():
            obstore.delete(self._store, _path(name))

    def shelf(self, shelf: str) -> Iterator[Blob]:
        with _Words():
            for found in obstore.list(self._store, prefix=f"{shelf}/", chunk_size=1000):
                for one in found:
                    folder, _, name = one["path"].rpartition("/")
                    # Below may lie another hub's place, which is called as this one with a shelf behind it.
                    if folder == shelf:
                        yield Blob(name, one["last_modified"])

    def clear(self, shelf: str, before: datetime) -> int:
        waste = [one for one in parts.unfinished(self._bucket, shelf) if one.since < before]
        for one in waste:
            parts.abort(self._bucket, one)
        return len(waste)

    def check(self) -> None:
        """Ask the store for the mark of its owner, quickly, and not more often than every few seconds."""
        if time.monotonic() >= self._ask_again:
            self._gone = self._is_gone()
            self._ask_again = time.monotonic() + _FRESH_SECONDS
        if self._gone:
            raise StoreGone("asked a moment ago")

    def _is_gone(self) -> bool:
        try:
            with _Words():
                obstore.head(self._quick, _OWNER)
        except OSError:
            return True
        return False

    def take(self, hub: str, epoch: str) -> None:
        """Mark the place as this hub's, or find its mark. Raises NotOurs in words, StoreGone when nobody answers.

        Two hubs in one place would sweep away each other's bodies; so would a hub restored from a backup and the one
        that the backup was made of, which is why the epoch is in the mark.
        """
        mark = json.dumps({"hub": hub, "epoch": epoch}).encode()
        try:
            self._create(_OWNER, mark)
        except FileExistsError:
            pass
        except NoBucket as error:
            raise NotOurs("置き場 (バケット) がありません。RENKEI_BLOBS の名前を確かめてください。") from error
        except StoreGone as error:
            if isinstance(error.__cause__, PermissionDeniedError | UnauthenticatedError):
                raise NotOurs(_ENTRY) from error
            raise
        with _Words():
            found = obstore.get(self._store, _OWNER).bytes().to_bytes()
        if found != mark:
            raise NotOurs(
                "この置き場は、ほかのハブか、控えから戻す前のハブのものです。"
                "RENKEI_BLOBS の / のあとを、まだ使っていない名前にしてください。"
            )
        try:
            self._create(_OWNER, b"")
        except FileExistsError:
            return
        raise NotOurs(
            "この置き場は、同じ名前のものを上書きします (If-None-Match を守りません)。ほかの置き場にしてください。"
        )

    def _create(self, path: str, data: bytes) -> None:
        with _Words():
            obstore.put(self._store, path, data, mode="create")


_ENTRY = "置き場に入れません。RENKEI_BLOBS_KEY と RENKEI_BLOBS_SECRET、このバケットで許されることを確かめてください。"


class _Words:
    """What obstore raises, as the protocol says it. What the writer's own pieces raise goes through."""

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AlreadyExistsError):
            raise FileExistsError("the name is taken") from error
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" in str(error):
            raise NoBucket("the bucket is not there") from error
        if isinstance(error, BaseError):
            raise StoreGone(type(error).__name__) from error


def _open(bucket: Bucket, timeout: timedelta, retries: dict[str, Any]) -> S3Store:
    def credentials() -> S3Credential:
        return {
            "access_key_id": bucket.key,
            "secret_access_key": bucket.secret,
            "token": None,
            "expires_at": None,
        }

    where: dict[str, Any] = {"endpoint": bucket.endpoint} if bucket.endpoint else {}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix,
        region=bucket.region,
        virtual_hosted_style_request=not bucket.endpoint,
        checksum_algorithm="sha256",
        # Not as settings: then a token in the environment would be used beside them.
        credential_provider=credentials,
        client_options={
            "allow_http": bucket.endpoint.startswith("http://"),
            "connect_timeout": min(_CONNECT, timeout),
            "timeout": timeout,
        },
        retry_config=retries,  # type: ignore[arg-type]
        **where,
    )


def _first_piece(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes] | None]:
    """The first PIECE_BYTES or more, and what comes after; None when that is all."""
    first = bytearray()
    for piece in pieces:
        first += piece
        if len(first) > PIECE_BYTES:
            return bytes(first), pieces
    return bytes(first), None


def _path(name: str) -> str:
    # What was never finished is called `.<name>`.
    return f"{name.lstrip('.')[-2:]}/{name}"
