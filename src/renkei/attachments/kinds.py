"""Which files may be attached: media types, the extensions of their names, and the bytes that they begin with.

The old formats of Word and Excel (doc, xls) are not among them: nobody can look into these without running them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = _OFFICE + "wordprocessingml.document"
XLSX = _OFFICE + "spreadsheetml.sheet"
PPTX = _OFFICE + "presentationml.presentation"

HEAD_BYTES = 8  # as many as the longest magic number


@dataclass(frozen=True)
class Kind:
    """A media type: its Japanese name, the extensions of its names (the usual one first), how its bytes begin."""

    media: str
    label: str
    extensions: tuple[str, ...]
    magic: bytes
    is_office: bool = False


MEDIA: Mapping[str, Kind] = {
    kind.media: kind
    for kind in (
        Kind(PDF, "PDF", (".pdf",), b"%PDF-"),
        Kind(JPEG, "JPEGの写真", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
        Kind(PNG, "PNGの画像", (".png",), b"\x89PNG\r\n\x1a\n"),
        Kind(DOCX, "Wordの書類", (".docx",), b"PK\x03\x04", is_office=True),
        Kind(XLSX, "Excelの書類", (".xlsx",), b"PK\x03\x04", is_office=True),
        Kind(PPTX, "PowerPointの書類", (".pptx",), b"PK\x03\x04", is_office=True),
    )
}


def allowed(*, office: bool) -> tuple[str, ...]:
    """The media types that may be sent where office documents are allowed, or not.

    >>> allowed(office=False)
    ('application/pdf', 'image/jpeg', 'image/png')
    """
    return tuple(media for media, kind in MEDIA.items() if office or not kind.is_office)


def of_name(name: str) -> str | None:
    """The media type that a file's name promises.

    >>> of_name("月次報告.PDF"), of_name("メモ.txt")
    ('application/pdf', None)
    """
    ending = name.lower()
    return next((media for media, kind in MEDIA.items() if ending.endswith(kind.extensions)), None)


def begins_as(media: str, head: bytes) -> bool:
    """Whether these first bytes (HEAD_BYTES of them are enough) are those of the media type.

    >>> begins_as("application/pdf", b"%PDF-1.7")
    True
    """
    return head.startswith(MEDIA[media].magic)
