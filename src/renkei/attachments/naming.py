"""A title as the name of a file: safe on every system, no longer than a folder takes, with the extension of its kind."""

from __future__ import annotations

import re

from renkei.attachments.kinds import MEDIA

MAX_BYTES = 240  # a folder takes 255 in UTF-8; a few are left for "(2)" and the like

# Windows takes none of these in a name; people read the full-width ones just as well.
_WIDE = {ord(character): ord(character) + 0xFEE0 for character in '<>:"|?*/\\'}
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|\Z)", re.IGNORECASE)


def file_name(title: str, media: str) -> str:
    """What a file of this title and media type is saved as.

    >>> ascii(file_name("12: 3", "application/pdf"))
    "'12\\\\uff1a 3.pdf'"
    """
    extensions = MEDIA[media].extensions
    stem, ending = title.translate(_WIDE), extensions[0]
    for extension in extensions:
        if stem.lower().endswith(extension):
            stem, ending = stem[: -len(extension)], stem[-len(extension) :]
    stem = stem.strip(" .")
    if not stem or _DEVICES.match(stem):
        stem = f"_{stem}"
    room = MAX_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending
