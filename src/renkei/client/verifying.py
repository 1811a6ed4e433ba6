"""Holding the ledger against itself with no hub in sight: every signature, every receipt, every file that is here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from renkei.trust.errors import TrustError

from . import pieces
from .entries import Entry, KeptReceipt, Signer
from .errors import ClientError, Trouble
from .folder import Folder
from .pieces import Piece
from .trusting import Trust, digest_of


@dataclass(frozen=True)
class Verified:
    """One unit: how many receipts and files were right, and what was not."""

    entry: Entry
    receipts: int
    files: int
    troubles: tuple[Trouble, ...]


def verify(entry: Entry, folder: Folder, trust: Trust) -> Verified | None:
    """None for a unit that the hub has not accepted: there is nothing to prove yet."""
    accepted = entry.receipt("accepted", Signer.HUB)
    if accepted is None or entry.manifest is None:
        return None
    troubles: list[Trouble] = []
    receipts = files = 0
    for kept in entry.receipts:
        try:
            _check(entry, kept, trust)
            receipts += 1
        except (ClientError, TrustError) as error:
            troubles.append(Trouble.of(error))
    try:
        receipt = trust.check_receipt(accepted, entry.transmission or "", "accepted", digest_of(entry.manifest))
        manifest = trust.check_manifest(entry.manifest, entry.signature or b"", receipt)
        place = folder.root / (entry.place or "")
        files = sum(1 for _ in _right_files(entry, pieces.of(entry.direction, manifest, receipt, place), place))
    except ClientError:
        pass  # the receipt is among the troubles already
    except TrustError as error:
        troubles.append(Trouble.of(error))
    return Verified(entry, receipts, files, tuple(troubles))


def _check(entry: Entry, kept: KeptReceipt, trust: Trust) -> None:
    if kept.signer is Signer.HUB:
        digest = digest_of(entry.manifest or b"")
        trust.check_receipt(kept.signed, entry.transmission or "", kept.step, digest)
    else:
        trust.check_own_receipt(kept.signed, kept.step, entry)


def _right_files(entry: Entry, unit: Iterable[Piece], place: Path) -> Iterator[str]:
    """Names of the files that are still where they were put. Raises ManifestError for one that has changed."""
    for piece in unit:
        path = place / piece.place
        if piece.name in entry.salts and path.is_file():
            pieces.check_file(piece, path, entry.salts[piece.name])
            yield piece.name
