"""mesh-sandbox with its file store, the default of its container: a message is written without being synced."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from exchanges.common import IDLE_SECONDS, at_once, python, server, shares
from hubs import free_port
from units import Supply

_FROM, _TO, _PASSWORD, _KEY = "X26ABC1", "X26ABC2", "password", "BenchKey"
_LOST_SECONDS = 30  # once, messages that it had taken never showed in its inbox; the cause is not known


class Mesh:
    """One sending and one receiving mailbox."""

    def __init__(self, port: int, supply: Supply) -> None:
        self._port, self._supply = port, supply

    def prepare(self, count: int) -> list[bytes]:
        """The three files of each unit, one behind the other."""
        return [b"".join(self._supply.files()[1].values()) for _ in range(count)]

    def cycle(self, messages: list[bytes]) -> None:
        at_once(
            *(lambda share=share: self._send(share) for share in shares(messages)), lambda: self._collect(len(messages))
        )

    def _send(self, messages: list[bytes]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port)
        headers = {"mex-to": _TO, "mex-workflowid": "TEST_WORKFLOW", "content-type": "application/octet-stream"}
        for message in messages:
            _ask(line, "POST", _FROM, f"/messageexchange/{_FROM}/outbox", message, headers)
        line.close()

    def _collect(self, count: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port)
        inbox = f"/messageexchange/{_TO}/inbox"
        latest = time.monotonic()
        while count > 0:
            found = json.loads(_ask(line, "GET", _TO, inbox))["messages"]
            at_once(*(lambda share=share: self._fetch(inbox, share) for share in shares(found) if share))
            count -= len(found)
            if found:
                latest = time.monotonic()
            elif time.monotonic() - latest > _LOST_SECONDS:
                raise RuntimeError(f"{count} messages never came")
            else:
                time.sleep(IDLE_SECONDS)
        line.close()

    def _fetch(self, inbox: str, ids: list[str]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port)
        for id_ in ids:
            _ask(line, "GET", _TO, f"{inbox}/{id_}")
            _ask(line, "PUT", _TO, f"{inbox}/{id_}/status/acknowledged")
        line.close()


def _ask(
    line: http.client.HTTPConnection,
    method: str,
    mailbox: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> bytes:
    line.request(method, path, body, {"Authorization": _token(mailbox)} | (headers or {}))
    answer = line.getresponse()
    content = answer.read()
    if answer.status not in (200, 202):
        raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
    return content


def _token(mailbox: str) -> str:
    nonce, moment = uuid.uuid4(), time.strftime("%Y%m%d%H%M")
    said = f"{mailbox}:{nonce}:1:{_PASSWORD}:{moment}"
    digest = hmac.new(_KEY.encode(), said.encode("ascii"), hashlib.sha256).hexdigest()
    return f"NHSMESH {mailbox}:{nonce}:1:{moment}:{digest}"


@contextlib.contextmanager
def running(home: Path, supply: Supply) -> Iterator[Mesh]:
    """One worker, as its own container starts it."""
    home.mkdir(parents=True)
    port = free_port()
    command = [
        python("bench-mesh"),
        "-m",
        "uvicorn",
        "mesh_sandbox.api:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    settings = {"AUTH_MODE": "full", "SHARED_KEY": _KEY, "STORE_MODE": "file", "MAILBOXES_DATA_DIR": str(home)}
    with server([*command, "--log-level", "warning"], port, home / "out", **settings):
        yield Mesh(port, supply)
