"""Attached files of an office on their way out: copied aside, cleaned, then sent to each recipient until all have them.

A unit waits as a folder below `attaching/`, named by its sequence number: `unit.json`, ATTACHMENTS.JSON and the files as
the manifest names them, with those of the slip that they go beside. With all receipts here it moves to `sent/`. Cut off
anywhere, the next run goes on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from renkei.attachments import index
from renkei.trust.errors import TrustError

from .batches import Checked
from .desk import Desk
from .errors import ClientError, SetupError, Trouble
from .folder import DROPPED, Folder, make_durably, sync_folder, write_synced
from .limits import Limits
from .outgoing import BEING_WRITTEN, files_below
from .papers import Attachment, Paper, Type, check_sizes, commit, listed, prepare
from .results import Outcome, SendResult
from .stating import sequence_now

Address = tuple[str, str]  # office number, service type
UNIT = "unit.json"
SETTLED_SECONDS = 3  # a file that was changed later may still be written
_RECIPIENT = re.compile(r"([0-9A-Z]{10})[_-]([0-9A-Z]{2})")
# What the name of a dropped file says of its type.
_WORDS = {"モニタリング": Type.MONITORING, "計画": Type.PLAN, "月次": Type.MONTHLY_REPORT, "報告": Type.MONTHLY_REPORT}


@dataclass(frozen=True)
class Waiting:
    """A unit of attached files that is on its way."""

    place: Path
    kind: str
    sequence: str
    recipients: tuple[Address, ...]
    months: tuple[str, ...]
    papers: tuple[Paper, ...]
    contents: Mapping[str, bytes]  # the index, and the files of the slip

    @property
    def removed(self) -> dict[str, tuple[str, ...]]:
        """By title, what was taken out of the PDFs."""
        return {paper.listed.title: paper.removed for paper in self.papers if paper.removed}

    @property
    def names(self) -> tuple[Path, ...]:
        slip = (Path(name) for name in self.contents if name != index.FILE)
        return (*slip, *(Path(paper.listed.title) for paper in self.papers))


def address_of(text: str) -> Address:
    """`1370200014-11` or `1370200014_11`. Raises SetupError E-OFFICE-NUMBER."""
    found = _RECIPIENT.fullmatch(text)
    if found is None:
        raise SetupError(
            "E-OFFICE-NUMBER",
            "宛先の形が正しくありません。",
            "事業所番号 (10文字) とサービス種類 (2文字) を、1370200014-11 のように書いてください。",
        )
    return found[1], found[2]


def stage(
    desk: Desk,
    attachments: Sequence[Attachment],
    recipients: Iterable[Address],
    limits: Limits | None,
    slip: Checked | None = None,
) -> None:
    """Copy the files aside, look into the copies, clean them. `limits` of the hub, where it could be asked.

    With a `slip` they go beside it. Raises Unfit for what must not go, OSError.
    """
    root = desk.folder.attaching
    make_durably(root)
    passing = root / ".new"
    shutil.rmtree(passing, ignore_errors=True)
    (passing / "originals").mkdir(parents=True)
    copies = [_copied(one, passing / "originals" / f"{number}") for number, one in enumerate(attachments)]
    papers = [_kept(paper, passing) for paper in prepare(copies, passing)]
    shutil.rmtree(passing / "originals")
    check_sizes(papers, limits)
    said: dict[str, object]
    if slip:
        name = f"{slip.unit.sequence}_{slip.unit.kind.value}_{slip.unit.recipient}_{slip.unit.recipient_service}"
        said = {"kind": slip.unit.kind.value, "sequence": slip.unit.sequence, "months": slip.unit.months}
    else:
        name = _free_sequence(desk)
        months = sorted({one.month for one in attachments if one.month})
        said = {"kind": index.KIND, "sequence": name, "months": months}
    contents = slip.contents if slip else {}
    said |= {"recipients": list(recipients), "files": list(contents), "papers": [_as_dict(paper) for paper in papers]}
    for file, data in (contents | {index.FILE: listed(papers)}).items():
        write_synced(passing / file, data)
    write_synced(passing / UNIT, json.dumps(said, ensure_ascii=False).encode())
    sync_folder(passing)
    passing.rename(root / name)
    sync_folder(root)


def limits_of(desk: Desk) -> Limits | None:
    """None while the hub cannot be asked: it will say itself what is too large."""
    try:
        return desk.limits
    except ClientError:
        return None


def stage_dropped(desk: Desk) -> list[SendResult]:
    """Take what people dropped into `outbox/添付/<number>_<service>/`; results for what cannot go."""
    results = []
    for drop in sorted(path for path in desk.folder.dropped.glob("*") if path.is_dir()):
        paths = tuple(files_below(drop))
        try:
            recipient = address_of(drop.name)
            if paths and time.time() - max(path.stat().st_mtime for path in paths) < SETTLED_SECONDS:
                results.append(SendResult(Outcome.WAITING, paths, trouble=BEING_WRITTEN))
            elif paths:
                wanted = [Attachment(path, type=_type_of(path.name)) for path in paths]
                stage(desk, wanted, [recipient], limits_of(desk))
                for path in paths:
                    path.unlink()
        except (ClientError, OSError) as error:
            trouble = Trouble.of(error) if isinstance(error, ClientError) else _UNREADABLE
            results.append(SendResult(Outcome.ERROR, paths or (drop,), trouble=trouble, findings=trouble.findings))
    return results


def waiting(folder: Folder) -> list[Path]:
    """The folders of the units on their way, oldest first."""
    return [path.parent for path in sorted(folder.attaching.glob(f"[0-9]*/{UNIT}"))]


def put_away(desk: Desk, unit: Waiting) -> None:
    """All recipients' receipts are here."""
    target = desk.folder.root / place_of(unit)
    make_durably(target.parent)
    unit.place.rename(target)
    sync_folder(target.parent)
    sync_folder(desk.folder.attaching)


