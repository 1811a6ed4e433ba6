"""Names of services on the hub's papers: from the operator's table, as it is now."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from renkei.hub.core import service_names
from renkei.services.table import Service, ServiceTable, written

CODE = "991111"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "services.csv"
    monkeypatch.setattr(service_names, "settings", SimpleNamespace(RENKEI={"SERVICES": path}))
    write(path, "見本の訪問")
    return path


def write(path: Path, name: str) -> None:
    path.write_bytes(written(ServiceTable([Service(CODE, "", "202404", "", name)])))


def test_a_table_that_is_imported_again_counts_at_once_and_a_broken_one_does_not(table: Path) -> None:
    assert service_names.table().name(CODE, "202612") == "見本の訪問"
    write(table, "新しい見本の訪問")
    assert service_names.table().name(CODE, "202612") == "新しい見本の訪問"
    table.write_bytes(b"broken")
    assert service_names.table().name(CODE, "202612") == "新しい見本の訪問"
    table.unlink()
    assert service_names.table().name(CODE, "202612") == "新しい見本の訪問"


def test_a_broken_table_is_parsed_once_and_not_at_each_page(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    parse = service_names.parse
    monkeypatch.setattr(service_names, "parse", lambda data: [parsed.append(data), parse(data)][1])
    for data in (b"broken", b"broken otherwise"):
        table.write_bytes(data)
        for _ in range(3):
            service_names.table()
    assert parsed == [b"broken", b"broken otherwise"]


def test_without_the_setting_there_are_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_names, "settings", SimpleNamespace(RENKEI={"SERVICES": None}))
    assert len(service_names.table()) == 0
