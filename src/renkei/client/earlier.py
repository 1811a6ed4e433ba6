"""Files whose unit the ledger holds a receipt for: dropped once more, or left behind when a run was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

from renkei.standard.converting.single import is_document
from renkei.standard.names import BadName, FileName
from renkei.trust import manifest as manifests
from renkei.trust.manifest import FileEntry

from .desk import Desk
from .entries import Entry, State
from .outgoing import Found, put_away
from .results import SendResult


def finish(desk: Desk, found: Sequence[Found]) -> tuple[list[SendResult], list[Found]]:
    """Put away what is the same as what was sent; the other files are left to be sent.

    Where one file of a unit has changed since, the whole unit is left: the hub's answer says what to do.
    """
    of_entry: dict[int, tuple[Entry, list[Found]]] = {}
    changed = set()
    for file in found:
        entry, signed = _sent_before(desk, file.name)
        if entry and signed:
            of_entry.setdefault(entry.number, (entry, []))[1].append(file)
            if manifests.commitment(entry.salts[file.name], file.data) != signed.commitment:
                changed.add(entry.number)
    finished = [pair for number, pair in of_entry.items() if number not in changed]
    done = {file.path for _, files in finished for file in files}
    results = [put_away(desk.folder, entry, files, repeated=True) for entry, files in finished]
    return results, [file for file in found if file.path not in done]


def _sent_before(desk: Desk, name: str) -> tuple[Entry, FileEntry] | tuple[None, None]:
    """The accepted unit with a file of this name, and what its manifest says of the file."""
    for entry in desk.ledger.of_sequence(sequence_of(name)):
        if entry.state.rank >= State.ACCEPTED.rank and entry.manifest and name in entry.salts:
            for signed in manifests.parse(entry.manifest).files:
                if signed.name == name:
                    return entry, signed
    return None, None


def sequence_of(name: str) -> str:
    """The sequence number in a name of the standard, or of a document of such a file; else nothing."""
    stem = PurePath(name).stem
    for possible in (f"{stem}.CSV", f"{stem}.jpg") if is_document(name) else (name,):
        with suppress(BadName):
            return FileName.parse(possible).sequence
    return ""
