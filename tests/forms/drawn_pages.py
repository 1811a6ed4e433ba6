"""What stands where on the pages of a form, read from its PDF."""

from __future__ import annotations

import html
import re
import subprocess
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from renkei.forms import Form, render

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
# Rings, rules and points of letters may touch; a letter over another is more than this many points.
_TOUCH = 1.5


class Word(NamedTuple):
    """A word and its box in points, from the page's top left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    """One page and its words, in the order in which they are read."""

    width: float
    height: float
    words: list[Word]

    @property
    def text(self) -> str:
        """All words without a space or an invisible break."""
        return "".join(word.text for word in self.words).replace("\u200b", "").replace("　", "")


def pages_of(form: Form, program: str, folder: Path) -> list[Page]:
    """The pages of a form's PDF, by poppler's `pdftotext`."""
    (folder / "form.pdf").write_bytes(render(*form))
    told = subprocess.run(
        [program, "-raw", "-bbox", folder / "form.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    return [Page(float(width), float(height), _words(page)) for width, height, page in _PAGE.findall(told)]


def assert_nothing_sticks_out(pages: list[Page]) -> None:
    """Every word is inside the margins, and none lies over another."""
    for page in pages:
        for word in page.words:
            assert word.left > 26 and word.top > 20, word
            assert word.right < page.width - 26 and word.bottom < page.height - 14, word
        for one, other in combinations(page.words, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert across < _TOUCH or down < _TOUCH, (one, other)


def _words(page: str) -> list[Word]:
    return [
        Word(float(left), float(top), float(right), float(bottom), html.unescape(text))
        for left, top, right, bottom, text in _WORD.findall(page)
    ]
