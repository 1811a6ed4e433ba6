"""Carrying out operators' deeds, and the running hub's door for them.

On SQLite every writer lives in the hub's process, so a command asks it (`asking`) instead of writing by itself.
"""

from __future__ import annotations

import json
import os
import socketserver
import threading
from pathlib import Path
from typing import Any

import structlog
from django.db import connections

from renkei.hub.config.asking import MAX_LINE, SECONDS, DeedRefused, socket_path
from renkei.hub.config.deeds import DEEDS
from renkei.hub.config.options import BadOption
from renkei.hub.core.problems import Refused

_log = structlog.get_logger(__name__)


def perform(deed: str, given: dict[str, Any]) -> str:
    """Carry out a deed in this process. Raises DeedRefused for what the operator can mend."""
    try:
        return DEEDS[deed](given)
    except Refused as refusal:
        raise DeedRefused(refusal.words) from refusal
    except BadOption as error:
        raise DeedRefused(str(error)) from error


class _Handler(socketserver.StreamRequestHandler):
    timeout = SECONDS

    def handle(self) -> None:
        answer = {"done": False, "text": "ハブの中でうまくいきませんでした。ハブの記録を見てください。"}
        try:
            asked = json.loads(self.rfile.readline(MAX_LINE))
            answer = {"done": True, "text": perform(asked["deed"], asked["given"])}
        except DeedRefused as refusal:
            answer["text"] = str(refusal)
        except Exception:
            _log.exception("deed failed")
        finally:
            connections.close_all()
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Several at once: the copy of a large database takes its time. Its end waits for all of them."""


class Operators(threading.Thread):
    """Answers operators' commands until it is told to stop."""

    def __init__(self, data: Path) -> None:
        super().__init__(name="operators", daemon=True)
        path = Path(socket_path(data))
        path.unlink(missing_ok=True)
        previous = os.umask(0o177)
        try:
            self._server = _Server(str(path), _Handler)
        finally:
            os.umask(previous)

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.2)

    def stop(self) -> None:
        """Answer what is being asked, then end."""
        self._server.shutdown()
        self._server.server_close()
        Path(str(self._server.server_address)).unlink(missing_ok=True)
