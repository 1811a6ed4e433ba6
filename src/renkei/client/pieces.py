"""The files that a unit really has at one end: as signed, or the copies that the hub made and named in its receipt."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from renkei.attachments import index
from renkei.attachments.index import Attached, Index, IndexRefused
from renkei.attachments.kinds import PDF
from renkei.attachments.naming import file_name
from renkei.standard.converting.json_form import SUFFIX
from renkei.trust import manifest as manifests
from renkei.trust.errors import ManifestError
from renkei.trust.manifest import SALT_BYTES, FileEntry, Manifest
from renkei.trust.receipts import Copy, Receipt

from .papers import Paper
from .protocol import Delivery

CLEANED = "cleaned"


@dataclass(frozen=True)
class Piece:
    """One file: its name in manifest or receipt, what it is called in the inbox, size in bytes and commitment.

    `is_standard`: a CSV file or picture of the standard, as its sender wrote it or as the hub made it of JSON.
    """

    name: str
    place: str
    size: int
    commitment: str
    is_standard: bool = False


def received(manifest: Manifest, accepted: Receipt, listed: bytes | None) -> list[Piece]:
    """What a recipient gets: a cleaned copy in the place of an attached PDF, copies of the standard's files besides.

    `listed` is ATTACHMENTS.JSON, itself one of the files and held against its commitment with them; attached files are
    called in the inbox as their sender calls them. Raises ManifestError E-AUTH-COMMITMENT where the receipt names copies
    that a hub may not make: no word of a hub takes the place of what care software wrote.
    """
    about = _listed(listed)
    _check_copies(manifest, accepted, about)
    cleaned = {copy.file: copy for copy in accepted.copies if copy.made == CLEANED}
    pieces = []
    for entry in manifest.files:
        told = about.get(entry.name)
        piece = _piece(cleaned.get(entry.name, entry), file_name(told.title, told.media) if told else None)
        pieces.append(replace(piece, is_standard=told is None and not _is_document(entry.name)))
    for copy in accepted.copies:
        if copy.made != CLEANED:
            pieces.append(replace(_piece(copy, None), is_standard=not _is_document(copy.name)))
    return _apart(pieces)


def _is_document(name: str) -> bool:
    """The index, and records in the JSON form."""
    return name.upper().endswith(SUFFIX)


def _check_copies(manifest: Manifest, accepted: Receipt, about: Mapping[str, Attached]) -> None:
    names = {entry.name for entry in manifest.files}
    taken = {name.casefold() for name in names}
    replaced = [copy.file for copy in accepted.copies if copy.made == CLEANED]
    if len(set(replaced)) != len(replaced):
        raise _other("two copies for one file")
    for copy in accepted.copies:
        told = about.get(copy.file)
        fits = told is not None and told.media == PDF if copy.made == CLEANED else told is None
        if copy.file not in names or copy.file == index.FILE or copy.name.casefold() in taken or not fits:
            raise _other(f"a copy that no hub may make: {copy.name}")


def sent(manifest: Manifest) -> list[Piece]:
    """What a sender keeps, under the names in the manifest."""
    return [_piece(entry, None) for entry in manifest.files]


def of(direction: str, manifest: Manifest, accepted: Receipt, place: Path) -> list[Piece]:
    """What lies at `place` of a unit that was sent, or `incoming`."""
    if direction != "incoming":
        return sent(manifest)
    listed = place / index.FILE
    return received(manifest, accepted, listed.read_bytes() if listed.is_file() else None)


def check_delivery(pieces: list[Piece], delivery: Delivery) -> None:
    """Whether these and no others are handed out: the small ones are right, the others announced with their commitments.

    Raises ManifestError E-AUTH-COMMITMENT.
    """
    parts = {part.name: part for part in delivery.parts if part.name not in delivery.files}
    if {piece.name for piece in pieces} != delivery.files.keys() | parts.keys():
        raise _other("file missing or not signed")
    if delivery.salts.keys() != delivery.files.keys():
        raise _other("salt missing or too many")
    for piece in pieces:
        if piece.name in parts:
            part = parts[piece.name]
            if (part.size, part.commitment) != (piece.size, piece.commitment):
                raise _other(f"not what was signed: {piece.name}")
        else:
            check_data(piece, delivery.files[piece.name], delivery.salts[piece.name])


def check_own(pieces: list[Piece], delivery: Delivery, contents: Mapping[str, bytes], papers: Sequence[Paper]) -> None:
    """Whether a unit that was signed earlier holds these very files, opened with the salts of then.

    Raises ManifestError E-AUTH-COMMITMENT, OSError.
    """
    own = {paper.listed.name: paper.path for paper in papers}
    salts, names = delivery.all_salts, contents.keys() | own.keys()
    if {piece.name for piece in pieces} != names or not names <= salts.keys():
        raise _other("other files than signed earlier")
    for piece in pieces:
        if piece.name in own:
            check_file(piece, own[piece.name], salts[piece.name])
        else:
            check_data(piece, contents[piece.name], salts[piece.name])


def check_data(piece: Piece, data: bytes, salt: bytes) -> None:
    """Raises ManifestError E-AUTH-COMMITMENT."""
    found = (len(data), manifests.commitment(salt, data))
    _hold(piece, found, salt)


def check_file(piece: Piece, path: Path, salt: bytes) -> None:
    """A piece at a time, whatever its size. Raises ManifestError E-AUTH-COMMITMENT, OSError."""
    with path.open("rb") as file:
        _hold(piece, manifests.committed(salt, file), salt)


def _hold(piece: Piece, found: tuple[int, str], salt: bytes) -> None:
    size, commitment = found
    if len(salt) != SALT_BYTES or size != piece.size or not hmac.compare_digest(commitment, piece.commitment):
        raise _other(f"the content is not what was signed: {piece.name}")


def _listed(data: bytes | None) -> Mapping[str, Attached]:
    """What the sender says of attached files, by their names in the manifest; nothing where no index can be read."""
    try:
        read = index.parse(data) if data is not None else Index(())
    except IndexRefused:
        return {}
    return {file.name: file for file in read.files}


def _piece(item: FileEntry | Copy, title: str | None) -> Piece:
    return Piece(item.name, title or item.name, item.size, item.commitment)


def _apart(pieces: list[Piece]) -> list[Piece]:
    """Two files may have one title: the second gets a number. No title takes the name of a file of the standard."""
    taken, placed = {piece.name.casefold() for piece in pieces if piece.place == piece.name}, []
    for piece in pieces:
        path, number, place = PurePath(piece.place), 1, piece.place
        while piece.place != piece.name and place.casefold() in taken:
            number += 1
            place = f"{path.stem} ({number}){path.suffix}"
        taken.add(place.casefold())
        placed.append(replace(piece, place=place))
    return placed


def _other(detail: str) -> ManifestError:
    return ManifestError("E-AUTH-COMMITMENT", detail)
