"""However large a file is, the program holds a few pieces of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.attachments.index import Attached, Type
from renkei.client import HubRefused, HubUnreachable, Part
from renkei.client._sync import carrying
from renkei.client.papers import commit
from renkei.client.protocol import Upload
from renkei.standard.findings import Finding, Severity
from renkei.trust.errors import ManifestError
from renkei.trust.manifest import committed

MIB = 1024 * 1024
SIZE = 64 * MIB
SALT = b"s" * 32


class Hub:
    """Takes chunks and forgets them; gives zeros."""

    def __init__(self, state: str = "ready") -> None:
        self.state, self.chunks, self.cut = state, 0, 0

    def announce(self, size: int, *_given: object) -> Upload:
        return Upload("x", "open", MIB, ((0, size // MIB - 1),), ())

    def put_chunk(self, _id: str, _number: int, data: bytes) -> None:
        self.chunks += len(data) // MIB

    def complete(self, _id: str) -> Upload:
        found = (Finding("E-ATTACH-VIRUS", Severity.ERROR, "", None, None, None, "だめ", ""),)
        return Upload("x", self.state, MIB, (), () if self.state == "ready" else found)

    def part(self, _id: str, _name: str, start: int = 0) -> Iterator[bytes]:
        for place in range(start, SIZE, MIB):
            if self.cut and place - start >= self.cut:
                raise HubUnreachable
            yield bytes(MIB)

    def rest(self, _attempt: int) -> None:
        """At once."""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(SIZE)
    return path


@pytest.fixture
def part(large: Path) -> Part:
    with large.open("rb") as file:
        return Part("01.pdf", SIZE, "", "", committed(SALT, file)[1], SALT, "a.pdf", "application/pdf")


@pytest.fixture
def few_pieces() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * MIB


@pytest.mark.usefixtures("few_pieces")
def test_a_file_goes_out_piece_by_piece(large: Path) -> None:
    hub, about = Hub(), Attached("01.pdf", "a.pdf", Type.OTHER, "application/pdf")
    assert carrying.bring_in(hub, commit(about, large, SALT)) == "x"  # type: ignore[arg-type]
    assert hub.chunks == 64


@pytest.mark.usefixtures("few_pieces")
def test_a_file_comes_in_piece_by_piece_over_a_line_that_breaks(part: Part, tmp_path: Path) -> None:
    hub = Hub()
    hub.cut = 20 * MIB
    carrying.fetch(hub, "t", part, tmp_path / "got")  # type: ignore[arg-type]
    assert (tmp_path / "got").stat().st_size == SIZE


def test_a_line_that_brings_nothing_at_all_is_given_up_and_what_came_stays(part: Part, tmp_path: Path) -> None:
    class Silent(Hub):
        def part(self, _id: str, _name: str, start: int = 0) -> Iterator[bytes]:
            if not start:
                yield bytes(MIB)

    with pytest.raises(HubUnreachable):
        carrying.fetch(Silent(), "t", part, tmp_path / "got")  # type: ignore[arg-type]
    assert (tmp_path / "got").stat().st_size == MIB


def test_other_bytes_than_signed_do_not_stay(part: Part, tmp_path: Path) -> None:
    (tmp_path / "got").write_bytes(b"x" * MIB)
    with pytest.raises(ManifestError):
        carrying.fetch(Hub(), "t", part, tmp_path / "got")  # type: ignore[arg-type]
    assert not (tmp_path / "got").exists()


def test_what_the_hub_refuses_after_looking_comes_with_its_findings(large: Path) -> None:
    about = Attached("01.pdf", "a.pdf", Type.OTHER, "application/pdf")
    with pytest.raises(HubRefused, match="E-ATTACH-REFUSED") as raised:
        carrying.bring_in(Hub("refused"), commit(about, large, SALT))  # type: ignore[arg-type]
    assert [one.code for one in raised.value.findings] == ["E-ATTACH-VIRUS"]
