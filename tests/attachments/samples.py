"""Invented files to attach: clean ones, and small ones with every trick."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

CATALOG = b"<< /Type /Catalog /Pages 2 0 R%s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R%s >>"

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = f'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="{_CONTENT}"/></Types>'


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object of a PDF."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (more, len(data), data)


def document(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    parts, places, size = [b"%PDF-1.7\n"], [], 9
    for number, content in enumerate(objects, 1):
        places.append(size)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        size += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, size))
    return b"".join(parts)


def pdf(catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A PDF of one page; words for its catalogue and its page, and further objects, numbered from 5."""
    drawing = stream(zlib.compress(b"0 0 m 100 100 l S"), b"/Filter /FlateDecode")
    return document([CATALOG % catalog, PAGES, PAGE % page, drawing, *more])


def jpeg(width: int = 40, height: int = 30) -> bytes:
    return _picture("JPEG", width, height)


def png(width: int = 40, height: int = 30) -> bytes:
    return _picture("PNG", width, height)


def moving_png(frames: int) -> bytes:
    pictures = [Image.new("RGB", (8, 8), (number, 0, 0)) for number in range(frames)]
    written = io.BytesIO()
    pictures[0].save(written, "PNG", save_all=True, append_images=pictures[1:])
    return written.getvalue()


def docx(more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word document with these entries besides its own, or in their place."""
    entries = {"[Content_Types].xml": TYPES, "word/document.xml": "<document/>", **(more or {})}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def relations(kind: str, target: str, mode: str = "External") -> str:
    """A list of one relation."""
    return (
        '<?xml version="1.0"?><Relationships>'
        f'<Relationship Id="r1" Type="{_RELATION}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def _picture(form: str, width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 180, 160)).save(written, form)
    return written.getvalue()
