"""送受信の記録: what an inspector reads of units that went and came. Pure; filled from plain data, for no file says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renkei.standard.comparing.papers import Person

from ..rendering import Form


@dataclass(frozen=True)
class Happened:
    """One step of a unit: when (in words), what, who."""

    at: str
    what: str
    who: str


@dataclass(frozen=True)
class Reported:
    """One unit. `version` says how long it was in force, `evidence` which file proves it, or why none does."""

    at: str
    direction: str
    partner: str
    what: str
    channel: str
    state: str
    sequence: str
    version: str
    evidence: str
    steps: Sequence[Happened]


@dataclass(frozen=True)
class ProofReport:
    """The whole report; it draws itself. `facts` are names and values: whose it is, who asked, when, for what."""

    office: str
    made_at: str
    facts: Sequence[tuple[str, str]]
    units: Sequence[Reported]
    person: Person = ("", "")
    title: str = "送受信の記録"

    def form(self) -> Form:
        units = [
            {
                **{name: getattr(unit, name) for name in _TEXTS},
                "steps": [[step.at, step.what, step.who] for step in unit.steps],
            }
            for unit in self.units
        ]
        facts = [list(fact) for fact in self.facts]
        return Form("proof-report", {"office": self.office, "made_at": self.made_at, "facts": facts, "units": units})


_TEXTS = ("at", "direction", "partner", "what", "channel", "state", "sequence", "version", "evidence")
