"""Why something is not proved."""

from __future__ import annotations

from ..errors import TrustError


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
