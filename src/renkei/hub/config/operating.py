"""Where an operator's command is carried out: in the running hub when there is one, else here.

On SQLite every writer lives in the hub's process. The hub listens on a Unix socket in its data folder, which only the
folder's owner can open: one line of JSON asks, one line answers.
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import threading
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connections

from renkei.hub.config.deeds import DEEDS
from renkei.hub.config.holding import HubRunning, hold
from renkei.hub.config.options import BadOption
from renkei.hub.core.problems import Refused

_MAX_LINE = 4 * 1024 * 1024
_SECONDS = 60
_log = structlog.get_logger(__name__)


class DeedRefused(RuntimeError):
    """The hub did not do it; the text says why, in Japanese."""


def operate(deed: str, given: dict[str, Any]) -> str:
    """Carry out one deed and return what to tell the operator. Raises DeedRefused."""
    if settings.RENKEI["DATABASE_URL"]:
        return perform(deed, given)
    try:
        with hold(settings.DATA):
            return perform(deed, given)
    except HubRunning:
        return _ask(settings.DATA, deed, given)


def perform(deed: str, given: dict[str, Any]) -> str:
    """Carry out a deed in this process. Raises DeedRefused for what the operator can mend."""
    try:
        return DEEDS[deed](given)
    except Refused as refusal:
        raise DeedRefused(f"{refusal.title}{refusal.detail}") from refusal
    except BadOption as error:
        raise DeedRefused(str(error)) from error
    except ValueError as error:
        raise DeedRefused("証明書などのファイルを読めません。PEM 形式のファイルか確かめてください。") from error


def _ask(data: Path, deed: str, given: dict[str, Any]) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_SECONDS)
        line.connect(_socket_path(data))
        line.sendall(json.dumps({"deed": deed, "given": given}).encode() + b"\n")
        with line.makefile("rb") as answers:
            answer = json.loads(answers.readline(_MAX_LINE))
    if not answer["done"]:
        raise DeedRefused(answer["text"])
    return str(answer["text"])


def _socket_path(data: Path) -> str:
    # A socket's path may have 108 bytes at most; from here it is usually shorter than from the root.
    return min(str(data / "hub.socket"), os.path.relpath(data / "hub.socket"), key=len)


class _Handler(socketserver.StreamRequestHandler):
    timeout = _SECONDS

    def handle(self) -> None:
        answer = {"done": False, "text": "ハブの中でうまくいきませんでした。ハブの記録を見てください。"}
        try:
            asked = json.loads(self.rfile.readline(_MAX_LINE))
            answer = {"done": True, "text": perform(asked["deed"], asked["given"])}
        except DeedRefused as refusal:
            answer["text"] = str(refusal)
        except Exception:
            _log.exception("deed failed")
        finally:
            connections.close_all()
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class Operators(threading.Thread):
    """Answers operators' commands until it is told to stop."""

    def __init__(self, data: Path) -> None:
        super().__init__(name="operators", daemon=True)
        path = Path(_socket_path(data))
        path.unlink(missing_ok=True)
        previous = os.umask(0o177)
        try:
            self._server = socketserver.UnixStreamServer(str(path), _Handler)
        finally:
            os.umask(previous)

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.2)

    def stop(self) -> None:
        """Answer what is being asked, then end."""
        self._server.shutdown()
        self._server.server_close()
