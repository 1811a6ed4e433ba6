"""A PKCS#11 token of this test run's own: SoftHSM with its files in a temporary folder."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

LABEL, PIN = "試験".encode().hex(), "20261122"


@dataclass(frozen=True)
class SoftToken:
    """Library, label and PIN of a token."""

    module: str
    label: str
    pin: str

    @property
    def place(self) -> tuple[str, str]:
        return self.module, self.label


def make_token(module: str, folder: Path) -> SoftToken:
    """SoftHSM reads its settings once a process: the first call's folder is the run's."""
    if "SOFTHSM2_CONF" not in os.environ:
        (folder / "tokens").mkdir()
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(settings)
        command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
    return SoftToken(module, LABEL, PIN)
