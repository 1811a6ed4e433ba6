"""A backup of a running hub comes back whole, without what was erased since, and never with half of it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from renkei.conformance import Month

from . import running, world
from .commands import done, here, refused
from .conftest import Hub
from .waiting import erase, say_everything, send


@dataclass
class Backup:
    """What an operator has: a backup, one of the keys, and where he restores to."""

    data: Path
    keys: Path
    new: Path
    settings: dict[str, str]

    def restore(self, *more: str | Path) -> str:
        return done(*self._command(more), **self.settings)

    def refuse(self, *more: str | Path) -> str:
        return refused(*self._command(more), **self.settings)

    def _command(self, more: tuple[str | Path, ...]) -> list[str | Path]:
        return ["hub", "restore", "--data", self.new, "--from", self.data, "--keys", self.keys, *more]


@pytest.fixture
def other_database(database: str) -> Iterator[dict[str, str]]:
    """Settings for a second hub: on PostgreSQL a database of its own, empty."""
    if database == "sqlite":
        yield {}
        return
    import psycopg

    urls = {name: os.environ[name] for name in ("RENKEI_DATABASE_URL", "RENKEI_DATABASE_OWNER_URL")}
    server = urlsplit(urls["RENKEI_DATABASE_URL"])
    where = f"host={server.hostname} port={server.port} user=postgres dbname=postgres"
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored OWNER renkei_owner")
        yield {name: url.removesuffix("renkei") + "restored" for name, url in urls.items()}
        connection.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def backup(hub: Hub, tmp_path: Path, other_database: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`backup()` makes both backups now."""
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 600)

    def make() -> Backup:
        made = [
            Path(done("hub", command, "--data", hub.data, "--to", tmp_path / command).splitlines()[0].split(": ")[1])
            for command in ("backup", "backup-keys")
        ]
        return Backup(made[0], made[1], tmp_path / "new", other_database)

    return make


def wraps(made: Backup) -> set[tuple[str, str]]:
    """Copies in the restored database: body and holder."""
    return {(str(body).replace("-", ""), holder) for body, holder in query(made, "SELECT body, holder FROM core_wrap")}


def query(made: Backup, sql: str) -> list[Any]:
    if url := made.settings.get("RENKEI_DATABASE_OWNER_URL"):
        import psycopg

        with psycopg.connect(url) as connection:
            return connection.execute(sql.encode()).fetchall()
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(made.new / "hub.sqlite3")) as database:
        return database.execute(sql).fetchall()


def test_a_hub_that_runs_and_takes_in_is_backed_up_and_comes_back(town: Hub, month: Month, backup: Any) -> None:
    from django.db import connections

    sent = send(town, month)
    sender = sent.sender
    rest = world.units_of(month.files[sender.number])[1:]
    connections.close_all()
    port = running.free_port()
    with running.serving(town.data, port), running.connected(sender, port):
        sending = threading.Thread(
            target=lambda: [sender.post("/transmissions", sender.envelope(unit, files)) for unit, files in rest]
        )
        sending.start()
        made = backup()
        sending.join()
    told = made.restore()
    assert "ハブを戻しました" in told and "サインインは、すべて終わらせました" in told

    identity = json.loads((made.new / "hub.json").read_text())
    before = json.loads((town.data / "hub.json").read_text())
    assert identity["id"] == before["id"] and identity["epoch"] != before["epoch"]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (made.new, *(made.new / "keys").iterdir())}
    assert {mode for name, mode in modes.items() if name != "new"} == {0o600} and modes["new"] == 0o700
    settings = {name.removeprefix("RENKEI_"): value for name, value in made.settings.items()}
    token = sent.recipient.token
    with running.serving(made.new, port, **settings):
        with running.connected(sent.recipient, port):
            fresh, sent.recipient.token = sent.recipient.token, token
            assert sent.recipient.get(f"/transmissions/{sent.id}").status_code == 401
            sent.recipient.token = fresh
            handed = sent.recipient.get(f"/transmissions/{sent.id}/files").json()
            assert handed["files"] == {name: world.b64(data) for name, data in sent.files.items()}
        # What came after the backup's moment is not there, and is taken again.
        with running.connected(sender, port):
            for unit, files in rest:
                assert sender.post("/transmissions", sender.envelope(unit, files)).status_code in (200, 201)


def test_no_key_is_in_the_backup(town: Hub, month: Month, backup: Any) -> None:
    send(town, month)
    made = backup()
    texts = [path.read_bytes() for path in made.data.rglob("*") if path.is_file()]
    for path in (town.data / "keys").glob("*.key"):
        key = path.read_bytes().strip()
        raw = [bytes.fromhex(key.decode())] if path.name.startswith(("wrapping", "deployment")) else []
        assert not [one for one in (key, *raw) for text in texts if one in text]
    assert not [path for path in made.data.rglob("*") if path.suffix in {".key", ".pem"} and path.parent.name == "keys"]
    kept = {path.name: path.read_bytes() for path in made.keys.iterdir()}
    assert kept == {path.name: path.read_bytes() for path in (town.data / "keys").iterdir() if path.is_file()}
    assert stat.S_IMODE(made.keys.stat().st_mode) == stat.S_IMODE(made.data.stat().st_mode) == 0o700


