"""Many sheets in one job: drawn document by document in processes of their own, in order, with memory that does not grow.

A sheet that cannot be drawn is told and left out, and keeps no other back.

What was made lies in a folder of the caller's, each file whole; nothing is there under its final name before all is made.
A process that draws opens no database. It ends when the one that started it ends, however that happens.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from typing import Protocol

from renkei.standard.comparing.papers import Person

from .legible import legible
from .rendering import Form, FormError, forget, pictures, render_all

# One document is one drawing, and a page of it takes some 4 MB until it is done: more sheets make several volumes.
VOLUME = 100
# To start a process takes as long as to draw so many sheets here.
_WORTH_STARTING = 30
_MOST_PROCESSES = 4
_REMEMBERED_SHEETS = 20


class Format(StrEnum):
    """How a document is written: one PDF, or SVG pictures, one a page."""

    PDF = "pdf"
    SVG = "svg"


class StoppedError(FormError):
    """A process that draws came to an end by itself, as it does where memory runs out."""


class Printable(Protocol):
    """A sheet, or what else makes a form. `person` is empty for what belongs to whoever comes next, as a cover does."""

    @property
    def person(self) -> Person:
        """Insurer and insured number."""

    @property
    def title(self) -> str:
        """What it is, of which month, of whom."""

    def form(self) -> Form:
        """The form with what stands in it."""


@dataclass(frozen=True)
class Document:
    """One PDF to be made. `name` is the file's name without its ending, `title` what its reader sees as its name."""

    name: str
    title: str
    sheets: tuple[Printable, ...]


@dataclass(frozen=True)
class Undrawn:
    """A sheet that could not be drawn: whose and which."""

    person: Person
    title: str


@dataclass(frozen=True)
class Printed:
    """One document, made: how many sheets are in the files in the working folder, and by person the characters that stand as 〓.

    `undrawn` are not in it. Where that is all, there is no file.
    """

    name: str
    sheets: int
    files: tuple[Path, ...]
    missing: tuple[tuple[Person, str], ...] = ()
    undrawn: tuple[Undrawn, ...] = ()


def volumes(sheets: Iterable[Printable], name: str, title: str, most: int = VOLUME) -> list[Document]:
    """The sheets as one document, or several of about `most` sheets, none of which begins in the middle of a person.

    >>> volumes([], "forms", "帳票")
    []
    """
    books: list[list[Printable]] = []
    together: list[Printable] = []
    for person, own in groupby(sheets, lambda sheet: sheet.person):
        together += own
        if not any(person):
            continue
        if not books or len(books[-1]) + len(together) > most:
            books.append([])
        books[-1] += together
        together = []
    if len(books) == 1:
        return [Document(name, title, tuple(books[0]))]
    width = len(str(len(books)))
    return [
        Document(f"{name}-{number:0{width}}冊", f"{title} {number}冊目(全{len(books)}冊)", tuple(book))
        for number, book in enumerate(books, start=1)
    ]


def print_all(
    documents: Sequence[Document], folder: Path, format: Format = Format.PDF, processes: int | None = None
) -> Iterator[Printed]:
    """Makes each document in `folder`, and tells of it in their order. Raises StoppedError, FormError, OSError.

    `processes` is by default one a core, none where there is little to draw.
    """
    if processes is None:
        processes = _processes(documents)
    if not processes:
        for document in documents:
            yield _work(document, folder, format)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield from _in_order(pool, documents, folder, format, ahead=processes * 2)
    except BrokenProcessPool:
        raise StoppedError("a process that draws came to an end") from None
    except BaseException:
        # What is under way is not waited for: whoever stopped us wants the machine back.
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def filled(sheet: Printable) -> Form | None:
    """Its form, to be drawn; None where a record is as nobody thought of: the others' sheets are wanted all the same."""
    try:
        return sheet.form()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def can_be_drawn(form: Form) -> bool:
    """Whether typst makes a page of it: with its data, this form may fail where others do not."""
    try:
        render_all([form])
    except FormError:
        return False
    return True


def _processes(documents: Sequence[Document]) -> int:
    if len(documents) < 2 or sum(len(one.sheets) for one in documents) < _WORTH_STARTING:
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, len(documents), _MOST_PROCESSES)


def _in_order(
    pool: ProcessPoolExecutor, documents: Iterable[Document], folder: Path, format: Format, ahead: int
) -> Iterator[Printed]:
    """As many documents are handed over as keep all busy, and no more: what waits takes memory."""
    left = iter(documents)
    waiting: deque[Future[Printed]] = deque(pool.submit(_work, one, folder, format) for one in islice(left, ahead))
    while waiting:
        yield waiting.popleft().result()
        waiting.extend(pool.submit(_work, one, folder, format) for one in islice(left, 1))


def _begin() -> None:
    """In a process that draws: Ctrl+C is for the one that started it, and without that one there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["RAYON_NUM_THREADS"] = "1"  # typst would share out each drawing among all cores, and they are taken
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(document: Document, folder: Path, format: Format) -> Printed:
    printed = _print(document, folder, format)
    _memory.drew(len(document.sheets))
    return printed


class _Memory:
    """What typst remembers in this process. To have it forget costs some 5 ms and more, too much after each page."""

    def __init__(self) -> None:
        self.sheets = 0

    def drew(self, sheets: int) -> None:
        """Forgets, where it has become much."""
        self.sheets += sheets
        if self.sheets >= _REMEMBERED_SHEETS:
            forget()
            self.sheets = 0


_memory = _Memory()


def _print(document: Document, folder: Path, format: Format) -> Printed:
    sheets = [(sheet, filled(sheet)) for sheet in document.sheets]
    forms = [form for _, form in sheets if form]
    try:
        pages = _pages(forms, document.title, format)
    except FormError:
        sheets = [(sheet, form if form and can_be_drawn(form) else None) for sheet, form in sheets]
        forms = [form for _, form in sheets if form]
        pages = _pages(forms, document.title, format)
    paths = _paths(folder / document.name, format, len(pages))
    for path, data in zip(paths, pages, strict=True):
        _write(path, data)
    undrawn = tuple(Undrawn(sheet.person, sheet.title) for sheet, form in sheets if form is None)
    missing = _missing((sheet.person, form) for sheet, form in sheets if form)
    return Printed(document.name, len(forms), tuple(paths), missing, undrawn)


def _pages(forms: Sequence[Form], title: str, format: Format) -> list[bytes]:
    """One PDF, or the pictures; nothing of nothing. Raises FormError."""
    if not forms:
        return []
    if format is Format.PDF:
        return [render_all(forms, title)]
    return [page.encode() for form in forms for page in pictures(form)]


def _paths(stem: Path, format: Format, count: int) -> list[Path]:
    ends = [f".{format}"] if format is Format.PDF else [f"-{number:03}.{format}" for number in range(1, count + 1)]
    return [stem.with_name(f"{stem.name}{end}") for end in ends[:count]]


def _missing(filled: Iterable[tuple[Person, Form]]) -> tuple[tuple[Person, str], ...]:
    found: dict[Person, str] = {}
    for person, form in filled:
        if lacking := legible(form.data)[1]:
            found[person] = "".join(dict.fromkeys(found.get(person, "") + lacking))
    return tuple(found.items())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
