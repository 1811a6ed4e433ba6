"""The power goes: what was answered is there, whatever the disk had not yet been told to keep."""

from __future__ import annotations

import random
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.client.folder import Folder, make_durably, write_durably
from renkei.client.inbox import put as put_in_inbox
from renkei.client.ledger import Ledger
from renkei.client.pieces import sent
from renkei.conformance import Month
from renkei.trust import manifest

from . import world
from .conftest import Hub
from .power import Disk, PowerCut

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

AT = datetime(2026, 12, 1, tzinfo=UTC)
# How many changes until the process is killed, each time anew, and the last time the power goes; and what the disk keeps.
cuts = st.lists(st.integers(1, 16), min_size=1, max_size=3)
SAMPLES = settings(max_examples=60)
chances = st.integers(0, 10**6).map(random.Random)


def play(disk: Disk, cuts: list[int], deed: Callable[[], None]) -> None:
    """Do it until it is killed, again in a new process, and so on."""
    for cut in cuts:
        disk.cut_at = disk.changes + cut
        with disk.powered():
            try:
                deed()
            except PowerCut:
                continue


@contextmanager
def disk_with(prepare: Callable[[Path], None] = lambda _root: None) -> Iterator[tuple[Disk, Path]]:
    """A disk, and where what is left of it is found after the power went."""
    with tempfile.TemporaryDirectory() as folder:
        root, after = Path(folder) / "before", Path(folder) / "after"
        root.mkdir()
        prepare(root)
        with closing(Disk(root)) as disk:
            yield disk, after


@SAMPLES
@given(cuts=cuts, chance=chances)
def test_a_large_body_that_was_put_is_there_and_every_one_is_whole(cuts: list[int], chance: random.Random) -> None:
    from renkei.hub.core.bodies.blobs import FolderStore

    shelves, put, tried = ["aa", "bb"], {}, {}

    def deed() -> None:
        store = FolderStore(disk.root / "blobs")
        for shelf in shelves * 2:
            name = uuid.uuid4().hex[:-2] + shelf
            data = tried[name] = name.encode() * 20
            store.put(name, [data[:300], data[300:]])
            put[name] = data

    with disk_with() as (disk, after):
        play(disk, cuts, deed)
        disk.restart(after, chance)
        store = FolderStore(after / "blobs")
        assert {name: b"".join(store.get(name)) for name in put} == put
        whole = [path for path in after.rglob("*") if path.is_file() and not path.name.startswith(".")]
        assert all(path.read_bytes() == tried[path.name] for path in whole)


@SAMPLES
@given(cuts=cuts, chance=chances)
def test_an_erasure_that_was_noted_stays_on_the_list(cuts: list[int], chance: random.Random) -> None:
    from renkei.hub.core.bodies import erasures

    noted: list[erasures.Erased] = []

    def deed() -> None:
        for _ in range(3):
            some = [erasures.Erased(uuid.uuid4(), f"mailbox:{number}", AT) for number in range(2)]
            erasures.append(disk.root / "list", some)
            noted.extend(some)

    with disk_with() as (disk, after):
        play(disk, cuts, deed)
        disk.restart(after, chance)
        found = erasures.read(after / "list")[0] if noted else []
        assert [one for one in noted if one not in found] == []
        # And the list can be gone on with.
        one = erasures.Erased(uuid.uuid4(), "mailbox:9", AT)
        erasures.append(after / "list", [one])
        assert erasures.read(after / "list")[0][-1] == one


