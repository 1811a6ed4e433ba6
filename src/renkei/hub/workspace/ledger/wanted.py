"""What somebody looks for in the ledger. All of it may stand in an address: a person stands there as a keyed hash alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils import timezone

from renkei.attachments.index import KIND
from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import State
from renkei.hub.workspace.models import Channel
from renkei.standard.units import UnitKind

KINDS = (*UnitKind, KIND)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})", re.ASCII)
_MONTH = re.compile("[0-9]{6}", re.ASCII)
_DAY = re.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_LETTERS = 100

Position = tuple[datetime, uuid.UUID]


@dataclass(frozen=True)
class Wanted:
    """What is empty or None does not narrow. `partner` is a number or a part of a name; `first` and `last` days in Japan,
    both included; `subject` a person's hash; `before` the place in the list after which to go on."""

    partner: str = ""
    month: str = ""
    kind: str = ""
    direction: str = ""
    state: str = ""
    channel: str = ""
    first: date | None = None
    last: date | None = None
    subject: str = ""
    before: Position | None = None

    @property
    def begin(self) -> datetime | None:
        return _midnight(self.first) if self.first else None

    @property
    def end(self) -> datetime | None:
        return _midnight(self.last + timedelta(days=1)) if self.last else None

    def fields(self) -> dict[str, str]:
        """As a form or an address has it, without the person and without the place."""
        days = {name: day.isoformat() for name, day in (("first", self.first), ("last", self.last)) if day}
        texts = {name: getattr(self, name) for name in ("partner", "month", "kind", "direction", "state", "channel")}
        return {name: text for name, text in texts.items() if text} | days

    def address(self, service: str) -> str:
        """The same behind the question mark of an address."""
        return urlencode({"service": service, **self.fields()})


def read(given: Mapping[str, str], subject: str = "") -> Wanted:
    """From an address or a form. What makes no sense there does not narrow."""
    return Wanted(
        partner="".join(one for one in given.get("partner", "") if one.isprintable()).strip()[:_MOST_LETTERS],
        month=_fitting(_MONTH, given.get("month", "")),
        kind=_one_of(KINDS, given.get("kind", "")),
        direction=_one_of(Direction, given.get("direction", "")),
        state=_one_of(State, given.get("state", "")),
        channel=_one_of(Channel.values, given.get("channel", "")),
        first=_day(given.get("first", "")),
        last=_day(given.get("last", "")),
        subject=subject,
        before=_position(given.get("before", "")),
    )


def cursor(at: datetime, id_: uuid.UUID) -> str:
    """A place in the list as it stands in an address."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{id_.hex}"


def without_place(wanted: Wanted) -> Wanted:
    """The whole selection, from its beginning."""
    return replace(wanted, before=None)


def _position(text: str) -> Position | None:
    found = _CURSOR.fullmatch(text)
    return (_EPOCH + timedelta(microseconds=int(found[1])), uuid.UUID(found[2])) if found else None


def _one_of(values: Iterable[str], text: str) -> str:
    return text if text in {str(one) for one in values} else ""


def _fitting(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
