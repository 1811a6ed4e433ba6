"""The slip that files are to go beside: found by one of its files, checked, and not sent yet."""

from __future__ import annotations

from pathlib import Path

from . import earlier, outgoing
from .batches import Checked
from .desk import Desk
from .entries import Direction, State
from .errors import SetupError
from .papers import Unfit
from .sorting import sort_out
from .stating import key_of_unit


def slip_of(desk: Desk, path: Path) -> Checked:
    """The unit that the file at `path` belongs to, with the other files of it in the same folder.

    Raises Unfit for one that must not go, SetupError E-OFFICE-SENT for one that is on its way already or has arrived.
    """
    number = earlier.sequence_of(path.name)
    near = path.parent.glob("*") if number else ()
    others = sorted(one for one in near if one != path and one.is_file() and earlier.sequence_of(one.name) == number)
    found, failed = outgoing.find([path, *others])
    units, faulty = sort_out(desk.settings, found)
    for result in (*failed, *(one for one in faulty if path in one.files)):
        if why := result.trouble:
            raise Unfit(why.code, why.message, why.remedy, result.findings)
    [slip] = [unit for unit in units if path in {file.path for file in unit.files}]
    known = desk.ledger.of_key(Direction.OUTGOING, key_of_unit(slip.unit))
    if known and known.state is not State.REFUSED:
        raise SetupError(
            "E-OFFICE-SENT",
            "このファイルは、もう送ったか、送っている途中です。あとから添付ファイルをつけられません。",
            "添付ファイルだけを、renkei office attach --to で送ってください。",
        )
    return slip
