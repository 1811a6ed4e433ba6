"""Sending: check, sign, hand over, keep the receipt, and only then put the files away.

Every file ends in exactly one result: sent, or an error with its reason, or waiting with its reason. The manifest is in
the ledger before it leaves: after a lost answer the very same bytes go out again, and the hub's first receipt fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from renkei.trust import manifest as manifests
from renkei.trust.errors import ManifestError, TrustError

from . import earlier, elsewhere, outgoing
from .batches import Checked, Noted, batches, over_limit
from .desk import Desk
from .entries import Direction, Entry, KeptReceipt, Signer, State
from .errors import ClientError, HubUnreachable, Trouble
from .limits import Limits
from .protocol import Accepted
from .results import Outcome, SendResult
from .sorting import result_of, sort_out
from .stating import Envelope, key_of_unit, manifest_of


def send(desk: Desk, paths: Sequence[Path]) -> list[SendResult]:
    """Send every unit among the files at `paths`; trouble with the hub is a result too."""
    found, results = outgoing.find(paths)
    desk.progress(0, len(found), "ファイルを調べています")
    finished, left = earlier.finish(desk, found)
    checked, faulty = sort_out(desk.settings, left)
    return [*results, *finished, *faulty, *_hand_over(desk, checked)]


def _hand_over(desk: Desk, units: Sequence[Checked]) -> list[SendResult]:
    if not units:
        return []
    try:
        limits = desk.limits
    except ClientError as error:
        return [_failed(unit, error) for unit in units]
    ready, results = _ready(desk, units, limits)
    down: ClientError | None = None
    for batch in batches(ready, limits):
        if down:
            results += [_failed(unit.checked, down, unit.entry) for unit in batch]
            continue
        desk.progress(len(results), len(units), "送っています")
        handed, down = _send_batch(desk, batch)
        results += handed
    desk.progress(len(units), len(units), "送りました")
    return results


def _ready(desk: Desk, units: Sequence[Checked], limits: Limits) -> tuple[list[Noted], list[SendResult]]:
    """The units signed and in the ledger; and results for those that cannot go."""
    ready, results = [], []
    for unit in units:
        try:
            if trouble := over_limit(unit.contents, limits):
                results.append(result_of(unit, Outcome.ERROR, trouble))
            else:
                ready.append(_prepare(desk, unit))
        except (ClientError, TrustError) as error:
            results.append(_failed(unit, error))
    return ready, results


def _prepare(desk: Desk, checked: Checked) -> Noted:
    """Manifest and signature; an earlier manifest of the same content again, for the hub may have it already."""
    unit = checked.unit
    known = desk.ledger.of_key(Direction.OUTGOING, key_of_unit(unit))
    if known is None or not _fits(known, checked):
        known = _anew(desk, checked, known)
    envelope = Envelope(known.manifest or b"", desk.identity.sign(known.manifest or b""), known.salts)
    if known.state.rank < State.ACCEPTED.rank:
        known = desk.ledger.save(replace(known, signature=envelope.signature, state=State.WAITING, trouble=None))
    return Noted(checked, envelope, known)


def _fits(entry: Entry, checked: Checked) -> bool:
    try:
        manifests.check_files(manifests.parse(entry.manifest or b""), checked.contents, entry.salts)
    except ManifestError:
        return False
    return True


def _anew(desk: Desk, checked: Checked, known: Entry | None) -> Entry:
    unit = checked.unit
    data, salts = manifest_of(key_of_unit(unit), unit.months, checked.contents, desk.settings.hub_id)
    entry = known or Entry(
        direction=Direction.OUTGOING,
        sender=unit.sender,
        sender_service=unit.sender_service,
        recipient=unit.recipient,
        recipient_service=unit.recipient_service,
        kind=unit.kind.value,
        sequence=unit.sequence,
        months=unit.months,
        state=State.WAITING,
    )
    return replace(entry, manifest=data, salts=salts)


def _send_batch(desk: Desk, batch: Sequence[Noted]) -> tuple[list[SendResult], ClientError | None]:
    """Results of one batch; with the error when the hub cannot be reached, so that nothing more is tried."""
    try:
        answers = desk.hub.send([unit.body() for unit in batch])
    except ClientError as error:
        down = error if isinstance(error, HubUnreachable) else None
        return [_note_failure(desk, unit, error) for unit in batch], down
    return [_settle(desk, unit, answer) for unit, answer in zip(batch, answers, strict=True)], None


def _settle(desk: Desk, unit: Noted, answer: Accepted | Trouble) -> SendResult:
    """What the hub said of one unit, believed only with its receipt."""
    if isinstance(answer, Trouble):
        entry = unit.entry
        if entry.state.rank < State.ACCEPTED.rank:
            entry = desk.ledger.save(replace(entry, state=State.REFUSED, trouble=answer))
        return result_of(unit.checked, Outcome.ERROR, answer, entry)
    try:
        entry = _receipted(desk, unit, answer)
    except (ClientError, TrustError) as error:
        return _note_failure(desk, unit, error)
    done = outgoing.put_away(desk.folder, entry, unit.checked.files, answer.repeated)
    return replace(done, findings=(*unit.checked.findings, *answer.findings))


def _receipted(desk: Desk, unit: Noted, answer: Accepted) -> Entry:
    """The line in the ledger with the receipt, on the disk. Raises ClientError or TrustError."""
    entry = replace(unit.entry, signature=unit.envelope.signature)
    entry = elsewhere.accepted(desk, entry, answer, unit.contents)
    entry = replace(entry, place=outgoing.place_of(entry).as_posix())
    return desk.ledger.save(entry, KeptReceipt("accepted", Signer.HUB, answer.receipt))


def _note_failure(desk: Desk, unit: Noted, error: ClientError | TrustError) -> SendResult:
    """A result, and the reason in the ledger too when it can be written."""
    entry = unit.entry
    if entry.state.rank < State.ACCEPTED.rank:
        entry = desk.ledger.save(replace(entry, trouble=Trouble.of(error)))
    return _failed(unit.checked, error, entry)


def _failed(checked: Checked, error: ClientError | TrustError, entry: Entry | None = None) -> SendResult:
    outcome = Outcome.WAITING if isinstance(error, HubUnreachable) else Outcome.ERROR
    return result_of(checked, outcome, Trouble.of(error), entry)
