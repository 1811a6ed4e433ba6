"""Rate limits at the edge. Who has signed in is counted where its token is looked up; everybody else here, by address.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponseBase

from renkei.hub.config.describing.table import Call
from renkei.hub.core import ratelimits
from renkei.hub.core.problems import Refused


def before(request: HttpRequest, call: Call) -> None:
    """Count a request that no token can stand for. Raises Refused (429)."""
    if not call.needs_token or "HTTP_AUTHORIZATION" not in request.META:
        ratelimits.by_address(request)


def after(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say what is left. A token that counts nothing is a request of its address."""
    if ratelimits.standing_of(request) is None:
        with contextlib.suppress(Refused):
            ratelimits.by_address(request)
    standing = ratelimits.standing_of(request)
    if standing is None:
        return
    response["RateLimit-Policy"] = f'"{standing.policy}";q={standing.quota};w={ratelimits.WINDOW}'
    response["RateLimit"] = f'"{standing.policy}";r={standing.left};t={standing.seconds}'
