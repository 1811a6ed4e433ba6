"""A real hub for the benchmarks: `renkei serve` on loopback with two offices, on SQLite or PostgreSQL, with TLS or without."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

HUB_ID = "renkei-bench"
# Care management, and the provider of the services: number, service type.
SENDER, RECIPIENT = ("1370100016", "43"), ("1370200014", "11")
_START_SECONDS = 30


@dataclass(frozen=True)
class Hub:
    """A running hub; `home` has its data in `hub/` and the offices' keys and certificates beside it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Resident memory of the process that serves, MB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = Path(f"/proc/{children[0]}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


@contextlib.contextmanager
def hub(home: Path, database: Mapping[str, str], fill: Path | None = None, **settings: str) -> Iterator[Hub]:
    """Make a hub in an empty folder and run it for the block. `database` are settings of the database, {} for SQLite;
    `fill` is a program that puts more into it, given its folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    environment |= {f"RENKEI_{name}": value for name, value in (database | settings).items()}
    environment |= {"RENKEI_DATA": str(home / "hub"), "DJANGO_SETTINGS_MODULE": "renkei.hub.config.settings"}
    home.mkdir(parents=True)
    subprocess.run([sys.executable, __file__, str(home)], check=True, env=environment)
    if fill:
        subprocess.run([sys.executable, str(fill), str(home)], check=True, env=environment)
    port = free_port()
    with (home / "log").open("wb") as log:
        command = [sys.executable, "-m", "renkei", "serve", "--data", str(home / "hub"), "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        wait_for(port, process)
        yield Hub(home, port, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens there. Raises RuntimeError."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}: {process.args}")


def _make(home: Path) -> None:
    """Folder, tables, authority, and the two offices with keys of their own."""
    from renkei.hub.config import preparing
    from renkei.trust.authority import Authority

    preparing.make_folder(home / "hub", HUB_ID, "速さを測るハブ")
    import django

    django.setup()
    preparing.make_tables()
    authority = Authority.create(home / "authority", "速さを測る認証局")
    csr = x509.load_pem_x509_csr((home / "hub" / "keys" / "receipt.csr.pem").read_bytes())
    chain = [authority.issue_hub(csr, HUB_ID), authority.issuing]
    preparing.install_receipt_certificate(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    preparing.trust(
        {
            "roots": {"root.pem": authority.root.public_bytes(Encoding.PEM)},
            "intermediates": {"issuing.pem": authority.issuing.public_bytes(Encoding.PEM)},
            "crls": {"issuing.crl": authority.crl(), "root.crl": authority.root_crl()},
        }
    )
    for number, service in (SENDER, RECIPIENT):
        _admit(home, authority, number, service)


def _admit(home: Path, authority: object, number: str, service: str) -> None:
    from renkei.hub.parties import services
    from renkei.trust import keys

    key = keys.new_key()
    certificate = authority.issue(keys.request(key, number, "事業所"), number)  # type: ignore[attr-defined]
    keys.save_key(home / f"{number}.key", key)
    (home / f"{number}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    services.admit_office(number, "事業所", [service], certificate)


if __name__ == "__main__":
    _make(Path(sys.argv[1]))
