"""One office service at its hub: join, send, collect, acknowledge, with every signature made and verified."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from renkei.attachments.index import FILE as INDEX
from renkei.attachments.index import KIND
from renkei.client import evidence
from renkei.client.answers import SignedBytes
from renkei.client.batches import batches, over_limit
from renkei.client.entries import ENDED
from renkei.client.errors import HubError, HubRefused, HubUnreachable, SetupError, Trouble
from renkei.client.handed import Arrived, Known, Parcel, Sent
from renkei.client.outgoing import Found
from renkei.client.papers import Attachment, Paper, check_sizes, listed, prepare
from renkei.client.protocol import Accepted, Detail, Event, Listed, Part
from renkei.client.reminding import Reminder
from renkei.client.results import SendResult
from renkei.client.sorting import sort_out
from renkei.client.stating import Envelope, Key, Statement, key_of_unit, manifest_of, receipt, sequence_now, words_of
from renkei.client.trusting import bad_receipt, digest_of
from renkei.standard.findings import Finding, Role
from renkei.trust.errors import TrustError
from renkei.trust.evidence import Report

from . import carrying
from .handout import AsyncHandout
from .session import AsyncSession
from .waiting import aside, from_aside


class AsyncHub(AsyncSession):
    """A hub as one member uses it. Every call may be repeated; nothing arrives twice.

    Calls raise HubUnreachable (try again later), HubRefused (with the hub's own words), HubAnswerError (an answer that is
    not believed) or SetupError, all of them ClientError with `code`, `message` and `remedy`.
    """

    async def check(self, files: Mapping[str, bytes], role: Role = Role.SENDER) -> tuple[Finding, ...]:
        """What the hub's check finds in these files, by name; nothing is sent and nothing kept."""
        return await self._api.check(files, role)

    async def send(self, files: Mapping[str, bytes], attachments: Sequence[Attachment] = ()) -> list[Sent]:
        """Sort files (by name) into units, check, sign and send them, and verify the receipts; one result a unit.

        Of a unit that was sent before, the first receipt comes again. With `attachments` the files must make one unit.
        Raises ClientError when the hub cannot be asked, Unfit for an attached file that must not go.
        """
        found = [Found(Path(name), data) for name, data in files.items()]
        units, faulty = await aside(sort_out, self.member.settings, found)
        results = [_not_sent(result) for result in faulty]
        if attachments and len(units) + len(faulty) != 1:
            raise SetupError(
                "E-OFFICE-ONE-UNIT",
                "添付ファイルは、1つの送信単位にだけつけられます。",
                "送信単位ごとに、分けて送ってください。",
            )
        with TemporaryDirectory() as folder:
            papers, uploads = await self._carried(attachments if units else (), Path(folder))
            limits, parcels = (await self.info()).limits, []
            for unit in units:
                if trouble := over_limit(unit.contents, limits):
                    results.append(_refused(tuple(unit.contents), trouble, unit.findings))
                else:
                    own, contents = unit.unit, unit.contents | ({INDEX: listed(papers)} if papers else {})
                    said = (*unit.findings, *(finding for paper in papers for finding in paper.findings))
                    parcels.append(
                        await aside(self._packed, key_of_unit(own), own.months, contents, said, papers, uploads)
                    )
            return results + await self._hand_over(parcels)

    async def approved(self) -> AsyncIterator[dict[str, bytes]]:
        """Files by name of each unit that people approved on the hub's pages and that waits for our signature.

        `send` signs and sends them as they are. The hub records each as a look.
        """
        after, more = "", True
        while more:
            page = await self._api.approved(self.member.settings.service, after)
            for unit in page.units:
                yield await self._api.approved_files(unit)
            after, more = page.next, bool(page.next)

    async def attach(
        self,
        recipients: Iterable[tuple[str, str]],
        attachments: Sequence[Attachment],
        *,
        months: Sequence[str] = (),
        sequence: str = "",
    ) -> list[Sent]:
        """Send files by themselves to one or several office services (number, service type); one result a recipient.

        PDFs are cleaned first, and each file goes to the hub once. `sequence`: 14 digits that no other unit of ours has,
        the time if none; give the same after a doubt. Raises Unfit for a file that must not go, ClientError.
        """
        own, number = self.member.settings, sequence or sequence_now()
        with TemporaryDirectory() as folder:
            papers, uploads = await self._carried(attachments, Path(folder))
            keys = [(own.office, own.service, *recipient, KIND, number) for recipient in recipients]
            contents, said = {INDEX: listed(papers)}, [finding for paper in papers for finding in paper.findings]
            parcels = [await aside(self._packed, key, months, contents, said, papers, uploads) for key in keys]
            return await self._hand_over(parcels)

    async def download(self, unit: Arrived, part: Part, path: str | os.PathLike[str]) -> None:
        """Fetch an attached file of a unit; one that was cut off is gone on with. It is verified when this returns.

        The hub records this as a look. Raises HubUnreachable, HubRefused, ManifestError, OSError.
        """
        await carrying.fetch(self._api, unit.transmission, part, Path(path))

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """What happened to what we sent and received, in order, from behind a cursor to the present end."""
        while True:
            page = await self._api.events(self.member.settings.service, after)
            for event in page.events:
                self._trust.check_receipt(event.receipt, event.transmission.id, event.type)
                yield event
            if not page.more:
                return
            after = page.next

    async def collect(self) -> AsyncIterator[Arrived]:
        """Every unit in our mailbox that was not acknowledged yet. Keep each before you acknowledge it."""
        after, more = 0, True
        while more:
            page = await self._api.waiting(self.member.settings.service, after)
            handout = await self._handout(waiting.id for waiting in page.transmissions)
            for waiting in page.transmissions:
                if unit := await self._arrived(waiting.id, handout):
                    yield unit
            after, more = page.next, page.more

    async def collect_many(self, events: Iterable[Event]) -> AsyncIterator[Arrived]:
        """The units that came with these events, for a program that follows the feed: a hundred cost one call.

        Other events are passed over. Keep each unit before you acknowledge it.
        """
        new = {event.transmission.id: event.receipt for event in events if event.is_arrival}
        handout = await self._handout(new)
        for id_, accepted in new.items():
            if unit := await self._arrived(id_, handout, accepted):
                yield unit

    async def acknowledge(self, *units: Arrived) -> list[SignedBytes]:
        """Tell that these units are safe here; the hub's receipts. Raises HubRefused when it refuses one."""
        if any(unit.trouble for unit in units):
            raise SetupError(
                "E-OFFICE-UNFIT",
                "受け取れなかった送信は、受け取ったと知らせられません。",
                "trouble を確かめてください。",
            )
        return await self.tell("collected", *units)

    async def tell(
        self, step: str, *units: Known, findings: Sequence[Finding] = (), text: str = ""
    ) -> list[SignedBytes]:
        """Take a step with each of these: `imported`, `import_failed` (findings), `withdrawn`, `change_requested` (text) …

        The hub's receipts, in order. Raises HubRefused when it refuses one; the others are done then, and may be repeated.
        """
        said = [await aside(self._say, step, unit, findings, text) for unit in units]
        portion = (await self.info()).limits.receipts
        receipts: list[SignedBytes | Trouble] = []
        for start in range(0, len(said), portion):
            receipts += await self._api.acknowledge([one.body() for one in said[start : start + portion]])
        told = []
        for one, answer in zip(units, receipts, strict=True):
            if isinstance(answer, Trouble):
                raise HubRefused(409, answer)
            self._trust.check_receipt(answer, one.transmission, step, _digest(one))
            told.append(answer)
        return told

    async def reminders(self) -> tuple[Reminder, ...]:
        """What the office should know of now: unanswered requests, slips unopened for days, results that are missing."""
        return await self._api.reminders(self.member.settings.service)

    async def listing(self, first: date, last: date, partner: str = "") -> AsyncIterator[Listed]:
        """What was sent and received on these days (in Japan, both included), with one partner's number or all."""
        cursor = ""
        while True:
            page = await self._api.listing(self.member.settings.service, first, last, partner, cursor)
            for line in page.transmissions:
                yield line
            cursor = page.next
            if not cursor:
                return

    async def detail(self, transmission: str) -> Detail:
        """The record of one transmission: signed manifest and the hub's receipts by step, all verified."""
        found = await self._api.detail(transmission)
        digest = digest_of(found.manifest)
        stated = {
            step: self._trust.check_receipt(signed, transmission, step, digest)
            for step, signed in found.receipts.items()
        }
        if "accepted" not in stated:
            raise bad_receipt("no receipt of acceptance")
        self._trust.check_manifest(found.manifest, found.signature, stated["accepted"])
        return found

    async def words(self, transmission: str, number: int) -> str:
        """What was said with step `number` of a transmission. The hub records this as a look."""
        return (await self._api.words(transmission, number)).data.decode("utf-8", "replace")

    async def findings(self, transmission: str) -> tuple[Finding, ...]:
        """Why the recipient could not import it. The hub records this as a look."""
        return await self._api.findings(transmission)

    async def evidence(self, first: date, last: date, partner: str = "") -> tuple[bytes, Report]:
        """One file that proves to a third party what was sent and received on these days, and what verifying it found.

        Raises NothingToProve for a period without anything, EvidenceError for too much for one file.
        """
        source = evidence.HubSource(from_aside(self._api.listing), from_aside(self._api.read))
        return await aside(evidence.export, self.member, source, first, last, partner)

    async def _carried(self, attachments: Sequence[Attachment], folder: Path) -> tuple[list[Paper], dict[str, str]]:
        """The files that go out, cleaned, and their numbers at the hub."""
        papers = await aside(prepare, attachments, folder)
        check_sizes(papers, (await self.info()).limits)
        return papers, {paper.listed.name: await carrying.bring_in(self._api, paper) for paper in papers}

    def _packed(
        self,
        key: Key,
        months: Iterable[str],
        contents: Mapping[str, bytes],
        findings: Iterable[Finding],
        papers: Sequence[Paper] = (),
        uploads: Mapping[str, str] | None = None,
    ) -> Parcel:
        manifest, salts = manifest_of(key, months, contents, self.member.settings.hub_id, papers)
        envelope = Envelope(manifest, self._opened[0].sign(manifest), salts)
        return Parcel(key, contents, envelope, tuple(papers), uploads or {}, tuple(findings))

    async def _hand_over(self, parcels: Sequence[Parcel]) -> list[Sent]:
        results: list[Sent] = []
        for batch in batches(parcels, (await self.info()).limits):
            answers = await self._api.send([parcel.body() for parcel in batch])
            results += [await self._sent(*pair) for pair in zip(batch, answers, strict=True)]
        return results

    def _say(self, step: str, unit: Known, findings: Sequence[Finding], text: str) -> Statement:
        own, words = self.member.settings, words_of(findings, text)
        signed = receipt(
            self._opened[0],
            own.hub_id,
            (own.office, own.service),
            unit.transmission,
            _digest(unit),
            step,
            len(findings),
            words,
        )
        return Statement(unit.transmission, signed, words)

    async def _sent(self, unit: Parcel, answer: Accepted | Trouble) -> Sent:
        """What the hub said of one unit, believed only with its receipt."""
        if isinstance(answer, Trouble):
            return _refused(unit.names, answer, unit.findings, unit.key[2:4])
        stated = self._trust.check_receipt(answer.receipt, answer.id, "accepted")
        envelope = unit.envelope
        if stated.manifest != digest_of(envelope.manifest):
            delivery = await self._api.files(answer.id)
            await aside(self._trust.check_first, delivery, answer, unit.key, unit.contents, unit.papers)
            envelope = Envelope(delivery.manifest, delivery.signature, delivery.all_salts)
        return Sent(
            files=unit.names,
            recipient=unit.key[2:4],
            transmission=answer.id,
            receipt=answer.receipt,
            envelope=envelope,
            repeated=answer.repeated,
            findings=(*unit.findings, *answer.findings),
            removed={paper.listed.title: paper.removed for paper in unit.papers if paper.removed},
        )

    async def _handout(self, transmissions: Iterable[str]) -> AsyncHandout:
        return AsyncHandout(self._api, transmissions, (await self.info()).limits.collect)

    async def _arrived(self, id_: str, handout: AsyncHandout, receipt: SignedBytes | None = None) -> Arrived | None:
        """One unit; its `receipt` of acceptance is asked for where it did not come with an event."""
        own = self.member.settings
        try:
            receipt = receipt or (await self._api.detail(id_)).receipts.get("accepted")
            if receipt is None:
                raise bad_receipt("no receipt of acceptance")
            accepted = self._trust.check_receipt(receipt, id_, "accepted")
            delivery = await handout.of(id_)
            manifest, _ = await aside(self._trust.check_delivery, delivery, accepted, own.office, own.service)
        except HubUnreachable:
            raise
        except (HubError, TrustError) as error:
            if error.code in ENDED:
                return None
            return Arrived(id_, trouble=Trouble.of(error))
        envelope = Envelope(delivery.manifest, delivery.signature, delivery.all_salts)
        parts = tuple(part for part in delivery.parts if part.name not in delivery.files)
        return Arrived(id_, receipt, manifest, envelope, delivery.files, parts)


def _digest(unit: Known) -> str:
    return digest_of(unit.envelope.manifest) if unit.envelope else ""


def _not_sent(result: SendResult) -> Sent:
    return Sent(tuple(path.name for path in result.files), trouble=result.trouble, findings=result.findings)


def _refused(
    files: tuple[str, ...], trouble: Trouble, findings: Sequence[Finding], recipient: tuple[str, str] = ("", "")
) -> Sent:
    return Sent(files, recipient, trouble=trouble, findings=(*findings, *trouble.findings))
