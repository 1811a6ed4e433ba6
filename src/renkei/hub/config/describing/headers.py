"""The headers of answers, as the OpenAPI document names them."""

from __future__ import annotations

from typing import Any

from renkei.hub.config.describing.table import Promise

_TEXT = {"type": "string"}


def _header(text: str, schema: Any, example: Any) -> dict[str, Any]:
    return {"description": text, "schema": schema, "example": example}


COMPONENTS = {
    "X-Request-Id": _header(
        "この要求の番号。運営者に問い合わせるときに使います。", _TEXT, "0f8b5c3e9d7a4c21b6f0e4d8a1c2b3f4"
    ),
    "RateLimit-Policy": _header(
        "どれだけ要求してよいか (draft-ietf-httpapi-ratelimit-headers-11): q 件まで、w 秒のあいだに。",
        _TEXT,
        '"party";q=3000;w=10',
    ),
    "RateLimit": _header("あと r 件を今すぐ出せます。t 秒待つと、元に戻ります。", _TEXT, '"party";r=2999;t=1'),
    "ETag": _header(
        "答えの印。次に If-None-Match に入れて聞くと、変わっていなければ 304 です。",
        _TEXT,
        '"5d41402abc4b2a76b9719d911017c592"',
    ),
    "Retry-After": _header(
        "次に聞いてよいまでの秒数。ハブが混みあうと長くなります。", {"type": "integer", "minimum": 0}, 30
    ),
    "WWW-Authenticate": _header("どの通行証が要るか", _TEXT, "Bearer"),
    "Content-Language": _header("title と detail の言葉", _TEXT, "ja"),
    "Deprecation": _header("いつから、使うのをやめてほしいか (RFC 9745)", _TEXT, "@1814400000"),
    "Sunset": _header("いつ、なくなるか (RFC 8594)", _TEXT, "Fri, 01 Oct 2027 00:00:00 GMT"),
    "Link": _header("代わりにすること (rel=deprecation)", _TEXT, '</docs/v2>; rel="deprecation"'),
}
_WAITS = {202, 429, 503}
_ALWAYS = ("X-Request-Id",)
_LIMITS = ("RateLimit-Policy", "RateLimit")


def of_answer(promise: Promise, status: int) -> dict[str, Any]:
    """The headers of a good answer."""
    names = [*_ALWAYS, *_LIMITS]
    if promise.has_etag and status in (200, 304):
        names.append("ETag")
    if status in _WAITS or promise.id == "listEvents":
        names.append("Retry-After")
    if promise.deprecated is not None:
        names.append("Deprecation")
        if promise.sunset is not None:
            names.append("Sunset")
        if promise.instead:
            names.append("Link")
    return _references(names)


def of_refusal(status: int) -> dict[str, Any]:
    """The headers of a problem document."""
    names = [*_ALWAYS, *_LIMITS, "Content-Language"]
    if status in _WAITS:
        names.append("Retry-After")
    if status == 401:
        names.append("WWW-Authenticate")
    return _references(names)


def _references(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
