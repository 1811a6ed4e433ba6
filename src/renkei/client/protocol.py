"""What the hub's public API v1 answers. A reader raises HubAnswerError for what is not as the API says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from renkei.attachments.kinds import MEDIA
from renkei.attachments.naming import file_name
from renkei.standard.findings import Finding, Severity
from renkei.trust.manifest import DIGEST, FILE_NAME, HUB_ID, KIND, MAX_FILES, MONTH, OFFICE, SEQUENCE, SERVICE
from renkei.trust.receipts import MADE
from renkei.trust.words import Words

from .answers import Answer, SignedBytes
from .errors import HubAnswerError, HubError, HubRefused, Trouble
from .limits import CEILING, Limits
from .stating import Envelope

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Any word: a newer hub reports steps that this program does not know yet, and passes over.
STEP = re.compile(r"[a-z][a-z_]{0,39}")
CODE = re.compile(r"[EW](?:-[A-Z0-9]{1,20}){1,5}")
_DIRECTION = re.compile(r"incoming|outgoing")
_SIDE = re.compile(r"sender|recipient|hub")
_MADE = re.compile("|".join(("", *MADE)))
_SEVERITY = re.compile(r"error|warning")
_SALT = re.compile(r"[0-9a-f]{64}")
TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
_CURSOR = re.compile(r"[0-9a-z-]{0,60}")
_MOST_FINDINGS = 1000
MOST_STEPS = 100
MOST_HOLES = 20_000
EVENTS = 100  # of a feed, asked for at once
LISTED = 200
SIGNED = 100 * 1024  # bytes of one signed thing with what stands around it in JSON, generously


@dataclass(frozen=True)
class HubInfo:
    id: str
    name: str
    epoch: str  # feed numbers begin anew when it changes
    certificate: str
    limits: Limits


@dataclass(frozen=True)
class Summary:
    """What the hub says of a transmission. Unsigned: to be shown, never to be relied on."""

    id: str
    sender: str
    sender_service: str
    recipient: str
    recipient_service: str
    kind: str
    months: tuple[str, ...]
    sequence: str
    state: str


@dataclass(frozen=True)
class Listed:
    """One line of a period's list."""

    transmission: Summary
    direction: str
    accepted_at: datetime


@dataclass(frozen=True)
class ListPage:
    """A piece of a period's list; `next` is the cursor of the one after, empty at the end."""

    transmissions: tuple[Listed, ...]
    next: str


@dataclass(frozen=True)
class WaitingPage:
    """A piece of what is in our mailbox; `next` is the cursor of the one after."""

    transmissions: tuple[Summary, ...]
    next: int
    more: bool


@dataclass(frozen=True)
class ApprovedPage:
    """Numbers of units that wait at the hub for our signature; `next` is the cursor of the one after, empty at the end."""

    units: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class Event:
    """One entry of our feed."""

    number: int
    type: str
    direction: str
    transmission: Summary
    receipt: SignedBytes

    @property
    def is_arrival(self) -> bool:
        """Whether it tells of a new unit in our mailbox."""
        return (self.direction, self.type) == ("incoming", "accepted")


@dataclass(frozen=True)
class EventPage:
    events: tuple[Event, ...]
    next: int
    more: bool
    epoch: str


@dataclass(frozen=True)
class Part:
    """A file of a unit that comes by itself: as it was sent (`made` is empty), or a copy that the hub made of `of`.

    `commitment` is SHA-256(salt ‖ bytes). `title` and `media` are what its sender calls it.
    """

    name: str
    size: int
    made: str
    of: str
    commitment: str
    salt: bytes
    title: str
    media: str

    @property
    def file_name(self) -> str:
        """A name to save it under, safe on every system."""
        return file_name(self.title or self.name, self.media) if self.media in MEDIA else self.name


@dataclass(frozen=True)
class Upload:
    """A file on its way to the hub. `missing` are numbers of chunks, first and last of each hole."""

    id: str
    state: str
    chunk_bytes: int
    missing: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Delivery:
    """A unit as the hub hands it out: its small files with their salts, and what is to be fetched besides."""

    manifest: bytes
    signature: bytes
    salts: dict[str, bytes]
    files: dict[str, bytes]
    parts: tuple[Part, ...] = ()

    @property
    def all_salts(self) -> dict[str, bytes]:
        """By file name, those of what is to be fetched too."""
        return self.salts | {part.name: part.salt for part in self.parts}


