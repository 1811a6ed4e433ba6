"""Large bodies: what a store promises, held to by a folder and by a bucket alike."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from renkei.hub.core.bodies import objects, parts
from renkei.hub.core.bodies.blobs import BlobStore, FolderStore, StoreGone
from renkei.hub.core.bodies.bucket import Bucket, address, place
from renkei.hub.core.bodies.objects import PIECE_BYTES, BucketStore, NotOurs

from .moto_store import Moto, running

NAME, OTHER = "0192aa00ff", "0192aa01fe"
LARGE = [bytes([number]) * (3 * 1024 * 1024) for number in range(3)]  # two parts


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with running() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderStore(tmp_path)
    return BucketStore(request.getfixturevalue("moto").bucket())


def everything(store: BlobStore) -> set[str]:
    return {blob.name for shelf in ("ff", "fe") for blob in store.shelf(shelf)}


@pytest.mark.parametrize("pieces", [[b""], [], [b"one", b"two"], LARGE], ids=["empty", "none", "small", "large"])
def test_what_is_put_comes_back(store: BlobStore, pieces: list[bytes]) -> None:
    store.put(NAME, iter(pieces))
    assert b"".join(store.get(NAME)) == b"".join(pieces)
    assert store.has(NAME) and not store.has(OTHER)
    assert everything(store) == {NAME}


def test_a_blob_is_read_on_from_any_place(store: BlobStore) -> None:
    store.put(NAME, LARGE)
    whole = b"".join(LARGE)
    for start in (1, PIECE_BYTES, len(whole) - 1, len(whole)):
        assert b"".join(store.get(NAME, start)) == whole[start:]


@pytest.mark.parametrize("second", [[b"other"], LARGE], ids=["small", "large"])
@pytest.mark.parametrize("first", [[b"one"], LARGE], ids=["small", "large"])
def test_a_blob_is_written_once_and_never_over(store: BlobStore, first: list[bytes], second: list[bytes]) -> None:
    store.put(NAME, first)
    with pytest.raises(FileExistsError):
        store.put(NAME, second)
    assert b"".join(store.get(NAME)) == b"".join(first)
    assert everything(store) == {NAME}


@pytest.mark.parametrize("size", [10, PIECE_BYTES + 1], ids=["small", "large"])
def test_of_two_writers_at_once_one_wins(store: BlobStore, size: int) -> None:
    ready = threading.Barrier(2)

    def put(content: bytes) -> bool:
        ready.wait()
        try:
            store.put(NAME, [content * size])
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(put, (b"a", b"b")))
    assert sum(won) == 1
    assert b"".join(store.get(NAME)) == (b"a" if won[0] else b"b") * size
    assert everything(store) == {NAME}


@pytest.mark.parametrize("pieces", [[b"half"], LARGE], ids=["small", "large"])
def test_a_writer_that_fails_leaves_nothing(store: BlobStore, pieces: list[bytes]) -> None:
    def breaking() -> Iterator[bytes]:
        yield from pieces
        raise KeyError("the source broke")

    with pytest.raises(KeyError, match="the source broke"):
        store.put(NAME, breaking())
    assert everything(store) == set() and not store.has(NAME)
    with pytest.raises(FileNotFoundError):
        list(store.get(NAME))
    store.put(NAME, pieces)


def test_a_blob_is_made_of_another_one_while_that_is_read(store: BlobStore) -> None:
    store.put(NAME, LARGE)
    store.put(OTHER, store.get(NAME))
    assert b"".join(store.get(OTHER)) == b"".join(LARGE)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: BlobStore) -> None:
    store.put(NAME, [b"one"])
    store.put(OTHER, [b"two"])
    store.delete(NAME)
    store.delete(NAME)
    assert everything(store) == {OTHER}
    with pytest.raises(FileNotFoundError):
        list(store.get(NAME))


def test_a_shelf_says_what_lies_there_since_when(store: BlobStore) -> None:
    store.put(NAME, [b"one"])
    (found,) = store.shelf("ff")
    assert found.name == NAME
    assert abs(found.written_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert list(store.shelf("00")) == []


def test_a_store_that_is_there_answers(store: BlobStore) -> None:
    if isinstance(store, BucketStore):
        store.take("hub-1", "epoch")
    store.check()


# What only a bucket can do wrong.


def test_no_part_stays_of_a_large_blob_whose_writer_failed(moto: Moto) -> None:
    bucket = moto.bucket("parts")

    def breaking() -> Iterator[bytes]:
        yield from LARGE
        raise KeyError

    with pytest.raises(KeyError):
        BucketStore(bucket).put(NAME, breaking())
    assert b"<Upload>" not in moto.ask("GET", "parts?uploads")


def test_the_claim_of_a_writer_that_was_killed_lies_there_to_be_swept(
    moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BucketStore(moto.bucket())

    def killed(*_: object, **__: object) -> None:
        monkeypatch.setattr(store, "delete", lambda _: None)
        raise SystemExit

    monkeypatch.setattr(objects.obstore, "open_writer", killed)
    with pytest.raises(SystemExit):
        store.put(NAME, LARGE)
    monkeypatch.undo()
    assert everything(store) == {f".{NAME}"}
    store.delete(f".{NAME}")
    store.put(NAME, LARGE)


def test_parts_that_a_killed_writer_left_are_taken_away(moto: Moto) -> None:
    bucket = moto.bucket("torn")
    store, now = BucketStore(bucket), datetime.now(UTC)
    key = f"{bucket.prefix}/ff/{NAME}"
    # As a large put begins; nobody goes on with it.
    parts._ask(bucket, "POST", key, {"uploads": ""})
    parts._ask(bucket, "POST", f"{bucket.prefix}/fe/{OTHER}", {"uploads": ""})
    (left,) = parts.unfinished(bucket, "ff")
    assert left.key == key
    assert store.clear("ff", left.since) == 0
    assert store.clear("ff", max(now, left.since) + timedelta(minutes=1)) == 1
    assert parts.unfinished(bucket, "ff") == [] and len(parts.unfinished(bucket, "fe")) == 1
    parts.abort(bucket, left)


def test_what_we_sign_is_signed_as_others_do() -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    bucket = Bucket("bodies", "hub", "https://objects.example:9000", "ap-northeast-1", "AKIDEXAMPLE", "not a secret")
    url = f"{bucket.endpoint}/bodies/hub/ff/{NAME}?prefix=hub%2Fff%2F&uploads="
    theirs = AWSRequest("GET", url)
    S3SigV4Auth(Credentials(bucket.key, bucket.secret), "s3", bucket.region).add_auth(theirs)
    at = datetime.strptime(theirs.context["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = parts.signed(bucket, "GET", url, at)
    assert ours["authorization"] == theirs.headers["Authorization"]


def test_a_list_of_parts_that_cannot_be_read_is_a_store_that_is_ill() -> None:
    for answer in (b"", b"<a>", b"<a><Upload><Key>k</Key></Upload></a>", b"<!DOCTYPE a>"):
        with pytest.raises(StoreGone):
            list(parts._uploads(answer))
    assert list(parts._uploads(b"<nothing/>")) == []


def test_two_hubs_do_not_share_a_place(moto: Moto) -> None:
    bucket = moto.bucket("shared", "hub-1")
    BucketStore(bucket).take("hub-1", "first")
    BucketStore(bucket).take("hub-1", "first")
    for hub, epoch in (("hub-2", "first"), ("hub-1", "restored")):
        with pytest.raises(NotOurs, match="ほかのハブ"):
            BucketStore(bucket).take(hub, epoch)
    beside = BucketStore(replace(bucket, prefix="hub-2"))
    beside.take("hub-2", "first")
    BucketStore(bucket).put(NAME, [b"one"])
    assert not beside.has(NAME) and everything(beside) == set()


def test_a_bucket_that_is_not_there_is_said_in_words(moto: Moto) -> None:
    store = BucketStore(replace(moto.bucket(), name="nobody-made-it"))
    with pytest.raises(NotOurs, match="RENKEI_BLOBS"):
        store.take("hub-1", "first")
    for act in (lambda: store.put(NAME, [b"one"]), lambda: store.put(NAME, LARGE), lambda: list(store.shelf("ff"))):
        with pytest.raises(StoreGone):
            act()
    with pytest.raises(StoreGone):
        store.check()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No patience with a store that does not answer."""
    monkeypatch.setattr(objects, "_RETRIES", {"max_retries": 0})
    monkeypatch.setattr(objects, "_REQUEST", timedelta(seconds=0.2))
    monkeypatch.setattr(objects, "_QUICK", timedelta(seconds=0.2))
    monkeypatch.setattr(parts, "_SECONDS", 0.2)


