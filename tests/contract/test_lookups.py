"""Looking rows up with prepared questions gives what the ORM gives."""

from __future__ import annotations

from uuid import uuid4

import pytest

from renkei.conformance import Month

from .conftest import Hub
from .test_core import send_all


@pytest.fixture
def sent(town: Hub, month: Month) -> None:
    send_all(town, month)


def test_rows_and_what_they_name_are_those_of_the_orm(sent: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core.lookups import Lookup
    from renkei.hub.exchange.models import Transmission

    rows = list(Transmission.objects.select_related("envelope", "sender__party").order_by("pk"))
    found = Lookup(Transmission, "pk", "envelope", "sender__party").of([*(row.pk for row in rows), uuid4()])
    with CaptureQueriesContext(connection) as asked:
        assert sorted(map(_told, found)) == sorted(map(_told, rows))
    assert len(asked) == 0 and len(rows) > 3


def _told(row: object) -> str:
    party, envelope = row.sender.party, row.envelope  # type: ignore[attr-defined]
    return repr([sorted((k, v) for k, v in one.__dict__.items() if k[0] != "_") for one in (row, party, envelope)])


def test_a_column_that_was_left_out_is_read_when_it_is_asked_for(sent: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core.lookups import Lookup
    from renkei.hub.exchange.models import Transmission

    row = Transmission.objects.order_by("pk").first()
    assert row is not None
    with CaptureQueriesContext(connection) as asked:
        found = Lookup(Transmission, "pk", only=("state",)).one(row.pk)
        assert found is not None and found.state == row.state
        assert len(asked) == 1
        assert found.sequence == row.sequence
    assert len(asked) == 2


def test_rows_are_held_until_the_end_of_the_write(sent: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core.lookups import Columns
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.models import Transmission

    ids = list(Transmission.objects.values_list("pk", flat=True))
    with write(), CaptureQueriesContext(connection) as asked:
        found = list(Columns(Transmission, "pk", "state", locked=True).of(reversed(ids)))
    assert [id_ for id_, _ in found] == sorted(ids)
    is_held = asked.captured_queries[0]["sql"].endswith('FOR NO KEY UPDATE OF "exchange_transmission"')
    assert is_held is (connection.vendor == "postgresql")


def test_only_the_months_that_matter_are_looked_into(sent: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core.ids import month_of
    from renkei.hub.core.lookups import Columns
    from renkei.hub.core.models import Body, Event

    bodies = list(Body.objects.values_list("pk", flat=True))
    assert {id_ for id_, _ in Columns(Body, "pk", "size", months="of").of(bodies)} == set(bodies)
    events = {(event.pk, event.about) for event in Event.objects.all()}
    about = [thing for _, thing in events]
    with CaptureQueriesContext(connection) as asked:
        found = list(Columns(Event, "about", "pk", order="number", months="since").of(about))
    assert {(id_, thing) for thing, id_ in found} == events
    assert f"\"month\" >= '{month_of(min(about))}'" in asked.captured_queries[0]["sql"]
