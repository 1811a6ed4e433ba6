"""The page 設定: cards that lead to what an office and a person can set. Other apps add theirs with `offer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renkei.hub.parties.members import MemberRequest, member_required
from renkei.hub.parties.models import Duty, Membership, PartyKind


def for_everybody(_membership: Membership) -> bool:
    """A card for all who are signed in."""
    return True


def for_administrators(membership: Membership) -> bool:
    """A card for those who run a party's place here."""
    return membership.may(Duty.ADMINISTER)


def for_offices(membership: Membership) -> bool:
    """A card for everybody at an office, and for nobody else."""
    return membership.party.kind == PartyKind.OFFICE


def for_who_runs_all(membership: Membership) -> bool:
    """A card for who runs the whole of an office: what its programs sign in, send and receive with."""
    return for_offices(membership) and membership.runs_all


def for_who_has_staff(membership: Membership) -> bool:
    """A card for those who run a party's place here; a person has no staff."""
    return membership.party.kind != PartyKind.PERSON and for_administrators(membership)


@dataclass(frozen=True)
class Card:
    """One card: its name, a sentence of what it is for, the name of its route, and who sees it. Small `place` first."""

    title: str
    text: str
    route: str
    place: int
    shown_to: Callable[[Membership], bool] = for_administrators


_cards: dict[str, Card] = {}


def offer(card: Card) -> None:
    """Put a card on the page; call it where the app's urls are made."""
    _cards[card.route] = card


def shown_to(membership: Membership) -> list[Card]:
    """The cards of this member, in order."""
    return sorted((card for card in _cards.values() if card.shown_to(membership)), key=lambda card: card.place)


@require_GET
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    """設定"""
    return render(request, "parties/settings.html", {"section": "settings", "cards": shown_to(request.membership)})
