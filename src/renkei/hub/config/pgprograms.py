"""PostgreSQL's own programs for backup and restore. The password goes by the environment: arguments are seen by others."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from renkei.hub.config.options import BadOption


def dump(url: str, path: Path) -> None:
    """Write a database into a new file, as it is at one moment. Raises BadOption."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    path.chmod(0o600)


def restore(url: str, path: Path) -> None:
    """Fill an empty database from such a file, wholly or not at all. Raises BadOption."""
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(path))


def _run(program: str, url: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BadOption(f"{program} がありません。PostgreSQL のクライアントのプログラムを入れてください。")
    parts = urlsplit(url)
    environment = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    command = [found, f"--dbname={parts.path.lstrip('/')}", *arguments]
    done = subprocess.run(
        command, env=os.environ | {k: v for k, v in environment.items() if v}, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadOption(f"{program} がうまくいきませんでした: {said[0] if said else ''}")
