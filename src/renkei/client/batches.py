"""Units on their way out, in portions that the hub takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from renkei.standard.findings import Finding
from renkei.standard.units import Unit

from .entries import Entry
from .errors import Trouble
from .limits import Limits
from .outgoing import Found
from .stating import Envelope

# Small enough that a lost answer costs little; a unit that is larger goes alone.
BATCH_BYTES = 16 * 1024 * 1024
_AROUND_UNIT = 16 * 1024  # bytes of signature, keys and brackets, generously
_AROUND_FILE = 400  # bytes of a file's name, twice, and of its salt


@dataclass(frozen=True)
class Checked:
    """A unit of ours without errors: its files as found (copies too), and what was noticed."""

    unit: Unit
    files: tuple[Found, ...]
    findings: tuple[Finding, ...]

    @property
    def contents(self) -> dict[str, bytes]:
        return {file.name: file.data for file in self.files}


@dataclass(frozen=True)
class Ready:
    """A unit, signed."""

    checked: Checked
    envelope: Envelope

    @property
    def contents(self) -> Mapping[str, bytes]:
        return self.checked.contents

    def body(self) -> dict[str, Any]:
        """As POST /v1/transmissions takes it."""
        return self.envelope.body(self.contents)


@dataclass(frozen=True)
class Noted(Ready):
    """With its line in the ledger, which holds the manifest."""

    entry: Entry


class Packed(Protocol):
    """What can travel in a batch."""

    @property
    def contents(self) -> Mapping[str, bytes]: ...

    @property
    def envelope(self) -> Envelope: ...


Signed = TypeVar("Signed", bound=Packed)


def request_bytes(contents: Mapping[str, bytes], manifest: int = 64 * 1024) -> int:
    """About how many bytes a unit takes in a request, never fewer; `manifest` is the length of its manifest."""
    files = sum(len(data) * 4 // 3 + _AROUND_FILE for data in contents.values())
    return manifest * 4 // 3 + _AROUND_UNIT + files


def over_limit(contents: Mapping[str, bytes], limits: Limits) -> Trouble | None:
    """Why the hub would not take a unit of these files for its size, if so."""
    sizes = [len(data) for data in contents.values()]
    if len(sizes) > limits.unit_files:
        return _too_large(f"1つの送信単位は {limits.unit_files} ファイルまでです。")
    if max(sizes) > limits.file_bytes:
        return _too_large(f"1ファイルは {limits.file_bytes:,} バイトまでです。")
    if sum(sizes) > limits.unit_bytes or request_bytes(contents) > limits.request_bytes:
        return _too_large(f"1つの送信単位は合わせて {limits.unit_bytes:,} バイトまでです。")
    return None


def batches(units: Iterable[Signed], limits: Limits) -> Iterator[list[Signed]]:
    """The units in order, as many at once as count and bytes allow."""
    batch: list[Signed] = []
    size = 0
    for unit in units:
        more = request_bytes(unit.contents, len(unit.envelope.manifest))
        if batch and (len(batch) == limits.batch_units or size + more > min(BATCH_BYTES, limits.request_bytes)):
            yield batch
            batch, size = [], 0
        batch.append(unit)
        size += more
    if batch:
        yield batch


def _too_large(sentence: str) -> Trouble:
    return Trouble(
        "E-LIMIT", f"大きすぎるため、ハブが受け取れません。{sentence}", "利用者を分けて書き出し直してください。"
    )
