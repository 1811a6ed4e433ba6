"""A real nginx with the file that we ship, and a real hub behind it on a Unix socket."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from renkei.trust import keys

from .conftest import Hub
from .running import free_port, kill, serving

NAME = "hub.example.jp"


@dataclass
class Front:
    """nginx with our file, the hub behind it."""

    url: str
    port: int
    context: ssl.SSLContext
    stop: Callable[[], None]  # the hub behind it


@pytest.fixture
def front(once: None, town: Hub, need: Callable[[str], str], tmp_path: Path) -> Iterator[Front]:
    from django.db import connections

    program = need("nginx")
    connections.close_all()
    outer, inner = free_port(), f"unix:{tmp_path}/hub.sock"
    certificate(tmp_path)
    (tmp_path / "authorities.pem").write_bytes((town.data / "trust" / "roots" / "root.pem").read_bytes())
    file = tmp_path / "nginx.conf"
    file.write_text(_adapted(tmp_path, inner, outer), encoding="utf-8")
    command = [program, "-c", str(file), "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-g", "daemon off;"]
    with serving(town.data, inner, PROXY=inner, ALLOWED_HOSTS=f"{NAME},127.0.0.1") as hub:
        server = subprocess.Popen(command, stderr=subprocess.PIPE)
        context = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
        context.check_hostname = False
        try:
            _wait_for(outer, server)
            yield Front(f"https://127.0.0.1:{outer}", outer, context, lambda: kill(hub))
        finally:
            server.terminate()
            server.communicate()


def certificate(folder: Path) -> None:
    """server.pem and server.key, for this name and address alone, signed by itself."""
    key, now = keys.new_key(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    keys.save_key(folder / "server.key", key)


def _adapted(folder: Path, inner: str, outer: int) -> str:
    """The file as it is shipped, with this test's places and ports; nothing else is changed."""
    text = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "unix:/run/renkei/hub.sock": inner,
        "listen 443": f"listen 127.0.0.1:{outer}",
        "/etc/renkei/": f"{folder}/",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/": f"{folder}/",
        "/var/lib/nginx/": f"{folder}/",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    # nginx gives up root's rights for those of another user, who cannot read the test's folder.
    return (f"user {_user()};\n" if os.geteuid() == 0 else "") + text


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert server.poll() is None, server.communicate()[1].decode()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")