@dataclass(frozen=True)
class Detail:
    """A transmission's record: the signed manifest and the hub's receipts by step."""

    summary: Summary
    manifest: bytes
    signature: bytes
    receipts: dict[str, SignedBytes]

    @property
    def transmission(self) -> str:
        return self.summary.id

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.manifest, self.signature, {})


@dataclass(frozen=True)
class Happened:
    """One step on a transmission's record."""

    number: int
    type: str
    side: str
    has_words: bool
    receipt: SignedBytes


@dataclass(frozen=True)
class Accepted:
    """The hub's answer for one unit that it took."""

    id: str
    repeated: bool
    receipt: SignedBytes
    findings: tuple[Finding, ...]


def hub_info(answer: Answer, ceiling: Limits) -> HubInfo:
    """`ceiling`: whatever a hub names, we handle no more than this."""
    given = answer.part("limits")
    limits = {name: min(given.number(name, least=1), most) for name, most in vars(ceiling).items()}
    certificate = answer.text("certificate", most=64 * 1024)
    return HubInfo(answer.text("id", HUB_ID), answer.text("name"), answer.text("epoch"), certificate, Limits(**limits))


def summary(answer: Answer) -> Summary:
    sender, recipient = answer.part("sender"), answer.part("recipient")
    return Summary(
        id=answer.text("id", ID),
        sender=sender.text("office", OFFICE),
        sender_service=sender.text("service", SERVICE),
        recipient=recipient.text("office", OFFICE),
        recipient_service=recipient.text("service", SERVICE),
        kind=answer.text("kind", KIND),
        months=answer.texts("months", MONTH, most=24),
        sequence=answer.text("sequence", SEQUENCE),
        state=answer.text("state", STEP),
    )


def list_page(answer: Answer, cursor: str) -> ListPage:
    """Raises HubAnswerError also for a list that does not move forward."""
    following = answer.text("next", _CURSOR)
    if following and following == cursor:
        raise HubAnswerError("the list does not move forward")
    lines = (
        Listed(summary(item), item.text("direction", _DIRECTION), item.time("accepted_at"))
        for item in answer.parts("transmissions", LISTED)
    )
    return ListPage(tuple(lines), following)


def waiting_page(answer: Answer, after: int) -> WaitingPage:
    """Raises HubAnswerError also for a list that does not move forward."""
    found = tuple(summary(item) for item in answer.parts("transmissions", LISTED))
    page = WaitingPage(found, answer.number("next"), answer.flag("more"))
    if page.more and (page.next <= after or not found):
        raise HubAnswerError("the list does not move forward")
    return page


def approved_page(answer: Answer, after: str) -> ApprovedPage:
    """Raises HubAnswerError also for a list that does not move forward."""
    following = answer.text("next", ID) if answer.has("next") else ""
    if following and following <= after:
        raise HubAnswerError("the list does not move forward")
    return ApprovedPage(tuple(one.text("id", ID) for one in answer.parts("units", LISTED)), following)


def approved_files(answer: Answer) -> dict[str, bytes]:
    """Raises HubAnswerError also for a name that no manifest may hold: it becomes one in a folder of ours."""
    files = answer.datas("files")
    if not files or len(files) > MAX_FILES or not all(FILE_NAME.fullmatch(name) for name in files):
        raise HubAnswerError("a file name is wrong")
    return files


def event_page(answer: Answer, after: int, limit: int) -> EventPage:
    """Raises HubAnswerError also for a feed that does not move forward."""
    events = tuple(_event(item) for item in answer.parts("events", limit))
    numbers = [after, *(event.number for event in events), answer.number("next")]
    page = EventPage(events, answer.number("next"), answer.flag("more"), answer.text("epoch"))
    if numbers[:-1] != sorted(set(numbers[:-1])) or numbers[-1] < numbers[-2] or (page.more and not events):
        raise HubAnswerError("the feed's numbers do not ascend")
    return page


