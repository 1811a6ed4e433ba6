"""A hub whose large bodies lie in a bucket: while the store is gone, when it is back, when it is the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.utils import timezone
from tests.hub.moto_store import Moto, running

from renkei.conformance import Month
from renkei.hub.config.storing import left_in_folder
from renkei.hub.core.bodies.blobs import StoreGone, blob_store
from renkei.hub.core.bodies.bucket import Bucket
from renkei.hub.core.bodies.objects import BucketStore

from . import world
from .commands import done, here, refused
from .conftest import Hub
from .running import connected, free_port, serving
from .waiting import send

# What a database has no part in.
pytestmark = pytest.mark.usefixtures("once")


@pytest.fixture
def moto() -> Iterator[Moto]:
    with running() as server:
        yield server


def settings_of(bucket: Bucket) -> dict[str, str]:
    return {
        "BLOBS": f"s3://{bucket.name}/{bucket.prefix}",
        "BLOBS_ENDPOINT": bucket.endpoint,
        "BLOBS_KEY": bucket.key,
        "BLOBS_SECRET": bucket.secret,
        "INLINE_BYTES": "10",
    }


def prefixed(bucket: Bucket) -> dict[str, str]:
    return {f"RENKEI_{name}": value for name, value in settings_of(bucket).items()}


def names(moto: Moto, bucket: Bucket) -> set[str]:
    """What lies in the hub's place, its mark aside."""
    listed = moto.ask("GET", f"{bucket.name}?prefix={bucket.prefix}/").decode()
    return {part.partition("</Key>")[0].rpartition("/")[2] for part in listed.split("<Key>")[1:]} - {"hub.json"}


def health(port: int) -> dict[str, Any]:
    answer = httpx2.get(f"http://127.0.0.1:{port}/v1/health", timeout=20)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_while_the_store_is_gone_it_is_said_and_when_it_is_back_all_goes_on(town: Hub, month: Month) -> None:
    sender = town.offices[month.offices[0].number]
    units = world.units_of(month.files[sender.number])
    recipient = town.offices[units[0][0].recipient]
    port, quick = (
        free_port(),
        "import renkei.hub.core.bodies.objects as o; o._RETRIES['max_retries'] = 0; o._FRESH_SECONDS = 0",
    )
    with running() as moto:
        bucket, place = moto.bucket(), int(moto.address.rpartition(":")[2])
        hub = serving(town.data, port, quick, **settings_of(bucket))
        hub.__enter__()
        assert health(port)["warnings"] == []
        with connected(sender, port):
            id_ = sender.post("/transmissions", sender.envelope(*units[0])).json()["id"]
        assert len(names(moto, bucket)) == 1 and not list((town.data / "blobs").glob("??/*"))
    try:
        assert ["置き場につながりません" in warning for warning in health(port)["warnings"]] == [True]
        with connected(sender, port):
            answer = sender.post("/transmissions", sender.envelope(*units[1]))
            assert (answer.status_code, answer.json()["code"]) == (503, "E-HUB-STORAGE")
            assert answer.headers["Retry-After"]
        with connected(recipient, port):
            assert recipient.get(f"/transmissions/{id_}/files").status_code == 503
        with running(place) as moto:
            assert health(port)["warnings"] == []
            with connected(sender, port):
                assert sender.post("/transmissions", sender.envelope(*units[1])).status_code == 201
            with connected(recipient, port):
                handed = recipient.get(f"/transmissions/{id_}/files").json()["files"]
            assert handed == {name: world.b64(data) for name, data in units[0][1].items()}
            assert len(names(moto, bucket)) == 2
    finally:
        hub.__exit__(None, None, None)


def test_a_hub_does_not_start_on_the_wrong_place_and_says_why(town: Hub, moto: Moto) -> None:
    bucket = moto.bucket("taken", "hub")
    BucketStore(bucket).take("another-hub", "epoch")
    assert "ほかのハブ" in refused(
        "serve", "--data", town.data, "--bind", f"127.0.0.1:{free_port()}", **prefixed(bucket)
    )
    assert left_in_folder(town.data) == ""
    (town.data / "blobs" / "aa").mkdir(parents=True)
    (town.data / "blobs" / "aa" / "0192aa").write_bytes(b"left")
    assert "置き場を替える" in left_in_folder(town.data)


