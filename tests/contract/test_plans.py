"""What is asked often is looked up, however much is stored."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Hub


@pytest.fixture
def queries(town: Hub) -> dict[str, Any]:
    """The queries behind the pages and calls that people and programs repeat."""
    from django.utils import timezone

    from renkei.hub.core.models import Event, FeedEntry, Look, LookSubject, UnsealedEvent
    from renkei.hub.exchange import mailbox
    from renkei.hub.exchange.mailbox import Wanted
    from renkei.hub.exchange.models import Subject, Transmission
    from renkei.hub.exchange.presenting import Direction
    from renkei.hub.parties.models import OfficeService
    from renkei.hub.workspace import services

    service = OfficeService.objects.select_related("party").first()
    assert service is not None
    month, newest = Wanted(month="202612"), Wanted()
    return {
        "received": mailbox._ordered(service, Direction.RECEIVED, newest)[:20],
        "received of a month": mailbox._ordered(service, Direction.RECEIVED, month)[:20],
        "sent": mailbox._ordered(service, Direction.SENT, newest)[:20],
        "sent in a month": mailbox._ordered(service, Direction.SENT, month)[:20],
        "papers of a month": services._papers(service, months="202612").order_by("sequence"),
        "months to choose": services._papers(service, months__gte="202412").values_list("months").distinct(),
        "natural key": Transmission.objects.filter(sender=service, recipient=service, kind="actual", sequence="1"),
        "feed": FeedEntry.objects.filter(feed=service.feed, number__gt=5).order_by("number")[:100],
        "events of a unit": Event.objects.filter(about="0" * 32).order_by("number"),
        "people of a unit": Subject.objects.filter(transmission="0" * 32),
        "units of a person": Subject.objects.filter(subject="0" * 64),
        "looks at a month today": Look.objects.filter(about="month:1:202612", actor="staff:1", at__gte=timezone.now()),
        "looks at a person": LookSubject.objects.filter(subject="0" * 64),
        "to be sealed": UnsealedEvent.objects.order_by("id")[:100],
    }


def test_every_repeated_query_is_an_index_search(queries: dict[str, Any]) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, whatever their indexes")
    plans = {name: query.explain().replace("\n", " | ") for name, query in queries.items()}
    # The list of what waits is a table of its own and is read from its beginning.
    assert "SCAN core_unsealedevent" in plans.pop("to be sealed")
    assert {name: plan for name, plan in plans.items() if "SCAN" in plan} == {}
