"""Renkei: care plans, service slips and results, carried between the offices that look after people at home."""

__version__ = "0.1.0"
