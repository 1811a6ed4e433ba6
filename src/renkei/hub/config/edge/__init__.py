"""The edge of the API: what every request under /v1 passes before its route, and every answer behind it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from renkei.hub.config.edge import conditional, deprecating, limiting, routing, shaping
from renkei.hub.core.load import PROGRAMS

Handler = Callable[[HttpRequest], HttpResponseBase]


class Edge:
    """Middleware: bounds, well-formed questions, problems for answers, validators. Pages pass it untouched.

    What stands behind it in the settings is for pages: sessions, forms, staff. A program's request goes to its route from
    here, which takes a third of the time.
    """

    def __init__(self, handler: Handler) -> None:
        self._pages, self._programs = handler, routing.route

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self._pages(request)
        with PROGRAMS.one():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        response = shaping.problem(self._programs(request))
        limiting.after(request, response)
        response = conditional.unchanged(request, response)
        deprecating.mark(request, response)
        request.method = method
        return shaping.without_content(response) if method == "HEAD" else response


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for programs."""
    return request.path_info == "/v1" or request.path_info.startswith("/v1/")
