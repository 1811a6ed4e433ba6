"""Our own hub: signed units in, checked, stored durably and receipted; collected with a look on record; acknowledged, signed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from exchanges.common import IDLE_SECONDS, SESSIONS, at_once, shares
from hubs import RECIPIENT, SENDER, Hub
from offices import Line, Office, all_taken
from units import Supply

BATCH = 50
BATCH_SESSIONS = 2


class Renkei:
    """A care-management office that sends and a provider that collects, `batch` units at a time (1: one by one)."""

    def __init__(self, running: Hub, supply: Supply, batch: int = BATCH) -> None:
        self.hub, self._supply, self._batch = running, supply, batch
        self.sender, self.recipient = Office(running, *SENDER), Office(running, *RECIPIENT)
        self._after = 0

    def prepare(self, count: int) -> list[bytes]:
        """Signed requests."""
        self._pass_over()
        units = [self._supply.envelope(self.sender.key, self.sender.certificate) for _ in range(count)]
        if self._batch == 1:
            return [json.dumps(unit).encode() for unit in units]
        portions = (units[start : start + self._batch] for start in range(0, count, self._batch))
        return [json.dumps({"units": portion}).encode() for portion in portions]

    def send(self, requests: list[bytes], sessions: int) -> None:
        """Hand them all over; every one must be taken."""
        at_once(*(lambda share=share: self._send(share) for share in shares(requests, sessions)))

    def cycle(self, requests: list[bytes]) -> None:
        """Send and collect at the same time, until the last one is acknowledged."""
        if self._batch == 1:
            count = len(requests)
            at_once(lambda: self.send(requests, SESSIONS), lambda: self._collect(count))
        else:
            count = sum(len(json.loads(request)["units"]) for request in requests)
            at_once(lambda: self.send(requests, BATCH_SESSIONS), lambda: self._collect(count))

    def _send(self, requests: list[bytes]) -> None:
        with self.sender.line() as line:
            for request in requests:
                self.hand_over(line, request)

    def hand_over(self, line: Line, request: bytes) -> None:
        """One request as `prepare` made it; all of it must be taken."""
        if self._batch == 1:
            line.post("/v1/transmissions", request)
        else:
            all_taken(line.post("/v1/transmissions/batch", request)["results"])

    def _collect(self, count: int) -> None:
        feed = f"/v1/events?service={self.recipient.service}&limit={2 * BATCH}"
        with self.recipient.line() as line:
            while count > 0:
                page = line.get(f"{feed}&after={self._after}")
                self._after = page["next"]
                new = [event["transmission"]["id"] for event in page["events"] if event["type"] == "accepted"]
                while new:
                    given = line.post("/v1/transmissions/collect", {"transmissions": new[:BATCH], "program": "bench"})
                    said = [self._receipt(one) for one in given["results"]]
                    all_taken(line.post("/v1/receipts", {"receipts": said})["results"])
                    count -= len(said)
                    new = given["left"] + new[BATCH:]
                if not page["events"]:
                    time.sleep(IDLE_SECONDS)

    def _receipt(self, collected: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
        return self.recipient.receipt(str(collected["transmission"]), collected["contents"]["manifest"])

    def _pass_over(self) -> None:
        """What lies in the mailbox already is not of this round."""
        with self.recipient.line() as line:
            more = True
            while more:
                page = line.get(f"/v1/events?service={self.recipient.service}&limit=500&after={self._after}")
                self._after, more = page["next"], page["more"]
