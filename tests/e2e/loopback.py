"""An office's program over HTTP, with the calls of Django's test client that `world.TestOffice` makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass(frozen=True)
class Loopback:
    """Talks to a hub on this machine."""

    client: httpx2.Client

    def get(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> httpx2.Response:
        return self.client.get(path, params=query, headers=headers)

    def post(self, path: str, body: str, *, content_type: str, headers: Mapping[str, str]) -> httpx2.Response:
        return self.client.post(path, content=body.encode(), headers={**headers, "Content-Type": content_type})
