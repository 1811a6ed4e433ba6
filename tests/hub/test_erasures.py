"""The list of erasures outlives crashes and torn lines."""

from __future__ import annotations

import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path

from renkei.hub.core.bodies.erasures import Erased, append, read

AT = datetime(2026, 12, 1, 3, 4, 5, 678901, tzinfo=UTC)
ONE = Erased(uuid.UUID(int=1), "mailbox:1", AT)
OTHER = Erased(uuid.UUID(int=2), "sender:2", AT)


def test_what_was_put_on_the_list_is_read_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    append(path, [OTHER])
    append(path, [ONE, OTHER])
    assert read(path) == ([OTHER, ONE], 0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_came_to_nothing_is_taken_back_and_may_come_again(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    append(path, [ONE, OTHER])
    append(path, [ONE], void=True)
    assert read(path) == ([OTHER], 0)
    append(path, [ONE])
    assert read(path) == ([OTHER, ONE], 0)


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    append(path, [ONE])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:30])
    append(path, [OTHER])
    assert read(path) == ([ONE, OTHER], 1)


def test_lines_that_are_nothing_of_ours_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_bytes(
        b'[]\n"x"\nnull\n{"body": 1}\n{"body": "x", "holder": "y", "at": "z"}\n\xff\n\n' + b"[" * 100_000 + b"\n"
    )
    append(path, [ONE])
    assert read(path) == ([ONE], 7)