def test_the_secret_of_the_store_is_not_shown(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in prefixed(moto.bucket()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RENKEI_BLOBS_SECRET", "not to be printed")
    assert "s3://" in (told := here("config")) and "not to be printed" not in told


@pytest.fixture
def in_bucket(hub: Hub, moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The hub of this process with its large bodies in a bucket."""
    bucket = moto.bucket()
    for name, value in (settings_of(bucket) | {"INLINE_BYTES": 10, "BLOBS_REGION": "us-east-1"}).items():
        monkeypatch.setitem(settings.RENKEI, name, value)
    blob_store.cache_clear()
    yield bucket
    monkeypatch.undo()
    blob_store.cache_clear()


@pytest.mark.long
def test_a_backup_takes_the_bucket_along_and_goes_back_to_a_new_place_alone(
    town: Hub, month: Month, in_bucket: Bucket, moto: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(town, month)
    (name,) = names(moto, in_bucket)
    body = list(BucketStore(in_bucket).get(name))
    BucketStore(in_bucket).take("hub", "epoch of the hub that runs")
    for setting, value in prefixed(in_bucket).items():
        monkeypatch.setenv(setting, value)
    data, keys = (
        Path(here("hub", what, "--data", town.data, "--to", tmp_path / what).splitlines()[0].split(": ")[1])
        for what in ("backup", "backup-keys")
    )
    # As a folder's are laid: it goes back to a folder just as well.
    assert (data / "blobs" / name[-2:] / name).read_bytes() == b"".join(body)

    restore = ("hub", "restore", "--data", tmp_path / "new", "--from", data, "--keys", keys)
    assert "ほかのハブ" in refused(*restore)
    assert not (tmp_path / "new").exists() and names(moto, in_bucket) == {name}
    new = moto.bucket()
    assert "中身のファイルがない" not in done(*restore, **prefixed(new))
    assert list(BucketStore(new).get(name)) == body
    assert not list((tmp_path / "new" / "blobs").rglob(name))


def test_what_no_row_names_is_swept_from_the_bucket(in_bucket: Bucket, moto: Moto) -> None:
    from renkei.hub.core.bodies import services, sweeping
    from renkei.hub.core.writing import write

    kept, waste = services.prepare([b"x" * 5000]), services.prepare([b"y" * 5000])
    torn = f".{waste.id.hex}"
    with write():
        services.store(kept, {"holder": None})
    blob_store().put(torn, [b""])
    now, shelves = timezone.now(), {kept.id.hex[-2:], waste.id.hex[-2:]}
    for at, swept in ((now, 0), (now + timedelta(days=2), 2)):
        assert sum(sweeping.sweep(shelf, at) for shelf in shelves) == swept
    assert names(moto, in_bucket) == {kept.id.hex}


def test_an_erasure_is_done_though_the_store_is_gone_and_the_rest_is_swept(
    in_bucket: Bucket, moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core.bodies import keeping, services, sweeping
    from renkei.hub.core.models import Body
    from renkei.hub.core.writing import write

    other, body = services.prepare([b"x"]), services.prepare([b"y" * 5000])
    with write():
        services.store(other, {"holder": None})
        services.store(body, {"holder": None})

    def gone(_name: str) -> None:
        raise StoreGone

    monkeypatch.setattr(blob_store(), "delete", gone)
    with write():
        keeping.erase({(body.id, "holder")}, timezone.now())
    assert not Body.objects.filter(pk=body.id).exists() and body.id.hex in names(moto, in_bucket)
    monkeypatch.delattr(blob_store(), "delete")
    assert sweeping.sweep(body.id.hex[-2:], timezone.now() + timedelta(days=2)) == 1
    assert body.id.hex not in names(moto, in_bucket)
