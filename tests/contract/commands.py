"""The commands of an operator, run as he runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path


def renkei(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`renkei …` in a process of its own; `settings` go into its environment."""
    from django.db import connections

    connections.close_all()  # ours would keep the last write in the log
    command = [sys.executable, "-m", "renkei", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=os.environ | settings)


def here(*arguments: str | Path, status: int = 0) -> str:
    """`renkei …` in this process, which is quicker; what it printed, when it ended with this status."""
    from renkei.cli import main

    with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()) as complained:
        ended = main([*map(str, arguments)])
    assert ended == status, complained.getvalue()
    return said.getvalue() + complained.getvalue()


def done(*arguments: str | Path, **settings: str) -> str:
    """As `renkei`, when it must go well; what it said."""
    result = renkei(*arguments, **settings)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(*arguments: str | Path, **settings: str) -> str:
    """As `renkei`, when it must be refused with words; the words."""
    result = renkei(*arguments, **settings)
    assert result.returncode == 2, result.stdout
    assert "うまくいきませんでした (" not in result.stderr and "Traceback" not in result.stderr, result.stderr
    return result.stderr
