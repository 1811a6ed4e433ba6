"""The client that waits and the one that does not are one program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_half_without_waiting_is_made_from_the_other(root: Path) -> None:
    command = [sys.executable, str(root / "scripts/unasync.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
