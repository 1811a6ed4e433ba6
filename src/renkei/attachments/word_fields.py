"""Fields of Word documents that run a program when the document is opened: DDE and DDEAUTO.

The word that makes a field one of these may be split over several runs of text, built by a field inside it, or stand in any
part of the document. So all of a field's own instruction is put together, and one that may become DDE is taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

_WORD = "DDEAUTO"
_LEADING = re.compile(r'^[\s"“”]+')
_ENOUGH = 16  # characters of an instruction: its first word decides
# Parts without any of these need no reading; in UTF-16 there is a zero between the letters.
_SIGNS = (b"instrText", b"fldSimple", b"<!DOCTYPE")
_SIGN = re.compile(
    b"|".join(re.escape(form) for sign in _SIGNS for form in (sign, b"\0".join(bytes([c]) for c in sign)))
)
SIGN_BYTES = 2 * max(map(len, _SIGNS))


def may_be_in(data: bytes) -> bool:
    """Whether a part with these bytes must be read for its fields.

    >>> may_be_in(b"<w:fldSimple/>"), may_be_in("<w:instrText/>".encode("utf-16")), may_be_in(b"<w:t/>")
    (True, True, False)
    """
    return _SIGN.search(data) is not None


class Fields:
    """The fields of one part. Calls `refuse` for one that may run a program."""

    def __init__(self, refuse: Callable[[], None]) -> None:
        self._refuse = refuse
        # What is said of each open field, the innermost last: as it stands, and with what was deleted under revision.
        self._open: list[list[str]] = [["", ""]]
        self._is_text = self._is_deleted = False

    def bind(self, reader: expat.XMLParserType) -> None:
        """Have a parser tell what it finds."""
        reader.buffer_text = True
        reader.StartElementHandler = self._start
        reader.EndElementHandler = self._end
        reader.CharacterDataHandler = self._text

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        if name == "fldChar":
            self._border(attributes)
        elif name in ("instrText", "delInstrText"):
            self._is_text, self._is_deleted = True, name == "delInstrText"
        elif name == "fldSimple":
            self._begin()
            for key, value in attributes.items():
                if _local(key) == "instr":
                    self._say(value, deleted=False)
            self._open.pop()
        elif name == "AlternateContent" and self._may_become():
            self._refuse()  # which of them counts is decided by the program that opens it

    def _end(self, _element: str) -> None:
        self._is_text = False

    def _text(self, text: str) -> None:
        if self._is_text:
            self._say(text, deleted=self._is_deleted)

    def _border(self, attributes: dict[str, str]) -> None:
        kind = next((value for key, value in attributes.items() if _local(key) == "fldCharType"), "")
        if kind == "begin":
            self._begin()
        elif kind == "end" and len(self._open) > 1:
            self._open.pop()
        elif kind == "separate":
            self._open[-1] = ["=", "="]  # the result follows: no instruction any more

    def _begin(self) -> None:
        if len(self._open) > 1 and self._may_become():
            self._refuse()  # the inner field would end the word
        self._open.append(["", ""])

    def _say(self, text: str, *, deleted: bool) -> None:
        said = self._open[-1]
        for place in (1,) if deleted else (0, 1):
            said[place] = _LEADING.sub("", said[place] + text)[:_ENOUGH]
            if said[place].upper().startswith("DDE"):
                self._refuse()

    def _may_become(self) -> bool:
        return len(self._open) > 1 and any(_WORD.startswith(said.upper()) for said in self._open[-1])


def _local(name: str) -> str:
    return name.rpartition(":")[2]
