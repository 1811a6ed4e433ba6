"""Text for a terminal, where a full-width character takes two columns and a control character may do harm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import zip_longest

# A terminal narrower than this breaks the lines itself.
NARROWEST, WIDEST = 80, 120
# Japanese in a narrower column than this is no longer read in lines.
_LEAST = 14


def columns(text: str) -> int:
    """How many columns of a terminal the text takes.

    >>> columns("第6表"), columns("ｵﾉ")
    (5, 2)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def clean(text: str) -> str:
    """Without what would command the terminal; line breaks stay, tabs are spaces.

    >>> clean("a\\x1b[31mb")
    'a\\ufffd[31mb'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(one) in _HARMFUL and one != "\n" else one for one in text)


# What stands together: numbers, codes, times; anything else may be parted at any character.
_WORDS = re.compile(r"[0-9A-Za-z_:.,/～-]+|.", re.DOTALL)
_NOT_FIRST = frozenset("、。，．・：）」』】〉》ー")
# Control, format (direction of writing), surrogate, private use, unassigned.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def left(text: str, width: int) -> str:
    """Flush left in `width` columns; longer text is as it is."""
    return text + " " * (width - columns(text))


def right(text: str, width: int) -> str:
    """Flush right in `width` columns.

    >>> right("9回", 5)
    '  9回'
    """
    return " " * (width - columns(text)) + text


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; the text's own line breaks stay. Japanese breaks anywhere.

    >>> wrap("あいう", 4)
    ['あい', 'う']
    """
    return [line for own in text.split("\n") for line in _wrapped(own, width)]


def indented(text: str, indent: int, width: int) -> Iterator[str]:
    """The wrapped lines of a text, each moved to the right."""
    return (" " * indent + line for line in wrap(text, width - indent))


def item(label: str, value: str, indent: int, width: int) -> list[str]:
    """「label: value」 on one line where that fits, else the value below its label."""
    line = f"{' ' * indent}{label}: {value}"
    if "\n" not in value and columns(line) <= width:
        return [line]
    return [*indented(f"{label}:", indent, width), *indented(value, indent + 4, width)]


def packed(parts: Iterable[str], between: str, indent: int, width: int) -> list[str]:
    """As many parts on a line as fit, none broken in two."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else ""
        if lines and columns(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(" " * indent + part)
    return lines


def aligned(
    headings: Sequence[str], rows: Iterable[Sequence[str]], width: int, numbers: frozenset[str] = frozenset()
) -> list[str] | None:
    """A table with two spaces between columns; None where it does not fit. `numbers` stand flush right.

    Where there is too little room the widest columns are wrapped, but none to less than `_LEAST` columns.
    """
    cells = [headings, *rows]
    widths = [max(columns(line) for row in cells for line in row[place].split("\n")) for place in range(len(headings))]
    room = width - 2 * len(widths)
    while sum(widths) > room and max(widths) > _LEAST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    if sum(widths) > room:
        return None
    sides = [right if heading in numbers else left for heading in headings]
    lines: list[str] = []
    for row in cells:
        wrapped = [wrap(cell, own) for cell, own in zip(row, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            told = (side(part, own) for side, part, own in zip(sides, parts, widths, strict=True))
            lines.append("  " + "  ".join(told).rstrip())
        if row is headings:
            lines.append("  " + "  ".join("-" * own for own in widths))
    return lines


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Numbers and words of Latin letters stay whole; no line begins with a closing mark."""
    taken: list[str] = []
    used = 0
    for part in _parts(line, width):
        wide = columns(part)
        if used + wide > width:
            carried = [taken.pop()] if part in _NOT_FIRST and len(taken) > 1 else []
            yield "".join(taken)
            taken, used = carried, columns("".join(carried))
        taken.append(part)
        used += wide
    yield "".join(taken)


def _parts(line: str, width: int) -> Iterator[str]:
    for part in _WORDS.findall(line):
        yield from [part] if columns(part) <= width else part


@cache
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
