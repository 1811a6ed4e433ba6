"""On whose behalf a signed-in person acts, page by page."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.parties.models import Duty, Membership, OfficeService, PartyState, Staff
from renkei.hub.parties.reading_on import READER, with_support
from renkei.hub.parties.standing import Standing, heir, standing, why_stopped

P = ParamSpec("P")
CHOSEN = "membership"


class PersonRequest(HttpRequest):
    """A request of somebody who has signed in, `person`; who may act for nobody has no `membership`."""

    person: Staff
    membership: Membership | None
    other_memberships: list[Membership]


class MemberRequest(HttpRequest):
    """A request of a person who acts for an active party."""

    membership: Membership
    other_memberships: list[Membership]
    renkei_request: str


def member_required(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For members alone: others sign in, or read why they cannot go on. A refusal becomes a page with its words."""

    @login_required
    @functools.wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        memberships = active_memberships(request)
        chosen = _chosen(request, memberships)
        if chosen is None:
            return render(request, "parties/no_membership.html", status=403)
        request.other_memberships = [membership for membership in memberships if membership != chosen]
        if not _may_enter(chosen):
            words = {"stopped": chosen.party, "heir": heir(chosen.party), "reason": why_stopped(chosen.party)}
            return render(request, "parties/stopped.html", words, status=403)
        request.membership = chosen
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            words = {"title": refusal.title, "detail": refusal.detail}
            return render(request, "core/problem.html", words, status=refusal.status)

    return guarded  # type: ignore[return-value]  # login_required knows HttpRequest alone


def needs(
    duty: Duty,
) -> Callable[
    [Callable[Concatenate[MemberRequest, P], HttpResponseBase]],
    Callable[Concatenate[MemberRequest, P], HttpResponseBase],
]:
    """Under `member_required`: for members with this duty alone; others read that their role does not have it."""

    def decorate(
        view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[MemberRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.membership.may(duty):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def runs_all_required(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[MemberRequest, P], HttpResponseBase]:
    """Under `member_required`: for administrators of the whole party alone. What programs sign in and send with reaches
    every service, so whoever is narrowed to one has no part in it."""

    @functools.wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.membership.runs_all:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def person_required(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For what is a person's own, whomever they act for: signed in is enough."""

    @login_required
    @functools.wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Staff):
            raise PermissionDenied
        memberships = active_memberships(request)
        chosen = _chosen(request, memberships)
        request.person = request.user
        request.membership = chosen if chosen and _may_enter(chosen) else None
        request.other_memberships = [membership for membership in memberships if membership != chosen]
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # login_required knows HttpRequest alone


def active_memberships(request: HttpRequest) -> list[Membership]:
    """The places of the signed-in person today, oldest first, each with its party.

    A proxy's ends with its last day; one that was given because of a place at the successor ends with that one.
    """
    return with_support(active_places(request.user.pk))


def active_places(staff: Staff | int | None) -> QuerySet[Membership]:
    """The places of a person (or of the one with this id) that have not ended, oldest first."""
    found = Membership.objects.select_related("party", "service", "staff").filter(staff=staff, active=True)
    still = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    return found.filter(still).order_by("pk")


def own_services(membership: Membership) -> list[OfficeService]:
    """The office services whose mail this member sees: one, where the membership is narrowed to it."""
    services = membership.party.services.select_related("party").order_by("service")
    if membership.service_id is not None:
        services = services.filter(pk=membership.service_id)
    return list(services)


def posted_service(request: HttpRequest, services: Sequence[OfficeService]) -> OfficeService:
    """Which of these a form is about, by its field `service`. Raises Http404 for none of them."""
    for service in services:
        if service.service == request.POST.get("service"):
            return service
    raise Http404


def actor_of(request: MemberRequest) -> str:
    """This person, as records name them."""
    return f"staff:{request.membership.staff_id}"


def viewer_of(request: MemberRequest) -> Viewer:
    """This person, as the record of looks names them."""
    return Viewer(
        actor=actor_of(request),
        party=request.membership.party_id,
        request=request.renkei_request,
        service=request.membership.service_id,
    )


def _may_enter(membership: Membership) -> bool:
    """Staff of a closed party for a while; whoever goes on for it, as long as there is something to read."""
    if membership.relation == READER and membership.party.state == PartyState.CLOSED:
        return True
    return standing(membership.party) is not Standing.NOTHING


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    asked = request.session.get(CHOSEN)
    for membership in memberships:
        if membership.pk == asked:
            return membership
    active = [membership for membership in memberships if membership.party.state == PartyState.ACTIVE]
    return next(iter(active or memberships), None)
