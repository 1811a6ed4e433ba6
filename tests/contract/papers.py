"""Files to attach, and bringing them in over the public API."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any

import pikepdf

from renkei.trust.manifest import commitment

from . import world

PDF = "application/pdf"


def pdf(text: str = "", script: bool = False) -> bytes:
    """A PDF of one empty page, another one for each text; with a script that runs when it is opened, if asked."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Title"] = text
    if script:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    written = io.BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()


@dataclass
class Paper:
    """A file with its salt, and its upload's number once it has one."""

    data: bytes
    media: str = PDF
    salt: bytes = b""
    id: str = ""

    def __post_init__(self) -> None:
        self.salt = self.salt or os.urandom(32)

    @property
    def commitment(self) -> str:
        return commitment(self.salt, self.data)

    @property
    def announced(self) -> dict[str, Any]:
        return {
            "size": len(self.data),
            "commitment": self.commitment,
            "salt": self.salt.hex(),
            "media": self.media,
        }


def begin(office: world.TestOffice, paper: Paper, **changes: Any) -> Any:
    """Announce a file; the hub's answer."""
    answer = office.post("/uploads", paper.announced | changes)
    if answer.status_code in (200, 201):
        paper.id = answer.json()["id"]
    return answer


def put(office: world.TestOffice, paper: Paper, number: int, data: bytes | None = None) -> Any:
    """Send chunk `number` of it, or other bytes in its place."""
    size = told(office, paper)["chunk_bytes"] if data is None else 0
    piece = paper.data[number * size : (number + 1) * size] if data is None else data
    path = f"/v1/uploads/{paper.id}/chunks/{number}"
    return office.client.put(path, piece, content_type="application/octet-stream", headers=office._headers())


def complete(office: world.TestOffice, paper: Paper) -> Any:
    return office.post(f"/uploads/{paper.id}/complete", {})


def told(office: world.TestOffice, paper: Paper) -> dict[str, Any]:
    answer: dict[str, Any] = office.get(f"/uploads/{paper.id}").json()
    return answer


def bring_in(office: world.TestOffice, paper: Paper) -> dict[str, Any]:
    """The whole way; what the hub says at the end."""
    said = begin(office, paper).json()
    for first, last in said["missing"]:
        for number in range(first, last + 1):
            assert put(office, paper, number).status_code == 204
    answer = complete(office, paper)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found
