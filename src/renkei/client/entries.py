"""One line of the ledger: a unit that was sent or collected, where it stands, and the receipts that prove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from renkei.attachments.index import KIND, KIND_LABEL
from renkei.standard.units import UnitKind
from renkei.trust import manifest as manifests
from renkei.trust import receipts
from renkei.trust.manifest import Manifest

from .answers import SignedBytes
from .errors import Trouble
from .stating import Key


class Direction(StrEnum):
    OUTGOING = "outgoing"
    INCOMING = "incoming"

    @property
    def label(self) -> str:
        return "送信" if self is Direction.OUTGOING else "受信"


class State(StrEnum):
    """Where a unit stands. From ACCEPTED on they are the hub's states, each proved by a receipt of the hub."""

    WAITING = "waiting"  # outgoing: signed, perhaps handed over, the hub's receipt is not here yet
    REFUSED = "refused"  # outgoing: by the hub; incoming: by us, because it is not what its sender signed
    SAVED = "saved"  # incoming: in the inbox, the hub does not know it yet
    ACCEPTED = "accepted"
    COLLECTED = "collected"
    IMPORT_FAILED = "import_failed"
    IMPORTED = "imported"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RECALLED = "deletion_confirmed"

    @property
    def rank(self) -> int:
        """A later state of the same unit ranks higher."""
        return list(State).index(self)

    def label(self, direction: Direction) -> str:
        return _LABELS[direction][self]


# By the hub's code, what is not handed out any more and needs nobody's attention.
ENDED = {
    "E-STATE-WITHDRAWN": State.WITHDRAWN,
    "E-STATE-EXPIRED": State.EXPIRED,
    "E-STATE-RECALLED": State.RECALLED,
}
_LABELS = {
    Direction.OUTGOING: {
        State.WAITING: "送信待ち",
        State.REFUSED: "送れませんでした",
        State.SAVED: "",
        State.ACCEPTED: "ハブに到着",
        State.COLLECTED: "相手が受け取り済み",
        State.IMPORT_FAILED: "相手が読み込めなかった",
        State.IMPORTED: "相手が読み込み済み",
        State.WITHDRAWN: "取り消した",
        State.EXPIRED: "受け取られずに期限切れ",
        State.RECALLED: "回収した",
    },
    Direction.INCOMING: {
        State.WAITING: "受け取り待ち",
        State.REFUSED: "受け取りませんでした",
        State.SAVED: "受け取りの知らせ待ち",
        State.ACCEPTED: "受け取り待ち",
        State.COLLECTED: "受け取り済み",
        State.IMPORT_FAILED: "読み込めませんでした",
        State.IMPORTED: "読み込み済み",
        State.WITHDRAWN: "送り手が取り消した",
        State.EXPIRED: "受け取らずに期限切れ",
        State.RECALLED: "回収された",
    },
}


class Signer(StrEnum):
    """Whose receipt it is."""

    HUB = "hub"
    SENDER = "sender"
    RECIPIENT = "recipient"


@dataclass(frozen=True)
class KeptReceipt:
    """A receipt as it was received or made: `step`, who signed, the signed bytes."""

    step: str
    signer: Signer
    signed: SignedBytes

    @property
    def at(self) -> datetime:
        """The time that the receipt states, UTC."""
        return receipts.parse(self.signed.body).at


@dataclass(frozen=True)
class Entry:
    """A unit in the ledger. `months` are YYYYMM; `place` is its folder below the office's, where it has one.

    `manifest` and `signature` are missing only for what was refused before it could be read; `salts` by file name
    open the manifest's commitments. `number` is 0 until the ledger has saved it.
    """

    direction: Direction
    sender: str
    sender_service: str
    recipient: str
    recipient_service: str
    kind: str
    sequence: str
    months: tuple[str, ...]
    state: State
    transmission: str | None = None
    manifest: bytes | None = None
    signature: bytes | None = None
    salts: dict[str, bytes] = field(default_factory=dict)
    place: str | None = None
    trouble: Trouble | None = None
    receipts: tuple[KeptReceipt, ...] = ()
    number: int = 0

    @property
    def key(self) -> Key:
        """The natural key: both office services, kind and sequence number."""
        return (self.sender, self.sender_service, self.recipient, self.recipient_service, self.kind, self.sequence)

    @property
    def own(self) -> tuple[str, str]:
        """Number and service type of our own end."""
        if self.direction is Direction.OUTGOING:
            return self.sender, self.sender_service
        return self.recipient, self.recipient_service

    @property
    def own_signer(self) -> Signer:
        """Who we are in the receipts that we sign for this unit."""
        return Signer.SENDER if self.direction is Direction.OUTGOING else Signer.RECIPIENT

    @property
    def partner(self) -> tuple[str, str]:
        """Number and service type of the office at the other end."""
        if self.direction is Direction.OUTGOING:
            return self.recipient, self.recipient_service
        return self.sender, self.sender_service

    @property
    def kind_label(self) -> str:
        labels = {kind.value: kind.label for kind in UnitKind} | {KIND: KIND_LABEL}
        return labels.get(self.kind, self.kind)

    @property
    def state_label(self) -> str:
        return self.state.label(self.direction)

    @property
    def files(self) -> tuple[str, ...]:
        """File names, as signed."""
        return tuple(item.name for item in manifests.parse(self.manifest).files) if self.manifest else ()

    @property
    def times(self) -> dict[str, datetime]:
        """When the hub put each step on record, UTC, by step."""
        return {kept.step: kept.at for kept in self.receipts if kept.signer is Signer.HUB}

    def receipt(self, step: str, signer: Signer) -> SignedBytes | None:
        found = (kept.signed for kept in self.receipts if (kept.step, kept.signer) == (step, signer))
        return next(found, None)


def key_of(manifest: Manifest) -> Key:
    """The natural key of a signed unit."""
    return (
        manifest.sender,
        manifest.sender_service,
        manifest.recipient,
        manifest.recipient_service,
        manifest.kind,
        manifest.sequence,
    )


def later(one: State, other: State) -> State:
    """Of two states of a unit the one further on."""
    return max(one, other, key=lambda state: state.rank)


def after(state: State, step: str) -> State:
    """The state of a unit after a step; many steps leave it as it is."""
    return later(state, State(step)) if step in set(State) else state
