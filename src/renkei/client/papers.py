"""Files that people attach: looked into and cleaned before anything is signed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from renkei.attachments import index, kinds
from renkei.attachments.index import Attached, IndexRefused, Person, Type
from renkei.standard.findings import Finding, Severity
from renkei.trust import manifest as manifests
from renkei.trust.manifest import SALT_BYTES, FileEntry

from .errors import ClientError

if TYPE_CHECKING:
    from .limits import Limits

__all__ = ["Attachment", "Paper", "Person", "Type", "Unfit"]

# What cleaning takes out of a PDF, for people.
_REMOVED = {
    "script": "開くと動くプログラム",
    "action": "ほかのものを動かすしかけ",
    "submit": "入力を外に送るしかけ",
    "file": "中に入っていたファイル",
    "media": "動画・音など",
    "xfa": "動く入力用紙",
    "outside": "外のファイルの読みこみ",
    "damaged": "こわれた目次",
}


class Unfit(ClientError):
    """A file that must not go out: the findings say why."""

    def __init__(self, code: str, message: str, remedy: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(code, message, remedy)
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Attachment:
    """A file to be attached. `title` is what the recipient sees (the file's name where empty), `media` its media type
    (by the name where empty), `month` YYYYMM."""

    path: Path
    title: str = ""
    type: Type = Type.OTHER
    person: Person | None = None
    month: str | None = None
    media: str = ""


@dataclass(frozen=True)
class Paper:
    """A file that may go out: what the index says of it, where it lies, its salt and commitment.

    `removed`: what cleaning took out of the PDF, in Japanese; then `path` is the cleaned copy. `findings`: warnings.
    """

    listed: Attached
    path: Path
    size: int
    salt: bytes
    commitment: str
    removed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def entry(self) -> FileEntry:
        """As the manifest names it."""
        return FileEntry(self.listed.name, self.size, self.commitment)


def prepare(attachments: Sequence[Attachment], folder: Path) -> list[Paper]:
    """Look into each, clean what can be cleaned (the copies go into `folder`), and commit to what is to go out.

    Raises Unfit for the first that must not, OSError.
    """
    return [_prepared(one, number, folder) for number, one in enumerate(attachments, start=1)]


def check_sizes(papers: Sequence[Paper], limits: Limits | None) -> None:
    """Raises Unfit for what the hub would not take for its size."""
    if limits is None:
        return
    sizes = [paper.size for paper in papers]
    if max(sizes, default=0) > limits.attachment_bytes:
        raise _too_large(f"1つのファイルは {limits.attachment_bytes:,} バイト までです。")
    if sum(sizes) > limits.transmission_attachment_bytes or len(sizes) > limits.attachments:
        most = f"{limits.attachments}個、合わせて {limits.transmission_attachment_bytes:,} バイト"
        raise _too_large(f"一度に送れるのは {most} までです。")


def listed(papers: Sequence[Paper]) -> bytes:
    """The bytes of ATTACHMENTS.JSON."""
    return index.build(paper.listed for paper in papers)


def commit(listed: Attached, path: Path, salt: bytes, removed: tuple[str, ...] = ()) -> Paper:
    """A file as it lies there now."""
    with path.open("rb") as file:
        size, commitment = manifests.committed(salt, file)
    return Paper(listed, path, size, salt, commitment, removed)


def _prepared(attachment: Attachment, number: int, folder: Path) -> Paper:
    media, title = (
        attachment.media or kinds.of_name(attachment.path.name) or "",
        attachment.title or attachment.path.name,
    )
    if media not in kinds.MEDIA:
        raise Unfit(
            "E-ATTACH-KIND",
            f"「{title}」は、送れる種類のファイルではありません。",
            "PDF、JPEG、PNG にして送ってください。",
        )
    name = f"{number:02}{kinds.MEDIA[media].extensions[0]}"
    about = Attached(name, title, attachment.type, media, attachment.person, attachment.month)
    try:
        index.build([about])
    except IndexRefused as error:
        raise Unfit(
            error.code,
            "添付ファイルの題名、利用者、月のどれかが正しくありません。",
            "題名は200文字まで、月は YYYYMM です。",
        ) from error
    path, removed, findings = _safe(attachment.path, media, title, folder / name)
    made = commit(about, path, secrets.token_bytes(SALT_BYTES), removed)
    return Paper(made.listed, made.path, made.size, made.salt, made.commitment, removed, findings)


def _safe(path: Path, media: str, title: str, copy: Path) -> tuple[Path, tuple[str, ...], tuple[Finding, ...]]:
    """The file itself, or its cleaned copy with what was removed; and the warnings."""
    # Loading these takes a quarter of a second, and most runs attach nothing.
    from renkei.attachments.apart import LookingUnavailable
    from renkei.attachments.cleaning import NotCleaned, clean_pdf
    from renkei.attachments.inspecting import Limits as Bounds
    from renkei.attachments.inspecting import inspect

    # How large a file may be, and whether office documents may go, the hub decides.
    limits = Bounds(file_bytes=path.stat().st_size + 1, office=True)
    with path.open("rb") as source:
        try:
            found = inspect(source, media, limits, title)
        except LookingUnavailable as error:
            raise _unavailable() from error
        warnings = tuple(one for one in found.findings if one.severity is not Severity.ERROR)
        if not found.is_refused:
            return path, (), warnings
        if not found.can_be_cleaned:
            raise _unfit(title, found.findings)
        try:
            with copy.open("wb") as target:
                removed = tuple(_REMOVED.get(word, word) for word in clean_pdf(source, target, limits))
                target.flush()
                os.fsync(target.fileno())
        except NotCleaned as error:
            raise _unfit(title, found.findings) from error
        except LookingUnavailable as error:
            raise _unavailable() from error
    return copy, removed, warnings


def _unavailable() -> ClientError:
    return ClientError(
        "E-ATTACH-UNAVAILABLE",
        "添付ファイルを、いまは調べられません。",
        "ほかのソフトを閉じて、もう一度実行してください。",
    )


def _too_large(sentence: str) -> Unfit:
    return Unfit(
        "E-ATTACH-SIZE",
        f"添付ファイルが大きすぎます。{sentence}",
        "写真は小さくし、PDFはページを分けて、何回かに分けて送ってください。",
    )


def _unfit(title: str, findings: Sequence[Finding]) -> Unfit:
    return Unfit(
        "E-ATTACH-REFUSED", f"「{title}」は送れません。", "指摘を見て、作り直したファイルを選んでください。", findings
    )
