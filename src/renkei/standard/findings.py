"""What a check says: a finding, its severity by role, and the catalogue of every rule.

A rule's basis decides how severe it is. As the sender every error counts. As the hub only what the standard itself says
is an error, because a false refusal costs an office its month. As the recipient it is a warning wherever the file can
still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from .catalogue import RULES

_LONGEST_SHOWN = 40


class Severity(StrEnum):
    """How much a finding matters: the file must not go out like this, or somebody should look.

    >>> Severity("error") is Severity.ERROR
    True
    """

    ERROR = "error"
    WARNING = "warning"


class Role(StrEnum):
    """For whom a file is checked.

    >>> [role.value for role in Role]
    ['sender', 'hub', 'recipient']
    """

    SENDER = "sender"
    HUB = "hub"
    RECIPIENT = "recipient"


class Basis(StrEnum):
    """How sure a rule is, the surest first: the standard says so, it follows from it, or it is our convention.

    >>> Basis.STANDARD.weaker(Basis.OURS).value
    'ours'
    """

    STANDARD = "standard"
    INFERRED = "inferred"
    OURS = "ours"

    @classmethod
    def of_confidence(cls, confidence: str) -> Basis:
        """The basis of a fact whose confidence the layouts call verbatim, inferred or guess."""
        return {"verbatim": cls.STANDARD, "inferred": cls.INFERRED}.get(confidence, cls.OURS)

    def weaker(self, other: Basis) -> Basis:
        """The less sure of the two."""
        order = list(Basis)
        return max(self, other, key=order.index)


class Rule(NamedTuple):
    """One rule. `message` and `remedy` are Japanese; {words} in braces are filled in by the check.

    `unreadable`: the content is lost, so that it is an error to the recipient too.

    >>> rule = CATALOGUE["E-NAME-CASE"]
    >>> rule.basis.value, [rule.severity(role).value for role in Role]
    ('inferred', ['error', 'warning', 'warning'])
    """

    code: str
    basis: Basis
    message: str
    remedy: str
    unreadable: bool = False

    def severity(self, role: Role, basis: Basis | None = None) -> Severity:
        """`basis` is that of the item concerned, where it is weaker than the rule's own."""
        if self.code.startswith("W-"):
            return Severity.WARNING
        if role is Role.SENDER or (role is Role.RECIPIENT and self.unreadable):
            return Severity.ERROR
        weakest = self.basis.weaker(basis or self.basis)
        is_refused = role is Role.HUB and weakest is Basis.STANDARD
        return Severity.ERROR if is_refused else Severity.WARNING


class Finding(NamedTuple):
    """One thing that is wrong. `file` is the path as it was given, `record` counts from 1, `field` is the item's
    Japanese name; `value` is cut when long and may be personal data: show it to the file's owner only.

    >>> found = finding("E-NAME-KIND", Role.SENDER, "メモ.csv", value="メモ.csv")
    >>> found.severity.value, found.record, found.as_dict()["code"]
    ('error', None, 'E-NAME-KIND')
    """

    code: str
    severity: Severity
    file: str
    record: int | None
    field: str | None
    value: str | None
    message: str
    remedy: str

    def as_dict(self) -> dict[str, str | int | None]:
        """Plain values for JSON."""
        return {**self._asdict(), "severity": str(self.severity)}


CATALOGUE: Mapping[str, Rule] = {
    code: Rule(code, Basis(basis), message, remedy, unreadable="unreadable" in flags)
    for code, (basis, message, remedy, *flags) in RULES.items()
}


def finding(
    code: str,
    role: Role,
    file: str,
    *,
    record: int | None = None,
    field: str | None = None,
    value: str | None = None,
    basis: Basis | None = None,
    **words: str | int,
) -> Finding:
    """A finding of the catalogue's rule `code`; `words` fill in its texts.

    >>> finding("E-CSV-COLUMNS", Role.SENDER, "a.CSV", record=3, value="24", columns=25).record
    3
    """
    rule = CATALOGUE[code]
    shown = None if value is None else _shown(value)
    filling = {"field": field or "", "value": shown or "", **words}
    return Finding(
        code=code,
        severity=rule.severity(role, basis),
        file=file,
        record=record,
        field=field,
        value=shown,
        message=rule.message.format_map(filling),
        remedy=rule.remedy.format_map(filling),
    )


def _shown(value: str) -> str:
    """The value as it can be printed: private use and stray bytes as �, line breaks as ⏎, cut when long."""
    text = "".join(_printable(character) for character in value[: _LONGEST_SHOWN + 1])
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _printable(character: str) -> str:
    if character in "\r\n":
        return "⏎"
    return character if character.isprintable() or character == "\u3000" else "\ufffd"
