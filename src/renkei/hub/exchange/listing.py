"""What one office service sent and received in a period, in the order in which the hub took it on."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.queries import summary
from renkei.hub.exchange.rules import State
from renkei.hub.parties.models import OfficeService, PartyKind

_CURSOR = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})", re.ASCII)
_DAYS = (date(2000, 1, 1), date(2199, 12, 31))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """`first` and `last` are days in Japan, both included; `partner` the number of the office at the other end.

    `direction` is "incoming" or "outgoing"; `month` a unit's one service month. What is empty does not narrow.
    """

    first: date
    last: date
    partner: str = ""
    cursor: str = ""
    direction: str = ""
    kind: str = ""
    state: str = ""
    month: str = ""


def page(service: OfficeService, wanted: Wanted, limit: int) -> dict[str, Any]:
    """Up to `limit` transmissions, oldest first, and the cursor to go on from ("" at the end). No totals.

    Two index searches, one for each direction, and one more for a partner. Raises Refused (400) for days that make no
    period and for a cursor that is not ours.
    """
    _check(wanted)
    found = sorted(
        (row for query in queries(service, wanted) for row in query[: limit + 1]),
        key=lambda row: (row.accepted_at, row.pk),
    )
    shown, more = found[:limit], len(found) > limit
    return {
        "transmissions": [_entry(row, service) for row in shown],
        "next": _cursor(shown[-1]) if more else "",
    }


def queries(service: OfficeService, wanted: Wanted) -> list[QuerySet[Transmission]]:
    """What was sent and what was received, each in order."""
    begin, end = (_midnight(day) for day in (wanted.first, wanted.last + timedelta(days=1)))
    behind = Q()
    if wanted.cursor:
        at, id_ = _position(wanted.cursor)
        begin = max(begin, at)
        behind = Q(accepted_at__gt=at) | Q(pk__gt=id_)
    rows = Transmission.objects.select_related("sender__party", "recipient__party").order_by("accepted_at", "pk")
    rows = rows.filter(behind, accepted_at__gte=begin, accepted_at__lt=end, **_narrowed(wanted))
    sent, received = rows.filter(sender=service.pk), rows.filter(recipient=service.pk)
    if wanted.partner:
        partner = _services_of(wanted.partner)
        sent, received = sent.filter(recipient__in=partner), received.filter(sender__in=partner)
    return [query for query, way in ((sent, "outgoing"), (received, "incoming")) if wanted.direction in ("", way)]


def waiting(service: OfficeService, after: int, limit: int) -> dict[str, Any]:
    """What nobody has collected yet, with mailbox numbers above `after`, in their order; one index search."""
    found = list(waiting_query(service, after)[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    return {
        "transmissions": [_entry(row, service) for row in shown],
        "next": shown[-1].mailbox_number if shown else after,
        "more": more,
    }


def waiting_query(service: OfficeService, after: int) -> QuerySet[Transmission]:
    """In the order of the mailbox."""
    rows = Transmission.objects.select_related("sender__party", "recipient__party").order_by("mailbox_number")
    return rows.filter(recipient=service.pk, state=State.ACCEPTED, mailbox_number__gt=after)


def _narrowed(wanted: Wanted) -> dict[str, str]:
    asked = {"kind": wanted.kind, "state": wanted.state, "months": wanted.month}
    return {name: value for name, value in asked.items() if value}


def _check(wanted: Wanted) -> None:
    if not _DAYS[0] <= wanted.first <= wanted.last <= _DAYS[1]:
        raise Refused(400, "E-REQUEST", "期間が正しくありません。", "はじめの日と終わりの日を確かめてください。")


def _services_of(number: str) -> list[int]:
    offices = OfficeService.objects.filter(party__kind=PartyKind.OFFICE, party__number=number)
    return list(offices.values_list("pk", flat=True))


def _entry(row: Transmission, service: OfficeService) -> dict[str, Any]:
    direction = "incoming" if row.recipient_id == service.pk else "outgoing"
    return summary(row) | {"accepted_at": row.accepted_at, "direction": direction}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _cursor(row: Transmission) -> str:
    return f"{(row.accepted_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk.hex}"


def _position(cursor: str) -> tuple[datetime, uuid.UUID]:
    read = _CURSOR.fullmatch(cursor)
    if read is None:
        raise Refused(
            400, "E-REQUEST", "続きの印 (cursor) が正しくありません。", "答えにあった next をそのまま渡してください。"
        )
    return _EPOCH + timedelta(microseconds=int(read[1])), uuid.UUID(read[2])
