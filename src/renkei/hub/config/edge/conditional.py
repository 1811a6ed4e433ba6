"""Validators in one place: a strong ETag of the answer's bytes, and 304 for a program that has them already."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags

# What a 304 still says: all that may differ from the answer that the program keeps.
_REPEATED = ("ETag", "Cache-Control", "Retry-After", "RateLimit", "RateLimit-Policy")


def unchanged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with its validator, or 304; as it came where its call has none."""
    call = getattr(request, "renkei_call", None)
    if call is None or not call.promise.has_etag:
        return response
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    if not call.needs_token:
        # What everybody may know, caches may keep; the rest a program keeps itself, and nobody on the way.
        response["Cache-Control"] = "no-cache"
    if not _has(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return response
    same = HttpResponseNotModified()
    for name in _REPEATED:
        if name in response.headers:
            same[name] = response.headers[name]
    return same


def _has(said: str, tag: str) -> bool:
    known = {one.removeprefix("W/") for one in parse_etags(said)}
    return "*" in known or tag in known
