"""What an office keeps for its month: its habits, its partners, and what is on its way to them or came from them."""

from __future__ import annotations

from .answering import Answer, AnswerMonth, VisitPhoto
from .deciding import Decision, Verdict
from .habits import Approval, Habits
from .outbox import (
    IN_HAND,
    Handling,
    Incoming,
    IncomingSubject,
    Leftover,
    Outgoing,
    OutgoingState,
    OutgoingSubject,
    Sending,
    Step,
)
from .partners import Channel, Partner
from .projection import Progress, Projected
from .relaying import RelayDue
from .reminding import Digest, Matter, Way, Wish

__all__ = [
    "IN_HAND",
    "Answer",
    "AnswerMonth",
    "Approval",
    "Channel",
    "Decision",
    "Digest",
    "Habits",
    "Handling",
    "Incoming",
    "IncomingSubject",
    "Leftover",
    "Matter",
    "Outgoing",
    "OutgoingState",
    "OutgoingSubject",
    "Partner",
    "Progress",
    "Projected",
    "RelayDue",
    "Sending",
    "Step",
    "Verdict",
    "VisitPhoto",
    "Way",
    "Wish",
]
