"""Made from `renkei.client._async` by `make docs`: change it there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from renkei.client.anchors import Anchors

from .connection import Connection

MOST_LISTS = 50
MOST_BYTES = 16 * 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,74}\.crl")


def newer(connection: Connection, anchors: Anchors, known: Mapping[str, bytes]) -> dict[str, bytes]:
    """By name, the lists that are better than those `known`. Raises HubError."""
    names = (connection.call("GET", "/v1/trust")).texts("revocation_lists", NAME, MOST_LISTS)
    given = {name: connection.fetch(f"/crl/{name}", MOST_BYTES) for name in names}
    return {name: data for name, data in given.items() if anchors.is_better(data, known.get(name))}
