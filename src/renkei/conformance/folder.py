"""Writing an invented month: one folder an office, the list of offices, and what is true."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .model import Office


def write_folder(
    folder: Path, outboxes: Mapping[str, Mapping[str, bytes]], offices: Iterable[Office], truth: Mapping[str, Any]
) -> None:
    """Write `<folder>/<office number>/<file>`, `offices.tsv` and `truth.json`; existing files are replaced.

    `outboxes`: office number → file name → bytes. Each file is written under another name first, so that no half of
    one is ever seen; truth.json comes last. Raises OSError.
    """
    for number, files in outboxes.items():
        outbox = folder / number
        outbox.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write(outbox / name, data)
    lines = ["office_number\tservice_type\tname\tinsurer_number"]
    lines += [f"{office.number}\t{office.service}\t{office.name}\t{office.insurer}" for office in offices]
    _write_text(folder / "offices.tsv", "\n".join(lines))
    _write_text(folder / "truth.json", json.dumps(truth, ensure_ascii=False, indent=1))


def _write_text(path: Path, text: str) -> None:
    _write(path, (text + "\n").encode())


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
