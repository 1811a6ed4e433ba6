"""What stands in the addresses of this app."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class MonthText(StringConverter):
    """YYYYMM"""

    regex = "[0-9]{6}"


class SubjectText(StringConverter):
    """A person in an address: the keyed hash, never a number or a name."""

    regex = "[0-9a-f]{64}"


register_converter(MonthText, "month")
register_converter(SubjectText, "subject")
