"""The edge of the API: what every request under /v1 passes before its route, and every answer behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from renkei.hub.config.edge import asking, conditional, deprecating, limiting, shaping
from renkei.hub.core.load import PROGRAMS
from renkei.hub.core.problems import Refused, answer

Handler = Callable[[HttpRequest], HttpResponseBase]


class Edge:
    """Middleware: bounds, well-formed questions, problems for answers, validators. Pages pass it untouched."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self._handler(request)
        with PROGRAMS.one():
            return self._answer(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The route is known, nothing of it has run."""
        if not is_api(request):
            return None
        try:
            return asking.check(request)
        except Refused as refusal:
            return answer(refusal)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        response = shaping.problem(self._handler(request))
        limiting.after(request, response)
        response = conditional.unchanged(request, response)
        deprecating.mark(request, response)
        request.method = method
        return shaping.without_content(response) if method == "HEAD" else response


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for programs."""
    return request.path_info == "/v1" or request.path_info.startswith("/v1/")
