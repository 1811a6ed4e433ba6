"""Letters that carry a one-time code: a page in big type to print, with no person's data but the addressee's."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from renkei.hub.parties.joining.inviting import Invited
from renkei.hub.parties.joining.proving import Letter

_STYLE = "core/letter.css"


def of_application(letter: Letter, *, here: str = "", alone: bool = False) -> str:
    """The letter to an office, as HTML; `here`: the hub's address, where it is known; `alone`: with its style, for a file."""
    return _rendered("parties/joining/letter.html", {"letter": letter, "here": here}, alone)


def of_invitation(invited: Invited, *, here: str = "", alone: bool = False) -> str:
    """The letter to somebody who is invited, as HTML."""
    return _rendered("parties/joining/invitation_letter.html", {"invited": invited, "here": here}, alone)


def _rendered(template: str, context: dict[str, object], alone: bool) -> str:
    found = finders.find(_STYLE) if alone else None
    style = Path(str(found)).read_text(encoding="utf-8") if found else ""
    return render_to_string(template, context | {"style": style, "hub": settings.HUB_NAME})
