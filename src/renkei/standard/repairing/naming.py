"""Mending a file's name: its end, its letters, what a copy adds, and service types in the wrong place."""

from __future__ import annotations

import re
import unicodedata

from ..layouts import KINDS
from ..names import IMAGE, BadName, Edition, FileName
from .model import Notes

_KNOWN = sorted((*KINDS, IMAGE), key=len, reverse=True)
# What browsers, Windows and the Mac add to the name of a second copy.
_COPY = re.compile(r"(?: ?\(\d{1,3}\)| - コピー(?: ?\(\d{1,3}\))?|のコピー(?: ?\d{1,3})?| copy(?: \d{1,3})?)+$")
_ENDS = re.compile(r"(?:\.(?:csv|txt|jpe?g))+$", re.IGNORECASE)
# 居宅介護支援, 介護予防支援, 介護予防ケアマネジメント (the latter two by convention C16).
_CARE_MANAGEMENT = frozenset({"43", "46", "AF"})
_FROM_PROVIDERS = frozenset({"UPJSK", "DLTJSK"})


def mend(name: str, notes: Notes) -> tuple[str, FileName | None, str | None]:
    """The mended name, its parts where it is right now, and the file kind where at least that is known.

    >>> mend("dltplan_202612_1370100016_43_1370200014_11_20261126090000.csv", Notes())[0]
    'DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV'
    """
    kind = _kind(name)
    if kind is None:
        notes.leave("P-NAME-KIND", name)
        return name, None, None
    mended = _cased(_ended(_narrow(name, notes), kind, notes), notes)
    try:
        parts = FileName.parse(mended)
    except BadName:
        notes.changes.clear()
        notes.leave("P-NAME-FORM", name)
        return name, None, kind
    parts = _of_edition(_turned(parts, notes), notes)
    return str(parts), parts, kind


def is_of_the_standard(name: str) -> bool:
    """Whether a name begins like one of the standard, whatever its end and its letters.

    >>> is_of_the_standard("upplan_202612.csv.txt"), is_of_the_standard("一覧.csv")
    (True, False)
    """
    return _kind(name) is not None


def _kind(name: str) -> str | None:
    plain = unicodedata.normalize("NFKC", name).upper()
    return next((kind for kind in _KNOWN if plain.startswith(f"{kind}_")), None)


def _narrow(name: str, notes: Notes) -> str:
    """Full-width letters as half-width ones; the words for a copy are left as they are."""
    narrow = "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in name)
    if narrow != name:
        notes.change("R-NAME-WIDTH", name, narrow)
    return narrow


def _ended(name: str, kind: str, notes: Notes) -> str:
    """The name with the end of its kind, whatever it had: .csv, .CSV.txt, .txt or nothing."""
    stem = _ENDS.sub("", name).rstrip()
    bare = _COPY.sub("", stem).rstrip()
    if bare != stem:
        notes.change("R-NAME-COPY", name, name.replace(stem, bare, 1))
    right = ".jpg" if kind == IMAGE else ".CSV"
    if name[len(stem) :] != right:
        notes.change("R-NAME-EXTENSION", name[len(stem) :], right)
    return bare + right


def _cased(name: str, notes: Notes) -> str:
    stem, dot, end = name.rpartition(".")
    upper = stem.upper() if stem.isascii() else stem
    if upper != stem:
        notes.change("R-NAME-CASE", stem, upper)
    return upper + dot + end


def _turned(parts: FileName, notes: Notes) -> FileName:
    """Plans come from the care-management side, actuals go to it; the standard's own examples get the latter wrong."""
    ends = (parts.sender_service in _CARE_MANAGEMENT, parts.recipient_service in _CARE_MANAGEMENT)
    if ends != ((True, False) if parts.kind in _FROM_PROVIDERS else (False, True)):
        return parts
    turned = parts._replace(
        sender_service=parts.recipient_service,
        recipient_service=parts.sender_service,
        third_digits=parts.third_digits[::-1],
    )
    notes.change("R-NAME-SWAPPED", str(parts), str(turned))
    return turned


def _of_edition(parts: FileName, notes: Notes) -> FileName:
    if parts.edition is not Edition.V4_0:
        return parts
    current = parts.current()
    notes.change("R-NAME-EDITION", str(parts), str(current))
    return current
