"""What a wrong file is: spoilt in one way, with the codes that must be found (and no others), place and severity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..spoil import Spoil

ERROR, WARNING = "error", "warning"
# Severity as sender, hub and recipient.
STANDARD = (ERROR, ERROR, WARNING)  # the standard says so, and the file can still be read
UNREADABLE = (ERROR, ERROR, ERROR)
SOFT = (ERROR, WARNING, WARNING)  # inferred, or our convention
NOTICE = (WARNING, WARNING, WARNING)


@dataclass(frozen=True)
class Wrong:
    """`record` and `item` say the place of the first finding with this code; `also` lists what follows from it.

    `sums`: whether 第6表 and 第7表 are compared; what is spoilt in one of them alone would show there again. `together`:
    whether all files are needed, not only those of the sequence numbers that are spoilt. `knows_service`: as `check` has it.
    """

    code: str
    what: str
    spoil: Spoil
    severity: tuple[str, str, str] = STANDARD
    record: int | None = None
    item: str | None = None
    also: frozenset[str] = field(default_factory=frozenset)
    sums: bool = False
    together: bool = False
    knows_service: Callable[[str, str, str], bool] | None = None

    def contents(self) -> dict[str, bytes]:
        """The files that can be opened."""
        return {name: data for name, data in self.spoil().items() if isinstance(data, bytes)}

    def __str__(self) -> str:
        return f"{self.code}-{self.what}"


def also(*codes: str) -> frozenset[str]:
    return frozenset(codes)
