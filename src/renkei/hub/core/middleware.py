"""What every request passes: a request id, one log line without persons, and a strict content policy."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

_log = structlog.get_logger("renkei.requests")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """Names the request, and logs its route (never its path or query, which a person may have typed)."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.renkei_request = uuid.uuid4().hex  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request.renkei_request):  # type: ignore[attr-defined]
            response = self._handler(request)
            match = request.resolver_match
            _log.info(
                "request",
                method=request.method,
                route=match.route if match else None,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-Id"] = request.renkei_request  # type: ignore[attr-defined]
        return response


class ContentSecurity:
    """Pages load nothing from another host and run no inline script; answers with people in them are not cached."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._handler(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Cache-Control", "no-store")
        return response
