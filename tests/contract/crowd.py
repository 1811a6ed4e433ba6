"""Thousands of invented rows beside the units of a test, so that reading a growing table whole would show."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from typing import Any

from . import world
from .conftest import Hub

# PostgreSQL reads a table whole as long as that is cheaper; SQLite searches an index of the smallest.
OFFICES, UNITS = (5000, 2500) if os.environ.get("RENKEI_TEST_DATABASE") == "postgresql" else (1000, 1000)


def fill(town: Hub) -> None:
    """A hub after some years: other offices, mail of the town's offices with them, looks, work for later."""
    services = _strangers(town)
    _mail(services)
    _programs([service.party for service in services])
    _licences([service.party for service in services])
    _passing()
    analyze()


def analyze() -> None:
    """Let the database see how much there is now; on PostgreSQL its owner alone may."""
    from django.db import connection, connections

    with connections["owner" if "owner" in connections else connection.alias].cursor() as cursor:
        cursor.execute("ANALYZE")


def _strangers(town: Hub) -> list[Any]:
    """The services of the town's offices first, then those of many others."""
    from django.utils import timezone

    from renkei.hub.core import counters
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Certificate, Membership, OfficeService, Party, PartyKind, Staff

    own = list(OfficeService.objects.order_by("pk"))
    fresh = [Party(kind=PartyKind.OFFICE, number=f"14{n:08}", name="よその事業所") for n in range(OFFICES)]
    parties = Party.objects.bulk_create(fresh)
    people = Staff.objects.bulk_create(Staff(login=f"yoso{n}", name="よその人") for n in range(OFFICES))
    Membership.objects.bulk_create(
        Membership(staff=staff, party=party) for staff, party in zip(people, parties, strict=True)
    )
    others = OfficeService.objects.bulk_create(OfficeService(party=party, service="11") for party in parties)
    Certificate.objects.bulk_create(
        Certificate(party=party, fingerprint=secrets.token_hex(32), der=b"x", not_after=timezone.now())
        for party in parties
    )
    with write():
        counters.create(name for service in others for name in (service.feed, service.mailbox))
    return own + others


def _programs(parties: list[Any]) -> None:
    """An account for each of them, and the sign-ins of one day."""
    import uuid

    from django.utils import timezone

    from renkei.hub.parties.models import Account, Certificate, RefreshToken

    ends, certificate = timezone.now() + timedelta(hours=8), Certificate.objects.order_by("pk")[0]
    fresh = [Account(party=party, login=f"KJ99{n}", password="x") for n, party in enumerate(parties)]
    RefreshToken.objects.bulk_create(
        RefreshToken(
            digest=secrets.token_hex(32), family=uuid.uuid4(), certificate=certificate, account=account, expires_at=ends
        )
        for account in Account.objects.bulk_create(fresh)
    )


def _licences(parties: list[Any]) -> None:
    """Two years of each: one that is over and renewed, one that holds."""
    from datetime import date

    from renkei.hub.membership.models import Licence

    terms = ((date(2025, 6, 1), date(2026, 5, 31), True), (date(2026, 6, 1), date(2027, 5, 31), False))
    held = set(Licence.objects.values_list("party", flat=True))
    Licence.objects.bulk_create(
        Licence(
            party=party,
            number=secrets.token_hex(8),
            kind="new",
            applied_on=first,
            from_on=first,
            until=last,
            price=0,
            automatic=True,
            renewed=renewed,
        )
        for party in parties
        if party.pk not in held
        for first, last, renewed in terms
    )


