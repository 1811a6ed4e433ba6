"""The machine calls of the hub's public API v1, as one office uses them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from renkei.client import protocol, reminding
from renkei.client.answers import Answer, SignedBytes, b64
from renkei.client.errors import HubAnswerError, HubError, HubRefused, Trouble
from renkei.client.identity import Identity
from renkei.client.limits import CEILING
from renkei.client.protocol import (
    EVENTS,
    SIGNED,
    TOKEN,
    Accepted,
    ApprovedPage,
    Delivery,
    Detail,
    EventPage,
    Happened,
    HubInfo,
    ListPage,
    Upload,
    WaitingPage,
)
from renkei.standard.findings import Finding, Role
from renkei.trust.words import Words

from .connection import AsyncConnection


class AsyncCalls:
    """Signs in when first needed, and once more when the token no longer counts."""

    def __init__(
        self, connection: AsyncConnection, id_: str, office: str, identity: Identity, program: str = ""
    ) -> None:
        """`program` tells this program from another of the same office, on another computer."""
        self._program = program
        self._connection, self._id, self._office, self._identity = connection, id_, office, identity
        self._token: str | None = None

    async def check(self, files: Mapping[str, bytes], role: Role = Role.SENDER) -> tuple[Finding, ...]:
        """What the hub finds in these files; nothing is kept of them."""
        given = [{"name": name, "data": b64(data)} for name, data in files.items()]
        answer = await self._call("POST", "/v1/checks", body={"files": given, "role": role.value})
        return protocol.findings(answer)

    async def send(self, units: Sequence[Mapping[str, Any]]) -> list[Accepted | Trouble]:
        """Hand over a batch; for each unit in order what became of it."""
        answer = await self._call(
            "POST", "/v1/transmissions/batch", body={"units": list(units)}, most=len(units) * 4 * SIGNED
        )
        results = answer.parts("results", len(units))
        if len(results) != len(units):
            raise HubAnswerError("not one result a unit")
        return [_sent(result) for result in results]

    async def events(self, service: str, after: int) -> EventPage:
        """The next events of one of our services' feed after the cursor."""
        params: dict[str, str | int] = {"service": service, "after": after, "limit": EVENTS}
        answer = await self._call("GET", "/v1/events", params=params, most=EVENTS * SIGNED)
        return protocol.event_page(answer, after, EVENTS)

    async def waiting(self, service: str, after: int) -> WaitingPage:
        """What is in the mailbox of one of our services and was not collected yet, after the cursor."""
        params: dict[str, str | int] = {"service": service, "after": after, "limit": protocol.LISTED}
        return protocol.waiting_page(await self._call("GET", "/v1/waiting", params=params), after)

    async def approved(self, service: str, after: str = "") -> ApprovedPage:
        """What people approved on the hub's pages, and what waits for our signature, after the cursor."""
        params: dict[str, str | int] = {"service": service}
        if after:
            params["after"] = after
        return protocol.approved_page(await self._call("GET", "/v1/outbox", params=params), after)

    async def reminders(self, service: str) -> tuple[reminding.Reminder, ...]:
        """What the office should know of now at one of its services."""
        return reminding.read(await self._call("GET", "/v1/reminders", params={"service": service}))

    async def approved_files(self, unit: str) -> dict[str, bytes]:
        """The files of such a unit. The hub records this as a look."""
        most = CEILING.unit_bytes * 4 // 3 + SIGNED
        return protocol.approved_files(await self._call("GET", f"/v1/outbox/{unit}/files", most=most))

    async def listing(self, service: str, first: date, last: date, partner: str = "", cursor: str = "") -> ListPage:
        """What was sent and received on these days (in Japan, both included), oldest first; `cursor` of the page before."""
        params: dict[str, str | int] = {"service": service, "partner": partner, "limit": protocol.LISTED}
        params |= {"from": first.isoformat(), "to": last.isoformat(), "cursor": cursor}
        return protocol.list_page(await self._call("GET", "/v1/transmissions", params=params), cursor)

    async def detail(self, transmission: str) -> Detail:
        """The record of one transmission, without its files."""
        return protocol.detail(await self._record(transmission))

    async def steps(self, transmission: str) -> tuple[Happened, ...]:
        """What happened to one transmission, in order."""
        return protocol.steps(await self._record(transmission))

    async def words(self, transmission: str, number: int) -> Words:
        """What was said with one step. The hub records this as a look."""
        return protocol.words(
            await self._call("GET", f"/v1/transmissions/{transmission}/events/{number}/words", most=SIGNED)
        )

    async def findings(self, transmission: str) -> tuple[Finding, ...]:
        """Why the recipient could not import it. The hub records this as a look."""
        return protocol.findings(await self._call("GET", f"/v1/transmissions/{transmission}/findings"))

    async def files(self, transmission: str) -> Delivery:
        """One unit with its files. The hub records this as a look, and gives it to no other program of ours meanwhile."""
        params: dict[str, str | int] = {"program": self._program}
        most = CEILING.unit_bytes * 4 // 3 + 10 * SIGNED
        return protocol.delivery(
            await self._call("GET", f"/v1/transmissions/{transmission}/files", params=params, most=most)
        )

    async def collect(self, transmissions: Sequence[str]) -> dict[str, Delivery | HubError]:
        """Some of these units, the first at least, with their files; what is left is to be asked for again.

        The hub records looks, and gives them to no other program of ours meanwhile.
        """
        body = {"transmissions": list(transmissions), "program": self._program}
        most = CEILING.unit_bytes * 4 // 3 + len(transmissions) * 10 * SIGNED
        return protocol.handed_out(
            await self._call("POST", "/v1/transmissions/collect", body=body, most=most), transmissions
        )

    async def acknowledge(self, receipts: Sequence[Mapping[str, Any]]) -> list[SignedBytes | Trouble]:
        """Hand over our own signed receipts; for each in order the hub's, or why it was refused."""
        answer = await self._call(
            "POST", "/v1/receipts", body={"receipts": list(receipts)}, most=len(receipts) * SIGNED * 2
        )
        results = answer.parts("results", len(receipts))
        if len(results) != len(receipts):
            raise HubAnswerError("not one result a receipt")
        return [_acknowledged(result) for result in results]

    async def announce(self, size: int, commitment: str, salt: bytes, media: str) -> Upload:
        """Begin to bring in a file, or go on with it: the same file is the same upload."""
        body = {"size": size, "commitment": commitment, "salt": salt.hex(), "media": media}
        return protocol.upload(await self._call("POST", "/v1/uploads", body=body))

    async def upload(self, id_: str) -> Upload:
        """How far an upload has come."""
        return protocol.upload(await self._call("GET", f"/v1/uploads/{id_}"))

    async def put_chunk(self, id_: str, number: int, data: bytes) -> None:
        """Bring in one piece of a file."""
        await self._call("PUT", f"/v1/uploads/{id_}/chunks/{number}", content=data)

    async def complete(self, id_: str) -> Upload:
        """All pieces are there: have the file looked into. HubRefused E-UPLOAD-MISSING when they are not."""
        return protocol.upload(await self._call("POST", f"/v1/uploads/{id_}/complete"))

    async def part(self, transmission: str, name: str, start: int = 0) -> AsyncIterator[bytes]:
        """The bytes of a part from `start` on. Raises as `Connection.stream`. The hub records this as a look."""
        path, params = f"/v1/transmissions/{transmission}/files/{name}", {"program": self._program}
        token, is_new = self._token, False
        while True:
            if token is None:
                token = self._token = await self._sign_in()
                is_new = True
            try:
                async for chunk in self._connection.stream(path, start=start, params=params, token=token):
                    yield chunk
            except HubRefused as refusal:
                if refusal.status != 401 or is_new:
                    raise
                token = None
            else:
                return

    async def rest(self, attempt: int) -> None:
        """Wait before the next attempt."""
        await self._connection.rest(attempt)

    async def read(self, path: str, params: Mapping[str, str | int], most: int) -> Answer:
        """Any other record that this office may read, of `most` bytes."""
        return await self._call("GET", path, params=params, most=most)

    async def _record(self, transmission: str) -> Answer:
        return await self._call("GET", f"/v1/transmissions/{transmission}", most=protocol.MOST_STEPS * SIGNED)

    async def _call(self, method: str, path: str, **arguments: Any) -> Answer:
        if self._token is None:
            self._token = await self._sign_in()
        try:
            return await self._connection.call(method, path, token=self._token, **arguments)
        except HubRefused as refusal:
            if refusal.status != 401:
                raise
        self._token = await self._sign_in()
        return await self._connection.call(method, path, token=self._token, **arguments)

    async def _sign_in(self) -> str:
        asked = await self._connection.call("POST", "/v1/challenges", body={"office": self._office})
        challenge = asked.text("challenge", most=1000)
        signature = self._identity.answer(challenge, self._id, self._office)
        answer = {"challenge": challenge, "signature": b64(signature)}
        return (await self._connection.call("POST", "/v1/tokens", body=answer)).text("access_token", TOKEN)


async def about(connection: AsyncConnection) -> HubInfo:
    """Who the hub says it is, and its limits."""
    return protocol.hub_info(await connection.call("GET", "/v1/hub"), CEILING)


def _sent(result: Answer) -> Accepted | Trouble:
    if result.number("status") in (200, 201):
        return protocol.accepted(result.part("transmission"))
    return protocol.trouble(result.part("problem"))


def _acknowledged(result: Answer) -> SignedBytes | Trouble:
    if result.number("status") in (200, 201):
        return result.signed("receipt")
    return protocol.trouble(result.part("problem"))
