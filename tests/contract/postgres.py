"""A real PostgreSQL of Debian's package on loopback, made for one test run and thrown away."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

OWNER, SERVICE = "renkei_owner", "renkei_service"


@dataclass(frozen=True)
class Server:
    """A running server with the database `renkei` and two roles: one makes tables, the other serves."""

    folder: Path
    programs: Path
    port: int
    password: str

    def url(self, role: str) -> str:
        """The connection of one role."""
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/renkei"

    def pause(self) -> None:
        """End the server at once, as a restart of its machine would; its data stays."""
        self._control("-m", "fast", "stop")

    def go_on(self) -> None:
        """Start it again."""
        self._control("-l", self.folder / "log", "-o", self.options, "-w", "start")

    def answers(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def options(self) -> str:
        # Tests kill the hub, never the machine: without fsync it commits alike, only faster.
        return (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.folder} "
            "-c max_connections=60 -c fsync=off"
        )

    def _control(self, *arguments: str | Path) -> None:
        _as_server_user(self.programs / "pg_ctl", "-D", self.folder / "data", *arguments)

    def stop(self) -> None:
        """End the server and remove its data."""
        self._control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def start(programs: Path) -> Server:
    """Make and start a server; about a second."""
    folder = Path(tempfile.mkdtemp(prefix="renkei-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder, programs, _free_port(), secrets.token_hex(16))
    _as_server_user(
        programs / "initdb", "-D", folder / "data", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres"
    )
    server.go_on()
    for statement in (
        f"CREATE ROLE {OWNER} LOGIN PASSWORD '{server.password}'",
        f"CREATE ROLE {SERVICE} LOGIN PASSWORD '{server.password}'",
        f"CREATE DATABASE renkei OWNER {OWNER}",
    ):
        _psql(server, statement)
    return server


def _psql(server: Server, statement: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        command = [
            server.programs / "psql",
            "-h",
            "127.0.0.1",
            "-p",
            str(server.port),
            "-U",
            "postgres",
            "-c",
            statement,
        ]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(done.stderr.decode())
        time.sleep(0.1)


def _as_server_user(program: Path, *arguments: str | Path) -> None:
    """PostgreSQL refuses to run as root."""
    command = [str(program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