@SAMPLES
@given(cuts=cuts, chance=chances)
def test_a_secret_and_a_file_of_trust_are_there_whole_once_they_were_written(
    cuts: list[int], chance: random.Random
) -> None:
    from renkei.hub.core.files import replace_file, write_secret

    written: dict[str, bytes] = {}
    tried: dict[str, set[bytes]] = {"list.crl": {b"old"}}

    def deed() -> None:
        secret = f"{uuid.uuid4()}.key"
        write_secret(disk.root / secret, secret.encode() * 9)
        written[secret] = secret.encode() * 9
        data = uuid.uuid4().bytes * 9
        tried["list.crl"].add(data)
        replace_file(disk.root / "list.crl", data)
        written["list.crl"] = data

    with disk_with(lambda root: _write(root / "list.crl", b"old")) as (disk, after):
        play(disk, cuts, deed)
        disk.restart(after, chance)
        left = {path.name: path.read_bytes() for path in after.iterdir()}
        assert left["list.crl"] in tried["list.crl"]
        assert {name: left.get(name) for name in written if name != "list.crl"} == {
            name: data for name, data in written.items() if name != "list.crl"
        }


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.fixture(scope="module")
def received() -> tuple[manifest.Manifest, dict[str, bytes], dict[str, bytes]]:
    """A unit as an office program gets it: manifest, files, salts."""
    files = {f"UPPLAN_{number}.CSV": b"x" * 50 * number for number in (1, 2)}
    data, salts = manifest.build(
        hub=world.HUB_ID,
        sender="1370100016",
        sender_service="43",
        recipient="1370200014",
        recipient_service="11",
        kind="use_table",
        months=["202612"],
        sequence="20261201000001",
        files=files,
    )
    return manifest.parse(data), files, salts


@SAMPLES
@given(cuts=cuts, chance=chances)
def test_a_unit_that_came_into_the_inbox_is_there_and_no_half_one_is(
    received: Any, cuts: list[int], chance: random.Random
) -> None:
    unit, files, salts = received
    places: set[Path] = set()

    def deed() -> None:
        places.add(put_in_inbox(Folder(disk.root), unit, sent(unit), files, salts))

    with disk_with(lambda root: (root / "inbox").mkdir()) as (disk, after):
        play(disk, cuts, deed)
        disk.restart(after, chance)
        shown = [path.parent for path in after.rglob("*.CSV") if ".receiving" not in path.parts]
        for place in {*(after / place for place in places), *shown}:
            assert {path.name: path.read_bytes() for path in place.iterdir()} == files


@SAMPLES
@given(cuts=cuts, chance=chances)
def test_what_an_office_put_away_is_there(cuts: list[int], chance: random.Random) -> None:
    written: set[str] = set()

    def deed() -> None:
        target = disk.root / "sent" / "202612"
        make_durably(target)
        for name in ("a", "b"):
            write_durably(target / name, name.encode() * 200)
            written.add(name)

    with disk_with() as (disk, after):
        play(disk, cuts, deed)
        disk.restart(after, chance)
        for name in written:
            assert (after / "sent" / "202612" / name).read_bytes() == name.encode() * 200


def test_a_disk_that_was_told_nothing_may_forget_anything(tmp_path: Path) -> None:
    """The model itself: a test on it can fail."""
    (tmp_path / "before").mkdir()
    with closing(Disk(tmp_path / "before")) as disk:
        with disk.powered():
            (disk.root / "a").write_bytes(b"written")
        for number in range(40):
            disk.restart(tmp_path / str(number), random.Random(number))
    left = {path.read_bytes() if path.exists() else None for path in (tmp_path / str(n) / "a" for n in range(40))}
    assert {None, b"", b"written"} < left


def test_every_connection_that_writes_waits_for_the_disk(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection, connections

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL の設定は、データベースの運営者のものです")
    from django.utils import timezone

    from renkei.hub.core import jobs, sealer
    from renkei.hub.core.sqlite.base import DatabaseWrapper

    seen: dict[str, set[tuple[int, str]]] = {}
    take, pragmas = DatabaseWrapper._take_turn, ("synchronous", "journal_mode")

    def noting(wrapper: DatabaseWrapper) -> None:
        take(wrapper)
        synchronous, journal = (wrapper.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas)
        seen.setdefault(threading.current_thread().name, set()).add((synchronous, journal))

    monkeypatch.setattr(DatabaseWrapper, "_take_turn", noting)
    sender = town.offices[month.offices[0].number]
    sender.post("/transmissions", sender.envelope(*world.units_of(month.files[sender.number])[0]))

    def work() -> None:
        jobs.keep_recurring(timezone.now())
        while jobs.run_due(timezone.now()):
            pass
        assert sealer.seal_once()
        connections.close_all()

    thread = threading.Thread(target=work, name="another thread")
    thread.start()
    thread.join()
    assert {"MainThread", "another thread"} <= set(seen)
    assert set.union(*seen.values()) == {(2, "wal")}


def test_an_offices_ledger_waits_for_the_disk(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite3")) as ledger:
        assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