def delivery(answer: Answer) -> Delivery:
    salts = answer.items("salts")
    if not all(isinstance(salt, str) and _SALT.fullmatch(salt) for salt in salts.values()):
        raise HubAnswerError("a salt is wrong")
    return Delivery(
        manifest=answer.data("manifest"),
        signature=answer.data("signature"),
        salts={name: bytes.fromhex(salt) for name, salt in salts.items()},
        files=answer.datas("files"),
        parts=tuple(_part(item) for item in answer.parts("parts", 2 * MAX_FILES)),
    )


def handed_out(answer: Answer, wanted: Collection[str]) -> dict[str, Delivery | HubError]:
    """Some of the units that were asked for, at least one: contents by transmission, or why there are none.

    What is wrong with one unit is that unit's error; HubAnswerError is raised for an answer that is none at all.
    """
    found = {one.text("transmission", ID): _handed(one) for one in answer.parts("results", len(wanted))}
    if not found or not found.keys() <= set(wanted):
        raise HubAnswerError("other units than asked for")
    return found


def upload(answer: Answer) -> Upload:
    holes = answer.pairs("missing", MOST_HOLES)
    chunk = answer.number("chunk_bytes", least=1)
    if chunk > CEILING.file_bytes:
        raise HubAnswerError("chunks too large")
    return Upload(answer.text("id", ID), answer.text("state", STEP), chunk, holes, findings(answer))


def detail(answer: Answer) -> Detail:
    steps = answer.parts("events", MOST_STEPS)
    return Detail(
        summary=summary(answer),
        manifest=answer.data("manifest"),
        signature=answer.data("signature"),
        receipts={step.text("type", STEP): step.signed("receipt") for step in steps},
    )


def steps(answer: Answer) -> tuple[Happened, ...]:
    return tuple(
        Happened(
            number=step.number("number", least=1),
            type=step.text("type", STEP),
            side=step.text("side", _SIDE),
            has_words=step.flag("has_words"),
            receipt=step.signed("receipt"),
        )
        for step in answer.parts("events", MOST_STEPS)
    )


def words(answer: Answer) -> Words:
    return Words(bytes.fromhex(answer.text("salt", _SALT)), answer.data("data"))


def accepted(answer: Answer) -> Accepted:
    found = findings(answer)
    return Accepted(answer.text("id", ID), answer.flag("repeated"), answer.signed("receipt"), found)


def trouble(answer: Answer) -> Trouble:
    """A problem document (RFC 9457) as words for people."""
    return Trouble(answer.text("code", CODE), answer.text("title"), answer.text("detail"), findings(answer))


def findings(answer: Answer) -> tuple[Finding, ...]:
    return tuple(_finding(item) for item in answer.parts("findings", _MOST_FINDINGS))


def _handed(answer: Answer) -> Delivery | HubError:
    try:
        status = answer.number("status")
        return (
            delivery(answer.part("contents")) if status == 200 else HubRefused(status, trouble(answer.part("problem")))
        )
    except HubAnswerError as error:
        return error


def _event(answer: Answer) -> Event:
    return Event(
        number=answer.number("number", least=1),
        type=answer.text("type", STEP),
        direction=answer.text("direction", _DIRECTION),
        transmission=summary(answer.part("transmission")),
        receipt=answer.signed("receipt"),
    )


def _part(answer: Answer) -> Part:
    made = answer.text("made", _MADE)
    return Part(
        name=answer.text("name", FILE_NAME),
        size=answer.number("size"),
        made=made,
        of=answer.text("of", FILE_NAME) if made else "",
        commitment=answer.text("commitment", DIGEST),
        salt=bytes.fromhex(answer.text("salt", _SALT)),
        title=answer.text("title") if answer.has("title") else "",
        media=answer.text("media") if answer.has("media") else "",
    )


def _finding(answer: Answer) -> Finding:
    return Finding(
        code=answer.text("code", CODE),
        severity=Severity(answer.text("severity", _SEVERITY)),
        file=answer.text("file", most=300) if answer.has("file") else "",
        record=answer.number("record") if answer.has("record") else None,
        field=answer.text("field") if answer.has("field") else None,
        value=answer.text("value") if answer.has("value") else None,
        message=answer.text("message"),
        remedy=answer.text("remedy"),
    )
