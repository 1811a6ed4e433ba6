"""The machine calls of the hub's public API v1, as one office uses them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from renkei.trust.words import Words

from . import protocol
from .answers import Answer, SignedBytes
from .connection import Connection
from .errors import HubAnswerError, HubRefused, Trouble
from .identity import Identity
from .protocol import Accepted, Delivery, Detail, EventPage, Happened, HubInfo, Limits

MIB = 1024 * 1024
# Whatever a hub allows, no more than this is read or sent at once.
CEILING = Limits(
    file_bytes=64 * MIB, unit_bytes=128 * MIB, unit_files=200, batch_units=100, receipts=200, request_bytes=256 * MIB
)
EVENTS = 100
_TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
_SIGNED = 100 * 1024  # bytes of one signed thing with what stands around it in JSON, generously


class Hub:
    """Signs in when first needed, and once more when the token no longer counts."""

    def __init__(self, connection: Connection, id_: str, office: str, identity: Identity, program: str = "") -> None:
        """`program` tells this folder's program from another of the same office, on another computer."""
        self._program = program
        self._connection, self._id, self._office, self._identity = connection, id_, office, identity
        self._token: str | None = None

    def send(self, units: Sequence[Mapping[str, Any]]) -> list[Accepted | Trouble]:
        """Hand over a batch; for each unit in order what became of it."""
        answer = self._call(
            "POST", "/v1/transmissions/batch", body={"units": list(units)}, most=len(units) * 4 * _SIGNED
        )
        results = answer.parts("results", len(units))
        if len(results) != len(units):
            raise HubAnswerError("not one result a unit")
        return [_sent(result) for result in results]

    def events(self, service: str, after: int) -> EventPage:
        """The next events of one of our services' feed after the cursor."""
        params: dict[str, str | int] = {"service": service, "after": after, "limit": EVENTS}
        answer = self._call("GET", "/v1/events", params=params, most=EVENTS * _SIGNED)
        return protocol.event_page(answer, after, EVENTS)

    def detail(self, transmission: str) -> Detail:
        """The record of one transmission, without its files."""
        return protocol.detail(
            self._call("GET", f"/v1/transmissions/{transmission}", most=protocol.MOST_STEPS * _SIGNED)
        )

    def steps(self, transmission: str) -> tuple[Happened, ...]:
        """What happened to one transmission, in order."""
        return protocol.steps(
            self._call("GET", f"/v1/transmissions/{transmission}", most=protocol.MOST_STEPS * _SIGNED)
        )

    def words(self, transmission: str, number: int) -> Words:
        """What was said with one step. The hub records this as a look."""
        return protocol.words(
            self._call("GET", f"/v1/transmissions/{transmission}/events/{number}/words", most=_SIGNED)
        )

    def files(self, transmission: str) -> Delivery:
        """One unit with its files. The hub records this as a look, and gives it to no other program of ours meanwhile."""
        params: dict[str, str | int] = {"program": self._program}
        most = CEILING.unit_bytes * 4 // 3 + 10 * _SIGNED
        return protocol.delivery(self._call("GET", f"/v1/transmissions/{transmission}/files", params=params, most=most))

    def acknowledge(self, receipts: Sequence[Mapping[str, Any]]) -> list[SignedBytes | Trouble]:
        """Hand over our own signed receipts; for each in order the hub's, or why it was refused."""
        answer = self._call("POST", "/v1/receipts", body={"receipts": list(receipts)}, most=len(receipts) * _SIGNED * 2)
        results = answer.parts("results", len(receipts))
        if len(results) != len(receipts):
            raise HubAnswerError("not one result a receipt")
        return [_acknowledged(result) for result in results]

    def read(self, path: str, params: Mapping[str, str | int], most: int) -> Answer:
        """Any other record that this office may read, of `most` bytes."""
        return self._call("GET", path, params=params, most=most)

    def _call(self, method: str, path: str, **arguments: Any) -> Answer:
        if self._token is None:
            self._token = self._sign_in()
        try:
            return self._connection.call(method, path, token=self._token, **arguments)
        except HubRefused as refusal:
            if refusal.status != 401:
                raise
        self._token = self._sign_in()
        return self._connection.call(method, path, token=self._token, **arguments)

    def _sign_in(self) -> str:
        asked = self._connection.call("POST", "/v1/challenges", body={"office": self._office})
        challenge = asked.text("challenge", most=1000)
        signature = self._identity.answer(challenge, self._id, self._office)
        answer = {"challenge": challenge, "signature": b64(signature)}
        return self._connection.call("POST", "/v1/tokens", body=answer).text("access_token", _TOKEN)


def about(connection: Connection) -> HubInfo:
    """Who the hub says it is, and its limits."""
    return protocol.hub_info(connection.call("GET", "/v1/hub"), CEILING)


def b64(data: bytes) -> str:
    """Standard base64, as the API carries bytes."""
    return base64.b64encode(data).decode("ascii")


def _sent(result: Answer) -> Accepted | Trouble:
    if result.number("status") in (200, 201):
        return protocol.accepted(result.part("transmission"))
    return protocol.trouble(result.part("problem"))


def _acknowledged(result: Answer) -> SignedBytes | Trouble:
    if result.number("status") in (200, 201):
        return result.signed("receipt")
    return protocol.trouble(result.part("problem"))
