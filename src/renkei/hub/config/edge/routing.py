"""A program's request on its way to its route: what Django does for a page, without what only pages need."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from renkei.hub.config.edge import asking
from renkei.hub.core.middleware import PlainRequests, SmallRequests
from renkei.hub.core.problems import Refused, answer

_MOST_PATHS = 1000


def _at_its_place(request: HttpRequest) -> HttpResponseBase:
    request.get_host()  # for what it raises: a name that is none of the hub's
    try:
        match = _match(request.path_info)
    except Resolver404:
        return answer(Refused.known(404, "E-NOT-FOUND"))
    request.resolver_match = match
    try:
        response: HttpResponseBase | None = asking.check(request)
    except Refused as refusal:
        response = answer(refusal)
    if response is None:
        response = match.func(request, *match.args, **match.kwargs)
    if isinstance(response, HttpResponse) and "Content-Length" not in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
    return response


@functools.lru_cache(maxsize=_MOST_PATHS)
def _match(path: str) -> ResolverMatch:
    """The same for the same path; only those that are there are kept."""
    return resolve(path)


# As Django does with its own: whatever is raised on the way becomes an answer.
route: Callable[[HttpRequest], HttpResponseBase] = convert_exception_to_response(  # type: ignore[assignment]
    PlainRequests(SmallRequests(_at_its_place))
)