def _reached(store: BlobStore) -> list[Callable[[], object]]:
    return [
        lambda: store.put(NAME, [b"one"]),
        lambda: store.put(NAME, LARGE),
        lambda: list(store.get(NAME)),
        lambda: store.has(NAME),
        lambda: store.delete(NAME),
        lambda: list(store.shelf("ff")),
        lambda: store.clear("ff", datetime.now(UTC)),
        store.check,
    ]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("how", ["gone", "silent"])
def test_a_store_that_does_not_answer_is_said_to_be_gone(how: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if how == "silent" else 1
        store = BucketStore(Bucket("bodies", "hub", f"http://127.0.0.1:{port}", "us-east-1", "key", "secret"))
        for act in _reached(store):
            with pytest.raises(StoreGone):
                act()
        with pytest.raises(StoreGone):
            store.take("hub-1", "first")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("status", "kind"), [(403, NotOurs), (401, NotOurs), (500, StoreGone)])
def test_a_store_that_refuses_is_told_from_one_that_is_ill(status: int, kind: type[Exception]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        threading.Thread(target=_refuse_all, args=(server, answer), daemon=True).start()
        port = server.getsockname()[1]
        store = BucketStore(Bucket("bodies", "hub", f"http://127.0.0.1:{port}", "us-east-1", "key", "wrong"))
        with pytest.raises(kind):
            store.take("hub-1", "first")
        with pytest.raises(StoreGone):
            store.put(NAME, [b"one"])


def _refuse_all(server: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)


def test_memory_does_not_grow_with_the_body(tmp_path: Path) -> None:
    piece, count = bytes(1024 * 1024), 60
    digest = hashlib.sha256(piece * count).hexdigest()
    before = _resident()
    store = FolderStore(tmp_path)
    store.put(NAME, (piece for _ in range(count)))
    read = hashlib.sha256()
    for part in store.get(NAME):
        read.update(part)
    assert read.hexdigest() == digest
    assert _resident() - before < 20_000


def _resident() -> int:
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


@pytest.mark.parametrize(
    "text", ["bucket", "s3://bucket", "s3://bucket/", "s3://B/x", "s3://bucket/../x", "https://a/b"]
)
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        place(text)


@pytest.mark.parametrize(
    "text", ["http://objects.example", "ftp://127.0.0.1", "127.0.0.1:9000", "https://u:p@a.example", "https://"]
)
def test_an_address_in_the_clear_is_for_this_machine_alone(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        address(text)
