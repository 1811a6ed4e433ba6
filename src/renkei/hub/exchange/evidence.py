"""What proves a transmission to a third party, as the API gives it and an operator exports it.

Nothing here names a person: signed manifests and receipts, hashes, seals. So reading it is no look.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from renkei.hub.core import events, proofs, stamping
from renkei.hub.core.keyring import keyring
from renkei.hub.core.models import Event, Seal
from renkei.hub.core.proofs import Proof
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.queries import b64, signed_of
from renkei.hub.parties.keys import trusted

MAX_EVENTS = 50
MAX_SEALS = 1000


def proved_events(transmission: Transmission, after: int) -> tuple[list[tuple[Event, Proof | None]], bool]:
    """Up to 50 events with numbers above `after`, each with its proof once it is sealed; and whether there are more."""
    found = list(events.of(transmission.pk).filter(number__gt=after)[: MAX_EVENTS + 1])
    shown = found[:MAX_EVENTS]
    proved = proofs.proofs_of([event.id for event in shown])
    return [(event, proved.get(event.id)) for event in shown], len(found) > MAX_EVENTS


def of_transmission(transmission: Transmission, after: int = 0) -> dict[str, Any]:
    """Manifest, receipts and proofs of up to 50 events with numbers above `after`, with their seals and those that
    bear the time-stamps over them."""
    shown, more = proved_events(transmission, after)
    proved = [proof for _, proof in shown if proof]
    numbers = {proof.seal for proof in proved} | {proof.stamped_by for proof in proved}
    return {
        "id": str(transmission.pk),
        "hub": settings.HUB_ID,
        "manifest": b64(transmission.envelope.manifest),
        "signature": b64(transmission.envelope.signature),
        "events": [_event(*one) for one in shown],
        "seals": _seals(proofs.seals_by_number([number for number in numbers if number])),
        "more": more,
        **certificates(),
    }


def seals_after(number: int, limit: int) -> dict[str, Any]:
    """The chain of seals above a number. Anyone who keeps its head can tell if it is ever rewritten."""
    found = proofs.seals_after(number, limit + 1)
    return {"seals": _seals(found[:limit]), "more": len(found) > limit}


def certificates() -> dict[str, str]:
    """PEM texts: the chain of the hub's receipt certificate, the roots and issuing certificates that the hub trusts,
    and the roots of its time-stamp authorities, present and past."""
    files = trusted.files()
    return {
        "hub_certificates": _pem(keyring().receipt_chain),
        "roots": b"".join(files["roots"]).decode("ascii", "replace"),
        "issuing": b"".join(files["intermediates"]).decode("ascii", "replace"),
        "time_stamp_roots": _pem(stamping.authorities_ever()),
    }


def authorities() -> dict[str, Any]:
    """The certificates, and the revocation lists in DER."""
    return {**certificates(), "revocation_lists": [b64(crl) for crl in trusted.files()["crls"]]}


def _event(event: Event, proof: Proof | None) -> dict[str, Any]:
    return {
        "number": event.number,
        "type": event.type,
        "at": event.at,
        "receipt": signed_of(event.receipt, event.signature),
        "counter_receipt": signed_of(event.counter_receipt, event.counter_signature),
        "proof": proof
        and {
            "seal": proof.seal,
            "index": proof.index,
            "path": [step.hex() for step in proof.path],
            "stamped_by": proof.stamped_by,
        },
    }


def _seals(found: Iterable[Seal]) -> list[dict[str, Any]]:
    return [
        {
            "number": seal.number,
            "statement": b64(seal.statement),
            "signature": b64(seal.signature),
            "time_stamp": b64(seal.stamp.token) if hasattr(seal, "stamp") else None,
        }
        for seal in found
    ]


def _pem(found: Iterable[Any]) -> str:
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in found)
