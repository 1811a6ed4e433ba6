"""How a call says that it will end: RFC 9745 (`Deprecation`), RFC 8594 (`Sunset`), and a link to what to do instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.http import HttpRequest, HttpResponseBase
from django.utils.http import http_date


def mark(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the headers where the table of operations says since when a call is on its way out, and until when it is there."""
    call = getattr(request, "renkei_call", None)
    if call is None or call.promise.deprecated is None:
        return
    promise = call.promise
    response["Deprecation"] = f"@{_seconds(promise.deprecated)}"
    if promise.sunset is not None:
        response["Sunset"] = http_date(_seconds(promise.sunset))
    if promise.instead:
        response["Link"] = f'<{promise.instead}>; rel="deprecation"'


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
