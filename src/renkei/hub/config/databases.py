"""Which database, and how it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# synchronous=FULL: an answer goes out only after the commit is on the disk.
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"


def configure(url: str, owner_url: str, data: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` serves; `owner`, on PostgreSQL alone, makes the tables and may change them."""
    if not url:
        return {"default": _sqlite(data)}
    databases = {"default": _postgresql(url)}
    if owner_url:
        databases["owner"] = _postgresql(owner_url)
    return databases


def _sqlite(data: Path) -> dict[str, Any]:
    return {
        "ENGINE": "renkei.hub.core.sqlite",
        "NAME": data / "hub.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS, "timeout": 20},
        "CONN_MAX_AGE": None,
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5, "options": "-c statement_timeout=30000 -c lock_timeout=10000"},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
