"""OpenSSH's sftp: a file is put, synced and renamed, fetched and removed. No mailbox, no receipt, nobody who checks."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from exchanges.common import program, server
from hubs import free_port
from units import Supply

_SSHD = """
ListenAddress 127.0.0.1
Port {port}
HostKey {home}/host
AuthorizedKeysFile {home}/client.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
Subsystem sftp {sftp_server}
"""


class Sftp:
    """Two programs after each other: one puts, the other gets and removes."""

    def __init__(self, home: Path, port: int, supply: Supply) -> None:
        self._home, self._port, self._supply = home, port, supply
        self._numbers = itertools.count()

    def prepare(self, count: int) -> list[str]:
        """Files on disk, one for each unit."""
        names = [f"unit-{next(self._numbers)}" for _ in range(count)]
        for name in names:
            (self._home / "out" / name).write_bytes(b"".join(self._supply.files()[1].values()))
        return names

    def cycle(self, names: list[str]) -> None:
        put = (
            f"put -f {self._home}/out/{n} {self._home}/box/.{n}\nrename {self._home}/box/.{n} {self._home}/box/{n}"
            for n in names
        )
        get = (f"get {self._home}/box/{n} {self._home}/in/{n}\nrm {self._home}/box/{n}" for n in names)
        self._batch("\n".join(put))
        self._batch("\n".join(get))
        for name in names:
            (self._home / "in" / name).unlink()  # raises where it has not come

    def _batch(self, lines: str) -> None:
        (self._home / "batch").write_text(lines + "\n", encoding="ascii")
        known = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
        command = [
            program("sftp"),
            "-q",
            "-b",
            self._home / "batch",
            "-P",
            str(self._port),
            "-i",
            self._home / "client",
        ]
        subprocess.run([*command, *known, "127.0.0.1"], check=True, capture_output=True)


@contextlib.contextmanager
def running(home: Path, supply: Supply) -> Iterator[Sftp]:
    """A server of our own, for the user who measures. It needs `/run/sshd`."""
    for name in ("out", "box", "in"):
        (home / name).mkdir(parents=True)
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "client"):
        command = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", home / name]
        subprocess.run(command, check=True)
    port = free_port()
    configuration = _SSHD.format(port=port, home=home, sftp_server=program("sftp-server"))
    (home / "sshd_config").write_text(configuration, encoding="ascii")
    with server([program("sshd"), "-D", "-e", "-f", home / "sshd_config"], port, home / "log"):
        yield Sftp(home, port, supply)
