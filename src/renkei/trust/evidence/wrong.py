"""Why something is not proved."""

from __future__ import annotations

from datetime import date

from ..errors import TrustError

_YEARS = range(2000, 2200)


class NotProvedError(Exception):
    """`words` is a Japanese sentence; what is found later may say where it was found."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def words_of(error: TrustError | NotProvedError) -> str:
    """What a reader is told."""
    return error.words if isinstance(error, NotProvedError) else f"{error.message}({error.code})"


def demand(condition: bool, otherwise: str) -> None:
    """Raises NotProvedError unless the condition holds."""
    if not condition:
        raise NotProvedError(otherwise)


def is_plausible(day: date) -> bool:
    """Whether a day or time may stand in evidence; arithmetic with others could overflow."""
    return day.year in _YEARS
