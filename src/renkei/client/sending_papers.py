"""Sending the attached files that wait: bring them to the hub once, then one signed unit for each recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from renkei.trust import manifest as manifests
from renkei.trust.errors import ManifestError, TrustError

from . import attaching, elsewhere
from ._sync import carrying
from .attaching import Address, Waiting
from .desk import Desk
from .entries import Direction, Entry, KeptReceipt, Signer, State
from .errors import ClientError, HubUnreachable, SetupError, Trouble
from .papers import check_sizes
from .results import Outcome, SendResult
from .stating import Envelope, Key, manifest_of


def send_waiting(desk: Desk) -> list[SendResult]:
    """Every unit of attached files on its way; one result a recipient."""
    results: list[SendResult] = []
    for place in attaching.waiting(desk.folder):
        try:
            done = _send(desk, attaching.read(place))
        except SetupError as error:
            done = [SendResult(Outcome.ERROR, (place,), trouble=Trouble.of(error))]
        results += done
        if any(result.outcome is Outcome.WAITING for result in done):
            break
    return results


def _send(desk: Desk, unit: Waiting) -> list[SendResult]:
    entries = [_entry(desk, unit, recipient) for recipient in unit.recipients]
    open_ = [entry for entry in entries if entry.state.rank < State.ACCEPTED.rank]
    results: list[SendResult] = []
    try:
        check_sizes(unit.papers, desk.limits)
        uploads = {paper.listed.name: carrying.bring_in(desk.hub, paper) for paper in unit.papers} if open_ else {}
    except (ClientError, OSError) as error:
        return [_failed(unit, entry, _trouble(error)) for entry in open_]
    for entry in open_:
        desk.progress(len(results), len(open_), "添付ファイルを送っています")
        results.append(_hand_over(desk, unit, entry, uploads))
    if all(result.outcome is Outcome.DONE for result in results):
        attaching.put_away(desk, unit)
    return results


def _entry(desk: Desk, unit: Waiting, recipient: Address) -> Entry:
    """The line in the ledger, with the manifest that goes out now or went out before."""
    own = desk.settings
    key: Key = (own.office, own.service, *recipient, unit.kind, unit.sequence)
    known = desk.ledger.of_key(Direction.OUTGOING, key)
    if known and _fits(known, unit):
        return known
    data, salts = manifest_of(key, unit.months, unit.contents, own.hub_id, unit.papers)
    entry = known or Entry(Direction.OUTGOING, *key, months=unit.months, state=State.WAITING)
    place = attaching.place_of(unit).as_posix()
    return desk.ledger.save(replace(entry, manifest=data, salts=salts, place=place))


def _fits(entry: Entry, unit: Waiting) -> bool:
    attached = {paper.entry for paper in unit.papers}
    try:
        signed = manifests.parse(entry.manifest or b"")
        rest = replace(signed, files=tuple(file for file in signed.files if file not in attached))
        salts = {name: salt for name, salt in entry.salts.items() if name in unit.contents}
        manifests.check_files(rest, unit.contents, salts)
    except ManifestError:
        return False
    return attached <= set(signed.files)


def _hand_over(desk: Desk, unit: Waiting, entry: Entry, uploads: Mapping[str, str]) -> SendResult:
    manifest = entry.manifest or b""
    envelope = Envelope(manifest, desk.identity.sign(manifest), entry.salts)
    entry = desk.ledger.save(replace(entry, signature=envelope.signature, state=State.WAITING, trouble=None))
    try:
        [answer] = desk.hub.send([envelope.body(unit.contents, uploads)])
        if isinstance(answer, Trouble):
            return _failed(unit, desk.ledger.save(replace(entry, state=State.REFUSED, trouble=answer)), answer)
        entry = elsewhere.accepted(desk, entry, answer, unit.contents, unit.papers)
        entry = desk.ledger.save(entry, KeptReceipt("accepted", Signer.HUB, answer.receipt))
    except (ClientError, TrustError) as error:
        return _failed(unit, entry, Trouble.of(error))
    return SendResult(Outcome.DONE, unit.names, entry, answer.repeated, findings=answer.findings, removed=unit.removed)


def _failed(unit: Waiting, entry: Entry, trouble: Trouble) -> SendResult:
    outcome = Outcome.WAITING if trouble.code == HubUnreachable().code else Outcome.ERROR
    findings = trouble.findings
    return SendResult(outcome, unit.names, entry, trouble=trouble, findings=findings, removed=unit.removed)


def _trouble(error: ClientError | OSError) -> Trouble:
    if isinstance(error, ClientError):
        return Trouble.of(error)
    return Trouble(
        "E-OFFICE-UNREADABLE", "添付ファイルを読めません。", "ディスクと、attaching フォルダを確かめてください。"
    )
