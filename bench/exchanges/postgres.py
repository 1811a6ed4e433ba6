"""A PostgreSQL of the distribution for one run, on loopback, with its own defaults: every commit is synced."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from exchanges.common import server
from hubs import free_port


@contextlib.contextmanager
def running(home: Path) -> Iterator[dict[str, str]]:
    """Make and run a server; the hub's settings for it."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    home.mkdir(parents=True)
    user = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    port, password = free_port(), secrets.token_hex(16)
    make = [programs / "initdb", "-D", home / "data", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres"]
    subprocess.run([*user, *make], check=True, capture_output=True, cwd="/")
    start = [programs / "postgres", "-D", home / "data", "-h", "127.0.0.1", "-p", str(port), "-k", home]
    with server([*user, *start], port, home.with_suffix(".log")):
        for statement in (
            f"CREATE ROLE owner LOGIN PASSWORD '{password}'",
            f"CREATE ROLE service LOGIN PASSWORD '{password}'",
            "CREATE DATABASE renkei OWNER owner",
        ):
            _ask(programs / "psql", port, statement)
        yield {
            "DATABASE_URL": f"postgresql://service:{password}@127.0.0.1:{port}/renkei",
            "DATABASE_OWNER_URL": f"postgresql://owner:{password}@127.0.0.1:{port}/renkei",
        }


def _ask(psql: Path, port: int, statement: str) -> None:
    command = [psql, "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", statement]
    subprocess.run(command, check=True, capture_output=True)
