"""Units that were here before, by their natural keys: the same again is answered as the first time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from renkei.hub.core import events
from renkei.hub.core.events import Signed
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.models import Transmission
from renkei.standard.findings import Finding

# Sender and recipient service, kind, sequence number.
NaturalKey = tuple[int, int, str, str]
_ID = Transmission._meta.pk
# Joined, because SQLite searches `(…) IN (VALUES …)` by the first columns of the index alone: through all units of a pair.
_TAKEN = (
    "WITH wanted (sender, recipient, kind, sequence) AS (VALUES {})"
    " SELECT taken.id FROM wanted JOIN exchange_transmission AS taken ON taken.sender_id = wanted.sender"
    " AND taken.recipient_id = wanted.recipient AND taken.kind = wanted.kind AND taken.sequence = wanted.sequence"
)


@dataclass(frozen=True)
class Accepted:
    """The answer to a sender: `repeated` when this very unit was here before."""

    transmission: Transmission
    receipt: Signed
    repeated: bool
    findings: tuple[Finding, ...] = ()

    def again(self, content_tag: str) -> Accepted:
        """The first answer again, to one with the same natural key. Raises Refused (409) for other content."""
        if self.transmission.content_tag != content_tag:
            raise Refused(
                409,
                "E-UNIT-SEQUENCE-USED",
                "同じ連番で、中身のちがう送信がすでにあります。",
                "ファイルを新しい連番で書き出し直してから送ってください。",
            )
        return Accepted(self.transmission, self.receipt, repeated=True)


def find(keys: Collection[NaturalKey]) -> dict[NaturalKey, Accepted]:
    """Those of these natural keys that are taken. One query, and two more when there are some."""
    distinct = set(keys)
    if not distinct:
        return {}
    listed = ", ".join(["(%s, %s, %s, %s)"] * len(distinct))
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN.format(listed), [part for key in distinct for part in key])
        ids = [_ID.to_python(id_) for (id_,) in cursor.fetchall()]
    if not ids:
        return {}
    rows = Transmission.objects.in_bulk(ids).values()
    found = {(row.sender_id, row.recipient_id, row.kind, row.sequence): row for row in rows}
    first = events.past_of([row.pk for row in found.values()])
    return {key: Accepted(row, first[row.pk][0].receipt, repeated=True) for key, row in found.items()}