def test_what_was_erased_after_the_backup_is_erased_again(town: Hub, month: Month, backup: Any, tmp_path: Path) -> None:
    withdrawn, gone, kept = (send(town, month, which) for which in range(3))
    say_everything(gone)
    made = backup()
    withdrawn.say("withdrawn", by=withdrawn.sender)
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    row = gone.row
    with write():
        holders = (row.recipient.mailbox, row.recipient.received_copy, row.sender.sent_copy)
        erasing.erase({(row.body, holder) for holder in holders}, row.accepted_at)
    erasures = shutil.copy(town.data / "erasures.jsonl", tmp_path / "erasures.jsonl")
    told = made.restore("--erasures", erasures)
    assert "もう一度消しました: 10" in told and "控えのあとの消去は分かりません" not in told

    row, other = withdrawn.row, kept.row
    assert wraps(made) == {
        (row.body.hex, row.sender.sent_copy),
        (other.body.hex, other.sender.sent_copy),
        (other.body.hex, other.recipient.mailbox),
    }
    assert query(made, "SELECT count(*) FROM core_body") == [(2,)]
    assert not (made.new / "blobs" / gone.row.body.hex[-2:] / gone.row.body.hex).exists()
    left = {str(id_).replace("-", "") for (id_,) in query(made, "SELECT transmission_id FROM exchange_subject")}
    assert left == {row.pk.hex, other.pk.hex}
    if made.settings:
        # Rights do not travel in the file: they are given anew.
        rights = (f"has_table_privilege('renkei_service', 'core_event', '{one}')" for one in ("INSERT", "DELETE"))
        assert query(made, f"SELECT {', '.join(rights)}") == [(True, False)]
    # The next restore needs the list, too.
    assert (made.new / "erasures.jsonl").read_text().count("\n") == 10


def test_a_blob_that_the_backup_lacks_is_said_and_the_rest_comes_back(town: Hub, month: Month, backup: Any) -> None:
    lost, kept = send(town, month), send(town, month, which=1)
    made = backup()
    name = lost.row.body.hex
    (made.data / "blobs" / name[-2:] / name).write_bytes(b"rotten")
    told = made.restore()
    assert "中身のファイルがない本文: 1" in told and str(lost.row.pk) in told and str(kept.row.pk) not in told
    assert "控えのあとの消去は分かりません" in told


def test_nothing_is_restored_from_what_is_broken_or_does_not_fit(
    town: Hub, month: Month, backup: Any, tmp_path: Path
) -> None:
    send(town, month)
    made = backup()
    (made.new).mkdir()
    (made.new / "something").touch()
    assert "すでに作られています" in made.refuse()
    (made.new / "something").unlink()

    keys = made.keys / "wrapping-0001.key"
    right = keys.read_bytes()
    keys.write_bytes(b"00" * 32)
    assert "鍵" in made.refuse() and "wrapping-0001.key" in made.refuse()
    keys.write_bytes(right)

    assert "ありません" in made.refuse("--erasures", tmp_path / "nowhere")
    identity = made.data / "hub.json"
    identity.write_text(identity.read_text().replace("試験", "別"))
    assert "hub.json" in made.refuse()
    (made.data / "backup.json").write_text("{}")
    assert "控えのフォルダではない" in made.refuse()
    assert list(made.new.iterdir()) == [] and not [path for path in tmp_path.iterdir() if ".part" in path.name]


def test_a_backup_is_not_put_into_the_hub_and_not_left_half_done(hub: Hub, tmp_path: Path) -> None:
    assert "外に置いてください" in here("hub", "backup", "--data", hub.data, "--to", hub.data / "backup", status=2)
    (tmp_path / "file").touch()
    assert "控えを書けません" in here("hub", "backup", "--data", hub.data, "--to", tmp_path / "file", status=2)
    assert "データのフォルダではありません" in here(
        "hub", "backup", "--data", tmp_path, "--to", tmp_path / "to", status=2
    )


def test_a_backup_of_one_database_is_not_restored_to_the_other(
    town: Hub, backup: Any, database: str, other_database: dict[str, str]
) -> None:
    made = backup()
    listed = made.data / "backup.json"
    other = {"hub.sqlite3": "database.pgdump", "database.pgdump": "hub.sqlite3"}
    name = json.loads(listed.read_text())["contents"]["database"]
    listed.write_text(listed.read_text().replace(f'"database": "{name}"', f'"database": "{other[name]}"'))
    assert "のものです" in made.refuse()


def test_an_erasure_that_came_to_nothing_is_not_on_the_list(town: Hub, month: Month, backup: Any) -> None:
    from renkei.hub.core.bodies import erasures
    from renkei.hub.core.models import Erasure, Wrap
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    row, path = send(town, month).row, town.data / "erasures.jsonl"

    def fail() -> None:
        with write():
            erasing.erase({(row.body, row.sender.sent_copy)}, row.accepted_at)
            # Before the commit: the list must not be the younger of the two.
            assert [one.holder for one in erasures.read(path)[0]] == [row.sender.sent_copy]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert erasures.read(path) == ([], 0)
    assert Wrap.objects.filter(body=row.body).count() == 2 and not Erasure.objects.exists()
    erase(row.accepted_at.replace(year=row.accepted_at.year + 6))
    (one,) = erasures.read(path)[0]
    assert (one.body, one.holder) == (row.body, row.sender.sent_copy)
    assert Erasure.objects.get().holder == row.sender.sent_copy