def place_of(unit: Waiting) -> Path:
    """Where a sent unit is kept, below the office's folder."""
    return Path("sent", DROPPED, unit.place.name)


def _copied(attachment: Attachment, path: Path) -> Attachment:
    before = attachment.path.stat()
    copy = path.with_suffix(attachment.path.suffix)
    shutil.copyfile(attachment.path, copy)
    after = attachment.path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SetupError(BEING_WRITTEN.code, BEING_WRITTEN.message, BEING_WRITTEN.remedy)
    return replace(attachment, path=copy, title=attachment.title or attachment.path.name)


def _kept(paper: Paper, folder: Path) -> Paper:
    """The file under its name in the manifest, on the disk."""
    place = folder / paper.listed.name
    if paper.path != place:
        paper.path.rename(place)
    with place.open("r+b") as file:  # Windows syncs what may be written alone
        os.fsync(file.fileno())
    return replace(paper, path=place)


def _as_dict(paper: Paper) -> dict[str, object]:
    return {"name": paper.listed.name, "salt": paper.salt.hex(), "removed": paper.removed}


def read(place: Path) -> Waiting:
    """A unit that waits. Raises SetupError E-OFFICE-ATTACHING for a folder that was changed by hand."""
    try:
        said = json.loads((place / UNIT).read_text(encoding="utf-8"))
        contents = {name: (place / name).read_bytes() for name in (*said["files"], index.FILE)}
        known = index.parse(contents[index.FILE])
        papers = tuple(
            commit(known.of(one["name"]), place / one["name"], bytes.fromhex(one["salt"]), tuple(one["removed"]))
            for one in said["papers"]
        )
        recipients = tuple((office, service) for office, service in said["recipients"])
        return Waiting(place, said["kind"], said["sequence"], recipients, tuple(said["months"]), papers, contents)
    except (OSError, ValueError, KeyError, TypeError, TrustError) as error:
        raise SetupError(
            "E-OFFICE-ATTACHING",
            f"送りかけの添付ファイル ({place}) を読めません。",
            "このフォルダを別の場所に移して、添付からやり直してください。",
        ) from error


def _free_sequence(desk: Desk) -> str:
    number = int(sequence_now())
    while desk.ledger.of_sequence(str(number)) or (desk.folder.attaching / str(number)).exists():
        number += 1
    return str(number)


def _type_of(name: str) -> Type:
    return next((kind for word, kind in _WORDS.items() if word in name), Type.OTHER)


_UNREADABLE = Trouble(
    "E-OFFICE-UNREADABLE",
    "添付ファイルを読めません。",
    "ファイルがあること、ほかのソフトで開いていないこと、ディスクの空きを確かめてください。",
)
