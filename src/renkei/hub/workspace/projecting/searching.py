"""Finding clients of one's own by kana, name or number, in the rosters of the months that were compared."""

from __future__ import annotations

import unicodedata

from renkei.hub.core import looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.looks import Viewer
from renkei.hub.core.words import to_katakana
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import Projected
from renkei.hub.workspace.projecting.services import Client, open_roster

MOST_MONTHS = 24
MOST_FOUND = 50
_SHORTEST = 2  # characters; of digits, the last four at least
_LEAST_DIGITS = 4


def find(owner: OfficeService, text: str, viewer: Viewer) -> dict[str, Client]:
    """Up to `MOST_FOUND` people by subject, in the order of their kana; empty for a text that is too short to tell.

    A look at those who are found, and at nobody else: the hub reads the rosters for itself. Three queries and one write.
    """
    wanted = _plain(text)
    if len(wanted) < (_LEAST_DIGITS if wanted.isdecimal() else _SHORTEST):
        return {}
    people = known_people(owner)
    found = sorted(
        ((subject, client) for subject, client in people.items() if _fits(client, wanted)),
        key=lambda one: (one[1].kana, one[0]),
    )[:MOST_FOUND]
    if found:
        with write():
            subjects = [subject for subject, _ in found]
            looks.record(viewer, purpose="search", rule=RULE, about=f"service:{owner.pk}", subjects=subjects)
    return dict(found)


def known_people(owner: OfficeService, months: int = MOST_MONTHS) -> dict[str, Client]:
    """Everybody of the newest months that were compared, by subject, as the newest of them has them. Two queries.

    The hub reads them for itself: before somebody is shown any of them, a look has to be on record.
    """
    rows = Projected.objects.filter(owner=owner, roster__isnull=False).order_by("-month")[:months]
    rosters = {row.roster: [row.holder] for row in rows if row.roster}
    stored = bodies.fetch_many(rosters)
    people: dict[str, Client] = {}
    for roster in reversed(rosters):
        people |= open_roster(stored.get(roster))
    return people


def _fits(client: Client, wanted: str) -> bool:
    if wanted.isdecimal():
        return client.insured.endswith(wanted)
    return any(wanted in _plain(text) for text in (client.kana, client.name))


def _plain(text: str) -> str:
    """The same for full and half width, hiragana and katakana, with and without spaces between the names."""
    return "".join(to_katakana(unicodedata.normalize("NFKC", text)).split())
