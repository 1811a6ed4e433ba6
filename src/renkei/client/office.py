"""The office program's library: one folder, one office service, one hub."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import httpx2

from renkei.standard.findings import Finding
from renkei.trust.evidence import Report

from . import (
    approved,
    attaching,
    beside,
    collecting,
    enrolling,
    evidence,
    identity,
    outgoing,
    refreshing,
    reporting,
    saying,
    sending,
    sending_papers,
    settings,
    trusting,
    verifying,
)
from ._sync import calls, joining
from ._sync.calls import Calls
from ._sync.connection import Connection
from .acknowledging import Told
from .anchors import Anchors
from .desk import Desk
from .entries import Entry
from .errors import SetupError
from .folder import Folder, write_durably
from .ledger import Ledger
from .locking import alone
from .member import Member
from .papers import Attachment
from .reminding import Reminder
from .results import CollectResult, Progress, ReportResult, SendResult, no_progress
from .saying import Said
from .settings import Settings
from .trusting import Trust
from .verifying import Verified

PathLike = str | os.PathLike[str]


class Office:
    """An office's folder. Every deed opens what it needs and closes it again; two at once are refused (BusyError).

    >>> office = Office.open("office")                  # doctest: +SKIP
    >>> for result in office.send():                    # doctest: +SKIP
    ...     print(result.outcome, result.trouble)
    """

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder, self.settings = folder, settings
        self._transport, self._sleep = transport, sleep

    @classmethod
    def create(
        cls,
        folder: PathLike,
        hub_url: str,
        office: str,
        service: str,
        name: str,
        roots: Iterable[PathLike] = (),
        tls_ca: PathLike | None = None,
        transport: httpx2.BaseTransport | None = None,
        fingerprints: Sequence[str] = (),
    ) -> Office:
        """Make the folder: a new private key, a request for its certificate, and the hub's receipt certificate pinned.

        `roots`: PEM files of the authorities to trust, or `fingerprints` (SHA-256) of the roots that the hub may hand over;
        `tls_ca`: one for the hub's TLS, when it is not of a public
        authority; `transport` replaces the network. Raises ClientError; then there is no folder yet to be used.
        """
        place = Folder(Path(folder).absolute())
        if place.settings.exists():
            raise SetupError(
                "E-OFFICE-EXISTS",
                "ここには、もう事業所のフォルダがあります。",
                "別の場所を --folder で指定してください。",
            )
        settings.check_office(office, service, name)
        url = settings.check_url(hub_url)
        ca = str(Path(tls_ca).absolute()) if tls_ca else ""
        files = [Path(root) for root in roots]
        with closing(Connection(url, ca, transport)) as connection:
            by_fingerprint = (
                joining.anchors_by_fingerprint(connection, fingerprints) if fingerprints else Anchors((), ())
            )
            anchors = by_fingerprint.and_also(Anchors.given(files)) if files or not fingerprints else by_fingerprint
            info = calls.about(connection)
        trusting.pin(place, anchors, info)
        identity.make(place, office, name)
        made = Settings(url, info.id, info.name, office, service, name, ca)
        # Last: with this file the folder is complete.
        settings.save(place.settings, made)
        return cls(place, made, transport)

    @classmethod
    def open(
        cls,
        folder: PathLike = ".",
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Office:
        """An office whose folder `create` made. Raises SetupError."""
        place = Folder(Path(folder).absolute())
        return cls(place, settings.load(place.settings), transport, sleep)

    def install_certificate(self, path: PathLike) -> None:
        """Put in the certificate that the authority issued (PEM, its issuers behind it). Raises SetupError."""
        try:
            pem = Path(path).read_bytes()
        except OSError as error:
            raise SetupError(
                "E-OFFICE-CERTIFICATE", "証明書のファイルを読めません。", "場所を確かめてください。"
            ) from error
        chain = identity.fitting(identity.own_key(self.folder), self.settings, pem)
        Anchors.load(self.folder.trust).vouch(chain).save(self.folder.trust)
        write_durably(self.folder.certificate, pem)

    def ask_certificate(self, code: str) -> bool:
        """Ask the hub for the certificate with a one-time code; whether it came, else `fetch_certificate` later.

        May be repeated after a lost answer. Raises ClientError.
        """
        with alone(self.folder.lock), closing(self._connection()) as connection:
            return enrolling.ask(connection, self.folder, self.settings, code)

    def fetch_certificate(self) -> bool:
        """Take the certificate that was asked for, when it has been issued; whether it was. Raises ClientError."""
        with alone(self.folder.lock), closing(self._connection()) as connection:
            return enrolling.fetch(connection, self.folder, self.settings)

    def renew(self) -> bool:
        """Get a certificate of a new key from the hub, signed for by the one in use; whether it came, else renew later.

        The one before goes on counting until it ends. Raises ClientError.
        """
        with alone(self.folder.lock), closing(self._connection()) as connection:
            return enrolling.renew(connection, self.folder, self.settings)

    def certificate_ends(self) -> datetime:
        """When the certificate ends, UTC. Raises SetupError."""
        return identity.load(self.folder).certificate.not_valid_after_utc

    def refresh_trust(self) -> tuple[int, list[str]]:
        """Fetch the revocation lists; how many were new, and what is missing or out of date. `collect` does it daily.

        Raises ClientError.
        """
        with alone(self.folder.lock), closing(self._connection()) as connection:
            return refreshing.refresh(connection, self.folder)

    def pin_hub(self) -> None:
        """Believe the hub's present receipt certificate, when our authorities vouch for it. Raises ClientError."""
        with closing(self._connection()) as connection:
            info = calls.about(connection)
        if info.id != self.settings.hub_id:
            raise trusting.other_hub()
        trusting.pin(self.folder, Anchors.load(self.folder.trust), info)

    def send(self, paths: Iterable[PathLike] | None = None, progress: Progress = no_progress) -> list[SendResult]:
        """Check, sign and send the files at `paths` (folders with all below), or everything in the outbox.

        One result a unit, and one a file that belongs to none: sent, an error, or waiting. Raises ClientError when the
        folder is not ready; trouble with files or hub is in the results.
        """
        places = [self.folder.outbox] if paths is None else [Path(path) for path in paths]
        with self._desk(progress) as desk:
            dropped = attaching.stage_dropped(desk) if paths is None else []
            return [*sending.send(desk, places), *dropped, *sending_papers.send_waiting(desk)]

    def send_approved(self, progress: Progress = no_progress) -> list[SendResult]:
        """Sign and send what people approved on the hub's pages, byte for byte; one result a unit.

        Raises ClientError when the hub cannot be asked, OSError.
        """
        with self._desk(progress) as desk:
            return approved.send(desk)

    def reminders(self) -> tuple[Reminder, ...]:
        """What the office should know of now, as the hub tells it. Raises ClientError when the hub cannot be asked."""
        with self._desk(no_progress) as desk:
            return desk.hub.reminders(desk.settings.service)

    def attach(
        self, recipients: Iterable[str], attachments: Sequence[Attachment], progress: Progress = no_progress
    ) -> list[SendResult]:
        """Send files by themselves to one or several recipients (`1370200014-11`), PDFs cleaned before they are signed.

        One result a recipient; what waits for the hub goes out with the next `send`. Raises Unfit for a file that must not
        go, ClientError, OSError.
        """
        addresses = list(dict.fromkeys(attaching.address_of(one) for one in recipients))
        with self._desk(progress) as desk:
            attaching.stage(desk, attachments, addresses, attaching.limits_of(desk))
            return sending_papers.send_waiting(desk)

    def attach_beside(
        self, slip: PathLike, attachments: Sequence[Attachment], progress: Progress = no_progress
    ) -> list[SendResult]:
        """Send files together with a unit of the standard that was not sent yet: `slip` is one of its files, the others
        lie in the same folder. As `attach` otherwise; what is in the outbox goes out of it.

        Raises Unfit for what must not go, the slip too, ClientError, OSError.
        """
        with self._desk(progress) as desk:
            unit = beside.slip_of(desk, Path(slip))
            recipient = (unit.unit.recipient, unit.unit.recipient_service)
            attaching.stage(desk, attachments, [recipient], attaching.limits_of(desk), unit)
            outgoing.take_out(desk.folder, unit.files)
            return sending_papers.send_waiting(desk)

    def collect(self, progress: Progress = no_progress) -> list[CollectResult]:
        """Collect what is new into the inbox and acknowledge it; follow what became of what was sent.

        Raises ClientError when the hub cannot be asked, or the inbox cannot be written.
        """
        with closing(self._connection()) as connection:
            refreshing.refresh_if_due(connection, self.folder)
        with self._desk(progress) as desk:
            return collecting.collect(desk)

    def report(
        self,
        transmissions: Sequence[str] | None = None,
        findings: Sequence[Finding] | None = None,
        progress: Progress = no_progress,
    ) -> list[ReportResult]:
        """Tell that collected units were imported (`transmissions`: their ids; without, all not yet reported).

        With `findings`, even none: that they could not be imported. Raises ClientError.
        """
        with self._desk(progress) as desk:
            return reporting.report(desk, transmissions, findings)

    def reference_import(self, progress: Progress = no_progress) -> list[ReportResult]:
        """For an office without software of its own: check the collected files as recipient and report the result."""
        with self._desk(progress) as desk:
            return reporting.reference_import(desk)

    def say(self, transmission: str, step: str, text: str = "", progress: Progress = no_progress) -> Told:
        """Take one step with a unit of the ledger: `withdrawn`, `change_requested`, `change_accepted`, `change_declined`,
        `recall_requested`, `deletion_confirmed` or `recall_declined`, with words where it needs some.

        Raises ClientError; what the hub refuses is in the result.
        """
        with self._desk(progress) as desk:
            return saying.say(desk, transmission, step, text)

    def said(self, transmission: str) -> list[Said]:
        """The requests and answers about one unit, in order. The hub records that they were read. Raises ClientError."""
        with self._desk(no_progress) as desk:
            return saying.said(desk, transmission)

    def ledger(self) -> list[Entry]:
        """Every unit sent or collected, in order. Raises SetupError."""
        with closing(Ledger(self.folder.ledger)) as ledger:
            return ledger.entries()

    def verify(self) -> list[Verified]:
        """Every receipt and signature in the ledger and every file still in its place, without the hub."""
        trust = Trust.of(self.folder, self.settings.hub_id)
        found = (verifying.verify(entry, self.folder, trust) for entry in self.ledger())
        return [verified for verified in found if verified]

    def export_evidence(self, first: date, last: date, partner: str = "") -> tuple[bytes, Report]:
        """One file that proves to a third party what was sent and received on these days: `evidence.export`."""
        member, own = self._member(), self.settings
        with closing(self._connection()) as connection:
            hub = Calls(connection, own.hub_id, own.office, member.identity)
            return evidence.export(member, evidence.HubSource(hub.listing, hub.read), first, last, partner)

    def _member(self) -> Member:
        signer = identity.load(self.folder)
        return Member(self.settings, signer.key, (signer.certificate,), Anchors.load(self.folder.trust))

    @contextmanager
    def _desk(self, progress: Progress) -> Iterator[Desk]:
        signer = identity.load(self.folder)
        trust = Trust.of(self.folder, self.settings.hub_id)
        with (
            alone(self.folder.lock),
            closing(Ledger(self.folder.ledger)) as ledger,
            closing(self._connection()) as connection,
        ):
            program = ledger.program()
            service = Calls(connection, self.settings.hub_id, self.settings.office, signer, program)
            yield Desk(self.folder, self.settings, signer, trust, ledger, connection, service, progress)

    def _connection(self) -> Connection:
        return Connection(self.settings.hub_url, self.settings.tls_ca, self._transport, self._sleep)
