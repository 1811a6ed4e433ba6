"""Django's own secret: made once for the data folder, readable by its owner alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from renkei.hub.core.files import write_secret


def django_key(data: Path) -> str:
    """The key for sessions and forms. Before `renkei hub init` has made the folder, a passing one."""
    path = data / "keys" / "django.key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    key = secrets.token_urlsafe(50)
    if path.parent.is_dir():
        write_secret(path, key.encode("ascii"))
    return key
