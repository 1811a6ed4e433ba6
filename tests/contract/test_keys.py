"""A new wrapping key counts at once, everything is wrapped anew under it, and the old one goes when nothing needs it."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from renkei.conformance import Month

from .commands import here
from .conftest import Hub
from .waiting import Sent, say_everything, send, sent

__all__ = ["sent"]  # a fixture


@pytest.fixture(autouse=True)
def first_key_alone(prepared: Any) -> Iterator[None]:
    """Afterwards the folder of keys, which is the whole run's, is as it was."""
    folder: Path = prepared[0] / "keys"
    first = folder / "wrapping-0001.key"
    key = first.read_bytes()
    yield
    for path in folder.glob("wrapping-*.key"):
        path.unlink()
    first.write_bytes(key)


def rewrap() -> int:
    """Wrap everything anew; in how many portions."""
    from renkei.hub.core.bodies import rewrapping

    portions, left = 0, {"key": "", "after": 0}
    while (left := rewrapping.go_on(left)) is not None:  # type: ignore[assignment]
        portions += 1
    return portions


def key_ids() -> set[str]:
    from renkei.hub.core.models import Wrap

    return set(Wrap.objects.values_list("key_id", flat=True))


def read(sent: Sent) -> dict[str, bytes]:
    handed = sent.recipient.get(f"/transmissions/{sent.id}/files").json()
    return {name: base64.b64decode(data) for name, data in handed["files"].items()}


def test_a_new_key_wraps_at_once_and_the_old_one_still_opens(sent: Sent, town: Hub, month: Month) -> None:
    from renkei.hub.core.bodies import rewrapping
    from renkei.hub.core.models import Job, Wrap

    assert rewrapping.rotate() == "0002"
    path = town.data / "keys" / "wrapping-0002.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(bytes.fromhex(path.read_text())) == 32
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []
    later = send(town, month, which=1)
    assert set(Wrap.objects.filter(body=later.row.body).values_list("key_id", flat=True)) == {"0002"}
    assert read(sent) == sent.files and read(later) == later.files
    assert Job.objects.get(key="rewrap:all").kind == "rewrap"


def test_every_wrap_is_made_anew_and_nothing_else_changes(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core.bodies import rewrapping
    from renkei.hub.core.models import Body, Wrap

    say_everything(sent)
    bodies = {row.pk: bytes(row.inline or b"") for row in Body.objects.all()}
    clocks = dict(Wrap.objects.values_list("pk", "erase_after"))
    rewrapping.rotate()
    monkeypatch.setattr(rewrapping, "PORTION", 2)
    assert rewrap() >= len(clocks) // 2
    assert key_ids() == {"0002"}
    assert {row.pk: bytes(row.inline or b"") for row in Body.objects.all()} == bodies
    assert dict(Wrap.objects.values_list("pk", "erase_after")) == clocks
    rewrapping.retire("0001")
    assert read(sent) == sent.files


def test_two_changes_of_the_key_end_at_the_newest(sent: Sent) -> None:
    from renkei.hub.core.bodies import rewrapping

    rewrapping.rotate()
    assert rewrapping.rotate() == "0003"
    rewrap()
    assert key_ids() == {"0003"}


def test_a_wrap_that_does_not_open_holds_nobody_up_and_keeps_its_key(sent: Sent) -> None:
    from renkei.hub.core.bodies import rewrapping
    from renkei.hub.core.models import Wrap
    from renkei.hub.core.writing import write

    damaged = Wrap.objects.get(holder=sent.row.sender.sent_copy)
    with write():
        Wrap.objects.filter(pk=damaged.pk).update(wrapped=b"x" * 60)
    rewrapping.rotate()
    rewrap()
    assert set(Wrap.objects.exclude(pk=damaged.pk).values_list("key_id", flat=True)) == {"0002"}
    with pytest.raises(rewrapping.KeyInUse):
        rewrapping.retire("0001")


def test_a_key_that_is_used_or_current_is_not_removed(sent: Sent, town: Hub) -> None:
    from renkei.hub.core.bodies import rewrapping

    with pytest.raises(rewrapping.KeyInUse):
        rewrapping.retire("0001")
    rewrapping.rotate()
    for id_ in ("0001", "0002"):
        with pytest.raises(rewrapping.KeyInUse):
            rewrapping.retire(id_)
    for id_ in ("0009", "../keys/wrapping-0001"):
        with pytest.raises(FileNotFoundError):
            rewrapping.retire(id_)
    assert (town.data / "keys" / "wrapping-0001.key").exists()


def test_a_number_that_a_lost_key_had_is_not_given_again(sent: Sent, town: Hub) -> None:
    from renkei.hub.core.bodies import rewrapping

    rewrapping.rotate()
    rewrap()
    (town.data / "keys" / "wrapping-0002.key").unlink()
    assert rewrapping.rotate() == "0003"
    lost = next(use for use in rewrapping.uses() if use.id == "0002")
    assert (lost.wraps, lost.is_there) == (2, False)


def test_another_hub_on_the_same_folder_follows(sent: Sent, town: Hub) -> None:
    """The key comes from elsewhere, within the same tick of the folder's clock."""
    import os

    from renkei.hub.core import keyring

    before = keyring.keyring()
    folder = town.data / "keys"
    times = folder.stat()
    keyring.add_wrapping_key(folder, after=0)
    os.utime(folder, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert keyring.keyring() is before
    assert len(keyring.wrapping_key("0002")) == 32
    assert keyring.keyring().current_wrapping[0] == "0002"
    with pytest.raises(KeyError):
        keyring.wrapping_key("0099")


def test_what_uses_a_key_is_asked_of_an_index(sent: Sent) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core.bodies import rewrapping
    from renkei.hub.core.models import Wrap

    with CaptureQueriesContext(connection) as caught:
        uses = rewrapping.uses()
    assert [(use.id, use.wraps, use.is_current) for use in uses] == [("0001", 2, True)]
    assert len(caught) == 5  # two of them about the keys kept for offices
    if connection.vendor != "sqlite":
        return
    for query in (
        Wrap.objects.filter(key_id="0001")[:5],
        Wrap.objects.filter(key_id__gt="0001").order_by("key_id"),
        Wrap.objects.filter(key_id="0001", pk__gt=3).order_by("pk"),
    ):
        plan = query.explain()
        assert "wraps_of_a_key" in plan and "SCAN" not in plan and "TEMP" not in plan, plan


def test_an_operator_changes_the_key(sent: Sent, town: Hub) -> None:
    data = ("--data", town.data)
    assert "0001  包んだ数 2  いまの鍵" in here("hub", "keys", *data)
    assert "まだ使われています" in here("hub", "retire-key", *data, "0001", status=2)
    assert "backup-keys" in here("hub", "rotate-key", *data)
    shown = here("hub", "keys", *data)
    assert "0002  包んだ数 0  いまの鍵" in shown and "包み直しています" in shown
    assert "本文の鍵を包み直す" in here("hub", "jobs", *data)
    rewrap()
    assert "0001  包んだ数 0  renkei hub retire-key 0001 で消せます" in here("hub", "keys", *data)
    assert "0001 を消しました" in here("hub", "retire-key", *data, "0001")
    assert not (town.data / "keys" / "wrapping-0001.key").exists() and read(sent) == sent.files
