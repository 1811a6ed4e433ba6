"""What is promised of each operation: the table `operations.toml`, beside what its route declares."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("operations.toml")


@dataclass(frozen=True)
class Promise:
    """One operation's row: its `id` is for good. `problems` are codes by status."""

    id: str
    call: str
    description: str
    problems: Mapping[int, tuple[str, ...]]
    has_etag: bool = False
    mutual_tls: bool = False
    deprecated: date | None = None
    sunset: date | None = None
    instead: str = ""


@dataclass(frozen=True)
class Call:
    """What the edge holds a request against. `consumes` and `produces` are media types; empty: any."""

    promise: Promise
    query: frozenset[str]
    consumes: tuple[str, ...]
    produces: tuple[str, ...]
    needs_token: bool


@functools.cache
def promises() -> Mapping[str, Promise]:
    """All rows, by call: "GET /v1/hub"."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    groups = table.pop("groups")
    rows = [_promise(id_, row, groups) for id_, row in table.items()]
    return {row.call: row for row in rows}


def _promise(id_: str, row: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Promise:
    problems = {int(status): _spread(codes, groups) for status, codes in row.get("problems", {}).items()}
    return Promise(
        id=id_,
        call=row["call"],
        description=row["description"],
        problems=problems,
        has_etag=row.get("etag", False),
        mutual_tls=row.get("mutual_tls", False),
        deprecated=row.get("deprecated"),
        sunset=row.get("sunset"),
        instead=row.get("instead", ""),
    )


def _spread(codes: list[str], groups: Mapping[str, list[str]]) -> tuple[str, ...]:
    spread: list[str] = []
    for code in codes:
        spread += _spread(groups[code[1:]], groups) if code.startswith("@") else [code]
    return tuple(spread)


@functools.cache
def calls_at(route: str) -> Mapping[str, Call]:
    """The calls at a route of Django's ("v1/transmissions/<uuid:id_>"), by method; none for another's."""
    return _calls().get(route_path(route), {})


def route_path(route: str) -> str:
    """A route as the OpenAPI document has it.

    >>> route_path("v1/transmissions/<uuid:id_>/files")
    '/v1/transmissions/{id}/files'
    """
    return "/" + re.sub(r"<(?:\w+:)?(\w+?)_?>", r"{\1}", route)


@functools.cache
def _calls() -> Mapping[str, Mapping[str, Call]]:
    from renkei.hub.config.api import document  # which imports the table

    paths = document()["paths"]
    told = {
        path: {method.upper(): _call(f"{method.upper()} {path}", said) for method, said in methods.items()}
        for path, methods in paths.items()
    }
    return told | {"/v1/openapi.json": {"GET": _ITSELF}}


def _call(name: str, said: Mapping[str, Any]) -> Call:
    produced = {
        kind for status, answer in said["responses"].items() if int(status) < 300 for kind in answer.get("content", {})
    }
    return Call(
        promise=promises()[name],
        query=frozenset(one["name"] for one in said.get("parameters", ()) if one["in"] == "query"),
        consumes=tuple(said.get("requestBody", {}).get("content", {})),
        produces=tuple(sorted(produced)),
        needs_token={"token": []} in said.get("security", []),
    )


_ITSELF = Call(
    Promise("getOpenapi", "GET /v1/openapi.json", "", {}, has_etag=True), frozenset(), (), ("application/json",), False
)
