"""Renkei: care plans, service slips and results, carried between the offices that look after people at home."""

from __future__ import annotations

__version__ = "0.1.0"
