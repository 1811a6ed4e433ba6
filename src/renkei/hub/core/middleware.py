"""What every request passes: a request id, one log line without persons, and a strict content policy."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from renkei.hub.core.problems import Refused, answer

SMALL_BYTES = 1024 * 1024
_log = structlog.get_logger("renkei.requests")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'"
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
                who=_who(request),
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-Id"] = request.renkei_request  # type: ignore[attr-defined]
        return response


def _who(request: HttpRequest) -> str | None:
    """Who asked, as the records name them; None for nobody, or where nothing has asked who it is."""
    person = getattr(request, "_cached_user", None)
    if person is not None and person.is_authenticated:
        return f"staff:{person.pk}"
    # Nothing but the number: at signing out, the token itself stands there.
    certificate = getattr(getattr(request, "auth", None), "pk", None)
    return f"program:{certificate}" if certificate else None


class SmallRequests:
    """Refuses a large request, unread, wherever no units come in (`LARGE_REQUESTS`, and `LARGE_PAGES` with their bounds).

    Django's own bound leaves out the files of a form, which would fill the disk, and is there for whole units: read
    from somebody who has not signed in, so much would cost the hub its memory.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        declared = int(request.META.get("CONTENT_LENGTH") or 0)
        most = settings.LARGE_PAGES.get(request.path, SMALL_BYTES)
        if declared <= most or request.path in settings.LARGE_REQUESTS:
            return self._handler(request)
        if not request.path.startswith("/v1/"):
            return HttpResponse(render_to_string("413.html"), status=413)
        detail = f"ここに一度に送れるのは {most:,} バイトまでです。"
        return answer(Refused(413, "E-LIMIT", "大きすぎるため受け取れません。", detail))


class PlainRequests:
    """Refuses a body of unknown length or under another encoding: both would be read as something else than was sent.

    Behind nginx no body comes in pieces: it gathers them first.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return answer(Refused.known(411, "E-REQUEST-LENGTH"))
        if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
            return answer(Refused.known(415, "E-REQUEST-TYPE"))
        return self._handler(request)


class ContentSecurity:
    """Pages load nothing from another host and run no inline script; answers with people in them are not cached."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._handler(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Cache-Control", "no-store")
        return response
