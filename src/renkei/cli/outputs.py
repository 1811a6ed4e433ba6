"""Writing one file that the user named: whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from renkei.standard.troubles import reason

from .files import CannotRunError


def write_output(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write under a temporary name beside it, then rename. Equal content is left as it is.

    Raises CannotRunError where the file exists with other content and not `force`, or where writing fails.
    """
    try:
        if path.exists() and not force:
            if path.is_file() and path.read_bytes() == data:
                return
            raise CannotRunError(
                f"「{path}」はもうあります。別の名前にするか、書きかえてよければ --force を付けてください。"
            )
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(_mode(path))
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotRunError(f"「{path}」に書けません({reason(error)})。場所と権限を確かめてください。") from None


def _mode(path: Path) -> int:
    """Who may read a file: as before where there was one, otherwise as files are made here."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def give(data: bytes, *, as_it_is: bool) -> None:
    """To the standard output: pages and lists with the bytes they have, texts in whatever the terminal speaks."""
    if as_it_is:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        print(data.decode(), end="")
