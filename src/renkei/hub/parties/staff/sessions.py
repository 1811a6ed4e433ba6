"""Where a person is signed in: every session with its device, to be ended one by one or all at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from renkei.hub.core.session_store import kept_as
from renkei.hub.core.writing import write
from renkei.hub.parties.models import SignIn, Staff

# The first that fits: others' names stand in these as well.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """What a browser says of itself, in a word or two.

    >>> device_words("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
    'Windows の Chrome'
    """
    browser = next((words for mark, words in _BROWSERS if mark in agent), "ブラウザ")
    system = next((words for mark, words in _SYSTEMS if re.search(mark, agent)), "")
    return f"{system} の {browser}" if system else browser


def begun(request: HttpRequest, staff: Staff, way: str) -> None:
    """Note the session that has just begun."""
    key = here(request)
    device = device_words(request.headers.get("User-Agent", ""))
    with write():
        SignIn.objects.update_or_create(session=key, defaults={"staff": staff, "device": device, "way": way})


def here(request: HttpRequest) -> str:
    """This session, as rows name it."""
    return kept_as(request.session.session_key or "")


def lifted(request: HttpRequest, way: str) -> None:
    """This session has shown more than a password since it began."""
    with write():
        SignIn.objects.filter(session=here(request)).update(way=way)


def renamed(before: str, now: str) -> None:
    """The same session, under another key."""
    with write():
        SignIn.objects.filter(session=before).update(session=now)


def of(staff: Staff) -> list[tuple[SignIn, datetime]]:
    """The sessions of a person that still count, each with when it was last used, the newest first."""
    mine = {row.session: row for row in SignIn.objects.filter(staff=staff)}
    alive = Session.objects.filter(session_key__in=mine, expire_date__gt=timezone.now()).order_by("-expire_date")
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return [(mine[one.session_key], one.expire_date - age) for one in alive]


def end(staff: Staff, row: int) -> bool:
    """End one session of this person; whether it was there."""
    with write():
        found = SignIn.objects.filter(staff=staff, pk=row).first()
        if found is None:
            return False
        Session.objects.filter(session_key=found.session).delete()
        found.delete()
    return True


def end_all(staff: Staff) -> None:
    """End every session of this person, at once and everywhere. Call it inside `write()`."""
    staff.sessions_from = timezone.now()
    staff.save(update_fields=["sessions_from"])
    Session.objects.filter(session_key__in=staff.sign_ins.values_list("session", flat=True)).delete()
    staff.sign_ins.all().delete()


def forget(now: datetime, most: int) -> int:
    """Forget up to so many sign-ins whose sessions are over, however they ended; returns how many."""
    longest = now - timedelta(hours=settings.RENKEI["SESSION_HOURS"])
    with write():
        # The oldest stand first.
        oldest = SignIn.objects.order_by("pk").values_list("pk", "at")[:most]
        SignIn.objects.filter(pk__in=(over := [pk for pk, at in oldest if at < longest])).delete()
    return len(over)
