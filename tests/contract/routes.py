"""Every address that the hub answers, from its own tables: what a test walks here, no later page escapes."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What stands in an address where a test has nothing better: things that nobody has. Of other kinds, `x`.
NOBODYS = {
    "int": "999999",
    "uuid": "019b0000-0000-7000-8000-000000000000",
    "month": "202612",
    "subject": "0" * 64,
    "part": "json",
    "side": "hub",
    "group": "draft",
    "card": "waiting",
    "channel": "fax",
    "attached": "01.pdf",
}
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Page:
    """One page: its route as Django has it, and the name of its address."""

    route: str
    name: str

    def at(self, **given: str) -> str:
        """Its address, with `given` in place of what it names or of what is of that kind."""

        def put(found: re.Match[str]) -> str:
            kind, name = found[1] or "str", found[2]
            return given.get(name, given.get(kind, NOBODYS.get(kind, "x")))

        return "/" + _PLACE.sub(put, self.route)

    def asks_for(self, kind: str) -> bool:
        """Whether something of this kind stands in its address."""
        return any((found[1] or "str") == kind for found in _PLACE.finditer(self.route))


@dataclass(frozen=True)
class Call:
    """One call of the machine API. `form` is the media type of what it takes."""

    method: str
    path: str
    query: frozenset[str]
    form: str

    def at(self, **given: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: given[found[1]], self.path)


def pages() -> list[Page]:
    """All addresses but those of the API."""
    from django.urls import get_resolver

    return [Page(route, name) for route, name in _walk(get_resolver().url_patterns) if not route.startswith("v1/")]


@functools.cache
def calls() -> list[Call]:
    """All calls of the API, as it describes itself."""
    from renkei.hub.config.api import api

    return [
        Call(
            method.upper(),
            path,
            frozenset(one["name"] for one in told.get("parameters", ()) if one["in"] == "query"),
            next(iter(told.get("requestBody", {}).get("content", {})), "application/json"),
        )
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, told in methods.items()
    ]


def fields_of(html: str) -> Mapping[str, str]:
    """The fields of all forms on a page but their token, each with what stands in it."""
    tags = re.findall(r"<(?:input|textarea|select)\b[^>]*>", html)
    named = {found[1]: tag for tag in tags if (found := re.search(r'\bname="([^"]+)"', tag))}
    return {
        name: (re.search(r'\bvalue="([^"]*)"', tag) or ("", ""))[1]
        for name, tag in named.items()
        if name != "csrfmiddlewaretoken"
    }


def _walk(patterns: Any, before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.name or ""
