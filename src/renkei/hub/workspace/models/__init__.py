"""What an office keeps for its month: its partners, and what is on its way to them."""

from __future__ import annotations

from .outbox import Handling, Outgoing, OutgoingState, OutgoingSubject, Step
from .partners import Channel, Partner

__all__ = ["Channel", "Handling", "Outgoing", "OutgoingState", "OutgoingSubject", "Partner", "Step"]
