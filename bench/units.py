"""Fresh signed units without end, of the sizes that the exchange is measured with: 第6表, 第7表 and 補足情報 each."""

from __future__ import annotations

import base64
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hubs import HUB_ID, RECIPIENT, SENDER
from material import MONTH, Row, benefit, clients, person
from renkei.standard.records import write
from renkei.trust import cms, manifest

SIZES = (2_000, 7_000, 50_000)  # bytes of the three files together, nearly
VARIANTS = 20  # contents, each under many sequence numbers
_KINDS = ("UPPLAN", "UPSIKYU", "UPHOSOKU")
_sequence = (datetime(2026, 11, 25) + timedelta(seconds=n) for n in itertools.count())  # noqa: DTZ001  (a number)


class Supply:
    """Units of one size from SENDER to RECIPIENT."""

    def __init__(self, size: int) -> None:
        self._contents = [_content(size, seed) for seed in range(1, VARIANTS + 1)]
        self._next = itertools.cycle(self._contents)
        self.bytes_a_unit = sum(len(data) for files in self._contents for data in files.values()) // VARIANTS

    def files(self) -> tuple[str, dict[str, bytes]]:
        """Sequence number and files of a unit that nobody has seen."""
        sequence = f"{next(_sequence):%Y%m%d%H%M%S}"
        ends = f"{MONTH}_{SENDER[0]}_{SENDER[1]}_{RECIPIENT[0]}_{RECIPIENT[1]}_{sequence}.CSV"
        return sequence, {f"{kind}_{ends}": data for kind, data in next(self._next).items()}

    def envelope(self, key: Any, certificate: Any) -> dict[str, Any]:
        """The same signed, as the API takes it."""
        sequence, files = self.files()
        data, salts = manifest.build(
            hub=HUB_ID,
            sender=SENDER[0],
            sender_service=SENDER[1],
            recipient=RECIPIENT[0],
            recipient_service=RECIPIENT[1],
            kind="use_table",
            months=[MONTH],
            sequence=sequence,
            created_at=datetime.now(UTC),
            files=files,
        )
        return {
            "manifest": b64(data),
            "signature": b64(cms.sign(data, key, certificate)),
            "salts": {name: salt.hex() for name, salt in salts.items()},
            "files": {name: b64(content) for name, content in files.items()},
        }


def b64(data: bytes) -> str:
    """As the API carries bytes."""
    return base64.b64encode(data).decode("ascii")


def _content(size: int, seed: int) -> dict[str, bytes]:
    """Whole visits, one after the other, until the three files have this many bytes."""
    taken: list[list[Row]] = []
    for visits in clients(random.Random(seed), RECIPIENT[0]):
        taken.append([])
        for visit in visits:
            taken[-1].append(visit)
            files = _written(taken)
            if sum(map(len, files.values())) >= size:
                return files
    raise AssertionError


def _written(taken: list[list[Row]]) -> dict[str, bytes]:
    rows: dict[str, Iterator[Row]] = {
        "UPPLAN": (visit for client in taken for visit in client),
        "UPSIKYU": (line for client in taken for line in benefit(client)),
        "UPHOSOKU": (person(client[0]) for client in taken),
    }
    return {kind: write(kind, rows[kind]) for kind in _KINDS}
