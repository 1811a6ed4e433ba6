"""What is converted together: a CSV file or a JSON document to CSV, the files of one unit to one JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from renkei.standard.converting.csv_form import blocks
from renkei.standard.converting.files import ServiceTypes, current, refuse_twice
from renkei.standard.converting.json_form import pieces
from renkei.standard.converting.json_reading import Document
from renkei.standard.converting.notes import Notes
from renkei.standard.layouts import KINDS
from renkei.standard.names import IMAGE, BadName, Edition, FileName

from .convert_placing import Outputs
from .files import CannotRunError, content

_ORDER = {kind: place for place, kind in enumerate((*KINDS, IMAGE))}
_MARK = b"renkei-careplan/"
_SEARCHED = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be converted; `folder` is where it lies below the folder that was named."""

    path: str
    folder: Path

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def is_json(self) -> bool:
        return self.name.lower().endswith(".json")


@dataclass(frozen=True, slots=True)
class Job:
    """Sources whose result is written together. `target` is the document's path; None where files keep their names."""

    sources: tuple[Source, ...]
    target: Path | None = None


def sources(paths: Iterable[str], given: Sequence[str], out: Path) -> list[Source]:
    """The files with their folders below those named; an output folder below one of these is no input."""
    folders = [Path(path) for path in given if Path(path).is_dir()]
    named = {path for path in given if not Path(path).is_dir()}
    written = out.resolve()
    found = []
    for path in paths:
        place = Path(path)
        above = None if path in named else next((folder for folder in folders if place.is_relative_to(folder)), None)
        if above is None:
            found.append(Source(path, Path()))
        elif above.resolve() not in written.parents or written not in place.resolve().parents:
            below = place.parent.relative_to(above)
            found.append(Source(path, Path(above.resolve().name) / below if len(folders) > 1 else below))
    return found


def is_wanted(path: Path) -> bool:
    """Whether a file found in a folder is of the standard or a JSON document of ours.

    The document's heading may stand first or last.
    """
    if path.suffix.upper() == ".CSV" or path.name.startswith(f"{IMAGE}_"):
        return True
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as stream:
            first = stream.read(_SEARCHED)
            stream.seek(max(path.stat().st_size - _SEARCHED, 0))
            return _MARK in first or _MARK in stream.read()
    except OSError:
        return False


def is_third_edition(source: Source) -> bool:
    name = _parsed(source)
    return name is not None and name.edition is Edition.V3


def jobs(found: Iterable[Source], types: ServiceTypes, *, to_json: bool) -> list[Job]:
    """The jobs in order of their first source."""
    if not to_json:
        return [Job((source,)) for source in found]
    units: dict[Path | str, list[Source]] = {}
    for source in found:
        units.setdefault(_document_of(source, types) or source.path, []).append(source)
    return [
        Job(tuple(sorted(unit, key=_order)), target if isinstance(target, Path) else None)
        for target, unit in units.items()
    ]


def outputs(job: Job, types: ServiceTypes, notes: Notes, *, to_json: bool) -> Outputs:
    """The files that a job makes, each with its content in blocks. Raises Stopped, with a note."""
    if job.target is not None:
        return [(job.target, _document(job, types, notes))]
    (source,) = job.sources
    if source.is_json and to_json:
        notes.stop("E-CONVERT-ALREADY", source.path)
    data = _content(source, notes)
    if source.is_json:
        return ((source.folder / str(name), made) for name, made in Document(source.path, data, notes).files())
    name, records = current(source.path, source.name, data, types, notes)
    if isinstance(records, bytes):
        return [(source.folder / str(name), [records])]
    return [(source.folder / str(name), blocks(source.path, name.kind, records, notes))]


def _document(job: Job, types: ServiceTypes, notes: Notes) -> Iterator[bytes]:
    """The document of a unit; a file is read when its turn comes."""
    seen: dict[FileName, str] = {}

    def files() -> Iterator[tuple[FileName, Iterable[dict[str, str]] | bytes]]:
        for source in job.sources:
            name, records = current(source.path, source.name, _content(source, notes), types, notes)
            refuse_twice(name, source.path, seen, notes)
            yield name, records

    return (piece.encode() for piece in pieces(files()))


def _content(source: Source, notes: Notes) -> bytes:
    try:
        return content(source.path)
    except CannotRunError as error:
        notes.stop("E-CONVERT-UNREADABLE", source.path, why=str(error))


def _document_of(source: Source, types: ServiceTypes) -> Path | None:
    """The document of the unit that a file belongs to; None where its name does not say."""
    name = _parsed(source)
    if name is None:
        return None
    sender, recipient = types.answers(name)
    if not sender.service or not recipient.service:
        return None
    parts = (name.sender, sender.service, name.recipient, recipient.service, name.sequence)
    return source.folder / ("_".join(parts) + ".json")


def _parsed(source: Source) -> FileName | None:
    try:
        return FileName.parse(source.name)
    except BadName:
        return None


def _order(source: Source) -> tuple[int, str]:
    """The standard's order of the files of a unit."""
    name = _parsed(source)
    return (_ORDER[name.kind] if name else len(_ORDER)), source.name
