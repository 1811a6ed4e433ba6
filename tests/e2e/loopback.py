"""An office's program over HTTP, with the calls of Django's test client that `world.TestOffice` makes."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status and body."""

    status_code: int
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Loopback:
    """Talks to a hub on this machine."""

    url: str

    def get(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        asked = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        return self._send(urllib.request.Request(self.url + asked, headers=dict(headers)))

    def post(self, path: str, body: str, *, content_type: str, headers: Mapping[str, str]) -> Answer:
        named = {**headers, "Content-Type": content_type}
        return self._send(urllib.request.Request(self.url + path, data=body.encode(), headers=named, method="POST"))

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read())
