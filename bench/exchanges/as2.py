"""django-pyas2: a message signed and encrypted with RSA keys comes in, is opened, stored, and answered with a signed receipt.

There is no mailbox to collect from. Its sender does not verify the signed receipt here, which is to its advantage.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from exchanges.common import at_once, python, server, shares
from hubs import free_port
from units import Supply

_SITE = Path(__file__).with_name("as2_site.py")


class As2:
    """One sender, one receiving server."""

    def __init__(self, home: Path, port: int, supply: Supply) -> None:
        self._home, self._port, self._supply = home, port, supply
        self._numbers = itertools.count()

    def prepare(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Signed and encrypted messages, each with the three files of one unit."""
        for _ in range(count):
            name = f"unit-{next(self._numbers)}"
            (self._home / "plain" / name).write_bytes(b"".join(self._supply.files()[1].values()))
        _call(self._home, "messages")
        return [_taken(path) for path in sorted((self._home / "ready").iterdir())]

    def cycle(self, messages: list[tuple[dict[str, str], bytes]]) -> None:
        at_once(*(lambda share=share: self._send(share) for share in shares(messages)))

    def _send(self, messages: list[tuple[dict[str, str], bytes]]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        for headers, body in messages:
            line.request("POST", "/as2receive", body, headers)
            answer = line.getresponse()
            content = answer.read()
            if answer.status != 200 or b"automatic-action/MDN-sent-automatically; processed" not in content:
                raise RuntimeError(f"{answer.status} {content[:500]!r}")
        line.close()


def _taken(path: Path) -> tuple[dict[str, str], bytes]:
    ready: Mapping[str, Any] = json.loads(path.read_text(encoding="ascii"))
    path.unlink()
    headers = {name: " ".join(value.split()) for name, value in ready["headers"].items()}
    return headers, base64.b64decode(ready["body"])


def _call(home: Path, command: str) -> None:
    environment = os.environ | {"AS2_HOME": str(home)}
    subprocess.run([python("bench-as2"), _SITE, command], check=True, env=environment)


@contextlib.contextmanager
def running(home: Path, supply: Supply) -> Iterator[As2]:
    """Two workers, as its documentation has it."""
    for name in ("plain", "ready", "media"):
        (home / name).mkdir(parents=True)
    _call(home, "make")
    port = free_port()
    command = [python("bench-as2"), "-m", "gunicorn", "--chdir", _SITE.parent, "-w", "2", "-b", f"127.0.0.1:{port}"]
    with server([*command, "as2_site:application"], port, home / "log", AS2_HOME=str(home)):
        yield As2(home, port, supply)
