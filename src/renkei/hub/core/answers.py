"""Answers of the API that are made ready by the handler itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from pydantic_core import to_json

_TIMES = DjangoJSONEncoder()


def ready(value: Any) -> HttpResponse:
    """A value as the answer, with nothing looked at again: a large one goes out in a third of the time.

    For what a handler has put together of its own accord, with every member that its `response` has; times are texts
    (`time_text`). A test holds it against that shape.
    """
    return HttpResponse(to_json(value), content_type="application/json; charset=utf-8")


def time_text(at: datetime) -> str:
    """A time as all answers of the API give it: milliseconds, UTC."""
    text: str = _TIMES.default(at)
    return text
