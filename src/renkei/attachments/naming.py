"""A title as the name of a file: safe on every system, no longer than a folder takes, with the extension of its kind."""

from __future__ import annotations

import re
import unicodedata

from renkei.attachments.kinds import MEDIA

MAX_BYTES = 240  # a folder takes 255 in UTF-8; a few are left for "(2)" and the like

# Windows takes none of these in a name; people read the full-width ones just as well.
_WIDE = {ord(character): ord(character) + 0xFEE0 for character in '<>:"|?*/\\'}
# Of the old devices Windows looks at the name up to its first dot, without the spaces at its end.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|\Z))", re.IGNORECASE)
# A title that came in an index has none of these; one may come from elsewhere.
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def file_name(title: str, media: str) -> str:
    """What a file of this title and media type is saved as.

    >>> ascii(file_name("12: 3", "application/pdf"))
    "'12\\\\uff1a 3.pdf'"
    """
    extensions = MEDIA[media].extensions
    # Composed, as some systems make it themselves: two titles that are one name there are one here.
    stem, ending = unicodedata.normalize("NFC", _visible(title)).translate(_WIDE), extensions[0]
    for extension in extensions:
        if stem.lower().endswith(extension):
            stem, ending = stem[: -len(extension)], stem[-len(extension) :]
    stem = stem.strip(" .")
    if not stem or _DEVICES.match(stem):
        stem = f"_{stem}"
    room = MAX_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def _visible(title: str) -> str:
    return "".join(c for c in title if unicodedata.category(c) not in _INVISIBLE)
