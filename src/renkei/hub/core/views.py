"""Pages that belong to no app: the size of type, and what went wrong."""

from __future__ import annotations

import sys
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

_log = structlog.get_logger(__name__)
TEXT_COOKIE = "renkei_text"
_A_YEAR = 365 * 24 * 60 * 60


class TextSize(NamedTuple):
    """A size of type: its name in the cookie and the style sheet, and what people read."""

    name: str
    label: str


TEXT_SIZES = (TextSize("standard", "標準"), TextSize("large", "大"), TextSize("largest", "特大"))


def text_size_of(request: HttpRequest) -> str:
    """The size in the cookie; the standard one when there is none that we know."""
    asked = request.COOKIES.get(f"{settings.COOKIE_PREFIX}{TEXT_COOKIE}", "")
    return asked if asked in {size.name for size in TEXT_SIZES} else TEXT_SIZES[0].name


@require_POST
def choose_text_size(request: HttpRequest) -> HttpResponse:
    """Keep the size in this browser, signed in or not, and go back to the page."""
    response = HttpResponseRedirect(path_here(request, request.POST.get("back", "")) or "/")
    size = request.POST.get("size", "")
    if size in {known.name for known in TEXT_SIZES}:
        response.set_cookie(
            f"{settings.COOKIE_PREFIX}{TEXT_COOKIE}",
            size,
            max_age=_A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def path_here(request: HttpRequest, asked: str) -> str:
    """`asked` where it is a path of this hub, else nothing: a form says where to go back to, and anybody writes forms."""
    is_here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked.startswith("/") and is_here else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400; a request over the size limit gets words of its own."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the exception is handled. The page needs neither database nor session."""
    error = sys.exc_info()[1]
    _log.error("fault", exc_info=error)
    # OSError: the disk is full, or lost.
    status = 503 if isinstance(error, DatabaseError | OSError) else 500
    headers = {"Retry-After": str(settings.RENKEI["POLL_SECONDS"])} if status == 503 else None
    return HttpResponse(render_to_string(f"{status}.html"), status=status, headers=headers)