def _mail(services: list[Any]) -> None:
    """Collected units between the first office and all others, in both directions, about some of many people."""
    from django.utils import timezone

    from renkei.hub.core.ids import month_of, new_id
    from renkei.hub.core.models import Body, Erasure, Event, FeedEntry, Seal, SealedEvent, Wrap
    from renkei.hub.exchange.models import Envelope, Subject, Transmission
    from renkei.hub.parties.models import Certificate

    now, certificate, first = timezone.now(), Certificate.objects.order_by("pk")[0], services[0]
    units, bodies, wraps, entries, subjects, happened = [], [], [], [], [], []
    for n in range(UNITS):
        other = services[1 + n % (len(services) - 1)]
        sender, recipient = (first, other) if n % 2 else (other, first)
        at = now - timedelta(hours=UNITS - n)
        unit = Transmission(
            sender=sender,
            recipient=recipient,
            kind="use_table" if n % 3 else "actual",
            sequence=f"{20260101000000 + n}",
            months=f"2026{1 + n % 12:02}",
            content_tag=secrets.token_hex(32),
            state="collected" if n % 5 else "accepted",
            mailbox_number=1000 + n,
            certificate=certificate,
            body=new_id(),
            replaces=units[n - 2] if n % 9 == 8 else None,
            accepted_at=at,
            collected_at=at,
            clock_at=None if n % 5 else now + timedelta(days=1 + n % 35),
        )
        units.append(unit)
        bodies.append(Body(id=unit.body, month=month_of(unit.body), format=1, size=1, inline=secrets.token_bytes(200)))
        for holder in (sender.sent_copy, recipient.received_copy):
            until = now + timedelta(days=1 + n % 900)
            wraps.append(Wrap(body=unit.body, holder=holder, key_id="0001", wrapped=b"x" * 60, erase_after=until))
        subjects += [
            Subject(transmission=unit, subject=f"{n % 700:064}"),
            Subject(transmission=unit, subject=f"{10000 + n:064}"),
        ]
        for number in (1, 2):
            id_ = new_id()
            event = Event(
                id=id_, month=month_of(id_), at=at, type="accepted", about=unit.pk, number=number, side="sender"
            )
            event.receipt = event.signature = b"x" * 100
            happened.append(event)
            entries.append(FeedEntry(feed=first.feed, number=1000 + 2 * n + number, event=id_))
    for rows in (units, bodies, wraps, subjects, happened, entries):
        type(rows[0])._base_manager.bulk_create(rows)
    Envelope.objects.bulk_create(Envelope(transmission=unit, manifest=b"x" * 300, signature=b"x") for unit in units)
    seals = Seal.objects.bulk_create(
        Seal(number=n, size=3, root=b"x", statement=b"x", signature=b"x", at=now) for n in range(100, UNITS + 100)
    )
    SealedEvent.objects.bulk_create(
        SealedEvent(event=event.id, seal=seals[n % UNITS], position=n, leaf=b"x") for n, event in enumerate(happened)
    )
    Erasure.objects.bulk_create(Erasure(body=unit.body, holder="x", at=unit.accepted_at) for unit in units)


def _passing() -> None:
    """Looks, sign-ins, jobs that wait and jobs that were given up, events to be sealed."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from renkei.hub.core.ids import month_of, new_id
    from renkei.hub.core.models import Job, Look, LookSubject, UnsealedEvent
    from renkei.hub.parties.models import AccessToken, Certificate, Challenge

    now, certificate = timezone.now(), Certificate.objects.order_by("pk")[0]
    later = [now + timedelta(minutes=1 + n) for n in range(UNITS)]
    looks = []
    for n, at in enumerate(later * 3):
        id_ = new_id()
        looks.append(
            Look(id=id_, month=month_of(id_), at=at, actor=f"staff:{n % 90}", party=n % 50, about=f"transmission:{id_}")
        )
    Look.objects.bulk_create(looks)
    LookSubject.objects.bulk_create(
        LookSubject(look=look.id, month=look.month, subject=f"{n % 3000:064}") for n, look in enumerate(looks)
    )
    Challenge.objects.bulk_create(Challenge(digest=secrets.token_hex(32), expires_at=at) for at in later)
    AccessToken.objects.bulk_create(
        AccessToken(digest=secrets.token_hex(32), certificate=certificate, expires_at=at) for at in later
    )
    Session.objects.bulk_create(
        Session(session_key=secrets.token_hex(16), session_data="x", expire_date=at) for at in later
    )
    Job.objects.bulk_create(
        Job(kind="clocks", key=f"x:{n}", due_at=at, failed_at=now if n % 2 else None) for n, at in enumerate(later * 3)
    )
    UnsealedEvent.objects.bulk_create(UnsealedEvent(event=new_id(), leaf=b"x" * 32) for _ in range(UNITS))


def send(sender: world.TestOffice, unit: Any, files: dict[str, bytes]) -> str:
    answer = sender.post("/transmissions", sender.envelope(unit, files))
    assert answer.status_code in (200, 201), answer.content.decode()
    id_: str = answer.json()["id"]
    return id_
