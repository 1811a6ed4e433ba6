"""The outer shape of an answer: every refusal a problem document, whoever made it; no content where HEAD asked."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase

from renkei.hub.core.problems import MEDIA_TYPE, Refused, answer

# Refusals of Django, gunicorn's side and ninja, which know nothing of problem documents.
_CODES = {
    404: "E-NOT-FOUND",
    405: "E-REQUEST-METHOD",
    413: "E-LIMIT",
    415: "E-REQUEST-TYPE",
    500: "E-HUB-FAULT",
    503: "E-HUB-STORAGE",
}
# Django leads a browser on to the same path with a slash; there is nothing either.
_MOVED = 301
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def problem(response: HttpResponseBase) -> HttpResponseBase:
    """The answer; made anew as a problem document where it is a refusal and none. Nothing has no form."""
    if response.status_code == 204:
        response.headers.pop("Content-Type", None)
    if response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    if response.status_code == _MOVED:
        return answer(Refused.known(404, "E-NOT-FOUND"))
    if response.status_code < 400:
        return response
    status = response.status_code if response.status_code in _CODES else 400
    shaped = answer(Refused.known(status, _CODES.get(status, "E-REQUEST")))
    for name in _KEPT:
        if name in response.headers:
            shaped[name] = response.headers[name]
    return shaped


def without_content(response: HttpResponseBase) -> HttpResponseBase:
    """The same head, nothing behind it."""
    empty = HttpResponse(status=response.status_code)
    del empty.headers["Content-Type"]
    for name, value in response.headers.items():
        empty[name] = value
    if isinstance(response, HttpResponse):
        empty["Content-Length"] = str(len(response.content))
    response.close()
    return empty
