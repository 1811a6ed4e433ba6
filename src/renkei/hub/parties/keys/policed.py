"""Which kinds of certificates count at this hub: the package's table, and the operator's `trust/policies.tsv` before it."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from django.conf import settings

from renkei.hub.core.problems import Refused
from renkei.trust.policies import BadPolicies, Policies, policies

FILE = "policies.tsv"


def in_force() -> Policies:
    """The table in force, read again when the file changes.

    Raises Refused (503) for a file that cannot be used: without it an external authority would pass for our own.
    """
    path = _path(settings.DATA)
    try:
        changed = os.stat(path).st_mtime_ns  # noqa: PTH116  (in each request)
    except FileNotFoundError:
        return _own()
    try:
        return _read(path, changed)
    except (BadPolicies, OSError, UnicodeDecodeError) as error:
        raise Refused(
            503,
            "E-HUB-TRUST",
            "ハブが今、証明書を確かめられません。",
            f"運営者が、証明書の種類の表 (trust/{FILE}) を直すのを待ってください。",
        ) from error


@functools.cache
def _path(data: Path) -> Path:
    return data / "trust" / FILE


@functools.cache
def _own() -> Policies:
    return policies()


@functools.lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Policies:
    return policies(path.read_text(encoding="utf-8"))
