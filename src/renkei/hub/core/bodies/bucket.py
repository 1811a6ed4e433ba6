"""Which bucket of an object store the hub's large bodies lie in. No Django here: settings are read with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class Bucket:
    """A bucket, the prefix of this hub's names in it, where it is reached, and who asks. `endpoint` empty: AWS itself."""

    name: str
    prefix: str
    endpoint: str
    region: str
    key: str
    secret: str


def place(text: str) -> str:
    """`s3://bucket/prefix`, or nothing for a folder. Raises ValueError.

    >>> place("s3://bodies/hub-1"), place("")
    ('s3://bodies/hub-1', '')
    """
    if text and not text.startswith("s3://"):
        raise ValueError(text)
    name, _, prefix = text.removeprefix("s3://").partition("/")
    if text and not (_NAME.fullmatch(name) and _PREFIX.fullmatch(prefix)):
        raise ValueError(text)
    return text


def address(text: str) -> str:
    """Where an object store is reached: https, or http on this machine alone; nothing for AWS. Raises ValueError.

    >>> address("https://objects.example:9000"), address("http://127.0.0.1:5000")
    ('https://objects.example:9000', 'http://127.0.0.1:5000')
    """
    parts = urlsplit(text)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if text and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_here))):
        raise ValueError(text)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def chosen(values: Mapping[str, Any]) -> Bucket | None:
    """The bucket of the settings; none where large bodies lie in a folder."""
    if not values["BLOBS"]:
        return None
    name, _, prefix = values["BLOBS"].removeprefix("s3://").partition("/")
    rest = (values[f"BLOBS_{part}"] for part in ("ENDPOINT", "REGION", "KEY", "SECRET"))
    return Bucket(name, prefix, *rest)
