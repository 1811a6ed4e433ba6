"""A real hub in a process of its own, spoken to over real HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from . import world

Process = subprocess.Popen[bytes]


class Wire:
    """Stands in for Django's test client: the same calls, over real HTTP to a real process."""

    def __init__(self, base: str) -> None:
        self._http = httpx2.Client(base_url=base, timeout=20, verify=False)
        self.close = self._http.close

    def get(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> httpx2.Response:
        return self._http.get(path, params=dict(query), headers=dict(headers))

    def post(self, path: str, body: str, content_type: str, headers: Mapping[str, str]) -> httpx2.Response:
        return self._http.post(path, content=body, headers={"Content-Type": content_type, **headers})


@contextmanager
def serving(data: Path, port: int | str, *changed: str, **environment: str) -> Iterator[Process]:
    """The real `renkei serve` on a data folder, on a port of this machine or at `unix:…`, in a process group of its own.

    `changed` are Python statements that run before it; `environment` are settings, without their prefix.
    """
    lines = [*changed, "import sys", "from renkei.cli import main", "sys.exit(main(sys.argv[1:]))"]
    command = [sys.executable, "-c", "\n".join(lines)]
    command += ["serve", "--data", str(data), "--bind", port if isinstance(port, str) else f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "renkei.hub.config.settings"} | _prefixed(environment),
    )
    try:
        wait_until_well(port, lambda: process.poll() is None, "https" if "TLS_CERT" in environment else "http")
        yield process
    finally:
        kill(process)


def _prefixed(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"RENKEI_{name}": value for name, value in settings.items()}


def wait_until_well(port: int | str, lives: Callable[[], bool], scheme: str = "http") -> None:
    """Until the hub answers that all is well. Raises AssertionError when it ends before, or after half a minute."""
    deadline = time.monotonic() + 30
    path = port.removeprefix("unix:") if isinstance(port, str) else None
    base = "http://127.0.0.1" if path else f"{scheme}://127.0.0.1:{port}"
    with httpx2.Client(transport=httpx2.HTTPTransport(verify=False, uds=path), timeout=5) as http:
        while time.monotonic() < deadline:
            assert lives(), "the hub ended by itself"
            try:
                # A socket that is not there yet is not tried: the library would leave its own end open.
                if (path is None or Path(path).exists()) and http.get(f"{base}/v1/health").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.02)
    raise AssertionError("the hub did not start")


def kill(process: Process) -> None:
    """kill -9 of the master and its worker."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def connected(office: world.TestOffice, port: int, scheme: str = "http") -> Iterator[None]:
    """The office speaks to the hub on this port over the wire."""
    with closing(Wire(f"{scheme}://127.0.0.1:{port}")) as wire:
        office.client = wire  # type: ignore[assignment]
        office.sign_in()
        yield


def all_events(office: world.TestOffice) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = office.get("/events", service=office.service, limit=500).json()["events"]
    return events
