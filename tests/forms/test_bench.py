"""The speed bench of the forms runs. How fast anything is depends on the machine, and is asserted nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_the_bench_draws_a_slip_and_says_how_long_it_took(root: Path) -> None:
    command = [sys.executable, "bench/forms.py", "--rounds", "1", "--together", "1", "--parts", "where", "floor"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"^\| typst: 並べる \| \d+\.\d \[", done.stdout, re.MULTILINE)
    assert re.search(r"^\| zlib: PDF の中身\([1-9]\d* KB\)", done.stdout, re.MULTILINE)
