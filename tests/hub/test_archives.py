"""A backup's list may have been written by anyone: it brings in nothing that a backup does not hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renkei.hub.config import archives
from renkei.hub.config.options import BadOption


def listed(folder: Path, **changes: Any) -> archives.Contents:
    """The list with these changes, written and read back."""
    contents: dict[str, Any] = {"hub": "renkei-machi", "made_at": "2026-11-22T05:30:00Z", "database": "hub.sqlite3"}
    contents |= {"keys": {"deployment.key": "0" * 16}, "files": []}
    (folder / "backup.json").write_text(json.dumps({"format": "renkei-backup/1", "contents": contents | changes}))
    return archives.read_list(folder)


def files(*names: Any) -> list[dict[str, Any]]:
    return [{"name": name, "size": 1, "sha256": "0" * 64} for name in names]


def test_what_a_backup_holds_may_be_listed(tmp_path: Path) -> None:
    names = ("hub.sqlite3", "hub.json", "erasures.jsonl", "blobs/0a/00ff0a", "trust/roots/root.pem")
    assert [entry.name for entry in listed(tmp_path, files=files(*names)).files] == list(names)


ELSEWHERE = ["keys/wrapping-9999.key", "hub.lock", "blobs", "blobs/../keys/wrapping-9999.key", "/etc/passwd", "../x"]
NO_NAMES = ["blobs//x", "blobs/./x", "trust/a\0b", "", 5, None, ["trust/a"]]


@pytest.mark.parametrize("name", [*ELSEWHERE, *NO_NAMES])
def test_nothing_else_comes_in_with_a_backup(tmp_path: Path, name: Any) -> None:
    with pytest.raises(BadOption, match="こわれています"):
        listed(tmp_path, files=files("hub.sqlite3", name))


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": []},
        {"keys": {"a": {}}},
        {"files": {"a": 1}},
        {"files": files("trust/a", "trust/a")},
        {"made_at": "x"},
        {"made_at": 5},
        {"database": "../hub.sqlite3"},
        {"database": None},
        {"more": 1},
    ],
)
def test_a_list_of_another_form_is_none(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(BadOption, match="こわれています"):
        listed(tmp_path, **changes)


def test_a_list_nested_too_deeply_is_none(tmp_path: Path) -> None:
    (tmp_path / "backup.json").write_text("[" * 100_000)
    with pytest.raises(BadOption, match="こわれています"):
        archives.read_list(tmp_path)
