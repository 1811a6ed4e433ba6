"""Units of ours that were sent, but not from here as far as this ledger knows: another computer, a restored copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .desk import Desk
from .entries import Direction, Entry, KeptReceipt, Signer, State, key_of, later
from .errors import HubAnswerError
from .papers import Paper
from .protocol import Accepted
from .trusting import bad_receipt, digest_of


def accepted(
    desk: Desk, entry: Entry, answer: Accepted, contents: Mapping[str, bytes], papers: Sequence[Paper] = ()
) -> Entry:
    """The line of a unit that the hub says it has, not saved yet. Raises HubError or TrustError for what is not proved."""
    receipt = desk.trust.check_receipt(answer.receipt, answer.id, "accepted")
    if entry.transmission not in (None, answer.id):
        raise HubAnswerError("two transmissions with one key")
    if receipt.manifest != digest_of(entry.manifest or b""):
        entry = _first_sent(desk, entry, answer, contents, papers)
    return replace(entry, transmission=answer.id, state=later(entry.state, State.ACCEPTED), trouble=None)


def _first_sent(
    desk: Desk, entry: Entry, answer: Accepted, contents: Mapping[str, bytes], papers: Sequence[Paper]
) -> Entry:
    """The unit's line with the manifest that the hub took first. Raises as `Trust.check_first`."""
    delivery = desk.hub.files(answer.id)
    manifest = desk.trust.check_first(delivery, answer, entry.key, contents, papers)
    return replace(
        entry,
        manifest=delivery.manifest,
        signature=delivery.signature,
        salts=delivery.all_salts,
        months=manifest.months,
    )


def adopt(desk: Desk, transmission: str) -> Entry:
    """Take a transmission of ours into the ledger that only the hub knows. Raises HubError or TrustError."""
    detail = desk.hub.detail(transmission)
    signed = detail.receipts.get("accepted")
    if signed is None:
        raise bad_receipt("no receipt of acceptance")
    receipt = desk.trust.check_receipt(signed, transmission, "accepted", digest_of(detail.manifest))
    manifest = desk.trust.check_manifest(detail.manifest, detail.signature, receipt)
    if (manifest.sender, manifest.sender_service) != (desk.settings.office, desk.settings.service):
        raise HubAnswerError("an outgoing transmission of another office")
    key = key_of(manifest)
    known = desk.ledger.of_key(Direction.OUTGOING, key)
    if known and known.transmission not in (None, transmission):
        raise HubAnswerError("two transmissions with one key")
    entry = known or Entry(Direction.OUTGOING, *key, months=manifest.months, state=State.ACCEPTED)
    if entry.manifest != detail.manifest:
        # The salts that we have open another manifest.
        entry = replace(entry, salts={})
    entry = replace(
        entry,
        transmission=transmission,
        manifest=detail.manifest,
        signature=detail.signature,
        state=later(entry.state, State.ACCEPTED),
        trouble=None,
    )
    return desk.ledger.save(entry, KeptReceipt("accepted", Signer.HUB, signed))
