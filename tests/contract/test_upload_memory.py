"""However large a file is, the hub's memory stays as it was: a real hub, over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from renkei.attachments import index
from renkei.attachments.index import Attached, Type
from renkei.conformance import Month
from renkei.trust import manifest
from renkei.trust.manifest import FileEntry

from . import world
from .conftest import Hub
from .running import free_port, serving

pytestmark = pytest.mark.usefixtures("once")
MIB = 1024 * 1024
SALT = bytes(range(32))
_BEFORE = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
)
_PAGE = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"


class LargePdf:
    """A PDF of one empty page and a stream of so many bytes, made piece by piece."""

    def __init__(self, mebibytes: int) -> None:
        self.body = mebibytes * MIB
        self.head = _BEFORE + _PAGE + f"4 0 obj\n<</Length {self.body}>>\nstream\n".encode()
        end = b"\nendstream\nendobj\n"
        places = [self.head.index(f"{n} 0 obj".encode()) for n in (1, 2, 3, 4)]
        xref = len(self.head) + self.body + len(end)
        rows = "".join(f"{place:010} 00000 n \n" for place in places)
        self.tail = end + (
            f"xref\n0 5\n0000000000 65535 f \n{rows}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n".encode()
        )
        self.size = xref - len(end) + len(self.tail)

    def pieces(self, size: int) -> Iterator[bytes]:
        waiting = bytearray(self.head)
        for number in range(self.body // MIB):
            waiting += bytes([number % 251]) * MIB
            while len(waiting) >= size:
                yield bytes(waiting[:size])
                del waiting[:size]
        waiting += self.tail
        while waiting:
            yield bytes(waiting[:size])
            del waiting[:size]

    @property
    def commitment(self) -> str:
        digest = hashlib.sha256(SALT)
        for piece in self.pieces(MIB):
            digest.update(piece)
        return digest.hexdigest()


@contextmanager
def running(town: Hub, mebibytes: int, **more: str) -> Iterator[tuple[httpx2.Client, int]]:
    """A hub with these settings that takes such a file, and the process of it that answers."""
    most = str((mebibytes + 1) * MIB)
    limits = more | {f"LIMIT_{name}_BYTES": most for name in ("ATTACHMENT", "TRANSMISSION_ATTACHMENT")}
    port = free_port()
    with (
        serving(town.data, port, **limits, LIMIT_RATE_PARTY="0", LOG_LEVEL="ERROR") as process,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=120) as http,
    ):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield http, int(children[0])


def peak(process: int) -> int:
    """The most memory of a process so far, in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024


def there_and_back(http: httpx2.Client, sender: world.TestOffice, recipient: world.TestOffice, paper: LargePdf) -> None:
    """Bring it in, send it, collect it."""
    ours, theirs = ({"Authorization": f"Bearer {office.token}"} for office in (sender, recipient))
    commitment = paper.commitment
    announced = {"size": paper.size, "commitment": commitment, "salt": SALT.hex(), "media": "application/pdf"}
    upload = http.post("/uploads", json=announced, headers=ours).json()
    headers = ours | {"Content-Type": "application/octet-stream"}
    for number, piece in enumerate(paper.pieces(upload["chunk_bytes"])):
        assert http.put(f"/uploads/{upload['id']}/chunks/{number}", content=piece, headers=headers).status_code == 204
    done = http.post(f"/uploads/{upload['id']}/complete", json={}, headers=ours)
    assert done.json()["state"] == "ready", done.text
    sent = http.post(
        "/transmissions", json=_unit(sender, recipient, paper.size, commitment, upload["id"]), headers=ours
    )
    assert sent.status_code == 201, sent.text
    got = hashlib.sha256(SALT)
    with http.stream("GET", f"/transmissions/{sent.json()['id']}/files/01.pdf", headers=theirs) as answer:
        for piece in answer.iter_bytes():
            got.update(piece)
    assert got.hexdigest() == commitment


def _unit(sender: world.TestOffice, recipient: world.TestOffice, size: int, commitment: str, upload: str) -> Any:
    listed = index.build([Attached("01.pdf", "大きな書類.pdf", Type.OTHER, "application/pdf")])
    data, salts = manifest.build(
        hub=world.HUB_ID,
        sender=sender.number,
        sender_service=sender.service,
        recipient=recipient.number,
        recipient_service=recipient.service,
        kind=index.KIND,
        months=[],
        sequence=f"{size:014}",
        files={index.FILE: listed},
        attached=[FileEntry("01.pdf", size, commitment)],
    )
    return {
        "manifest": world.b64(data),
        "signature": world.b64(sender.sign(data)),
        "salts": {index.FILE: salts[index.FILE].hex()},
        "files": {index.FILE: world.b64(listed)},
        "uploads": {"01.pdf": upload},
    }


@pytest.mark.parametrize(
    ("small", "large", "most"),
    [
        pytest.param(4, 24, 10, marks=pytest.mark.long),
        pytest.param(10, 100, 30, marks=pytest.mark.long),
        pytest.param(10, 500, 30, marks=pytest.mark.long),
    ],
)
def test_memory_stays_flat_however_large_a_file_is(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch, small: int, large: int, most: int
) -> None:
    assert_flat(town, month, monkeypatch, small, large, most)


def assert_flat(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch, small: int, large: int, most: int, **more: str
) -> None:
    """Bring a small file there and back, then a large one; sizes and the growth that is allowed are MiB."""
    # Otherwise each of eight threads has its own heap, which is filled when its turn comes.
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    sender, recipient = (town.offices[office.number] for office in month.offices[:2])
    with running(town, large, **more) as (http, process):
        there_and_back(http, sender, recipient, LargePdf(small))
        before = peak(process)
        there_and_back(http, sender, recipient, LargePdf(large))
        # Some is what eight threads and their connections to the database come to hold, whatever passes through them.
        assert peak(process) - before < most, (before, peak(process))
