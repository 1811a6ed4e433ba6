"""What lies in a bucket stays whole: beside other hubs, when a hub is killed, however large it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.hub.moto_store import Moto

from renkei.conformance import Month
from renkei.hub.core.bodies import parts
from renkei.hub.core.bodies.bucket import Bucket
from renkei.hub.core.bodies.objects import BucketStore
from renkei.hub.core.ids import new_id

from .conftest import Hub
from .crashing import IN_BUCKET
from .mortal import Mortal, mortal
from .test_kill import run
from .test_object_store import in_bucket, moto, names, settings_of
from .test_upload_memory import assert_flat

__all__ = ["in_bucket", "moto"]  # fixtures


def shelved(shelf: str) -> str:
    """A name as a body's, on this shelf."""
    return uuid.UUID(hex=new_id().hex[:-2] + shelf).hex


@pytest.mark.usefixtures("once")
def test_a_hub_sweeps_nothing_of_the_others_in_its_bucket(in_bucket: Bucket, moto: Moto) -> None:
    from renkei.hub.core.bodies import services, sweeping
    from renkei.hub.core.writing import write

    kept, waste = services.prepare([b"x" * 5000]), services.prepare([b"y" * 5000])
    with write():
        services.store(kept, {"holder": None})
    # Longer by a letter, one above, and below a shelf of ours; all have what nobody of ours knows, on shelves that we have.
    others = [moto.bucket(prefix=in_bucket.prefix + end) for end in ("0", "/other", "/aa", f"/{kept.id.hex[-2:]}")]
    others.append(moto.bucket(prefix="ab"))
    lying: dict[str, set[str]] = {}
    shelves = {"aa", "ab", kept.id.hex[-2:], waste.id.hex[-2:]}
    for other in others:
        store = BucketStore(other)
        store.take(other.prefix, "epoch")
        lying[other.prefix] = {shelved(shelf) for shelf in shelves}
        for name in lying[other.prefix]:
            store.put(name, [b"theirs"])
        assert begun(moto, other)
    later = timezone.now() + timedelta(days=2)
    assert sum(sweeping.sweep(shelf, later) for shelf in shelves) == 1
    for other in others:
        assert {blob.name for shelf in shelves for blob in BucketStore(other).shelf(shelf)} == lying[other.prefix]
        assert len(parts.unfinished(other, "aa")) == 1
        BucketStore(other).take(other.prefix, "epoch")
    assert BucketStore(in_bucket).has(kept.id.hex) and not BucketStore(in_bucket).has(waste.id.hex)


def begun(moto: Moto, bucket: Bucket) -> bytes:
    """A large body that began to go up on the shelf aa."""
    return moto.ask("POST", f"{bucket.name}/{bucket.prefix}/aa/{shelved('aa')}?uploads")


@pytest.fixture
def hubs(hub: Hub, in_bucket: Bucket) -> Iterator[Mortal]:
    (hub.data / "erasures.jsonl").unlink(missing_ok=True)
    with mortal(hub.data, **settings_of(in_bucket) | {"INLINE_BYTES": "1000"}) as some:
        yield some


@pytest.mark.long
def test_a_hub_killed_between_its_bucket_and_its_database_loses_nothing(
    hub: Hub, hubs: Mortal, in_bucket: Bucket, moto: Moto
) -> None:
    fates = [(point, 1) for point in [*IN_BUCKET, "before the COMMIT of a unit", "between erasing and its blobs"]]
    run(hub, hubs, fates, lying=lambda: names(moto, in_bucket))
    assert sorted(hubs.met) == sorted(fates)


@pytest.mark.long
@pytest.mark.usefixtures("once")
def test_memory_stays_flat_with_a_bucket_too(
    town: Hub, month: Month, moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_flat(town, month, monkeypatch, 10, 500, 30, **settings_of(moto.bucket()) | {"INLINE_BYTES": "131072"})
