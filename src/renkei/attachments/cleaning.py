"""A copy of a PDF without its active parts, looked into again before anybody gets it."""

from __future__ import annotations

import shutil
from typing import BinaryIO

from renkei.attachments import apart
from renkei.attachments.inspecting import inspect
from renkei.attachments.kinds import PDF
from renkei.attachments.limits import Limits
from renkei.attachments.nameless import nameless_file


class NotCleaned(ValueError):
    """There is no clean copy: the file is damaged or locked, or is still not clean. The text names no content."""


def clean_pdf(stream: BinaryIO, target: BinaryIO, limits: Limits | None = None) -> tuple[str, ...]:
    """Write a copy without active parts to `target`, from where it stands; what was taken out, in one word each
    (`pdf_parts.Part`). The same bytes give the same copy.

    Pages, texts, pictures and links stay; a signature in the PDF is no longer valid, and a lock that anyone can open goes.
    `stream` is seekable and is left at its start. Raises NotCleaned, `apart.LookingUnavailable`, OSError.
    """
    limits = limits or Limits()
    with nameless_file(stream.seek(0, 2)) as copy:
        try:
            removed = apart.run("clean", stream, limits, copy)
        except apart.Died as error:
            raise NotCleaned("not to be rewritten within the limits") from error
        if inspect(copy, PDF, limits).is_refused:
            raise NotCleaned("still refused after cleaning")
        copy.seek(0)
        shutil.copyfileobj(copy, target)
        return tuple(removed)
