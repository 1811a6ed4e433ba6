"""What happens to a hostile file stays in the process that opens it."""

from __future__ import annotations

import io
import os
import signal
import tempfile
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from renkei.attachments import apart
from renkei.attachments.inspecting import Inspection, Limits, inspect
from renkei.attachments.kinds import JPEG, PDF

from .samples import docx, jpeg, pdf, stream
from .test_office import look as look_office

ENDLESS = pdf(b"", b"", b"[" + b"1 " * 2_000_000 + b"]")


def codes(data: bytes, limits: Limits | None = None) -> list[str]:
    return [one.code for one in inspect(io.BytesIO(data), PDF, limits).findings]


def helper() -> int:
    """The helper's process; started when it is not there."""
    assert codes(pdf()) == []
    process = apart._helper._process
    assert process
    return process.pid


def test_a_file_that_takes_too_long_is_refused_in_time() -> None:
    helper()
    began = time.monotonic()
    assert codes(ENDLESS, Limits(seconds=1)) == ["E-ATTACH-HEAVY"]
    assert time.monotonic() - began < 4


def test_a_file_that_takes_too_much_memory_is_refused() -> None:
    assert codes(ENDLESS, Limits(memory_bytes=100_000_000)) == ["E-ATTACH-HEAVY"]


def test_a_helper_that_was_ended_is_started_again() -> None:
    os.kill(helper(), signal.SIGKILL)
    assert codes(pdf()) == []


def test_a_helper_that_cannot_be_started_is_told_from_a_bad_file(monkeypatch: pytest.MonkeyPatch) -> None:
    apart._helper.stop()
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(apart.LookingUnavailable):
        codes(pdf())
    monkeypatch.undo()
    assert codes(pdf()) == []


def test_the_helper_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    apart._helper.stop()
    monkeypatch.setenv("RENKEI_SECRET_KEY", "a secret")
    environment = Path(f"/proc/{helper()}/environ").read_bytes()
    assert b"RENKEI" not in environment


def test_the_helper_ends_with_who_started_it() -> None:
    process = Path(f"/proc/{helper()}")
    apart._helper.stop()
    assert not process.exists()


def test_many_files_are_looked_into_at_once() -> None:
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(codes(pdf()))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[]] * 12


def test_no_descriptor_is_left_open() -> None:
    helper()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for data in (pdf(), b"%PDF-1.7", b""):
        codes(data)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize("size", [10_000_000, 60_000_000])
def test_memory_does_not_grow_with_the_file(size: int) -> None:
    large = Limits(file_bytes=2 * size, office=True)
    document = pdf(b"", b"", stream(bytes(size), b"/Filter /DCTDecode"))
    photo, letter = jpeg() + bytes(size), docx({"word/media/a.bmp": bytes(1_000_000)})
    with tempfile.TemporaryFile() as on_disk:
        on_disk.write(document)
        files = [(on_disk, PDF), (io.BytesIO(document), PDF), (io.BytesIO(photo), JPEG)]
        tracemalloc.start()
        try:
            assert [inspect(file, media, large) for file, media in files] == [Inspection(())] * 3  # type: ignore[arg-type]
            assert look_office(letter, large) == []
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()
