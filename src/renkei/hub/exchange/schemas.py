"""What the exchange's part of the API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field
from pydantic import StringConstraints

from renkei.hub.core.schemas import Address, Bytes, FindingOut, Problem, Schema, SignedBytes

Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# A list of many entries is refused at its first wrong one: an explanation of each would cost minutes and gigabytes.
FIRST_FAULT_ENDS = Field(fail_fast=True)


class FileIn(Schema):
    name: Name
    data: Bytes


class ChecksIn(Schema):
    files: list[FileIn] = FIRST_FAULT_ENDS
    role: str = Field("sender", pattern="^(sender|hub|recipient)$")


class ChecksOut(Schema):
    files: int
    records: int
    findings: list[FindingOut]


class UnitIn(Schema):
    """One unit: the manifest's bytes, the signature over them, and by file name the salts and the bytes.

    `uploads`: by file name the number of an attached file that was brought in before; its salt is not said again.
    """

    manifest: Bytes
    signature: Bytes
    salts: dict[Name, Salt] = FIRST_FAULT_ENDS
    files: dict[Name, Bytes] = FIRST_FAULT_ENDS
    uploads: dict[Name, UUID] = Field({}, fail_fast=True)


class AcceptedOut(Schema):
    id: UUID
    state: str
    repeated: bool
    receipt: SignedBytes
    findings: list[FindingOut]


class BatchIn(Schema):
    units: list[UnitIn] = FIRST_FAULT_ENDS


class BatchResult(Schema):
    status: int
    transmission: AcceptedOut | None = None
    problem: Problem | None = None


class BatchOut(Schema):
    results: list[BatchResult]


class TransmissionOut(Schema):
    id: UUID
    sender: Address
    recipient: Address
    kind: str
    months: list[str]
    sequence: str
    state: str
    change: str
    recall: str
    replaces: UUID | None
    mailbox_number: int


class ListedOut(TransmissionOut):
    accepted_at: datetime
    direction: str


class ListingOut(Schema):
    """`next` is the cursor of the next page, empty on the last one."""

    transmissions: list[ListedOut]
    next: str


class WaitingOut(Schema):
    """`next` is the `after` of the next page, where there is `more`."""

    transmissions: list[ListedOut]
    next: int
    more: bool


class EventOut(Schema):
    number: int
    type: str
    at: datetime
    direction: str
    transmission: TransmissionOut
    receipt: SignedBytes


class EventsOut(Schema):
    events: list[EventOut]
    next: int
    more: bool
    epoch: str


class FileOut(Schema):
    name: str
    size: int


class StepOut(Schema):
    number: int
    type: str
    side: str
    at: datetime
    has_words: bool
    receipt: SignedBytes
    counter_receipt: SignedBytes | None


class DetailOut(TransmissionOut):
    """`open_steps` are those that the asking office may take now."""

    open_steps: list[str]
    files: list[FileOut]
    manifest: str
    signature: str
    events: list[StepOut]


class PartOut(Schema):
    """A file beside the small ones. Its bytes come from `GET …/files/{name}`, those of a converted copy are in `files`.

    `made` is empty for a file as it was sent, else how the hub made it of the file `of`; `commitment` is
    SHA-256(salt ‖ bytes), in the manifest or in the receipt of acceptance. `title`, `type` and `media` are the sender's words.
    """

    name: str
    size: int
    made: str
    of: str
    commitment: str
    salt: str
    title: str | None
    type: str | None
    media: str | None


class FilesOut(Schema):
    manifest: str
    signature: str
    salts: dict[str, str]
    files: dict[str, str]
    parts: list[PartOut] = []


class FindingIn(Schema):
    """What the recipient's software found, in its own codes and words."""

    code: str = Field(max_length=80)
    severity: str = Field("error", pattern="^(error|warning)$")
    file: str | None = Field(None, max_length=500)
    record: int | None = None
    field: str | None = Field(None, max_length=200)
    value: str | None = Field(None, max_length=500)
    message: str = Field(max_length=1000)
    remedy: str = Field("", max_length=1000)


class FindingsOut(Schema):
    findings: list[FindingIn]


class WordsIn(Schema):
    """What goes with a step: the bytes that the receipt's `attached` is the commitment of, and their salt.

    With `import_failed` a JSON list of findings (UTF-8), else a text (UTF-8).
    """

    salt: Salt
    data: Bytes


class WordsOut(Schema):
    salt: str
    data: str


class ReceiptIn(Schema):
    """An office's own signed receipt of one step."""

    transmission: UUID
    body: Bytes
    signature: Bytes
    words: WordsIn | None = None


class ReceiptsIn(Schema):
    receipts: list[ReceiptIn] = FIRST_FAULT_ENDS


class ReceiptResult(Schema):
    transmission: UUID
    status: int
    state: str | None = None
    waiting_before: list[int] = []
    receipt: SignedBytes | None = None
    problem: Problem | None = None


class ReceiptsOut(Schema):
    results: list[ReceiptResult]
