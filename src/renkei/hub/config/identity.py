"""What the hub is called: `hub.json` in its data, written by `renkei hub init`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from renkei.hub.config.options import BadOption
from renkei.hub.core.files import replace_file

FILE = "hub.json"


@dataclass(frozen=True)
class Identity:
    """`id` stands in every manifest and receipt and never changes; `name` is for people.

    `epoch` names one unbroken run of feed numbers. A hub restored from a copy gives numbers out again, so it gets a new
    epoch, and programs read its feeds from the beginning.
    """

    id: str
    name: str
    epoch: str


def load(data: Path) -> Identity:
    """The hub's identity; an empty one before `renkei hub init`. Raises BadOption for a file that is torn or too old."""
    path = data / FILE
    if not path.exists():
        return Identity("", "", "")
    try:
        return Identity(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise BadOption(
            f"{path} を読めません。こわれているか、前の版のものです。控えから戻してください。"
            "実演のデータなら、make demo をもう一度実行してください。"
        ) from error


def save(data: Path, identity: Identity) -> None:
    """Write the identity of a new hub. Raises FileExistsError."""
    if (data / FILE).exists():
        raise FileExistsError(data / FILE)
    replace_file(data / FILE, json.dumps(asdict(identity), ensure_ascii=False).encode())
