"""Fetching fonts and design tokens: only what is pinned, and never in the way of the set-up."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SHEET = b"src: url(./files/a.woff2) format('woff2'), url(./files/a.woff) format('woff');"
CONTENT = {"LICENSE": b"free", "400.css": SHEET, "files/a.woff2": b"font", "files/b.woff2": b"\xb9 not named"}


def archive(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in content.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def pin(data: bytes) -> dict[str, Any]:
    return {
        "name": "@somebody/font",
        "version": "1.0.0",
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(),
        "for": "pages",
        "folder": "font",
        "files": {"LICENSE": "LICENSE", "400.css": "400.css"},
    }


@pytest.fixture
def script(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script with a static folder and pins of its own, and an npm that delivers CONTENT."""
    spec = importlib.util.spec_from_file_location("vendor_assets", root / "scripts/vendor_assets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    data = archive(CONTENT)
    paper = {**pin(data), "for": "forms", "files": {"files/b.woff2": "whole.ttf"}}
    (tmp_path / "pins.json").write_text(json.dumps({"packages": [pin(data), paper]}))
    monkeypatch.setattr(module, "PINS", tmp_path / "pins.json")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "FOLDERS", {"pages": tmp_path / "static/vendor", "forms": tmp_path / "forms/fonts"})
    monkeypatch.setattr(module, "install_npm", lambda target: ["npm"])
    monkeypatch.setattr(module, "run", lambda *command, cwd: (cwd / "somebody-font-1.0.0.tgz").write_bytes(data))
    monkeypatch.setattr("sys.argv", ["vendor_assets"])
    return module


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_only_the_licence_the_style_sheet_and_the_fonts_it_names_are_kept(script: ModuleType) -> None:
    assert script.main() == 0
    assert files(script.FOLDERS["pages"]) == {"pins.json", "font/LICENSE", "font/400.css", "font/files/a.woff2"}
    assert (script.FOLDERS["pages"] / "font/400.css").read_bytes() == b"src: url(./files/a.woff2) format('woff2');"
    assert files(script.FOLDERS["forms"]) == {"pins.json", "font/whole.ttf"}


def test_a_second_run_fetches_nothing(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    script.main()
    monkeypatch.setattr(script, "refresh", lambda: pytest.fail("fetched again"))
    assert script.main() == 0


def test_other_bytes_than_the_pinned_ones_are_not_taken(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script.main()
    before = files(script.FOLDERS["pages"])
    changed = archive({**CONTENT, "400.css": b"changed"})
    monkeypatch.setattr(script, "run", lambda *command, cwd: (cwd / "somebody-font-1.0.0.tgz").write_bytes(changed))
    monkeypatch.setattr("sys.argv", ["vendor_assets", "--force"])
    assert script.main() == 0
    assert "決めておいたものとちがいます" in capsys.readouterr().err
    assert files(script.FOLDERS["pages"]) == before
    assert (script.FOLDERS["pages"] / "font/400.css").read_bytes() != b"changed"


def test_without_a_network_the_set_up_goes_on_and_says_so(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*command: str, cwd: Path) -> None:
        raise script.subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(script, "run", fail)
    assert script.main() == 0
    assert "make assets" in capsys.readouterr().err
    assert not any(folder.exists() for folder in script.FOLDERS.values())
