"""Collecting: verify, write to the inbox, acknowledge, and only then move the cursor.

Cut off at any point, the next run goes on: a unit that is in the inbox is found there again, one that was acknowledged
is acknowledged again and gets the hub's first receipt, and the cursor stands before whatever was not finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from renkei.trust import receipts
from renkei.trust.errors import TrustError
from renkei.trust.manifest import Manifest

from . import elsewhere, inbox
from ._sync import carrying
from ._sync.handout import Handout
from .acknowledging import Step, tell
from .answers import SignedBytes
from .desk import Desk
from .entries import ENDED, Direction, Entry, KeptReceipt, Signer, State, after, key_of
from .errors import HubError, HubUnreachable, SetupError, Trouble
from .pieces import Piece
from .protocol import Delivery, Event
from .results import CollectResult, Outcome
from .trusting import bad_receipt, digest_of, misled

_GONE = frozenset({"E-BODY-GONE", "E-NOT-FOUND"})  # asking again will not bring it back


def collect(desk: Desk) -> list[CollectResult]:
    """Everything new from the mailbox, and what earlier runs could not finish.

    Raises ClientError when the hub cannot be asked at all; what was saved before stays saved.
    """
    results = _resume(desk)
    service = desk.settings.service
    feed = f"{service}@{desk.hub_info.epoch}"
    while True:
        page = desk.hub.events(service, desk.ledger.cursor(feed))
        done, is_whole = _deal_with(desk, page.events, feed)
        results += done
        if not is_whole or not page.more:
            if is_whole:
                inbox.sweep(desk.folder)
            return results


def _resume(desk: Desk) -> list[CollectResult]:
    """Units whose acknowledgement did not get through, and those that were not fit: the fault may have been ours."""
    saved = desk.ledger.entries(Direction.INCOMING, State.SAVED)
    refused = {
        entry.transmission: entry
        for entry in desk.ledger.entries(Direction.INCOMING, State.REFUSED)
        if entry.transmission and not (entry.trouble and entry.trouble.code in _GONE)
    }
    handout, results = _handout(desk, refused), []
    for transmission, entry in refused.items():
        taken = _retake(desk, entry, transmission, handout)
        if isinstance(taken, CollectResult):
            results.append(taken)
        elif taken:
            saved.append(taken)
    return results + _acknowledge(desk, saved)


def _handout(desk: Desk, transmissions: Iterable[str]) -> Handout:
    return Handout(desk.hub, transmissions, desk.limits.collect)


def _retake(desk: Desk, entry: Entry, transmission: str, handout: Handout) -> Entry | CollectResult | None:
    try:
        detail = desk.hub.detail(transmission)
        accepted = detail.receipts.get("accepted")
        if accepted is None:
            raise bad_receipt("no receipt of acceptance")
    except HubUnreachable:
        raise
    except HubError as error:
        return _refuse(desk, entry, Trouble.of(error))
    return _try_to_take(desk, entry, transmission, accepted, handout)


def _deal_with(desk: Desk, events: Sequence[Event], feed: str) -> tuple[list[CollectResult], bool]:
    """One page of the feed; False when it could not be finished and the cursor stands before its end."""
    results: list[CollectResult] = []
    saved: list[Entry] = []
    last, is_whole = None, True
    new = (event.transmission.id for event in events if event.is_arrival)
    handout = _handout(desk, [id_ for id_ in new if not desk.ledger.of_transmission(id_)])
    for index, event in enumerate(events):
        desk.progress(index, len(events), "受け取っています")
        try:
            dealt = _take_new(desk, event, handout) if event.is_arrival else _follow(desk, event)
        except HubUnreachable as error:
            results.append(CollectResult(Outcome.WAITING, _line(event), trouble=Trouble.of(error)))
            is_whole = False
            break
        last = event.number
        if isinstance(dealt, Entry):
            saved.append(dealt)
        elif dealt:
            results.append(dealt)
    told = _acknowledge(desk, saved)
    is_told = all(result.outcome is not Outcome.WAITING for result in told)
    if is_told and last is not None:
        desk.ledger.advance(feed, last)
    desk.progress(len(events), len(events), "受け取りました")
    return results + told, is_whole and is_told


def _take_new(desk: Desk, event: Event, handout: Handout) -> Entry | CollectResult | None:
    """A unit in our mailbox; nothing when an earlier run had it."""
    if desk.ledger.of_transmission(event.transmission.id):
        return None
    return _try_to_take(desk, _line(event), event.transmission.id, event.receipt, handout)


def _try_to_take(
    desk: Desk, entry: Entry, transmission: str, accepted: SignedBytes, handout: Handout
) -> Entry | CollectResult | None:
    try:
        return _take(desk, entry, transmission, accepted, handout)
    except HubUnreachable:
        raise
    except (HubError, TrustError) as error:
        if error.code == "E-STATE-LEASED":
            raise HubUnreachable(error.message + error.remedy) from error
        if error.code in ENDED:
            desk.ledger.save(replace(entry, state=ENDED[error.code], trouble=None))
            return None
        return _refuse(desk, entry, Trouble.of(error))


def _take(desk: Desk, entry: Entry, transmission: str, accepted: SignedBytes, handout: Handout) -> Entry:
    """Download, verify, write to the inbox. Raises HubError or TrustError for what must not get there."""
    receipt = desk.trust.check_receipt(accepted, transmission, "accepted")
    delivery = handout.of(transmission)
    manifest, unit = desk.trust.check_delivery(delivery, receipt, desk.settings.office, desk.settings.service)
    _check_new(desk, manifest, transmission)
    salts = delivery.all_salts
    fetched = _fetch(desk, transmission, delivery)
    taken = Entry(
        Direction.INCOMING,
        *key_of(manifest),
        months=manifest.months,
        state=State.SAVED,
        transmission=transmission,
        manifest=delivery.manifest,
        signature=delivery.signature,
        salts=salts,
        place=_put(desk, manifest, unit, delivery.files, salts, fetched).as_posix(),
        number=entry.number,
    )
    return desk.ledger.save(taken, KeptReceipt("accepted", Signer.HUB, accepted))


def _check_new(desk: Desk, manifest: Manifest, transmission: str) -> None:
    earlier = desk.ledger.of_key(Direction.INCOMING, key_of(manifest))
    if earlier and earlier.transmission != transmission:
        raise misled("E-OFFICE-DUPLICATE", "受け取り済みの送信が、別の番号でもう一度届きました。")


def _fetch(desk: Desk, transmission: str, delivery: Delivery) -> Path | None:
    """The folder with the large files; what an earlier run got of them is gone on with. Raises HubError, TrustError."""
    parts = [part for part in delivery.parts if part.name not in delivery.files]
    if not parts:
        return None
    with _writing():
        folder = inbox.fetching(desk.folder, transmission)
        for part in parts:
            carrying.fetch(desk.hub, transmission, part, folder / part.name)
    return folder


def _put(
    desk: Desk,
    manifest: Manifest,
    unit: Sequence[Piece],
    files: Mapping[str, bytes],
    salts: Mapping[str, bytes],
    fetched: Path | None,
) -> Path:
    with _writing():
        return inbox.put(desk.folder, manifest, unit, files, salts, fetched)


@contextmanager
def _writing() -> Iterator[None]:
    """Words for a disk that takes no more."""
    try:
        yield
    except OSError as error:
        raise SetupError(
            "E-OFFICE-INBOX",
            "受け取ったファイルを inbox フォルダに書けません。",
            "ディスクの空きと、書きこみの権限を確かめて、もう一度実行してください。",
        ) from error


def _refuse(desk: Desk, entry: Entry, trouble: Trouble) -> CollectResult:
    noted = desk.ledger.save(replace(entry, state=State.REFUSED, trouble=trouble))
    return CollectResult(Outcome.ERROR, noted, trouble=trouble)


def _acknowledge(desk: Desk, saved: Sequence[Entry]) -> list[CollectResult]:
    told = tell(desk, [Step(entry, State.COLLECTED) for entry in saved])
    return [CollectResult(one.outcome, one.entry, desk.folder.root / str(one.entry.place), one.trouble) for one in told]


def _follow(desk: Desk, event: Event) -> CollectResult | None:
    """What became of a unit that we sent, or what another computer of ours told about one in our mailbox."""
    if event.type not in receipts.STEPS:
        return None
    transmission = event.transmission.id
    entry = desk.ledger.of_transmission(transmission)
    if event.direction == Direction.INCOMING and (entry is None or entry.manifest is None):
        return None
    try:
        entry = entry or elsewhere.adopt(desk, transmission)
        if entry.receipt(event.type, Signer.HUB) is None:
            digest = digest_of(entry.manifest) if entry.manifest else None
            desk.trust.check_receipt(event.receipt, transmission, event.type, digest)
            kept = KeptReceipt(event.type, Signer.HUB, event.receipt)
            desk.ledger.save(replace(entry, state=after(entry.state, event.type), trouble=None), kept)
    except HubUnreachable:
        raise
    except (HubError, TrustError) as error:
        return CollectResult(Outcome.ERROR, entry or _line(event), trouble=Trouble.of(error))
    return None


def _line(event: Event) -> Entry:
    """What the hub says of a unit that we know nothing better of."""
    said = event.transmission
    return Entry(
        Direction(event.direction),
        said.sender,
        said.sender_service,
        said.recipient,
        said.recipient_service,
        said.kind,
        said.sequence,
        said.months,
        State.ACCEPTED,
        transmission=said.id,
    )
